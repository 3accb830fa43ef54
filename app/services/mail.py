"""One e-mail with one file, handed to the operator's mail server (RFC 5321, STARTTLS by RFC 3207)."""

import smtplib
import socket
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.core.outside import MailServer
from app.core.say import say
from app.services.network import SECONDS, OutsideProblem, open_socket, problems_of_the_network, tls_context


def make_mail(
    *, sender: str, to: str, subject: str, text: str, file_name: str, file: str, now: datetime, message_id: str
) -> bytes:
    """Return a message (RFC 5322) with a text and a file, byte for byte as ``file`` is in UTF-8."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = format_datetime(now), message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    # As octets: what travels as text may lose a line end on its way, and with it the signature.
    message.add_attachment(file.encode(), maintype="application", subtype="octet-stream", filename=file_name)
    return message.as_bytes()


def send_mail(server: MailServer, sender: str, to: str, message: bytes, *, seconds: float = SECONDS) -> None:
    """Hand one message in. Raises ``OutsideProblem`` unless the server has taken it within ``seconds``.

    Where the server offers STARTTLS it is used. With a password the server's certificate must hold, and without TLS the
    password is not sent. Without one any certificate will do: what is sent is signed, and no secret.
    """
    with problems_of_the_network(seconds), open_socket(server.host, server.port, seconds) as plain:
        try:
            client = _Client(server, plain, seconds)
            try:
                _hand_in(client, server, sender, to, message)
            finally:
                client.close()
        except ssl.SSLError:  # also a ValueError, where a certificate does not hold
            raise
        except smtplib.SMTPAuthenticationError as error:
            raise OutsideProblem(
                say("the mail server does not take the login ({smtp_code})", smtp_code=error.smtp_code)
            ) from error
        except smtplib.SMTPResponseException as error:
            raise OutsideProblem(
                say(
                    "the mail server answered {smtp_code}: {smtp_error}",
                    smtp_code=error.smtp_code,
                    smtp_error=_words(error.smtp_error),
                )
            ) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise OutsideProblem(
                say("the mail server refuses the address ({code}: {words})", code=code, words=_words(words))
            ) from error
        except (smtplib.SMTPException, UnicodeError, ValueError) as error:
            raise OutsideProblem(say("the mail server's answers cannot be understood, or it cannot log in")) from error


class _Client(smtplib.SMTP):
    """An SMTP client on a connection that is there already."""

    def __init__(self, server: MailServer, plain: socket.socket, seconds: float) -> None:
        # What it calls itself in EHLO: an address literal, which needs no look-up of this machine's own name.
        super().__init__(local_hostname="[127.0.0.1]", timeout=seconds)
        self._host = server.host  # what STARTTLS checks the certificate against
        self.sock = tls_context().wrap_socket(plain, server_hostname=server.host) if server.tls else plain
        code, words = self.getreply()
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, words)


def _hand_in(client: _Client, server: MailServer, sender: str, to: str, message: bytes) -> None:
    client.ehlo_or_helo_if_needed()
    is_tls = server.tls
    if not is_tls and client.has_extn("starttls"):
        client.starttls(context=tls_context(checked=server.user is not None))
        client.ehlo()
        is_tls = True
    if server.user is not None and server.password is not None:
        if not is_tls:
            raise OutsideProblem(say("the mail server offers no STARTTLS, so the password was not sent; set smtps://"))
        client.login(server.user, server.password)
    client.sendmail(sender, [to], message)
    with suppress(smtplib.SMTPException, OSError, ssl.SSLError):  # it has taken the message already
        client.quit()


def _words(said: bytes | str) -> str:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
