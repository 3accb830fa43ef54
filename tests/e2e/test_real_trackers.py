"""Trackers from npm as they come, against the real product: held, released, stopped, and what they stored is gone.

rrweb's recorder, PostHog and Mixpanel, all recording sessions: marked as bundles, or, not marked, as their vendors'
snippets bring them. Nothing here asks Placet how it does: requests are counted at the trackers' hosts, and the browser's
storage is looked into.
"""

import itertools
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.conftest import Visit, eventually
from tests.e2e.sdks.in_page import DATABASES, KEYS, RECORDS, REMEMBER_CONNECTIONS, SHOW_NOTHING, TELL
from tests.e2e.sdks.web import HERE, SITE, TRACKERS, Web, owner, running_web
from tests.support.server import ROOT

EMBEDDINGS = ("marked", "automatic")

# A stub that a vendor's snippet puts there has the global's name, but nothing of this.
IS_THERE = {
    "recorder": "!!window.recorder",
    "posthog": "!!window.posthog?.__loaded",
    "mixpanel": "!!window.mixpanel?.__loaded",
}
# Whether it records by now: PostHog sends nothing of a page whose visitor did all before its recorder had come.
IS_RECORDING = {
    "recorder": "!!window.recorder",
    "posthog": "posthog.sessionRecordingStarted()",
    "mixpanel": "!!mixpanel.get_session_recording_properties().$mp_replay_id",
}
# Where each sends what it has recorded of the page; events have other addresses.
RECORDINGS = {"recorder": "POST /events", "posthog": "POST /s/", "mixpanel": "POST /record/"}
# What each writes in fact: else the tests would look for nothing.
WRITES = {
    ("marked", "recorder"): {"session"},
    ("automatic", "recorder"): {"session"},
    ("marked", "posthog"): {"cookie", "local", "session"},
    ("automatic", "posthog"): {"cookie", "local", "session"},
    ("marked", "mixpanel"): {"cookie", "local", "session", "indexeddb"},
    ("automatic", "mixpanel"): {"local", "session", "indexeddb"},
}
# Mixpanel's locks between tabs, which come and go.
LOCKS = (":X", ":Y", ":Z")
# Under what each tells its host of a visitor, until that is gone.
KNOWS_VISITOR_AS = {
    "recorder": "sessionStorage.rec_visit",
    "posthog": "posthog.get_distinct_id()",
    "mixpanel": "mixpanel.get_session_recording_properties().$mp_replay_id",
}

_marks = itertools.count(1)


