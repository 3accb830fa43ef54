"""The real product in real Chromium: gunicorn, the four example sites at their own origins, the tracker inbox."""

import json
import re
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.db import prepare_engine
from app.services.exports import Selection, jsonl
from app.services.sites import find_site_by_handle
from examples import SITES, load_config
from examples.app import create_app as create_examples
from tests.e2e.wording import Words, serving_words
from tests.support.server import Server, free_port, serving

PATIENCE_SECONDS = 15
AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
ARTIFACTS = Path(__file__).parent.parent / ".artifacts"
# Each window of Chromium without a head prepares the pop-ups of its address bar, which nobody sees: two pages of its own,
# that take as long as a page of ours. Beside them what Playwright switches off, because this takes the place of its list.
SWITCHED_OFF = """
WebUIOmniboxPopup WebUIOmniboxAimPopup
AimEnabled AvoidCorsURLLoaderRestartOnRedirect AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose
HttpsFirstBalancedModeAutoEnable HttpsUpgrades LensOverlay MediaRouter NetworkTimeServiceQuerying OptimizationHints
PaintHolding PreconnectToSearch ThirdPartyStoragePartitioning
"""
CHROMIUM_ARGS = [
    f"--disable-features={','.join(SWITCHED_OFF.split())}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-partial-raster",  # a picture then does not depend on what was drawn before
]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until ``holds()``; fails with ``what`` when it never does."""
    turn = threading.Event()
    for _ in range(PATIENCE_SECONDS * 20):
        if holds():
            return
        turn.wait(0.05)
    raise AssertionError(f"never happened: {what}")


def closed_in_the_end(answer: Iterable[bytes]) -> Iterator[bytes]:
    """Pass an answer on and close it, also where the browser hangs up: then werkzeug's server leaves its file open."""
    try:
        yield from answer
    finally:
        getattr(answer, "close", lambda: None)()


class Turns:
    """Wraps the example sites: whoever visited in an earlier test is not heard any more.

    What a page sends as it is left arrives when it likes, and would count as the next test's.
    """

    def __init__(self, application) -> None:
        self._application = application
        self._turn = 0

    def __call__(self, environ, start_response):
        turn = re.search(r" turn/(\d+)", environ.get("HTTP_USER_AGENT", ""))
        if turn and int(turn[1]) != self._turn:
            start_response("204 No Content", [])
            return []
        return closed_in_the_end(self._application(environ, start_response))

    def next(self) -> str:
        """Begin a test; returns the user agent of its visitor."""
        self._turn += 1
        return f"Mozilla/5.0 (X11; Linux x86_64) Chrome turn/{self._turn}"


@dataclass(frozen=True)
class World:
    """A running installation with the example sites, and what reached their trackers."""

    server: Server
    port: int
    keys: dict[str, str]
    data: Path
    turns: Turns

    def url(self, site: str, path: str = "/", **query: str) -> str:
        asked = "&".join(f"{name}={value}" for name, value in {"country": "DE", **query}.items())
        return f"http://{site}.localhost:{self.port}{path}?{asked}"

    def hits(self, site: str) -> Counter[str]:
        """Count what reached each tracker of a site; key ``?`` is what no tracker claims."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/hits.json?site={site}", headers={"Host": f"inbox.localhost:{self.port}"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return Counter(hit["tracker"] or "?" for hit in json.load(answer)["hits"])

    def clear(self) -> None:
        """Empty the inbox."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/clear", method="POST", headers={"Host": f"inbox.localhost:{self.port}"}
        )
        urllib.request.urlopen(request, timeout=5).close()

    def receipts(self, *sites: str) -> list[dict]:
        """Return the payloads of all stored receipts of these sites, in log order, as an auditor's exports have them."""
        engine = create_engine(f"sqlite:///{self.data / 'placet.db'}", poolclass=NullPool)
        prepare_engine(engine)
        with Session(engine) as session:
            found = [find_site_by_handle(session, site) for site in sites]
            lines = b"".join(chunk for site in found for chunk in jsonl(session, site, Selection()))
        return [json.loads(line)["payload"] for line in lines.splitlines()]


def with_strict_policy(application, server: str):
    """Wrap the example sites: with ``?strict=1`` a page bears a policy without inline script, and trusted types."""
    policy = (
        f"script-src 'self' {server} http://*.localhost:*; style-src 'self'; require-trusted-types-for 'script'; "
        "trusted-types placet"
    )

    def wrapped(environ, start_response):
        def start(status, headers, *rest):
            strict = "strict=1" in environ["QUERY_STRING"]
            return start_response(status, [*headers, ("Content-Security-Policy", policy)] if strict else headers, *rest)

        return application(environ, start)

    return wrapped


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> Iterator[World]:
    data = tmp_path_factory.mktemp("installation")
    environ = {
        "PLACET_ENV": "development",
        "PLACET_DATA": str(data),
        "PLACET_ALLOW_COUNTRY_PARAM": "1",
        "PLACET_COUNTRY_HEADER": "X-Country",
        "PLACET_NETWORK_BURST": "100000",
        "PLACET_MOUNT_HEADER": "Placet-Mount",
    }
    server, port = Server(environ, data / "gunicorn.log"), free_port()
    keys = server.publish({name: load_config(name, port) for name in SITES})
    server.start()
    turns = Turns(with_strict_policy(create_examples(keys, server.url, port), server.url))
    try:
        with serving(turns, port):
            yield World(server, port, keys, data, turns)
    finally:
        server.kill()


