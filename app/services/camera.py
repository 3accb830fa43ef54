"""Pictures of a page by the operator's own Chromium. Where there is none, there are no pictures; nothing else is missing."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from app.services.chromium import Chromium, ChromiumError, started

PATIENCE_SECONDS = 30.0
DRAWN_WITHIN_MS = 10_000
SHARPNESS = 2

Scheme = Literal["light", "dark"]


class CameraError(ChromiumError):
    """Chromium did not make a picture."""

    code = "no_picture"


@dataclass(frozen=True)
class Shot:
    """How a picture is taken: the window in CSS pixels, and the colour scheme that the browser asks for."""

    width: int
    height: int
    scheme: Scheme = "light"


class Camera:
    """One Chromium, started for some pictures; to be got from ``opened``. Raises ``CameraError``."""

    def __init__(self, browser: Chromium) -> None:
        self._browser = browser

    def take(self, page: bytes, shot: Shot, wait_for: str) -> bytes:
        """Return ``page`` (HTML) as PNG, once an element that matches the CSS selector ``wait_for`` is on it."""
        try:
            return self._take(page, shot, wait_for)
        except CameraError:
            raise
        except ChromiumError as error:
            raise CameraError(f"{error.message} No picture was made.") from error

    def _take(self, page: bytes, shot: Shot, wait_for: str) -> bytes:
        browser = self._browser
        browser.within(PATIENCE_SECONDS)
        file = browser.folder / "page.html"
        file.write_bytes(page)
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        size = {"width": shot.width, "height": shot.height, "deviceScaleFactor": SHARPNESS, "mobile": False}
        browser.ask("Emulation.setDeviceMetricsOverride", session, **size)
        media = [
            {"name": "prefers-color-scheme", "value": shot.scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        browser.ask("Emulation.setEmulatedMedia", session, features=media)
        browser.ask("Page.navigate", session, url=file.as_uri())
        # Two frames after it is there, it is drawn.
        drawn = (
            f"new Promise(done => {{ const began = Date.now(), look = () => document.querySelector({json.dumps(wait_for)})"
            " ? requestAnimationFrame(() => requestAnimationFrame(() => done(true)))"
            f" : Date.now() - began > {DRAWN_WITHIN_MS} ? done(false) : setTimeout(look, 20); look(); }})"
        )
        stands = browser.ask("Runtime.evaluate", session, expression=drawn, awaitPromise=True)
        if stands["result"].get("value") is not True:
            raise CameraError(f"The page shows no {wait_for}: no picture was made.")
        picture = browser.ask("Page.captureScreenshot", session, format="png")["data"]
        browser.ask("Target.closeTarget", targetId=target)
        return base64.b64decode(picture)


@contextmanager
def opened(chromium: str) -> Iterator[Camera]:
    """Start the Chromium at path ``chromium`` for some pictures, and end it afterwards. One at a time a process.

    Raises ``CameraError`` when others use it for too long.
    """
    try:
        with started(chromium) as browser:
            yield Camera(browser)
    except CameraError:
        raise
    except ChromiumError as error:
        raise CameraError(f"{error.message} No picture was made.") from error
