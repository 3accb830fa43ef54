"""One tab of a browser without a past, on a site's own pages: what left it, what it stored, what Placet says there."""

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from app.core.site_check import Loaded, Stored
from app.services.chromium import Chromium, ChromiumRefusalError, Event

_OURS = re.compile(r"/v1/sites/[^/]+/")
_PAUSED = [{"urlPattern": "*", "resourceType": "Document"}, {"urlPattern": "*/v1/sites/*"}]
_ATTACH: dict[str, Any] = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
_STORAGE = ("local", "session", "indexeddb")
# Everything that a page says is a claim of that page: it is read as names and yes or no, and nothing else.
_FACTS = """(async () => {
  const isSeen = (element) => { const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(element).visibility === "visible"; };
  const isThere = (selector) => [...document.querySelectorAll(selector)].some(isSeen);
  const keys = (read) => { try { return Object.keys(read()); } catch { return []; } };
  const bases = await indexedDB.databases().catch(() => []);
  const now = window.placet?.get?.();
  const links = [...document.links];
  const hrefs = (all) => all.map(({ href }) => href).slice(0, 1000);
  return {
    site: window.placet?.site, allowed: now?.allowed, regime: now?.regime, chosen: !!now?.choice,
    asked: isThere("[data-placet=banner]"),
    back: isThere("[data-placet=reopen]") || !!document.querySelector("[data-placet=settings]"),
    links: hrefs(links), pages: hrefs(links.filter((link) => !link.closest("[data-placet]"))),
    local: keys(() => localStorage), session: keys(() => sessionStorage), indexeddb: bases.map(({ name }) => name),
  };
})()"""
_CHECK = "window.placet?.check?.().then(({ embedding, by_header, advice }) => ({ embedding, by_header, advice }))"
_SPOT = """(() => {
  const all = [...document.querySelectorAll(%s)].filter((element) => element.getBoundingClientRect().width > 0);
  const element = all.at(-1);
  element?.scrollIntoView({ block: "center", behavior: "instant" });
  const { x, y, width, height } = element?.getBoundingClientRect() ?? {};
  return element ? [x + width / 2, y + height / 2] : null;
})()"""
_FORGET = """(() => { for (const key of Object.keys(localStorage))
  if (/^placet_.*_queue$/.test(key)) localStorage.removeItem(key); })()"""


@dataclass(frozen=True)
class Pace:
    """How long is waited, in seconds: for a page to load; then at least; until nothing has moved for; at most."""

    load: float = 15.0
    least: float = 1.2
    quiet: float = 0.5
    most: float = 6.0


@dataclass
class _Record:
    """What was seen since the last page was asked for."""

    requests: dict[tuple[str, str], list[Loaded]] = field(default_factory=dict)
    under_way: set[tuple[str, str]] = field(default_factory=set)
    moved_at: float = 0.0
    is_loaded: bool = False
    status: int = 200
    elsewhere: str = ""


