"""What vendors are told of a choice, in a real browser: SDKs from npm in a site's own bundle, and vendors' queues.

An SDK in the site's bundle cannot be held: it starts opted out and is told. Whether it obeys is seen at its host, and it is
asked itself.
"""

import subprocess
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Route

from tests.e2e.conftest import eventually
from tests.e2e.sdks.web import SITE, read_body
from tests.e2e.signals.guest import GPC, IS_OUT, NOTE, Guest
from tests.e2e.signals.web import BEHIND, CLARITY, HERE, ToldWeb, running_told_web
from tests.support.server import ROOT


@pytest.fixture(scope="module")
def web(world, tmp_path_factory) -> Iterator[ToldWeb]:
    bundles = tmp_path_factory.mktemp("told")
    building = subprocess.Popen(["node", HERE / "build.mjs", bundles], cwd=ROOT)
    with running_told_web(world, bundles) as web:
        assert building.wait() == 0
        yield web


@pytest.fixture
def context(browser, web) -> Iterator[BrowserContext]:
    """A fresh visitor, who asks nobody outside this computer."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.clock.install()

    def hear_clarity(route: Route) -> None:
        web.hear("clarity", read_body(route.request.post_data_buffer or b""))
        origin = route.request.headers.get("origin", "*")
        headers = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        route.fulfill(status=204, headers=headers)

    context.route(CLARITY, hear_clarity)
    yield context
    context.close()


@pytest.fixture
def guest(context, web) -> Callable[..., Guest]:
    return lambda path, **query: Guest(context.new_page(), web).open(path, **({"country": "DE"} | query))


EVERYONE_OUT = dict.fromkeys(IS_OUT, True)
NOBODY_OUT = dict.fromkeys(IS_OUT, False)


def test_sdks_in_the_bundle_are_silent_until_a_yes_report_after_it_and_stop(guest):
    here = guest("/first")
    early = here.is_silent()
    assert here.is_out() == EVERYONE_OUT
    eventually(lambda: here.stored() == {NOTE}, "what they write though they are opted out is cleared away")

    here.click("accept")
    here.settle()
    assert here.is_out() == NOBODY_OUT
    here.reports()
    assert here.heard("$opt_in") == set(), "that somebody said yes is no event"
    assert here.heard(early) == {"datadog", "clarity"}, "these keep what is done before, and send it with the yes"

    here.page.reload()
    here.settle()
    assert here.is_out() == NOBODY_OUT
    here.reports()

    here.page.clock.pause_at(here.page.evaluate("Date.now()") / 1000 + 1)
    here.calm()
    before = here.arrived()
    here.page.evaluate("placet.reject()")
    here.settle()
    while_off = here.is_silent()
    assert here.arrived() == before, "not even what they had not sent yet"
    here.page.clock.resume()
    assert here.is_out() == EVERYONE_OUT
    eventually(lambda: here.stored() == {NOTE}, "nothing is left but that")

    here.page.locator("[data-placet=reopen]").click()
    here.page.locator("[data-placet=preferences]").wait_for()
    here.click("accept")
    here.settle()
    here.reports("posthog", "mixpanel", "amplitude", "clarity")  # Datadog, whose cookie went, from the next page on
    assert here.heard(while_off) == {"clarity"}, "its queue keeps what the page says to it"
    here.page.reload()
    here.settle()
    here.reports()


def test_sdks_that_have_run_before_placet_are_told_the_same(guest):
    here = guest("/last")
    here.is_silent()
    assert here.is_out() == EVERYONE_OUT
    here.click("accept")
    here.settle()
    here.reports(*IS_OUT)
    here.page.reload()
    here.settle()
    assert here.is_out() == NOBODY_OUT
    here.reports(*IS_OUT)
    here.page.evaluate("placet.reject()")
    here.settle()
    here.is_silent()
    here.page.reload()
    here.settle()
    here.is_silent()
    assert here.is_out() == EVERYONE_OUT


def test_a_no_on_another_page_is_heard_in_this_tab_and_on_the_next_page(guest):
    here = guest("/first")
    here.click("accept")
    here.settle()
    there = guest("/empty")
    there.page.evaluate("placet.reject()")
    eventually(lambda: here.page.evaluate("placet.get().allowed.length === 0"), "the first tab hears of it")
    here.settle()
    here.is_silent()
    here.page.goto("about:blank")

    there.page.locator("[data-placet=reopen]").click()
    there.page.locator("[data-placet=preferences]").wait_for()
    there.click("accept")
    there.settle()
    there.page.goto(there.world.url(SITE, "/first", country="DE"))
    there.settle()
    there.reports()
    there.page.goto(there.world.url(SITE, "/empty", country="DE"))
    there.settle()
    there.page.evaluate("placet.reject()")
    eventually(lambda: there.stored() == {NOTE}, "nothing is left but that")
    there.page.goto(there.world.url(SITE, "/first", country="DE"))
    there.settle()
    assert there.is_out() == {**EVERYONE_OUT, "mixpanel": False}, "nobody could tell it where it was not"
    there.is_silent()


def test_with_global_privacy_control_a_yes_is_not_told(context, guest):
    context.add_init_script(GPC)
    here = guest("/first")
    here.click("accept")
    here.settle()
    here.is_silent()
    assert here.is_out() == EVERYONE_OUT


DENIED = {
    "ad_storage": "denied",
    "ad_user_data": "denied",
    "ad_personalization": "denied",
    "analytics_storage": "denied",
}
GRANTED = dict.fromkeys(DENIED, "granted")


def consent(moment: str, state: dict[str, str]) -> dict:
    """What Google's queue holds: the arguments object of a call of ``gtag("consent", …)``."""
    return {"arguments": ["consent", moment, state]}


