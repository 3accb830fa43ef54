"""E-mail to a real SMTP server (aiosmtpd): by STARTTLS, by TLS from the first byte, in the clear; and refusals."""

import ssl
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from app.core.outside import MailServer, Outside
from app.services.mail import make_mail, send_mail
from app.services.network import OutsideProblem
from app.services.places import Parcel, places_of
from tests.servers.certificate import self_signed
from tests.support.outside import speaking
from tests.support.server import free_port
from tests.support.world import START

ROOT = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="
NOTE = f"consent.example/log/s_x\n8\n{ROOT}\n\n\u2014 consent.example/log/s_x AAAAAAAA\n"
SENDER, TO = "placet@example.com", "auditor@example.com"


class Postbox:
    """Takes mail for everybody but ``nobody@…``."""

    def __init__(self) -> None:
        self.envelopes = []
        self.over_tls = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        self.over_tls.append(session.ssl is not None)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return self_signed("localhost", tmp_path_factory.mktemp("mail"))


@pytest.fixture
def context(certificate):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*certificate)
    return made


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


@pytest.fixture
def mail_server():
    """Start a mail server; returns its postbox and where it is."""
    started = []

    def start(tls=None, **options):
        box = Postbox()

        class Own(Controller):
            def factory(self):
                return SMTP(box, hostname="localhost", **options)

        controller = Own(box, hostname="localhost", port=free_port(), ssl_context=tls)
        controller.start()
        started.append(controller)
        return box, MailServer("localhost", controller.port, tls is not None)

    yield start
    for controller in started:
        controller.stop()


def login(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"me", b"p:@/"), handled=False)


def mail():
    return make_mail(
        sender=SENDER,
        to=TO,
        subject="Checkpoint",
        text="Keep it.\n",
        file_name="shop-8.checkpoint.txt",
        file=NOTE,
        now=START,
        message_id="<1@example.com>",
    )


def with_login(server, user="me", password="p:@/"):
    return MailServer(server.host, server.port, server.tls, user, password)


def test_the_checkpoint_arrives_byte_for_byte(mail_server):
    box, server = mail_server()
    outside = Outside(emails=(TO,), mail_server=server, mail_from=SENDER)
    [place] = places_of(outside)
    assert (place.kind, place.to) == ("email", TO)
    place.send(Parcel("shop", 8, NOTE, START, {}, lambda old: []))
    [envelope] = box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [TO])
    message = message_from_bytes(envelope.content, policy=default)
    assert (message["From"], message["To"]) == (SENDER, TO)
    assert message["Subject"] == "Consent log of shop: checkpoint of 8 entries"
    assert message["Date"].datetime == START
    assert message["Message-ID"].endswith("@example.com>")
    [file] = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("shop-8.checkpoint.txt", NOTE.encode())
    text = message.get_body().get_content().replace("\r\n", "\n")
    assert "placet verify BUNDLE.zip --against shop-8.checkpoint.txt" in text
    assert NOTE in text


def test_starttls_is_used_where_it_is_offered(mail_server, context):
    box, server = mail_server(tls_context=context)
    send_mail(server, SENDER, TO, mail())  # nobody trusts the certificate: better than in the clear all the same
    assert box.over_tls == [True]


def test_where_starttls_is_not_offered_it_goes_in_the_clear(mail_server):
    box, server = mail_server()
    send_mail(server, SENDER, TO, mail())
    assert box.over_tls == [False]


def test_a_login_goes_over_tls_that_holds(mail_server, context, trusted):
    box, server = mail_server(tls_context=context, authenticator=login, auth_required=True)
    send_mail(with_login(server), SENDER, TO, mail())
    assert box.over_tls == [True]


def test_smtps_is_tls_from_the_first_byte(mail_server, context, trusted):
    box, server = mail_server(tls=context, authenticator=login, auth_require_tls=False)
    assert server.tls
    send_mail(with_login(server), SENDER, TO, mail())
    assert len(box.envelopes) == 1


def test_a_password_is_not_sent_to_whoever_has_no_good_certificate(mail_server, context):
    seen = []
    box, server = mail_server(tls_context=context, authenticator=lambda *_: seen.append(1) or AuthResult(success=True))
    with pytest.raises(OutsideProblem, match="certificate does not hold: self-signed"):
        send_mail(with_login(server), SENDER, TO, mail())
    assert (seen, box.envelopes) == ([], [])


def test_a_password_is_not_sent_in_the_clear(mail_server):
    seen = []

    def note(*_):
        seen.append(1)
        return AuthResult(success=True)

    box, server = mail_server(authenticator=note, auth_require_tls=False)
    with pytest.raises(OutsideProblem, match="offers no STARTTLS, so the password was not sent"):
        send_mail(with_login(server), SENDER, TO, mail())
    assert (seen, box.envelopes) == ([], [])


def test_what_the_mail_server_says_against_it_is_told(mail_server, context, trusted):
    box, server = mail_server(tls_context=context, authenticator=login, auth_required=True)
    with pytest.raises(OutsideProblem, match=r"does not take the login \(535\)$"):
        send_mail(with_login(server, password="secret"), SENDER, TO, mail())
    with pytest.raises(OutsideProblem, match="refuses the address|answered 530"):
        send_mail(server, SENDER, TO, mail())
    with pytest.raises(OutsideProblem, match="refuses the address .550: 5.1.1 No such mailbox"):
        send_mail(with_login(server), SENDER, "nobody@example.com", mail())
    with pytest.raises(OutsideProblem, match="it cannot log in"):
        send_mail(with_login(server, user="é", password="é"), SENDER, TO, mail())
    assert box.envelopes == []


def test_a_mail_server_that_is_not_there_or_none_is_a_problem(context):
    with pytest.raises(OutsideProblem, match="nobody listens there"):
        send_mail(MailServer("localhost", free_port(), False), SENDER, TO, mail())
    for greeting, told in (
        (b"HTTP/1.1 400 Bad Request\r\n", "cannot be understood|answered -1"),
        (b"\xff" * 100_000, "cannot be understood|answered"),
        (b"554 No mail today\r\n", "answered 554: No mail today"),
        (b"421 Too busy\r\n", "answered 421: Too busy"),
        (b"", "cannot be understood|connection broke"),
    ):
        with (
            speaking(lambda connection, said=greeting: connection.sendall(said)) as port,
            pytest.raises(OutsideProblem, match=told),
        ):
            send_mail(MailServer("127.0.0.1", port, False), SENDER, TO, mail(), seconds=5)


def test_a_mail_server_that_is_silent_is_cut_off():
    with speaking(lambda connection: connection.recv(65536) and connection.recv(1)) as port:
        with pytest.raises(OutsideProblem, match=r"no answer within 0\.3 s"):
            send_mail(MailServer("127.0.0.1", port, False), SENDER, TO, mail(), seconds=0.3)
        with pytest.raises(OutsideProblem, match=r"no answer within 0\.3 s"):
            send_mail(MailServer("127.0.0.1", port, True), SENDER, TO, mail(), seconds=0.3)
