"""Chromium by its own protocol over a pipe, with nothing switched on in it but what is asked for.

Test drivers watch network, console and scripts of every page, and that costs the page's main thread time of its own.
"""

import json
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Each new window would load two pages of the browser's own into its address bar, while ours is measured.
_OWN_PAGES = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-component-update",
    f"--disable-features={_OWN_PAGES}",
)

PATIENCE_SECONDS = 30


class ProtocolError(Exception):
    """Chromium has refused a call."""


@dataclass(frozen=True)
class Phone:
    """How slow and small: ``network`` in ms and bytes per second."""

    cpu_rate: int
    screen: dict[str, int]
    network: dict[str, int]


class Chromium:
    """One browser. Calls and their answers are documented at https://chromedevtools.github.io/devtools-protocol/."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._from = os.fdopen(read_fd, "rb")
        self._to = os.fdopen(write_fd, "wb")
        self._last = 0
        self._rest = b""

    def version(self) -> str:
        """Return the browser's name and version."""
        return str(self.call("Browser.getVersion")["product"]).replace("/", " ")

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Call a method and return its result; raises ``ProtocolError``."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params} | ({"sessionId": session} if session else {})
        self._to.write(json.dumps(message).encode() + b"\0")
        self._to.flush()
        while (answer := self._read()).get("id") != self._last:
            pass  # an event
        if "error" in answer:
            raise ProtocolError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._from], [], [], PATIENCE_SECONDS)[0]:
                raise ProtocolError(f"no answer for {PATIENCE_SECONDS} s")
            more = os.read(self._from.fileno(), 65_536)
            if not more:
                raise ProtocolError("Chromium has ended")
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        read: dict[str, Any] = json.loads(message)
        return read

    @contextmanager
    def page(self, origin: str, cookies: dict[str, str]) -> Iterator["Page"]:
        """Open an empty page for a visitor with nothing but these cookies for ``origin``."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        if cookies:
            values = [{"name": name, "value": value, "url": origin} for name, value in cookies.items()]
            self.call("Storage.setCookies", cookies=values, browserContextId=context)
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        try:
            yield Page(self, target)
        finally:
            self.call("Target.disposeBrowserContext", browserContextId=context)


class Page:
    """One tab."""

    def __init__(self, browser: Chromium, target: str) -> None:
        self._browser, self._target = browser, target
        self._session = self.attach()

    def attach(self) -> str:
        """Return a further session with this tab."""
        return str(self._browser.call("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"])

    def open(self, url: str, settled_ms: int) -> None:
        """Go there, and let so much time pass."""
        self._browser.call("Page.navigate", self._session, url=url)
        time.sleep(settled_ms / 1000)

    def click(self, selector: str) -> None:
        """Have the page's first such element clicked; raises ``ProtocolError`` where there is none."""
        expression = f"document.querySelector({json.dumps(selector)}).click()"
        answer = self._browser.call("Runtime.evaluate", self._session, expression=expression)
        if "exceptionDetails" in answer:
            raise ProtocolError(f"there is no {selector}")

    def has(self, selector: str) -> bool:
        """Return whether there is such an element."""
        return bool(self.value(f"!!document.querySelector({json.dumps(selector)})"))

    def value(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to, as JSON; raises ``ProtocolError`` where it throws."""
        answer = self._browser.call("Runtime.evaluate", self._session, expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise ProtocolError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def press(self, selector: str) -> None:
        """Press the mouse on the middle of the page's first such element: a click that the page takes for a visitor's."""
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x, y = self.value(f"(box => [box.x + box.width / 2, box.y + box.height / 2])({box})")
        for kind in ("mousePressed", "mouseReleased"):
            where = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
            self._browser.call("Input.dispatchMouseEvent", self._session, **where)

    def run_first(self, script: str) -> None:
        """Have a script run in every page from now on, before the page's own."""
        self._browser.call("Page.enable", self._session)
        self._browser.call("Page.addScriptToEvaluateOnNewDocument", self._session, source=script)

    def slow_down(self, phone: "Phone") -> None:
        """Make the tab as slow as a phone, and as small."""
        call, session = self._browser.call, self._session
        call("Emulation.setCPUThrottlingRate", session, rate=phone.cpu_rate)
        call("Emulation.setDeviceMetricsOverride", session, **phone.screen, deviceScaleFactor=1, mobile=True)
        call("Network.enable", session)
        call("Network.emulateNetworkConditions", session, offline=False, **phone.network)

    def measure(self, domain: str) -> "Meter":
        """Begin to count time by ``timeTicks`` (the clock) or ``threadTicks`` (the main thread)."""
        session = self.attach()
        self._browser.call("Performance.enable", session, timeDomain=domain)
        return Meter(self._browser, session)


class Meter:
    """What a tab's main thread has done since it was begun."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser, self._session = browser, session

    def script_ms(self) -> float:
        """Return Chromium's ``ScriptDuration`` in ms."""
        metrics = self._browser.call("Performance.getMetrics", self._session)["metrics"]
        return 1000 * float(next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration"))


@contextmanager
def running_chromium() -> Iterator[Chromium]:
    """Start a browser with an empty profile, and end it."""
    (to_read, to_write), (from_read, from_write) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(prefix="placet-bench-", ignore_cleanup_errors=True) as home:
        # Chromium reads from descriptor 3 and writes to 4.
        command = ["bash", "-c", f'exec "$@" 3<&{to_read} 4>&{from_write}', "bash"]
        command += [os.environ.get("CHROMIUM", "/usr/bin/chromium"), *FLAGS, "--remote-debugging-pipe"]
        command += [f"--user-data-dir={Path(home)}", "about:blank"]
        process = subprocess.Popen(command, pass_fds=(to_read, from_write), stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        browser = Chromium(from_read, to_write)
        try:
            yield browser
        finally:
            with suppress(ProtocolError, OSError):
                browser.call("Browser.close")
            process.wait(PATIENCE_SECONDS)
