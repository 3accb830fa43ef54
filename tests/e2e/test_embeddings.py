"""What arrives at trackers, embedding by embedding, counted in Chromium with a cold cache and our script a second late."""

import itertools
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.conftest import PATIENCE_SECONDS, SETTLED, Visit, eventually
from tests.e2e.lab import FAULTS, Lab, running_lab
from tests.e2e.lab_pages.pages import BOOTSTRAP, EMBEDDINGS, has
from tests.e2e.lab_pages.probes import (
    ELEMENTS,
    GROUPS,
    INSERTED,
    MARKUP,
    OWN_BODY,
    SCRIPTED,
    Probe,
    arrivals,
)

DOCS = Path(__file__).parent.parent.parent / "docs" / "embedding.md"
BEGIN, END = "<!-- measured: tests/e2e/test_embeddings.py -->", "<!-- end -->"

EVERYTHING = MARKUP + SCRIPTED + OWN_BODY
BY_POLICY = ("strict", "header")
TO_TRACKERS = [probe for probe in MARKUP + INSERTED if not probe.is_first_party]
# Policies of ours say `object-src 'none'`, whatever was chosen.
OBJECTS = [probe for probe in ELEMENTS if probe.id in ("embed", "object")]

# Emptied as soon as it is seen, but its request may be quicker: arrives in most loads, not in all.
RACES = {("automatic", "iframe")}

# Requests that take the same ways, to an address that nobody holds: when these have arrived, what the page had asked for
# before has arrived, too.
CANARIES = """turn => {
  const {serial} = document.documentElement.dataset;
  const at = file => `/calm/${file}?load=${serial}&id=${turn}-${file}`;
  const put = (name, properties) => document.body.append(Object.assign(document.createElement(name), properties));
  put("img", {src: at("img.gif")});
  put("iframe", {src: at("iframe.html"), hidden: true});
  put("script", {src: at("script.js")});
  put("link", {rel: "stylesheet", href: at("link.css")});
  put("video", {src: at("video.mp4"), preload: "auto", hidden: true});
  fetch(at("fetch.txt"));
  navigator.sendBeacon(at("beacon.txt"), "x");
  new EventSource(at("source.events"));
  new Worker(at("worker.js"));
  new SharedWorker(at("shared-worker.js"));
}"""
CANARY_FILES = re.findall(r'at\("(.+?)"\)', CANARIES)
TURN = "turn"
IS_READY = f"() => {SETTLED}"
_turns = itertools.count(1)


class Visitor(Visit):
    """A visitor of one lab page."""

    def __init__(self, page, lab: Lab) -> None:
        super().__init__(page, lab, "lab")
        self.lab, self.errors = lab, []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def serial(self) -> int:
        return int(self.page.evaluate("document.documentElement.dataset.serial"))

    def settle(self) -> "Visitor":
        # Asked again and again from here: a policy without `unsafe-eval` forbids Playwright to wait inside the page.
        eventually(lambda: self._says(IS_READY), "the page is there")
        eventually(lambda: self._says("true") and not self._pending(), "all requests end")
        return self.let_all_arrive()

    def let_all_arrive(self) -> "Visitor":
        """Wait until what the page has asked for by now must have arrived."""
        turn = f"{TURN}{next(_turns)}"
        canaries = {f"{turn}-{file}" for file in CANARY_FILES}
        self.page.evaluate(CANARIES, turn)
        assert canaries - self.wait_for(canaries) == set(), "nobody may hold these"
        return self

    def _says(self, question: str) -> bool:
        try:
            return self.page.evaluate(question)
        except PlaywrightError:
            return False  # the page is just being replaced

    def _pending(self) -> set[object]:
        # The end of a shared worker's request is told to nobody.
        return {request for request in super()._pending() if "shared-worker" not in request.url}

    def arrived(self, serial: int | None = None) -> set[str]:
        """What one load of the page has brought to a tracker; of itself, the present one."""
        return {id_ for id_ in self.lab.arrived(serial or self.serial()) if not id_.startswith(TURN)}

    def wait_for(self, wanted: set[str]) -> set[str]:
        """Wait until these have arrived, or patience ends. Returns what has, of these."""
        pause, serial = threading.Event(), self.serial()
        for _ in range(PATIENCE_SECONDS * 20):
            if wanted <= self.lab.arrived(serial):
                break
            pause.wait(0.05)
        return wanted & self.lab.arrived(serial)


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@contextmanager
def visitor(browser, lab: Lab) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    try:
        yield Visitor(context.new_page(), lab)
    finally:
        context.close()


@dataclass
class Measured:
    """Ids that arrived, by stage."""

    before: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    reloaded: set[str] = field(default_factory=set)
    loads: int = 0
    """How often the page was loaded from the first visit until everything accepted was there."""
    errors: list[str] = field(default_factory=list)

    @property
    def without_a_yes(self) -> set[str]:
        return self.before | self.refused


def measure(browser, lab: Lab, embedding: str) -> Measured:
    if embedding == "strict" and not BOOTSTRAP.is_file():
        pytest.fail("widget/dist/bootstrap.js is missing: run `make build` first")
    found = Measured()
    wanted = arrivals(*expected_after_a_yes(embedding))
    with visitor(browser, lab) as here:
        here.open(f"/{embedding}")
        if embedding == "none":
            found.before = here.wait_for(arrivals(*EVERYTHING))
            return found
        found.before, first = here.arrived(), here.serial()
        here.click("reject")
        here.reload()
        found.refused = here.arrived() | here.arrived(first)
        found.errors += here.errors
    with visitor(browser, lab) as here:
        served = lab.served
        here.open(f"/{embedding}")
        found.before |= here.arrived()
        if embedding == "strict":
            with here.page.expect_navigation():
                here.click("accept")
            here.settle()
            found.accepted = here.wait_for(wanted)
            found.loads = lab.served - served
        else:
            here.click("accept")
            here.settle()
            if embedding != "header":
                found.accepted = here.wait_for(arrivals(*ELEMENTS) if embedding == "automatic" else wanted)
            found.loads = lab.served - served
            here.reload()
            found.reloaded = here.wait_for(wanted)
        found.errors += here.errors
    return found


