"""The operator's own Chromium, driven through its debugging pipe (Chrome DevTools Protocol). No browser is brought along."""

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.core.errors import PlacetError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAX_ANSWER_BYTES = 64 * 1024 * 1024

# Chromium reads commands from descriptor 3 and answers on 4; a process of many threads must not move its own ones there.
_LAUNCH = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(read, 3), os.dup2(write, 4)
os.closerange(5, 64)
os.execv(sys.argv[3], sys.argv[3:])
"""

# Where what Chromium's own start script calls stands everywhere.
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_one_at_a_time = threading.Lock()
BUSY_SECONDS = 240.0
"""How long somebody waits for others who use Chromium, in this process."""

Event = dict[str, Any]
"""What Chromium tells without being asked: ``method``, ``params``, maybe ``sessionId``."""


class ChromiumError(PlacetError):
    """Chromium did not do what it was asked."""

    code = "chromium"


class ChromiumRefusalError(ChromiumError):
    """It answers a command with an error: what was asked about is gone, maybe."""


def find_chromium(name: str | None) -> str | None:
    """Return the path of Chromium: ``name`` (a path or a command), else one on the PATH; ``None`` when there is none.

    ``none`` as ``name`` means that none is to be used.
    """
    if name == "none":
        return None
    for candidate in [name] if name else NAMES:
        path = shutil.which(candidate)
        if path is not None:
            return path
    return None


class Chromium:
    """One Chromium; to be got from ``started``. Raises ``ChromiumError`` when it ends or takes too long.

    ``hear`` is called with each event while something is waited for; it may ``tell``, and must not ``ask``.
    """

    def __init__(self, commands: int, answers: int, folder: Path) -> None:
        self._commands, self._answers = commands, answers
        self._number = 0
        self._read = bytearray()
        self._deadline = 0.0
        self._seconds = 0.0
        self.folder = folder
        self.hear: Callable[[Event], None] = lambda event: None

    def within(self, seconds: float) -> None:
        """From now on, whatever is asked has to be answered within so many seconds, all together."""
        self._seconds, self._deadline = seconds, time.monotonic() + seconds

    def tell(self, method: str, session: str | None = None, **params: Any) -> int:
        """Send a command and do not wait for its answer. Returns its number."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        try:
            os.write(self._commands, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise ChromiumError("Chromium ended before it was done.") from error
        return self._number

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command and return what it is answered."""
        number = self.tell(method, session, **params)
        while True:
            message = self._next(self._deadline)
            if message is None:
                raise ChromiumError(f"Chromium was not done within {self._seconds:.0f} seconds.")
            if message.get("id") == number:
                if "error" in message:
                    raise ChromiumRefusalError(f"Chromium refuses {method}.")
                result: dict[str, Any] = message["result"]
                return result

    def listen(self, until: Callable[[], bool], seconds: float) -> bool:
        """Hear what Chromium tells until ``until()`` holds, at most ``seconds``. Returns whether it holds."""
        deadline = min(time.monotonic() + seconds, self._deadline)
        while not until():
            # Looked at again at least so often, for what holds by the passing of time.
            turn = min(time.monotonic() + 0.1, deadline)
            if self._next(turn) is None and time.monotonic() >= deadline:
                return until()
        return True

    def _next(self, deadline: float) -> dict[str, Any] | None:
        while (end := self._read.find(b"\0")) < 0:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                return None
            chunk = os.read(self._answers, 65_536)
            if not chunk or len(self._read) > _MAX_ANSWER_BYTES:
                raise ChromiumError("Chromium ended before it was done.")
            self._read += chunk
        message: dict[str, Any] = json.loads(self._read[:end])
        del self._read[: end + 1]
        if "method" in message:
            self.hear(message)
        return message


@contextmanager
def _turn() -> Iterator[None]:
    if not _one_at_a_time.acquire(timeout=BUSY_SECONDS):
        raise ChromiumError("Chromium is busy with other checks or pictures. Try again in some minutes.")
    try:
        yield
    finally:
        _one_at_a_time.release()


@contextmanager
def started(path: str, options: Sequence[str] = ()) -> Iterator[Chromium]:
    """Start the Chromium at ``path`` with a profile of its own, and end it afterwards. One at a time a process.

    Raises ``ChromiumError`` when others use it for too long.
    """
    with _turn(), tempfile.TemporaryDirectory(prefix="placet-chromium.", ignore_cleanup_errors=True) as folder:
        command_end, commands = os.pipe()
        answers, answer_end = os.pipe()
        given = [
            "--headless",
            "--remote-debugging-pipe",
            f"--user-data-dir={folder}/profile",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--hide-scrollbars",
            # Chromium has no sandbox for root.
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            *options,
        ]
        with subprocess.Popen(  # noqa: S603  its path is the operator's setting
            [sys.executable, "-c", _LAUNCH, str(command_end), str(answer_end), path, *given],
            pass_fds=(command_end, answer_end),
            # Nothing of ours: keys and passwords stand in our environment.
            env={"PATH": _PATH, "HOME": folder, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            os.close(command_end)
            os.close(answer_end)
            try:
                yield Chromium(commands, answers, Path(folder))
            finally:
                # Without its pipe Chromium ends by itself; what hangs is ended.
                os.close(commands)
                os.close(answers)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
