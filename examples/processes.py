"""Starting programs, waiting until they answer, and stopping them all, whatever ends first."""

import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import FrameType

GRACE = 10.0
"""Seconds that a program has to end after it was asked to; then it is killed."""

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(Exception):  # noqa: N818 (it is no error)
    """Somebody asked the supervisor to end: Ctrl-C, ``kill``, or the terminal was closed."""


class ChildDied(Exception):  # noqa: N818
    """A program ended that should go on. Its words say which, and how it ended."""


@dataclass(frozen=True)
class Child:
    """A program that the supervisor started."""

    name: str
    process: subprocess.Popen[bytes]


def start(name: str, command: list[str], environ: Mapping[str, str]) -> Child:
    """Start a program in a session of its own: a Ctrl-C in the terminal reaches the supervisor, not the program."""
    return Child(name, subprocess.Popen(command, env=environ, start_new_session=True, stdin=subprocess.DEVNULL))


def raise_on_signals() -> None:
    """From now on the signals that end a program raise ``Ended``, once: a second Ctrl-C does not disturb the stop."""

    def ended(number: int, frame: FrameType | None) -> None:
        ignore_signals()
        raise Ended

    for known in STOP_SIGNALS:
        signal.signal(known, ended)


def ignore_signals() -> None:
    """From now on the same signals do nothing: the programs are being stopped already."""
    for known in STOP_SIGNALS:
        signal.signal(known, signal.SIG_IGN)


def check_alive(children: Iterable[Child]) -> None:
    """Raise ``ChildDied`` when one of the programs has ended."""
    for child in children:
        status = child.process.poll()
        if status is not None:
            how = f"with exit status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
            raise ChildDied(f"{child.name} ended {how}; what it said stands above.")


def wait_until_answers(url: str, children: Iterable[Child], seconds: float, host: str | None = None) -> None:
    """Return once ``url`` answers 200; ``host`` is the Host header to send.

    Raises ``ChildDied`` when a program ends meanwhile, or when there is no such answer in time.
    """
    children = list(children)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"Host": host} if host else {})  # noqa: S310 (http only)
    last, until = "", time.monotonic() + seconds
    while time.monotonic() < until:
        check_alive(children)
        try:
            with opener.open(request, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError as error:
            last = str(error)
        time.sleep(0.1)
    raise ChildDied(f"{url} did not answer within {seconds:.0f} seconds ({last}).")


def stop_all(children: Iterable[Child], grace: float = GRACE) -> None:
    """Ask every program to end, all at once, and return when all have; one that will not is killed after ``grace``."""
    children = list(children)
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    until = time.monotonic() + grace
    for child in children:
        try:
            child.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def port_is_free(port: int) -> bool:
    """Whether a server can listen on 127.0.0.1:``port``."""
    with socket.socket() as probe:
        # As gunicorn does: connections of an earlier run that are still fading do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