class Guest(Visit):
    """A visitor of the shop, on whose pages time passes as the test says."""

    world: Web

    def __init__(self, page: Page, web: Web) -> None:
        super().__init__(page, web, SITE)

    def choose(self, *granted: str) -> None:
        """Open the preferences and grant exactly these trackers, each by its own switch."""
        self.page.bring_to_front()
        opener = "[data-placet=banner] [data-action=settings], [data-placet=reopen]"
        self.page.locator(opener).locator("visible=true").click()
        preferences = self.page.locator("[data-placet=preferences]")
        preferences.wait_for()
        preferences.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        for id_ in TRACKERS:
            preferences.locator(f"input[data-tracker={id_}]").set_checked(id_ in granted)
        self.click("save")

    def do(self) -> str:
        """Move, click and write about; returns the mark by which it is known again in what trackers send."""
        mark = f"mark-{next(_marks)}-"
        self.page.bring_to_front()
        basket = self.page.evaluate(TELL, mark)
        self.page.mouse.move(300, 300)
        self.page.mouse.click(*basket)
        self.page.mouse.move(600, 200)
        return mark

    def stop_time(self) -> None:
        """Nothing that waits for a timer happens any more, until the test lets time pass."""
        self.page.clock.pause_at(self.page.evaluate("Date.now()") / 1000 + 1)

    def arrived(self, *ids: str) -> dict[str, list[str]]:
        """What has come to the hosts of these trackers, or of all."""
        return {id_: self.world.arrived(id_) for id_ in ids or TRACKERS}

    def is_there(self, id_: str) -> bool:
        return self.page.evaluate(IS_THERE[id_])

    def records(self, id_: str) -> bool:
        """Let a tenth of a second pass; says whether this tracker records."""
        self.page.clock.run_for(100)
        return self.page.evaluate(IS_RECORDING[id_])

    def has_told(self, id_: str, mark: str, recordings: int = 0) -> bool:
        """Let a second pass; says whether the tracker's host has heard the mark, and of so many recordings."""
        self.page.clock.run_for(1000)
        said = self.world.arrived(id_)
        return any(mark in one for one in said) and recordings <= _recordings(said, id_)

    def works(self, *ids: str) -> None:
        """Wait until these trackers are there, and report and record what is done from now on."""
        eventually(lambda: all(self.is_there(id_) for id_ in ids), f"{ids} load")
        self.settle()
        for id_ in ids:
            eventually(lambda id_=id_: self.records(id_), f"{id_} begins to record")
        more = {id_: _recordings(self.world.arrived(id_), id_) + 1 for id_ in ids}
        mark = self.do()
        for id_ in ids:
            eventually(lambda id_=id_: self.has_told(id_, mark, more[id_]), f"{id_} reports and records")

    def calm(self) -> None:
        """Wait until all that the page has sent has arrived, what it sent as a beacon too."""
        self.page.bring_to_front()
        self.settle()
        mark = f"mark-{next(_marks)}-"
        self.page.evaluate("([url, mark]) => navigator.sendBeacon(url, mark)", [self.world.url("calm"), mark])
        eventually(lambda: any(mark in said for said in self.world.arrived("calm")), "the last beacon arrives")

    def stored(self) -> set[str]:
        """What is not Placet's own, as ``kind name``; databases that hold nothing, or empty lists, do not count."""
        cookies = {f"cookie {cookie['name']}" for cookie in self.page.context.cookies(self.world.url(SITE))}
        found = {*cookies, *self.page.evaluate(KEYS), *self.page.evaluate(RECORDS)}
        return {stored for stored in found if not stored.partition(" ")[2].startswith("placet_")}

    def stored_by(self, id_: str) -> set[str]:
        return {stored for stored in self.stored() if owner(stored) == id_}

    def databases(self) -> set[str]:
        """The names of all there are, empty ones too."""
        return set(self.page.evaluate(DATABASES))


def _recordings(said: list[str], id_: str) -> int:
    return sum(one.startswith(RECORDINGS[id_]) for one in said)


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Iterator[Web]:
    bundles = tmp_path_factory.mktemp("sdks")
    building = subprocess.Popen(["node", HERE / "build.mjs", bundles], cwd=ROOT)
    with running_web(tmp_path_factory.mktemp("shop"), bundles) as web:
        assert building.wait() == 0
        yield web


@pytest.fixture
def context(browser, web) -> Iterator[BrowserContext]:
    """A fresh visitor, who asks nobody outside this computer."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.clock.install()
    context.add_init_script(REMEMBER_CONNECTIONS)
    asked: set[str] = set()
    context.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    yield context
    context.close()
    inside = {web.server.url.removeprefix("http://"), ""}  # without a host: data: and blob:
    assert {host for host in asked - inside if not host.endswith(f".localhost:{web.port}")} == set()


@pytest.fixture
def guest(context, web) -> Callable[[str], Guest]:
    """A tab with the shop's page of that embedding."""
    return lambda embedding: Guest(context.new_page(), web).open(f"/{embedding}")


@pytest.mark.parametrize("embedding", EMBEDDINGS)
def test_without_a_yes_nothing_of_them_is_there(guest, embedding):
    here = guest(embedding)
    before = here.arrived()
    for answer in (lambda: None, lambda: here.click("reject"), here.reload):
        answer()
        here.do()
        here.page.clock.run_for(60_000)
        here.calm()
        assert here.arrived() == before
        assert here.stored() | here.databases() == set()
        assert not any(here.is_there(id_) for id_ in TRACKERS)
        if embedding == "marked":
            assert here.page.evaluate("names => names.filter(name => name in window)", list(TRACKERS)) == []
    assert not here.banner_is_open()


