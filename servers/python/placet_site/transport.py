"""One GET whose time-out bounds all of it: connecting, sending, and an answer that comes byte by byte."""

import io
import socket
import ssl
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult

MAX_ANSWER_BYTES = 1 << 20


class NoAnswer(Exception):  # noqa: N818 - it says what happened
    """The server did not answer as it should; the message says how, and nothing of the visitor."""


def get(
    origin: SplitResult, target: str, headers: Mapping[str, str], timeout: float, tls: ssl.SSLContext | None
) -> bytes:
    """Return the body of a 200 that ``origin`` gives to ``target``, within ``timeout`` seconds.

    ``tls``: what certificates to trust, ``None`` with http. Asks no proxy and follows no redirect. Bounded
    by the system alone: looking up the host's name, and a TLS handshake whose single steps are each in time. Raises
    ``NoAnswer``.
    """
    connection = _Connection(origin, time.monotonic() + timeout, tls)
    try:
        connection.request("GET", target, headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read(MAX_ANSWER_BYTES + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(f"no answer ({type(error).__name__})") from error
    finally:
        connection.end()
    if answer.status != 200:
        raise NoAnswer(f"status {answer.status}")
    if len(body) > MAX_ANSWER_BYTES:
        raise NoAnswer("too long an answer")
    return body


class _Connection(HTTPConnection):
    """A connection of ``http.client`` that ends at ``deadline`` (monotonic)."""

    def __init__(self, origin: SplitResult, deadline: float, tls: ssl.SSLContext | None) -> None:
        self.default_port = 443 if tls else 80  # so that Host names a port only where it must
        super().__init__(origin.hostname or "", origin.port or self.default_port)
        self._deadline, self._tls = deadline, tls
        self._raw: socket.socket | None = None

    def connect(self) -> None:
        self._raw = _connected(self.host, self.port, self._deadline)
        if self._tls is not None:
            self._raw.settimeout(_left(self._deadline))
            self._raw = self._tls.wrap_socket(self._raw, server_hostname=self.host)
        self.sock = _Socket(self._raw, self._deadline)

    def end(self) -> None:
        """Close what is open."""
        if self._raw is not None:
            self._raw.close()


class _Socket:
    """As much of a socket as ``http.client`` uses, each step of it with the time that is left."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_left(self._deadline))
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Received(self._sock, self._deadline))

    def close(self) -> None:
        """Leaves it open: ``http.client`` closes before it reads an answer that ends with the connection."""


class _Received(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]
        self._sock.settimeout(_left(self._deadline))
        return self._sock.recv_into(buffer)


def _connected(host: str, port: int, deadline: float) -> socket.socket:
    failed: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(_left(deadline))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failed = error
        else:
            return sock
    raise failed or OSError("the host has no address")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
