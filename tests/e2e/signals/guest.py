"""A visitor of the site whose own bundle has SDKs in it, and what its pages are asked."""

import itertools
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.e2e.conftest import Visit, eventually
from tests.e2e.sdks.in_page import KEYS
from tests.e2e.sdks.web import SITE
from tests.e2e.signals.web import BEHIND, SDKS, ToldWeb

TELL = """mark => {
  posthog.capture(mark);
  mixpanel.track(mark);
  amplitude.track(mark);
  DD_RUM.addAction(mark);
  clarity("set", "mark", mark);
}"""
# Their own words for it; Datadog knows of a session only while it has a yes, and Clarity is active only when started.
IS_OUT = {
    "posthog": "posthog.has_opted_out_capturing()",
    "mixpanel": "mixpanel.has_opted_out_tracking()",
    "amplitude": "amplitude.getOptOut()",
    "datadog": "!DD_RUM.getInternalContext()",
}
# Opted out, some write something all the same: docs/signals.md says so. What is listed goes again; this is the no itself.
NOTE = "local __mp_opt_in_out_mp_test"
# What stands in a queue; the object in which a function finds its arguments as {arguments: [...]}.
READ = """name => [...name.split(".").reduce((object, key) => object[key], window)].map(
  item => `${item}` === "[object Arguments]" ? {arguments: [...item]} : item)"""
GPC = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
HOSTS = {f"{id_}.localhost" for id_ in (*SDKS, "manager", *BEHIND)}

_marks = itertools.count(1)


class Guest(Visit):
    """A visitor on whose pages time passes as the test says."""

    world: ToldWeb

    def __init__(self, page: Page, web: ToldWeb) -> None:
        super().__init__(page, web, SITE)

    def do(self) -> str:
        """Click, and have the page tell every SDK of something; returns the mark by which that is known again."""
        mark = f"mark-{next(_marks)}-"
        self.page.mouse.click(600, 5)
        self.page.evaluate(TELL, mark)
        return mark

    def _pending(self) -> set[object]:
        """What goes to the vendors is looked for where it arrives: not all of it is ever said to have ended."""
        return {request for request in super()._pending() if urlsplit(request.url).hostname not in HOSTS}

    def calm(self) -> None:
        """Wait until all that the page has sent has arrived."""
        self.settle()
        mark = f"mark-{next(_marks)}-"
        self.page.evaluate("([url, mark]) => navigator.sendBeacon(url, mark)", [self.world.url("calm"), mark])
        eventually(lambda: any(mark in said for said in self.world.arrived("calm")), "the last beacon arrives")

    def pass_time(self) -> None:
        """Let half a minute pass, which is as long as any of them waits, and what they send arrive."""
        for _ in range(2):
            self.page.clock.run_for(16_000)
            self.calm()

    def arrived(self) -> dict[str, list[str]]:
        return {id_: self.world.arrived(id_) for id_ in SDKS}

    def heard(self, mark: str) -> set[str]:
        """The vendors that have heard of something."""
        return {id_ for id_, said in self.arrived().items() if any(mark in one for one in said)}

    def reports(self, *ids: str) -> None:
        """What the page does arrives at these vendors, by default all."""
        mark = self.do()
        for id_ in ids or SDKS:
            eventually(lambda id_=id_: self.hears(id_, mark), f"{id_} reports")

    def hears(self, id_: str, mark: str) -> bool:
        self.page.clock.run_for(1_000)
        return id_ in self.heard(mark)

    def is_silent(self) -> str:
        """Nothing that the page does is heard of, nor anything else; returns the mark of what it did."""
        self.calm()
        before = self.arrived()
        mark = self.do()
        self.pass_time()
        assert self.arrived() == before
        return mark

    def is_out(self) -> dict[str, bool]:
        """What the SDKs themselves say."""
        return {id_: self.page.evaluate(question) for id_, question in IS_OUT.items()}

    def stored(self) -> set[str]:
        cookies = self.page.context.cookies(self.world.url(SITE))
        found = {*(f"cookie {cookie['name']}" for cookie in cookies if cookie["value"]), *self.page.evaluate(KEYS)}
        return {stored for stored in found if not stored.partition(" ")[2].startswith("placet_")}

    def read(self, queue: str) -> list:
        return self.page.evaluate(READ, queue)

    def gets(self, queue: str, said: object) -> None:
        """Wait until this stands in a queue, last."""
        eventually(lambda: self.read(queue)[-1:] == [said], f"{said} in {queue}")