@pytest.mark.parametrize("id_", TRACKERS)
@pytest.mark.parametrize("embedding", EMBEDDINGS)
def test_granted_it_works_withdrawn_it_sends_and_keeps_nothing_more(guest, embedding, id_):
    others = [other for other in TRACKERS if other != id_]
    here = guest(embedding)
    before = here.arrived(*others)
    here.choose(id_)
    here.works(id_)
    assert {stored.split(" ")[0] for stored in here.stored()} == WRITES[embedding, id_]
    assert {owner(stored) for stored in here.stored()} == {id_}, "nothing that its entry does not list"
    assert here.arrived(*others) == before
    assert not any(here.is_there(other) for other in others)

    here.choose(*TRACKERS)
    here.works(*TRACKERS)
    kept = {stored for stored in here.stored() if owner(stored) != id_ and not stored.endswith(LOCKS)}
    loads = here.page.evaluate("performance.timeOrigin")
    here.stop_time()
    here.calm()
    here.do()  # what is recorded by right, and not sent yet
    here.calm()
    arrived = here.arrived(id_)

    here.choose(*others)
    while_off = here.do()
    for other in others:
        eventually(lambda other=other: here.has_told(other, while_off), f"{other} is not touched")
    for _ in range(4):
        here.do()
        here.page.clock.run_for(15_000)
        here.calm()
    assert here.arrived(id_) == arrived, "not even what it had not sent yet"
    assert here.stored_by(id_) == set()
    assert kept <= here.stored(), "the others keep what they may"
    assert here.page.evaluate("performance.timeOrigin") == loads, "the page was not loaded again"

    here.page.clock.resume()
    here.reload()
    here.works(*others)
    here.calm()
    assert here.arrived(id_) == arrived
    assert here.stored_by(id_) == set()
    eventually(lambda: id_ not in {owner(name) for name in here.databases()}, "not even an empty database is left")

    here.choose(*TRACKERS)
    here.works(id_)
    assert not any(while_off in said for said in here.arrived(id_)[id_])


@pytest.mark.parametrize("id_", TRACKERS)
def test_a_marked_one_that_was_withdrawn_starts_again_at_once_and_from_nothing(guest, id_):
    here = guest("marked")
    here.click("accept")
    here.works(*TRACKERS)
    here.stop_time()
    past = [here.page.evaluate(KNOWS_VISITOR_AS[id_]), here.do()]
    here.choose(*(other for other in TRACKERS if other != id_))
    past.append(here.do())
    for _ in range(5):  # Mixpanel waits ten seconds for its locks, which went with the rest, before it gives up
        here.page.clock.run_for(3000)
        here.calm()
    before = len(here.world.arrived(id_))
    here.page.evaluate(SHOW_NOTHING)
    here.choose(*TRACKERS)
    here.works(id_)
    assert here.stored_by(id_)
    here.page.clock.run_for(60_000)
    here.calm()
    assert all(past)
    assert not [said for said in here.world.arrived(id_)[before:] if any(one in said for one in past)]


def test_withdrawing_in_one_tab_stops_and_clears_in_the_other(guest):
    tabs = there, here = guest("automatic"), guest("marked")
    here.choose(*TRACKERS)
    for tab in tabs:
        tab.works(*TRACKERS)
    here.stop_time()
    for tab in tabs:
        tab.calm()
        tab.do()
    for tab in tabs:
        tab.calm()  # a tab that comes to the front makes the other send what it has
    arrived = here.arrived()
    here.choose()
    eventually(lambda: there.page.evaluate("placet.get().allowed.length === 0"), "the other tab hears of it")
    for tab in tabs:
        tab.do()
        for milliseconds in (1000, 60_000):  # what is written late needs time of its own, too
            tab.page.clock.run_for(milliseconds)
            tab.calm()
        assert here.arrived() == arrived
    # Both share one storage: a script of the tab whose time stood still may have been in the middle of something.
    for tab in tabs:
        assert tab.stored() == set()
    here.page.clock.resume()
    for tab in tabs:
        tab.reload()
        assert tab.stored() == set()
    eventually(lambda: here.databases() == set(), "no database is left")
    assert here.arrived() == arrived