JS, CONFIG = {"arguments": ["js", "now"]}, {"arguments": ["config", "G-TEST"]}
RELEASED, CHOICE = {"arguments": ["event", "released"]}, {"event": "placet_choice"}


def test_google_hears_a_default_before_all_else_and_one_update_for_each_decision(guest):
    here = guest("/queues")
    assert here.read("dataLayer") == [consent("default", DENIED), JS, CONFIG]
    here.click("accept")
    said = [consent("update", GRANTED), CHOICE, RELEASED]
    here.gets("dataLayer", RELEASED)
    assert here.read("dataLayer")[3:] == said, "told before its tag is released"

    there = guest("/queues")
    back = [consent("default", DENIED), consent("update", GRANTED), CHOICE, RELEASED, JS, CONFIG]
    assert sorted(map(str, there.read("dataLayer"))) == sorted(map(str, back))
    assert there.read("dataLayer")[:3] == back[:3], "before anything that the page itself says"

    there.choose("analytics")
    some = {**DENIED, "analytics_storage": "granted"}
    for tab in (here, there):
        tab.gets("dataLayer", CHOICE)
        eventually(lambda tab=tab: tab.read("dataLayer")[6:] == [consent("update", some), CHOICE], "one update a tab")
    there.page.evaluate("placet.reject()")
    for tab in (here, there):
        eventually(lambda tab=tab: len(tab.read("dataLayer")) == 10, "and one for the next decision")
        tab.settle()
        assert tab.read("dataLayer")[8:] == [consent("update", DENIED), CHOICE]


def test_the_default_is_that_of_the_place_and_a_signal_of_the_browser_counts(browser, guest, web):
    here = guest("/queues", country="US", region="TX")
    assert here.read("dataLayer")[0] == consent("default", GRANTED)
    assert here.read("uetq")[:3] == ["consent", "default", {"ad_storage": "granted"}]
    assert not any("update" in str(said) for said in here.read("dataLayer"))
    assert here.read("_paq") == [["requireConsent"], ["setConsentGiven"], ["trackPageView"]]
    eventually(lambda: here.read("fbq.queue")[-1] == {"arguments": ["consent", "grant"]}, "Meta's stub is told")

    context = browser.new_context()
    context.add_init_script(GPC)
    with_signal = Guest(context.new_page(), web).open("/queues", country="US", region="TX")
    assert with_signal.read("dataLayer")[0] == consent("default", DENIED)
    assert with_signal.read("_paq") == [["requireConsent"], ["trackPageView"]]
    assert with_signal.read("fbq.queue")[-1] == {"arguments": ["track", "PageView"]}
    context.close()


