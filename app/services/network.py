"""The little network that the server begins itself: one POST, bounded in time and size, to an address the operator set.

No redirect is followed and no proxy asked. Certificates are checked against the system's own (``SSL_CERT_FILE`` adds to
them). Whatever goes wrong is one ``OutsideProblem`` whose words say what, without the address's secrets.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.core.say import say

SECONDS = 15.0
MAX_ANSWER_BYTES = 64 * 1024
AGENT = "Placet"


class OutsideProblem(Exception):  # noqa: N818  # it is told on the desk as such, and stops nothing
    """Somebody outside did not get what was sent, or answered with what cannot be used."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, and the body whole."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8; what is none becomes U+FFFD."""
        return self.body.decode("utf-8", "replace")


def post(url: str, body: bytes, content_type: str, *, seconds: float = SECONDS) -> Answer:
    """Send ``body`` by POST and return the answer, whatever its status.

    Raises ``OutsideProblem`` when no whole answer came within ``seconds``, or one above 64 KiB.
    """
    parts = urlsplit(url)
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with problems_of_the_network(seconds), open_socket(host, port, seconds) as plain:
        connection = http.client.HTTPConnection(host, port, timeout=seconds)
        connection.sock = tls_context().wrap_socket(plain, server_hostname=host) if is_tls else plain
        headers = {"Content-Type": content_type, "User-Agent": AGENT, "Connection": "close"}
        try:
            connection.request("POST", target, body, headers)
            response = connection.getresponse()
            content = response.read(MAX_ANSWER_BYTES + 1)
            if len(content) > MAX_ANSWER_BYTES:
                raise OutsideProblem(
                    say("the answer is above {max_answer_bytes} KiB", max_answer_bytes=MAX_ANSWER_BYTES // 1024)
                )
            if response.length:
                raise OutsideProblem(say("the answer was cut short"))
            return Answer(response.status, content)
        finally:
            connection.close()


def expect_success(answer: Answer) -> None:
    """Raise ``OutsideProblem`` unless the status is one of success."""
    if 300 <= answer.status < 400:
        raise OutsideProblem(
            say("it answered {status}: redirects are not followed; set the address it points to", status=answer.status)
        )
    if not 200 <= answer.status < 300:
        raise OutsideProblem(say("it answered {status}", status=answer.status))


def tls_context(*, checked: bool = True) -> ssl.SSLContext:
    """Return how TLS is spoken; not ``checked``: with anybody, where that is better than in the clear."""
    context = ssl.create_default_context()
    if not checked:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def open_socket(host: str, port: int, seconds: float) -> Iterator[socket.socket]:
    """Connect, and cut the connection after ``seconds``, however slowly the other side goes on talking.

    Raises ``TimeoutError`` when it was cut: what arrived until then is not whole, though it may look so.
    """
    connection = socket.create_connection((host, port), timeout=seconds)
    connection.settimeout(2 * seconds)  # it is the cut that decides: smtplib makes something else of a time-out
    spare = connection.dup()  # TLS takes the first one over; cutting one cuts both
    is_cut = threading.Event()

    def cut() -> None:
        is_cut.set()
        with suppress(OSError):
            spare.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield connection
    except Exception as error:
        if is_cut.is_set():
            raise TimeoutError from error
        raise
    else:
        if is_cut.is_set():
            raise TimeoutError
    finally:
        timer.cancel()
        connection.close()
        spare.close()


@contextmanager
def problems_of_the_network(seconds: float) -> Iterator[None]:
    """Turn what goes wrong on the network into an ``OutsideProblem``."""
    try:
        yield
    except OutsideProblem:
        raise
    except TimeoutError as error:
        raise OutsideProblem(say("no answer within {seconds:g} s", seconds=seconds)) from error
    except ssl.SSLCertVerificationError as error:
        raise OutsideProblem(
            say("its certificate does not hold: {verify_message}", verify_message=error.verify_message)
        ) from error
    except socket.gaierror as error:
        raise OutsideProblem(say("its host name is not known")) from error
    except ConnectionRefusedError as error:
        raise OutsideProblem(say("nobody listens there")) from error
    except (OSError, http.client.HTTPException, EOFError) as error:
        raise OutsideProblem(say("the connection broke, or what came over it is no answer")) from error
