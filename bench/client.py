"""A cheap HTTP client for load: one thread, raw sockets, a closed loop per connection (the next request follows its answer).

It shares the machine with the server, so it does nothing but what measuring needs: no object per request, no parsing
beyond status and length.
"""

import gc
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE_SECONDS = 30
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"
READ_BYTES = 1 << 18


class BadAnswerError(Exception):
    """The server answered otherwise than it should; figures of such a run mean nothing."""


@dataclass(frozen=True)
class Answer:
    """One whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Load:
    """What a closed loop saw: answers within ``seconds``, and each one's time in seconds, ascending."""

    seconds: float
    latencies: list[float]
    acknowledged: int
    """All answers, those of warming up and of running out too."""

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the time within which ``share`` of the answers came, in milliseconds."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))] * 1000


def ask(port: int, request: bytes) -> Answer:
    """Send one request on a connection of its own and return the answer."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
        connection.sendall(request)
        data = b""
        while not (end := _end(data)):
            part = connection.recv(READ_BYTES)
            if not part:
                raise BadAnswerError(f"the server closed the connection after {data[:200]!r}")
            data += part
    head, _, body = data[:end].partition(_HEAD_END)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


def drive(
    port: int, make_request: Callable[[], bytes], *, status: int, connections: int, seconds: float, warm_up: float
) -> Load:
    """Keep ``connections`` busy for ``warm_up`` seconds uncounted, then ``seconds``; every answer must be ``status``.

    Raises ``BadAnswerError``. Every request that was sent is also waited for.
    """
    wanted = b"HTTP/1.1 %d " % status
    poll, clock = select.epoll(), time.perf_counter
    sockets = [socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) for _ in range(connections)]
    by_number = {connection.fileno(): connection for connection in sockets}
    sent_at: dict[int, float] = {}
    parts: dict[int, bytes] = {}
    latencies: list[float] = []
    acknowledged = 0
    gc.collect()
    gc.disable()
    try:
        for number, connection in by_number.items():
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            poll.register(number, select.EPOLLIN)
            sent_at[number] = clock()
            connection.sendall(make_request())
        begin = clock() + warm_up
        end = begin + seconds
        while sent_at:
            ready = poll.poll(PATIENCE_SECONDS)
            if not ready:
                raise BadAnswerError(f"no answer for {PATIENCE_SECONDS} s")
            for number, _ in ready:
                connection = by_number[number]
                data = connection.recv(READ_BYTES)
                if not data:
                    raise BadAnswerError("the server closed a connection that was to be kept")
                if number in parts:
                    data = parts.pop(number) + data
                if not _end(data):
                    parts[number] = data
                    continue
                now = clock()
                if not data.startswith(wanted):
                    raise BadAnswerError(f"expected status {status}, got: {data[:600].decode('latin-1')}")
                acknowledged += 1
                if begin <= now < end:
                    latencies.append(now - sent_at[number])
                if now < end:
                    sent_at[number] = clock()
                    connection.sendall(make_request())
                else:
                    del sent_at[number]
    finally:
        gc.enable()
        poll.close()
        for connection in sockets:
            connection.close()
    return Load(seconds, sorted(latencies), acknowledged)


def _end(data: bytes) -> int:
    """Return where the first answer in ``data`` ends, or 0 when it is not whole yet."""
    head = data.find(_HEAD_END)
    if head < 0:
        return 0
    lower = data[:head].lower()
    at = lower.find(_LENGTH)
    if at < 0:
        if b"transfer-encoding" in lower:
            raise BadAnswerError("an answer without Content-Length; this client does not read chunks")
        return head + len(_HEAD_END)
    line_end = lower.find(b"\r\n", at + 2)
    length = int(lower[at + len(_LENGTH) : line_end if line_end > 0 else None])
    end = head + len(_HEAD_END) + length
    return end if len(data) >= end else 0
