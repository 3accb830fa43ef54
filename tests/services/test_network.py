"""What the server sends by itself: bounded in time and size, whatever the other side does."""

import itertools
import socket
import threading

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from app.services.network import MAX_ANSWER_BYTES, OutsideProblem, expect_success, post
from tests.servers.certificate import self_signed
from tests.support.outside import Receiver, speaking
from tests.support.server import free_port, serving


def sending(*chunks: bytes, endless: bytes = b""):
    """Read a request's head, send ``chunks``, and then ``endless`` until nobody listens any more."""

    def talk(connection):
        connection.recv(65536)
        for chunk in chunks:
            connection.sendall(chunk)
        pause = threading.Event()
        while endless:
            connection.sendall(endless)
            pause.wait(0.02)

    return talk


@pytest.fixture
def receiver():
    made, port = Receiver(), free_port()
    with serving(made, port):
        made.url = f"http://127.0.0.1:{port}"
        yield made


def test_what_is_sent_arrives_and_what_is_answered_comes_back(receiver):
    answer = post(f"{receiver.url}/in?token=x%20y", b"note\n", "text/plain")
    assert (answer.status, answer.text) == (200, "kept\n")
    assert receiver.got == [("/in?token=x%20y", "text/plain", "note\n")]
    assert post(receiver.url, b"", "text/plain").status == 200
    assert receiver.got[-1][0] == "/"


def test_a_redirect_is_not_followed(receiver):
    receiver.answer = lambda body: Response(status=307, headers={"Location": f"{receiver.url}/elsewhere"})
    answer = post(f"{receiver.url}/in", b"note\n", "text/plain")
    with pytest.raises(OutsideProblem, match="307: redirects are not followed"):
        expect_success(answer)
    assert [path for path, *_ in receiver.got] == ["/in"]


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_an_answer_of_failure_is_a_problem(receiver, status):
    receiver.answer = lambda body: Response("secret words", status)
    with pytest.raises(OutsideProblem, match=f"^it answered {status}$"):
        expect_success(post(receiver.url, b"", "text/plain"))


def test_an_answer_may_be_as_large_as_is_said_and_no_larger(receiver):
    receiver.answer = lambda body: Response(b"x" * MAX_ANSWER_BYTES)
    assert len(post(receiver.url, b"", "text/plain").body) == MAX_ANSWER_BYTES
    receiver.answer = lambda body: Response(b"x" * (MAX_ANSWER_BYTES + 1))
    with pytest.raises(OutsideProblem, match="above 64 KiB"):
        post(receiver.url, b"", "text/plain")


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(sending(b"HTTP/1.1 200 OK\r\n\r\n", endless=b"x"), id="a body, byte by byte"),
        pytest.param(sending(b"HTTP/1.1 200 OK\r\n", endless=b"X"), id="a head, byte by byte"),
        pytest.param(sending(endless=b"H"), id="a first line, byte by byte"),
        pytest.param(lambda connection: connection.recv(65536) and connection.recv(1), id="silence"),
    ],
)
def test_whoever_answers_slowly_is_cut_off(talk):
    with speaking(talk) as port, pytest.raises(OutsideProblem, match=r"^no answer within 0\.3 s$"):
        post(f"http://127.0.0.1:{port}/", b"", "text/plain", seconds=0.3)


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(sending(), id="nothing"),
        pytest.param(sending(b"SSH-2.0-OpenSSH_9.2\r\n"), id="another protocol"),
        pytest.param(sending(b"\x00\xff" * 5000), id="noise"),
        pytest.param(sending(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"), id="a body that is cut short"),
        pytest.param(sending(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"), id="too many headers"),
        pytest.param(sending(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70000 + b"\r\n\r\n"), id="an enormous header"),
        pytest.param(
            sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), id="chunks that are none"
        ),
    ],
)
def test_an_answer_that_is_none_is_a_problem(talk):
    with speaking(talk) as port, pytest.raises(OutsideProblem, match="the connection broke|cut short"):
        post(f"http://127.0.0.1:{port}/", b"note", "text/plain", seconds=5)


def test_an_endless_answer_is_not_read_to_its_end():
    talk = sending(b"HTTP/1.1 200 OK\r\n\r\n", *itertools.repeat(b"x" * 65536, 3))
    with speaking(talk) as port, pytest.raises(OutsideProblem, match="above 64 KiB"):
        post(f"http://127.0.0.1:{port}/", b"", "text/plain", seconds=5)


def test_where_nobody_listens_it_is_told(monkeypatch):
    with pytest.raises(OutsideProblem, match="nobody listens there"):
        post(f"http://127.0.0.1:{free_port()}/", b"", "text/plain")

    def not_known(*_):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_known)
    with pytest.raises(OutsideProblem, match="its host name is not known"):
        post("http://nowhere.invalid/", b"", "text/plain")


def test_by_https_the_certificate_must_hold(tmp_path, monkeypatch):
    certificate, key = self_signed("localhost", tmp_path)
    server = make_server("127.0.0.1", 0, Receiver(), threaded=True, ssl_context=(str(certificate), str(key)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        url = f"https://localhost:{server.server_port}/"
        with pytest.raises(OutsideProblem, match="its certificate does not hold: self-signed certificate"):
            post(url, b"", "text/plain")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert post(url, b"", "text/plain").status == 200
        with pytest.raises(OutsideProblem, match="its certificate does not hold: IP address mismatch"):
            post(url.replace("localhost", "127.0.0.1"), b"", "text/plain")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