class Tab:
    """A tab in a browser context of its own: no cookie, nothing stored, nothing cached.

    Only documents of ``origins`` are opened in it. What would be sent to Placet (receipts, counts) is stopped: nobody has
    chosen anything, and nobody is to be counted.
    """

    def __init__(self, browser: Chromium, origins: frozenset[str], pace: Pace) -> None:
        self._browser, self._origins, self._pace = browser, origins, pace
        self._seen = _Record()
        self._context = browser.ask("Target.createBrowserContext", disposeOnDetach=True)["browserContextId"]
        where = {"browserContextId": self._context, "width": 1280, "height": 800}
        self._target = browser.ask("Target.createTarget", url="about:blank", **where)["targetId"]
        self._main = browser.ask("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        self._sessions = {self._main}
        browser.hear = self._hear
        # These belong to no page: it is the browser that tells of them.
        kinds = [{"type": "shared_worker"}, {"type": "service_worker"}, {"exclude": True}]
        browser.ask("Target.setAutoAttach", **_ATTACH, filter=kinds)
        self._watch(self._main)
        browser.ask("Page.enable", self._main)

    def close(self) -> None:
        """Forget everything of it."""
        self._browser.ask("Target.disposeBrowserContext", browserContextId=self._context)

    def open(self, url: str) -> str:
        """Open a page and wait until it has come to rest. Returns why it was not opened; empty: it was."""
        self.evaluate(_FORGET)
        self._seen = seen = _Record(moved_at=time.monotonic())
        failed = self._browser.ask("Page.navigate", self._main, url=url).get("errorText")
        if not failed:
            self._browser.listen(lambda: seen.is_loaded, self._pace.load)
            self.settle()
        if seen.elsewhere:
            return f"It leads to {seen.elsewhere}, which is none of the site's addresses."
        if failed:
            return f"It cannot be opened ({failed})."
        return f"It answers {seen.status}." if seen.status >= 400 else ""

    def settle(self) -> None:
        """Wait until nothing has moved for a while, as somebody points at the page."""
        pace, began = self._pace, time.monotonic()
        for place in (1, 2):
            self._browser.ask("Input.dispatchMouseEvent", self._main, type="mouseMoved", x=place, y=place)

        def is_at_rest() -> bool:
            now = time.monotonic()
            is_quiet = not self._seen.under_way and now - self._seen.moved_at >= pace.quiet
            return now - began >= pace.least and is_quiet

        self._browser.listen(is_at_rest, pace.most)

    def facts(self) -> dict[str, Any]:
        """Return what the page says now, empty where it says nothing that can be read."""
        found = self.evaluate(_FACTS)
        return found if isinstance(found, dict) else {}

    def check(self) -> dict[str, Any]:
        """Return what the widget says of how it is put in (``placet.check()``)."""
        found = self.evaluate(_CHECK)
        return found if isinstance(found, dict) else {}

    def press(self, selector: str) -> bool:
        """Click on the last element that matches and is seen, as a hand would. Returns whether there is one."""
        spot = self.evaluate(_SPOT % json.dumps(selector))
        if not isinstance(spot, list):
            return False
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self._browser.ask("Input.dispatchMouseEvent", self._main, type=kind, x=spot[0], y=spot[1], **button)
        return True

    def wait_for(self, expression: str) -> bool:
        """Wait until an expression is true in the page, as long as for a page to load."""
        return self._browser.listen(lambda: self.evaluate(expression) is True, self._pace.load)

    def evaluate(self, expression: str) -> Any:
        """Return an expression's value in the page, as somebody who has just acted; ``None`` when it fails."""
        how = {"awaitPromise": True, "returnByValue": True, "userGesture": True}
        try:
            answer = self._browser.ask("Runtime.evaluate", self._main, expression=expression, **how)
        except ChromiumRefusalError:
            return None  # the page has gone to another meanwhile
        return None if "exceptionDetails" in answer else answer["result"].get("value")

    def loaded(self) -> frozenset[Loaded]:
        """Return what has left the browser since the page was asked for."""
        return frozenset(one for chain in self._seen.requests.values() for one in chain)

    def forget_loaded(self) -> None:
        """Begin anew with what leaves the browser."""
        self._seen.requests.clear()

    def stored(self, url: str, facts: dict[str, Any]) -> frozenset[Stored]:
        """Return everything that is stored by now: cookies of all domains, and the page's own storage."""
        host = urlsplit(url).hostname or ""
        cookies = self._browser.ask("Storage.getCookies", browserContextId=self._context)["cookies"]
        found = {
            Stored("cookie", cookie["name"], "" if f".{host}".endswith(f".{domain}") else domain)
            for cookie in cookies
            for domain in [cookie["domain"].lstrip(".")]
        }
        for kind in _STORAGE:
            found |= {Stored(kind, name) for name in texts(facts.get(kind))}  # type: ignore[arg-type]
        return frozenset(found)

    def _watch(self, session: str) -> None:
        browser = self._browser
        browser.tell("Network.enable", session)
        browser.tell("Network.setCacheDisabled", session, cacheDisabled=True)
        browser.tell("Network.setBypassServiceWorker", session, bypass=True)
        browser.tell("Fetch.enable", session, patterns=_PAUSED)
        # Frames of others and workers are processes of their own: held until they are watched, too.
        browser.tell("Target.setAutoAttach", session, **_ATTACH)
        browser.tell("Runtime.runIfWaitingForDebugger", session)

    def _hear(self, event: Event) -> None:
        session, params, seen = str(event.get("sessionId")), event["params"], self._seen
        if session not in self._sessions and params.get("targetInfo", {}).get("browserContextId") != self._context:
            return
        key = (session, str(params.get("requestId")))
        match event["method"]:
            case "Target.attachedToTarget":
                self._sessions.add(params["sessionId"])
                self._watch(params["sessionId"])
            case "Network.requestWillBeSent":
                self._note(key, params["request"]["url"], params.get("type", "Other"))
            case "Network.webSocketCreated":
                self._note(key, params["url"], "WebSocket")
                seen.under_way.discard(key)
            case "Network.loadingFailed" | "Network.loadingFinished":
                seen.under_way.discard(key)
                seen.moved_at = time.monotonic()
                if params.get("blockedReason") and seen.requests.get(key):
                    seen.requests[key].pop()  # a policy, or we, did not let it out
            case "Network.responseReceived":
                if params["type"] == "Document" and params.get("frameId") == self._target:
                    seen.status = params["response"]["status"]
            case "Page.loadEventFired":
                seen.is_loaded = True
            case "Page.javascriptDialogOpening":
                # Nobody sees it; unanswered, it would hold the page for good.
                self._browser.tell("Page.handleJavaScriptDialog", session, accept=True)
            case "Fetch.requestPaused":
                self._decide(session, params)

    def _note(self, key: tuple[str, str], url: str, kind: str) -> None:
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return
        # `wss://placet:1` is what the gate makes of a socket that it holds (widget/src/gate/network.ts).
        is_held = (host, kind) == ("placet", "WebSocket")
        if parts.scheme in ("http", "https", "ws", "wss") and host and kind != "Preflight" and not is_held:
            self._seen.requests.setdefault(key, []).append(Loaded(host, parts.path or "/", kind.lower()))
            self._seen.under_way.add(key)
            self._seen.moved_at = time.monotonic()

    def _decide(self, session: str, params: dict[str, Any]) -> None:
        url, request = params["request"]["url"], params["requestId"]
        is_page = params["resourceType"] == "Document" and params["frameId"] == self._target
        is_elsewhere = is_page and origin_of(url) not in self._origins
        if is_elsewhere:
            self._seen.elsewhere = origin_of(url)
        if is_elsewhere or (params["request"]["method"] != "GET" and _OURS.search(urlsplit(url).path)):
            self._browser.tell("Fetch.failRequest", session, requestId=request, errorReason="BlockedByClient")
        else:
            self._browser.tell("Fetch.continueRequest", session, requestId=request)


def origin_of(url: str) -> str:
    """Return the origin of an address, as configs write it; empty where it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    is_usual = port in (None, 443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def texts(value: Any) -> list[str]:
    """Return the texts of a list that a page has made; what is none is left out."""
    return [told for one in value if (told := text(one))] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Return a text that a page has made, well-formed: half a surrogate pair becomes U+FFFD. ``None``: it is no text."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else None
