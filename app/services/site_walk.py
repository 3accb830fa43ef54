"""A walk over a site's pages in the operator's Chromium: before a choice, after *Reject all*, after *Accept all*."""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urldefrag, urlsplit

from app.core.site_check import Looked, State
from app.services.chromium import started
from app.services.site_tab import Pace, Tab, origin_of, text, texts
from app.services.way_out import way_out

MAX_SECONDS = 300.0
MAX_PAGES = 20
MAX_URL = 500
# Not pages, or links that do something.
_NO_PAGE = re.compile(r"\.(?!html?$|php$|aspx?$|jsp$)[a-z0-9]{2,5}$|log-?out|sign-?out|abmeld", re.IGNORECASE)
_CHOSEN = "!!window.placet?.get().choice"
_OPTIONS = (
    # Without the second, what is on this machine would be reached past the proxy.
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    "--disable-sync",
    "--disable-component-update",
)


@dataclass(frozen=True)
class Plan:
    """Where to begin, which origins are the site's (only their documents are opened), and how many pages at most.

    ``private``: hosts of private networks and this machine may be reached, too; ``placet``, where Placet is, always.
    """

    url: str
    origins: frozenset[str]
    policy_url: str
    pages: int = 5
    private: bool = False
    placet: str = ""


def walk(chromium: str, plan: Plan, pace: Pace | None = None) -> list[Looked]:
    """Walk a site with the Chromium at path ``chromium``. Raises ``ChromiumError`` when it does not get to the end.

    The first page and those that it and the next ones link to, in their order, at most ``plan.pages``.
    """
    with (
        way_out(private=plan.private, also=plan.placet) as proxy,
        started(chromium, (*_OPTIONS, f"--proxy-server={proxy}")) as browser,
    ):
        browser.within(MAX_SECONDS)

        def tab() -> Tab:
            return Tab(browser, plan.origins, pace or Pace())

        looks = _look_before(tab(), plan)
        pages = [look.url for look in looks if not look.problem]
        first = next((look.url for look in looks if look.site), None)
        for state in ("rejected", "accepted") if first else ():
            looks += _look_after(tab(), state, first or "", pages)
        return looks


def _look_before(tab: Tab, plan: Plan) -> list[Looked]:
    looks: list[Looked] = []
    ahead = [plan.url]
    while ahead and len(looks) < plan.pages:
        url = ahead.pop(0)
        if problem := tab.open(url):
            looks.append(Looked("before", url, problem))
            continue
        facts = tab.facts()
        look = _look(tab, "before", url, facts)
        links = texts(facts.get("pages"))
        check = tab.check() if look.site else {}
        looks.append(
            replace(
                look,
                embedding=text(check.get("embedding")),
                by_header=check.get("by_header") is True,
                advice=tuple(texts(check.get("advice"))),
                policy=_plain(plan.policy_url) in map(_plain, texts(facts.get("links"))),
            )
        )
        known = {one.url for one in looks} | set(ahead)
        ahead += [link for link in dict.fromkeys(urldefrag(own).url for own in links) if _is_page(link, plan, known)]
    tab.close()
    return looks


def _look_after(tab: Tab, state: State, first: str, pages: list[str]) -> list[Looked]:
    """Choose on the page ``first``, and look at all ``pages`` again."""
    looks = []
    problem = tab.open(first) or _choose(tab, state)
    if problem:
        tab.close()
        return [Looked(state, first, problem)]
    at_once = tab.loaded()
    is_back = _can_go_back(tab) if state == "accepted" else True
    for url in pages:
        if problem := tab.open(url):
            looks.append(Looked(state, url, problem))
            continue
        look = _look(tab, state, url, tab.facts())
        if url == first:
            look = replace(look, loaded=look.loaded | at_once, way_back=look.way_back and is_back)
        looks.append(look)
    tab.close()
    return looks


def _choose(tab: Tab, state: State) -> str:
    """Answer the banner with a click; where there is none, through the page's own words. Returns why it failed."""
    action = "reject" if state == "rejected" else "accept"
    tab.wait_for("!!document.querySelector('[data-placet=banner],[data-placet=reopen]')")
    tab.forget_loaded()
    if not tab.press(f"[data-placet=banner] [data-action={action}]"):
        tab.evaluate(f"window.placet?.{action}?.()")
    if not tab.wait_for(_CHOSEN):
        return "No choice could be made there."
    tab.settle()
    return ""


def _can_go_back(tab: Tab) -> bool:
    """Whether the preferences open, by the button or the page's own link."""
    if not tab.press("[data-placet=reopen],[data-placet=settings]"):
        tab.evaluate("window.placet?.show?.()")
    return tab.wait_for("!!document.querySelector('[data-placet=preferences]')?.getBoundingClientRect().width")


def _look(tab: Tab, state: State, url: str, facts: dict[str, Any]) -> Looked:
    return Looked(
        state,
        url,
        site=text(facts.get("site")),
        regime=text(facts.get("regime")),
        allowed=frozenset(texts(facts.get("allowed"))),
        asked=facts.get("asked") is True,
        way_back=facts.get("back") is True,
        loaded=tab.loaded(),
        stored=tab.stored(url, facts),
    )


def _is_page(link: str, plan: Plan, known: set[str]) -> bool:
    own = origin_of(link)
    path = urlsplit(link).path
    return own == origin_of(plan.url) and len(link) <= MAX_URL and link not in known and not _NO_PAGE.search(path)


def _plain(url: str) -> str:
    return urldefrag(url).url.rstrip("/")