def test_other_vendors_hear_what_they_document(guest):
    here = guest("/queues")
    page_view = ["event", "page_view"]
    held = {
        "uetq": ["consent", "default", {"ad_storage": "denied"}, *page_view],
        "fbq.queue": [{"arguments": said} for said in (["consent", "revoke"], ["init", "1"], ["track", "PageView"])],
        "ttq": [["holdConsent"], ["page"]],
        "_paq": [["requireConsent"], ["trackPageView"]],
        "_hsp": [],
    }
    assert {queue: here.read(queue) for queue in held} == held
    assert here.page.evaluate("clarity.q") is None

    here.click("accept")
    state = {"ad_Storage": "granted", "analytics_Storage": "granted"}
    granted = {
        "uetq": ["consent", "update", {"ad_storage": "granted"}],
        "clarity.q": [{"arguments": ["consentv2", state]}, {"arguments": ["start"]}],
        "fbq.queue": [{"arguments": ["consent", "grant"]}],
        "ttq": [["grantConsent"]],
        "_paq": [["setConsentGiven"]],
        "_hsp": [],
    }
    here.gets("ttq", ["grantConsent"])
    assert {queue: here.read(queue) for queue in granted} == {q: held.get(q, []) + granted[q] for q in granted}

    here.page.evaluate("placet.reject()")
    state = dict.fromkeys(state, "denied")
    refused = {
        "uetq": ["consent", "update", {"ad_storage": "denied"}],
        "clarity.q": [{"arguments": ["consentv2", state]}, {"arguments": ["stop"]}],
        "fbq.queue": [{"arguments": ["consent", "revoke"]}],
        "ttq": [["revokeConsent"]],
        "_paq": [["forgetConsentGiven"]],
        "_hsp": [["revokeCookieConsent"]],
    }
    here.gets("_hsp", ["revokeCookieConsent"])
    said = {queue: here.read(queue) for queue in refused}
    assert said == {q: held.get(q, []) + granted[q] + refused[q] for q in refused}


def test_a_tag_manager_comes_with_the_first_yes_and_brings_what_is_allowed(guest, web):
    def brought() -> dict[str, int]:
        return {host: len(web.arrived(host)) for host in ("manager", *BEHIND)}

    here = guest("/manager")
    here.pass_time()
    assert brought() == {"manager": 0, "counter": 0, "beacon": 0}

    here.choose("analytics")
    eventually(lambda: any("/hit" in said for said in web.arrived("counter")), "what is allowed runs")
    here.pass_time()
    assert brought()["manager"] == 1
    assert web.arrived("beacon") == [], "what it inserts for others is held"
    heard = ["consent default", "start", "consent update", "placet_choice"]
    assert here.page.evaluate("managerHeard") == heard, "one event for its triggers"

    here.choose("analytics", "marketing")
    eventually(lambda: any("/hit" in said for said in web.arrived("beacon")), "it comes with its own yes")
    here.pass_time()
    heard += ["consent update", "placet_choice"]
    assert here.page.evaluate("managerHeard") == heard

    here.page.evaluate("placet.reject()")
    before = brought()
    here.settle()
    here.page.evaluate("dataLayer.push({event: 'start'})")
    here.pass_time()
    assert here.page.evaluate("managerHeard") == [*heard, "consent update", "placet_choice", "start"]
    assert brought() == before, "it goes on, and nothing of what it inserts arrives"
