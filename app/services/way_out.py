"""The only way out of a browser that looks at a site: an HTTP proxy that connects to where it may, and to nowhere else.

Pages are written by others, and the browser stands in the operator's network. So that no page reaches what only that
network reaches, each host is looked up here, and connected to by the address that was looked at: a name that answers
differently the next time gains nothing.
"""

import ipaddress
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import parse_headers
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import urlsplit

CONNECT_SECONDS = 10.0
SILENT_SECONDS = 60.0
_OWN = ("connection", "keep-alive", "proxy-connection", "proxy-authorization")
MAX_BODY_BYTES = 16 * 1024 * 1024
_MAX_LINE = 65_536
_CHUNK = 65_536
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052 §2.1
_UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291 §2.4; the rest is local, a translator's (RFC 8215) or nobody's


class _RefusedError(Exception):
    """Nobody is reached there, or nobody may be."""


@contextmanager
def way_out(*, private: bool, also: str = "") -> Iterator[str]:
    """Serve the proxy on this machine, and return its address (``http://127.0.0.1:<port>``).

    ``private``: addresses of private networks and of this machine may be reached, too; link-local ones never. ``also``: an
    origin that may be reached wherever it is.
    """
    known = urlsplit(also)

    class Way(ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False
        may_be_private = private
        known_place = (known.hostname, known.port or (443 if known.scheme == "https" else 80))

    with Way(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def is_private(host: str) -> bool:
    """Whether a host is reached at an address that the rest of the world does not reach, as far as is known now."""
    try:
        return any(not _is_global(_meant(address)) for address in _addresses(host, 80))
    except _RefusedError:
        return False


def _addresses(host: str, port: int) -> list[str]:
    bare = host.strip("[]").removesuffix(".").casefold()
    # RFC 6761 §6.3: these names are this machine's, whatever a name server says.
    if bare == "localhost" or bare.endswith(".localhost"):
        return ["127.0.0.1"]
    try:
        found = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _RefusedError from error
    return [str(one[4][0]) for one in found]


def may_reach(address: str, *, private: bool) -> bool:
    """Whether an IP address may be connected to. ``private``: also one that the rest of the world does not reach."""
    meant = _meant(address)
    if meant.is_link_local or meant.is_multicast or meant.is_unspecified:
        return False
    return private or _is_global(meant)


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_global and (address.version == 4 or address in _UNICAST)


def _meant(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address that is reached in the end: translators and tunnels carry an IPv4 address in an IPv6 one."""
    own = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(own, ipaddress.IPv4Address):
        return own
    if own in _NAT64:
        return ipaddress.IPv4Address(own.packed[-4:])
    return own.ipv4_mapped or own.sixtofour or own


def _reach(host: str, port: int, *, private: bool) -> socket.socket:
    for address in _addresses(host, port):
        if may_reach(address, private=private):
            with suppress(OSError):
                return socket.create_connection((address, port), CONNECT_SECONDS)
    raise _RefusedError


class _Handler(StreamRequestHandler):
    """One connection of the browser: a tunnel, or one request in the clear."""

    def handle(self) -> None:
        with suppress(OSError, ValueError):
            method, target, version = self.rfile.readline(_MAX_LINE).decode("latin-1").split()
            headers = parse_headers(self.rfile)
            is_tunnel = method == "CONNECT"
            parts = urlsplit(f"//{target}" if is_tunnel else target)
            host, port = parts.hostname or "", parts.port or 80
            private = self.server.may_be_private or (host, port) == self.server.known_place  # type: ignore[attr-defined]
            left = 0 if is_tunnel else _length(headers.get("Content-Length") or "0")
            if left is None:
                self._refuse(b"413 Content Too Large")
                return
            try:
                outside = _reach(host, port, private=private)
            except _RefusedError:
                self._refuse(b"502 Bad Gateway")
                return
            with outside:
                outside.settimeout(SILENT_SECONDS)
                if is_tunnel:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                    outside.sendall(_head(f"{method} {path} {version}", headers.items()))
                    while left:
                        if not (chunk := self.rfile.read(min(left, _CHUNK))):
                            return
                        outside.sendall(chunk)
                        left -= len(chunk)
                    self._answer(outside)
                self._pass_on(outside)

    def _refuse(self, why: bytes) -> None:
        self.wfile.write(b"HTTP/1.1 " + why + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def _answer(self, outside: socket.socket) -> None:
        """Pass the answer's head on, as one after which the connection ends: the next request may be for another host."""
        # Unbuffered: what follows the head is passed on as it comes.
        answer: Any = outside.makefile("rb", buffering=0)
        while True:
            status = answer.readline(_MAX_LINE).decode("latin-1").rstrip("\r\n")
            headers = parse_headers(answer)
            if not status.split(" ", 2)[1:2] or not status.split(" ", 2)[1].startswith("1"):
                break
        self.wfile.write(_head(status, headers.items()))

    def _pass_on(self, outside: socket.socket) -> None:
        """Pass bytes on, both ways, until one side ends or both are silent."""
        other = {outside: self.connection, self.connection: outside}
        while True:
            ready, _, _ = select.select(list(other), [], [], SILENT_SECONDS)
            if not ready:
                return
            for one in ready:
                if not (chunk := one.recv(_CHUNK)):
                    return
                other[one].sendall(chunk)


def _length(stated: str) -> int | None:
    """Return a body's length in bytes; null for what is none, or is too much for a page's request."""
    is_number = stated.isascii() and stated.isdigit() and len(stated) < 20
    return int(stated) if is_number and int(stated) <= MAX_BODY_BYTES else None


def _head(first: str, headers: object) -> bytes:
    kept = [(name, value) for name, value in headers if name.casefold() not in _OWN]  # type: ignore[attr-defined]
    lines = [first, *(f"{name}: {value}" for name, value in kept), "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1")