@pytest.fixture(scope="session")
def words(world) -> Iterator[Words]:
    """A site in four languages."""
    with serving_words(lambda: world.receipts("words")) as words:
        words.server, words.key = world.server.url, world.server.publish({"words": words.config()})["words"]
        yield words


@pytest.fixture
def context(browser, world) -> Iterator[BrowserContext]:
    """A fresh visitor on a desktop."""
    user_agent = world.turns.next()
    world.clear()
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", user_agent=user_agent
    )
    yield context
    context.close()


@pytest.fixture
def page(context) -> Page:
    return context.new_page()


# Who has chosen gets the reopen button at the first sign of somebody: here is one, so that nobody waits 1.5 s for it.
SETTLED = """document.readyState === 'complete'
  && (!window.placet || !!document.querySelector('[data-placet=banner]')
    || (document.dispatchEvent(new Event('pointerover')), !!document.querySelector('[data-placet=reopen]')))"""


class Visit:
    """What a visitor does, in the words of the widget's machine contract (docs/widget.md)."""

    def __init__(self, page: Page, world: World, site: str) -> None:
        self.page, self.world, self.site = page, world, site
        self.key = world.keys[site]
        self._under_way: set[object] = set()
        page.on("request", lambda request: self._under_way.add(request))
        page.on("requestfinished", lambda request: self._under_way.discard(request))
        page.on("requestfailed", lambda request: self._under_way.discard(request))

    def open(self, path: str = "/", **query: str) -> "Visit":
        """Open a page, point at it and wait until nothing more is asked of the network."""
        self.page.goto(self.world.url(self.site, path, **query))
        return self.settle().point()

    def point(self) -> "Visit":
        """Move the pointer over the page: where somebody is asked, that is the first sign of somebody."""
        if not self.banner_is_open():
            return self
        self.page.mouse.move(1, 1)
        self.page.mouse.move(2, 2)
        return self.settle()

    def settle(self) -> "Visit":
        """Wait until what the page has begun is done: two journeys to its own server, then nothing under way."""
        for _ in range(2):
            self.page.evaluate("() => fetch('/static/site.css', {cache: 'no-store'}).then(answer => answer.text())")
        # Asked from outside: Playwright's own waiting for a function is an eval in the page, which a policy may forbid.
        eventually(lambda: self.page.evaluate(SETTLED) and not self._pending(), "the page is whole, all requests end")
        return self

    def _pending(self) -> set[object]:
        return {
            request
            for request in self._under_way
            if request.resource_type not in ("ping", "eventsource") and not request.url.endswith("/receipts")
        }

    def reload(self) -> "Visit":
        self.page.reload()
        return self.settle().point()

    def click(self, action: str) -> None:
        self.page.locator(f"[data-placet] [data-action={action}]:visible").last.click()

    def choose(self, *granted: str) -> None:
        """Open the preferences and grant exactly these categories."""
        if self.page.locator("[data-placet=banner]").is_visible():
            self.click("settings")
        else:
            self.page.locator("[data-placet=reopen]").click()
        self.page.wait_for_selector("[data-placet=preferences]:visible")
        for switch in self.page.locator("[data-placet=preferences] [data-category]:not([disabled])").all():
            switch.set_checked(switch.get_attribute("data-category") in granted)
        self.click("save")

    def banner_is_open(self) -> bool:
        return self.page.locator("[data-placet=banner]").is_visible()

    def reached(self) -> set[str]:
        return set(self.world.hits(self.site))

    def stored(self) -> set[str]:
        """Names of cookies and storage keys that are not Placet's own."""
        cookies = {cookie["name"] for cookie in self.page.context.cookies(self.world.url(self.site))}
        storage = self.page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
        return {name for name in {*cookies, *storage} if not name.startswith("placet_")}

    def local(self, name: str) -> str | None:
        return self.page.evaluate("name => localStorage.getItem(name)", f"placet_{self.key}{name}")

    def choice(self) -> str | None:
        cookies = self.page.context.cookies(self.world.url(self.site))
        return next((cookie["value"] for cookie in cookies if cookie["name"] == f"placet_{self.key}"), None)


@pytest.fixture
def visit(page, world) -> Callable[..., Visit]:
    return lambda site="saas-console", on=page: Visit(on, world, site)
