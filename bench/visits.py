"""One visit of one page, measured: each in a browser context of its own, so that nothing is kept from the visit before."""

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.chromium import Chromium, Page, Phone, ProtocolError
from bench.pages import BUTTON_DRAWN, WHILE_READ, Pages
from bench.rivals import Contestant

IN_PAGE = Path(__file__).parent / "in_page"
VISIBLE, WATCH = ((IN_PAGE / f"{name}.js").read_text().strip().removesuffix(";") for name in ("visible", "watch"))

# What is fetched while a visitor reads belongs to a first visit, too. Ours comes 1.5 s after the banner; rivals have
# nothing of the kind, so with them we are compared before it.
READ_MS, BANNER_MS = 2000, 1300
SETTLED_MS = 500
# Between two loads whose only purpose is that scripts come compiled from memory.
PASSING_MS = 200
# A rival's buttons do nothing for half a second after they are to be seen.
READY_MS = 600
PATIENCE_SECONDS = 20

# Four times slower, and what browsers' own tools call Slow 4G.
PHONE = Phone(
    4,
    {"width": 390, "height": 844},
    {"latency": 150, "downloadThroughput": 1_600_000 // 8, "uploadThroughput": 750_000 // 8},
)


@dataclass(frozen=True)
class Weight:
    """Requests and bytes until the banner stands, until it has been read, and until *choose* has been answered."""

    banner: tuple[int, int]
    read: tuple[int, int]
    choose: tuple[int, int]


@dataclass(frozen=True)
class Script:
    """Script time in ms."""

    clock: float
    thread: float


@dataclass(frozen=True)
class Standing:
    """When the banner was painted, what it did to the page, and what a click on reject took: in ms; ``None`` is not seen."""

    visible: float | None
    shift: float
    blocked: float
    stored: float | None = None
    gone: float | None = None


def weigh(browser: Chromium, pages: Pages, who: Contestant) -> Weight:
    """Weigh a first visit: what was sent, compressed, besides the page without anything."""

    def so_far() -> tuple[int, int]:
        sizes = [size for path, size in list(pages.sent) if path != who.path()]
        return len(sizes), sum(sizes) + pages.growth(who)

    with browser.page(pages.origin, {}) as page:
        page.run_first(_watching(who))
        pages.sent.clear()
        page.open(f"{pages.origin}{who.path()}", 0)
        _wait(page, who, "watched.visible !== null", "its banner")
        banner = so_far()
        time.sleep(READ_MS / 1000)
        read = so_far()
        if who.choose:
            page.press(who.choose)
            time.sleep(READY_MS / 1000)
        return Weight(banner, read, so_far())


def first_visit(browser: Chromium, pages: Pages, who: Contestant) -> Script:
    """Measure the script of a visitor with nothing in the cache."""
    with browser.page(pages.origin, {}) as page:
        return _script(page, pages, who, READ_MS if who is WHILE_READ else BANNER_MS, asks=True)


def returning(browser: Chromium, pages: Pages, who: Contestant, button: str, kept: str) -> Script:
    """Measure the script of a visitor who has pressed ``accept`` or ``reject`` before.

    Ours has its cookie from the start, with ``kept`` in it, so that no receipt waits that a server here would not take.
    """
    with browser.page(pages.origin, pages.cookies(kept) if not who.package else {}) as page:
        # Three loads, so that scripts come compiled from memory.
        url = f"{pages.origin}{who.path()}"
        if who.package:
            page.open(url, 0)
            _wait(page, who, _visible(who), "its banner")
            _answer(page, who, who.accept if button == "accept" else who.reject)
        else:
            page.open(url, PASSING_MS)
        for _ in range(2):
            page.open(url, PASSING_MS)
        return _script(page, pages, who, READ_MS if who is BUTTON_DRAWN else SETTLED_MS, asks=False)


def stand(browser: Chromium, pages: Pages, who: Contestant, phone: Phone | None) -> Standing:
    """Wait for the banner, on a ``phone`` or here, and here press reject."""
    with browser.page(pages.origin, {}) as page:
        if phone:
            page.slow_down(phone)
        page.run_first(_watching(who))
        page.open(f"{pages.origin}{who.path()}", 0)
        if who.banner:
            _wait(page, who, "watched.visible !== null", "its banner")
        time.sleep(READY_MS / 1000)
        if who.banner and not phone:
            page.press(who.reject)
            _wait(page, who, "watched.gone !== null", "an end of its banner")
        found: dict[str, Any] = page.value("watched")
        return Standing(**found)


def _watching(who: Contestant) -> str:
    return f"({WATCH})({VISIBLE}, {json.dumps(who.banner or '#none')})"


def _visible(who: Contestant) -> str:
    return f"({VISIBLE})({json.dumps(who.banner)})"


def _answer(page: Page, who: Contestant, button: str) -> None:
    """Press until the banner goes: some buttons do nothing at first."""
    end = time.monotonic() + PATIENCE_SECONDS
    while page.value(_visible(who)) and time.monotonic() < end:
        page.press(button)
        time.sleep(PASSING_MS / 1000)


def _script(page: Page, pages: Pages, who: Contestant, read_ms: int, *, asks: bool) -> Script:
    """Load a page and read both meters; ``SystemExit`` where its banner is not there, or there, against ``asks``."""
    meters = [page.measure(domain) for domain in ("timeTicks", "threadTicks")]
    page.open(f"{pages.origin}{who.path()}", read_ms)
    clock, thread = (meter.script_ms() for meter in meters)
    drawn = "[data-placet=reopen]"
    if who.banner and page.value(_visible(who)) != asks:
        raise SystemExit(f"{who.name}: the banner is {'not ' if asks else ''}there, so nothing was measured")
    if not asks and who.banner and not who.package:
        if not page.value("!!window.placet.get().choice"):
            raise SystemExit(f"{who.name}: it knows of no choice, so nothing was measured")
        if page.has(drawn) != (who is BUTTON_DRAWN):
            raise SystemExit(
                f"{who.name}: {drawn} is {'not ' if who is BUTTON_DRAWN else ''}there, so nothing was measured"
            )
    return Script(clock, thread)


def _wait(page: Page, who: Contestant, expression: str, what: str) -> None:
    """Wait until the page says so; raises ``SystemExit`` where it does not."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        # Between two documents there is nobody to ask.
        with suppress(ProtocolError):
            if page.value(expression):
                return
        time.sleep(0.04)
    raise SystemExit(f"{who.name}: {what} did not come within {PATIENCE_SECONDS} s")