def expected_after_a_yes(embedding: str) -> list[Probe]:
    """What arrives when all may load; what a policy keeps out in any case, and what is not on the page, does not."""
    out = OBJECTS if embedding in BY_POLICY else []
    return [probe for probe in MARKUP + INSERTED if probe not in out and has(embedding, probe)]


@pytest.fixture(scope="module")
def measured(browser, lab) -> Callable[[str], Measured]:
    return cache(lambda embedding: measure(browser, lab, embedding))


def table(results: dict[str, Measured]) -> str:
    """Write what was measured before a choice and after a refusal."""
    lines = [f"| | {' | '.join(EMBEDDINGS[name].title for name in results)} |", f"|---|{'---|' * len(results)}"]
    for group, probes in GROUPS.items():
        lines.append(f"| **{group}** |{' |' * len(results)}")
        for probe in probes:
            cells = [_cell(name, probe, found.without_a_yes) for name, found in results.items()]
            lines.append(f"| {probe.title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(embedding: str, probe: Probe, arrived: set[str]) -> str:
    if not has(embedding, probe):
        return "–"
    if (embedding, probe.id) in RACES:
        return "may arrive"
    return "arrives" if probe.arrivals & arrived else "held"


def test_without_placet_every_probe_arrives(measured):
    assert measured("none").before == arrivals(*EVERYTHING)


def test_what_is_marked_never_arrives_before_a_yes(measured):
    assert measured("marked").without_a_yes == set()


def test_the_automatic_gate_holds_whatever_is_inserted_after_it(measured):
    assert arrivals(*INSERTED) & measured("automatic").without_a_yes == set()


@pytest.mark.parametrize("embedding", ["strict", "header"])
def test_a_policy_without_our_script_holds_every_way_to_a_host_of_its_own(measured, embedding):
    # The page's own host is let in by any policy, so what is told of its paths is told in the table.
    assert arrivals(*TO_TRACKERS) & measured(embedding).without_a_yes == set()


@pytest.mark.parametrize("embedding", ["marked", "strict"])
def test_after_a_yes_everything_arrives_by_itself(measured, embedding):
    assert arrivals(*expected_after_a_yes(embedding)) - measured(embedding).accepted == set()


def test_what_the_automatic_gate_held_arrives_after_a_yes_without_a_reload(measured):
    assert arrivals(*ELEMENTS) - measured("automatic").accepted == set()


@pytest.mark.parametrize(("embedding", "loads"), [("marked", 1), ("automatic", 1), ("strict", 2)])
def test_only_a_policy_in_the_page_costs_a_reload_and_only_after_the_yes(measured, embedding, loads):
    assert measured(embedding).loads == loads


@pytest.mark.parametrize("embedding", ["marked", "automatic", "header"])
def test_with_a_yes_everything_arrives_on_the_next_page(measured, embedding):
    assert arrivals(*expected_after_a_yes(embedding)) - measured(embedding).reloaded == set()


@pytest.mark.parametrize("embedding", [name for name in EMBEDDINGS if name != "none"])
def test_the_page_sees_no_error_of_ours(measured, embedding):
    assert measured(embedding).errors == []


@pytest.mark.parametrize(
    ("embedding", "fault"),
    [*itertools.product(["marked", "strict"], FAULTS), ("header", "never")],
)
def test_a_script_of_ours_that_never_comes_lets_nothing_in(browser, lab, embedding, fault):
    held = arrivals(*(EVERYTHING if embedding == "marked" else TO_TRACKERS))
    with visitor(browser, lab) as here:
        here.page.goto(lab.url("lab", f"/{embedding}", loader=fault), wait_until="domcontentloaded")
        if fault != "never":
            here.page.wait_for_load_state()
        assert here.let_all_arrive().arrived() & held == set()
        assert here.page.evaluate("'placet' in window") is False
        lab.end_silence()


def test_a_site_that_gets_no_answer_sends_a_header_that_lets_nothing_in(browser, lab):
    with visitor(browser, lab) as here:
        here.page.goto(lab.url("lab", "/header", trackers="silent"))
        assert here.let_all_arrive().arrived() & arrivals(*TO_TRACKERS) == set()


def test_a_document_has_no_way_into_the_page_that_the_gate_does_not_know(browser):
    """The gate has a list of them (``insertions.ts``), where it searches everything else by this pattern."""
    ways = r"/^((clone|import|adopt)[CN]|.*HTML|createCon|write|execC|append|prepend|before|after|insert|surround|replace)/"
    with browser.new_context() as context:
        page = context.new_page()
        found = page.evaluate(
            f"Object.getOwnPropertyNames(Document.prototype).filter(name => {ways}.test(name)).sort()"
        )
    assert " ".join(found) == "adoptNode append execCommand importNode prepend replaceChildren write writeln"


def test_the_documentation_tells_what_is_measured(measured):
    now = table({name: measured(name) for name in EMBEDDINGS})
    text = DOCS.read_text()
    if BEGIN not in text or END not in text:
        pytest.fail(f"docs/embedding.md has no {BEGIN} … {END}")
    before, _, rest = text.partition(BEGIN)
    told, _, after = rest.partition(END)
    if os.environ.get("UPDATE_DOCS") == "1":
        DOCS.write_text(f"{before}{BEGIN}\n{now}\n{END}{after}")
    else:
        assert told.strip() == now
