"""Pictures of a page by the operator's own Chromium, driven through its debugging pipe (Chrome DevTools Protocol).

No browser is brought along: where there is none, there are no pictures, and nothing else is missing.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from app.core.errors import PlacetError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_SECONDS = 30.0
DRAWN_WITHIN_MS = 10_000
SHARPNESS = 2
_MAX_ANSWER_BYTES = 64 * 1024 * 1024

# Chromium reads commands from descriptor 3 and answers on 4; a process of many threads must not move its own ones there.
_LAUNCH = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(read, 3), os.dup2(write, 4)
os.closerange(5, 64)
os.execv(sys.argv[3], sys.argv[3:])
"""

Scheme = Literal["light", "dark"]

# Where what Chromium's own start script calls stands everywhere.
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_one_at_a_time = threading.Lock()


class CameraError(PlacetError):
    """Chromium did not make a picture."""

    code = "no_picture"


@dataclass(frozen=True)
class Shot:
    """How a picture is taken: the window in CSS pixels, and the colour scheme that the browser asks for."""

    width: int
    height: int
    scheme: Scheme = "light"


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


class Camera:
    """One Chromium, started for some pictures; to be got from ``opened``. Raises ``CameraError``."""

    def __init__(self, commands: int, answers: int, folder: Path) -> None:
        self._commands, self._answers, self._folder = commands, answers, folder
        self._number = 0
        self._read = bytearray()
        self._deadline = time.monotonic() + PATIENCE_SECONDS

    def take(self, page: bytes, shot: Shot, wait_for: str) -> bytes:
        """Return ``page`` (HTML) as PNG, once an element that matches the CSS selector ``wait_for`` is on it."""
        self._deadline = time.monotonic() + PATIENCE_SECONDS
        file = self._folder / "page.html"
        file.write_bytes(page)
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        size = {"width": shot.width, "height": shot.height, "deviceScaleFactor": SHARPNESS, "mobile": False}
        self._ask("Emulation.setDeviceMetricsOverride", session, **size)
        media = [
            {"name": "prefers-color-scheme", "value": shot.scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self._ask("Emulation.setEmulatedMedia", session, features=media)
        self._ask("Page.navigate", session, url=file.as_uri())
        # Two frames after it is there, it is drawn.
        drawn = (
            f"new Promise(done => {{ const began = Date.now(), look = () => document.querySelector({json.dumps(wait_for)})"
            " ? requestAnimationFrame(() => requestAnimationFrame(() => done(true)))"
            f" : Date.now() - began > {DRAWN_WITHIN_MS} ? done(false) : setTimeout(look, 20); look(); }})"
        )
        stands = self._ask("Runtime.evaluate", session, expression=drawn, awaitPromise=True)
        if stands["result"].get("value") is not True:
            raise CameraError(f"The page shows no {wait_for}: no picture was made.")
        picture = self._ask("Page.captureScreenshot", session, format="png")["data"]
        self._ask("Target.closeTarget", targetId=target)
        return base64.b64decode(picture)

    def _ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        try:
            os.write(self._commands, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise CameraError("Chromium ended before the picture was made.") from error
        while True:
            answer = self._answer()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise CameraError(f"Chromium refuses {method}.")
                result: dict[str, Any] = answer["result"]
                return result

    def _answer(self) -> dict[str, Any]:
        while (end := self._read.find(b"\0")) < 0:
            left = self._deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                raise CameraError(f"Chromium made no picture within {PATIENCE_SECONDS:.0f} seconds.")
            chunk = os.read(self._answers, 65_536)
            if not chunk or len(self._read) > _MAX_ANSWER_BYTES:
                raise CameraError("Chromium ended before the picture was made.")
            self._read += chunk
        answer: dict[str, Any] = json.loads(self._read[:end])
        del self._read[: end + 1]
        return answer


@contextmanager
def opened(chromium: str) -> Iterator[Camera]:
    """Start the Chromium at path ``chromium`` with a profile of its own, and end it afterwards. One at a time a process."""
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="placet-camera.", ignore_cleanup_errors=True) as folder:
        command_end, commands = os.pipe()
        answers, answer_end = os.pipe()
        options = [
            "--headless",
            "--remote-debugging-pipe",
            f"--user-data-dir={folder}/profile",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--hide-scrollbars",
            # What it shows is our own build and texts; Chromium has no sandbox for root.
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ]
        with subprocess.Popen(  # noqa: S603  its path is the operator's setting
            [sys.executable, "-c", _LAUNCH, str(command_end), str(answer_end), chromium, *options],
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
                yield Camera(commands, answers, Path(folder))
            finally:
                # Without its pipe Chromium ends by itself; what hangs is ended.
                os.close(commands)
                os.close(answers)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
