"""A failure never grants, never forgets and never holds the page up."""

import json

import pytest

from tests.e2e.conftest import eventually
from tests.e2e.test_visitor import NEEDS_NO_YES


@pytest.fixture
def awake(world):
    """The server runs again afterwards, whatever happens."""
    yield
    world.server.freeze(False)


def test_the_server_is_down_during_the_click(visit, world):
    here = visit().open()
    world.server.stop()
    try:
        here.click("accept")
        eventually(lambda: "clickstream" in here.reached(), "the page obeys at once")
        assert not here.banner_is_open()
        eventually(lambda: here.local("_queue") is not None, "the receipt waits in the browser")
        (waiting,) = json.loads(here.local("_queue"))
    finally:
        world.server.start()
    here.reload()
    eventually(lambda: here.local("_queue") is None, "the receipt arrives on the next page")
    assert [receipt["id"] for receipt in world.receipts("saas-console")].count(waiting["id"]) == 1


def test_the_server_accepts_and_never_answers(visit, world, context, awake):
    here = visit().open()
    world.server.freeze(True)
    here.click("reject")
    here.page.wait_for_selector("[data-placet=banner]", state="hidden")
    assert here.choice() is not None
    fresh = visit(on=context.new_page())
    fresh.page.goto(world.url("account-management"), wait_until="domcontentloaded")
    assert fresh.page.locator("h1").is_visible(), "the page is there without us"
    assert set(world.hits("account-management")) - NEEDS_NO_YES == set()
    fresh.page.close()
    (waiting,) = json.loads(here.local("_queue"))
    world.server.freeze(False)
    here.reload()
    eventually(lambda: here.local("_queue") is None, "the refusal is acknowledged in the end")
    assert [receipt["id"] for receipt in world.receipts("saas-console")].count(waiting["id"]) == 1


def test_an_unknown_site_leaves_everything_as_it_is_and_says_so(visit, world, page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.route("**/s/s_*.js*", lambda route: route.continue_(url=f"{world.server.url}/s/s_nobody.js"))
    here = visit().open()
    assert [line for line in said if line.startswith("Placet: ")] != []
    assert here.page.evaluate("'placet' in window") is False
    assert here.reached() - NEEDS_NO_YES == set()
    assert here.page.locator("script[type='text/plain']").count() > 0


def test_an_ad_blocker_that_stops_us_stops_the_trackers_too(visit, page):
    page.route("**/s/s_*.js*", lambda route: route.abort())
    here = visit().open()
    assert here.reached() - NEEDS_NO_YES == set()
    assert here.stored() == set()


def test_the_preferences_do_not_arrive(visit, page):
    page.route("**/*.preferences-*.js", lambda route: route.abort())
    here = visit().open()
    here.click("settings")
    banner = here.page.locator("[data-placet=banner]")
    eventually(lambda: "could not be loaded" in banner.inner_text(), "the banner says so")
    here.click("reject")
    assert here.choice() is not None


def test_blocked_storage_still_asks_and_obeys(visit, context):
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, {get() { throw new DOMException('blocked', 'SecurityError') }});"
        "Object.defineProperty(document, 'cookie', {get() { throw new DOMException('blocked', 'SecurityError') },"
        " set() { throw new DOMException('blocked', 'SecurityError') }});"
    )
    here = visit().open()
    assert here.banner_is_open()
    here.click("accept")
    eventually(lambda: here.page.evaluate("placet.allows('clickstream')"), "the yes holds for this page")
    here.reload()
    assert here.banner_is_open(), "what could not be kept is asked again"


def test_a_tampered_cookie_is_no_choice(visit, context, world):
    here = visit().open()
    here.page.evaluate("key => localStorage.setItem(`placet_${key}`, '1.1.analytics~recording.-.99999999.1')", here.key)
    context.add_cookies([{"name": f"placet_{here.key}", "value": "<script>", "url": world.url("saas-console")}])
    here.reload()
    assert here.banner_is_open()
    assert here.reached() - NEEDS_NO_YES == set()


def test_a_strict_policy_with_trusted_types_breaks_nothing_of_ours(visit, page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    here = visit().open(strict="1")
    assert here.banner_is_open(), said
    here.choose("analytics", "recording")
    eventually(lambda: {"clickstream", "session-recording"} <= here.reached(), "marked trackers are released")
    assert [line for line in said if "Placet" in line or "Trusted" in line] == []
