"""The same widget where browsers, pages and clocks are not as one hopes: nothing is granted, nothing is forgotten."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.conftest import eventually
from tests.e2e.test_visitor import NEEDS_NO_YES

NO_COOKIES = (
    "Object.defineProperty(document, 'cookie', {get() { throw new DOMException('blocked', 'SecurityError') },"
    " set() { throw new DOMException('blocked', 'SecurityError') }});"
)
NO_STORAGE = (
    "for (const name of ['localStorage', 'sessionStorage'])"
    " Object.defineProperty(window, name, {get() { throw new DOMException('blocked', 'SecurityError') }});"
)


@pytest.mark.parametrize("blocked", [NO_COOKIES, NO_STORAGE], ids=["cookies", "storage"])
def test_one_of_cookies_and_storage_is_enough(visit, context, world, blocked):
    context.add_init_script(blocked)
    here = visit().open()
    before = len(world.receipts("saas-console"))
    here.click("reject")
    eventually(lambda: len(world.receipts("saas-console")) == before + 1, "a receipt is stored")
    assert world.receipts("saas-console")[-1]["event"] == "refused"
    here.reload()
    assert not here.banner_is_open()
    assert here.reached() - NEEDS_NO_YES == set()


def test_a_choice_made_offline_is_obeyed_and_delivered_when_the_network_is_back(visit, context, world):
    here = visit().open()
    context.set_offline(True)
    here.click("reject")
    eventually(lambda: here.local("_queue") is not None and here.choice() is not None, "it waits in the browser")
    (waiting,) = json.loads(here.local("_queue"))
    context.set_offline(False)
    eventually(lambda: here.local("_queue") is None, "it is acknowledged")
    assert [receipt["id"] for receipt in world.receipts("saas-console")].count(waiting["id"]) == 1


def test_the_tab_is_closed_at_the_click(visit, context, world):
    # What sends receipts has not arrived yet: the click leaves a draft, and nobody is there to send it.
    held = []
    context.route("**/*.after-*.js", lambda route: held.append(route))
    here = visit()
    here.page.goto(world.url("saas-console"), wait_until="domcontentloaded")
    here.page.locator("[data-placet=banner] [data-action=reject]").click()
    eventually(lambda: here.choice() is not None, "the choice is stored")
    here.page.close()
    before = len(world.receipts("saas-console"))
    context.unroute("**/*.after-*.js")
    again = visit(on=context.new_page()).open()
    assert not again.banner_is_open()
    eventually(lambda: again.local("_queue") is None, "the next page delivers it")
    assert len(world.receipts("saas-console")) == before + 1
    assert world.receipts("saas-console")[-1]["method"] == "banner:reject-all"


def test_two_tabs_that_decide_at_once_end_with_the_later_and_both_are_recorded(visit, context, world):
    here, there = visit().open(), visit(on=context.new_page()).open()
    before = len(world.receipts("saas-console"))
    # Somebody is there in both; the other tab has not heard of the yes when it decides.
    for tab in (here, there):
        tab.page.evaluate("document.dispatchEvent(new Event('pointerover'))")
    here.page.evaluate("BroadcastChannel.prototype.postMessage = () => {}")
    here.click("accept")
    there.click("reject")
    eventually(lambda: here.page.evaluate("!placet.allows('clickstream')"), "the first tab obeys the later")
    eventually(lambda: here.local("_queue") is None, "all is acknowledged")
    methods = [receipt["method"] for receipt in world.receipts("saas-console")[before:]]
    assert sorted(methods) == ["banner:accept-all", "banner:reject-all"]


@pytest.mark.parametrize("ahead", [1, -1], ids=["ahead", "behind"])
def test_a_clock_that_is_wrong_by_a_year_is_asked_again_when_it_is_right(visit, world, browser, ahead):
    context = browser.new_context()
    here = visit(on=context.new_page())
    here.page.clock.set_fixed_time(datetime.now(UTC) + ahead * timedelta(days=365))
    here.open()
    here.click("accept")
    eventually(lambda: here.local("_queue") is None, "the receipt is stored")
    # A year late it may well have waited so long; a year early it cannot be.
    assert world.receipts("saas-console")[-1]["clock"] == ("implausible" if ahead == 1 else "plausible")
    right = browser.new_context(storage_state=context.storage_state())
    again = visit(on=right.new_page()).open()
    assert again.banner_is_open()
    assert again.page.evaluate("placet.allows('clickstream')") is False
    context.close()
    right.close()


def test_without_javascript_what_is_marked_stays_off(visit, world, browser):
    context = browser.new_context(java_script_enabled=False)
    world.clear()
    page = context.new_page()
    page.goto(world.url("saas-console"))
    assert page.locator("h1").is_visible()
    assert set(world.hits("saas-console")) - NEEDS_NO_YES == set()
    context.close()


def test_a_page_that_is_seen_again_obeys_what_was_chosen_meanwhile(visit, context, world):
    here = visit().open()
    here.click("accept")
    eventually(lambda: "clickstream" in here.reached(), "analytics runs")
    other = visit(on=context.new_page()).open()
    # As from the browser's cache of whole pages: frozen, it has heard nothing.
    other.page.evaluate("BroadcastChannel.prototype.postMessage = () => {}; placet.reject()")
    assert here.page.evaluate("placet.allows('clickstream')") is True
    here.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert here.page.evaluate("placet.allows('clickstream')") is False


def test_a_single_page_application_adds_and_removes_what_is_marked(visit, world):
    here = visit().open()
    here.page.evaluate("history.pushState({}, '', '/route')")
    here.page.evaluate(
        "url => { document.querySelector('main').innerHTML ="
        " `<template data-tracker=usability-survey><iframe title=Held src='${url}'></iframe></template>` }",
        f"http://frames.localhost:{world.port}/spa?site=saas-console",
    )
    here.page.locator("main [data-placet=placeholder]").wait_for()
    here.choose("analytics")
    eventually(lambda: "usability-survey" in here.reached(), "it is released where it stands")
    assert here.page.locator("main iframe").count() == 1
    here.page.evaluate("document.querySelector('main').innerHTML = '<p>Another route</p>'")
    here.choose()
    assert here.page.locator("main iframe, main [data-placet]").count() == 0


def test_several_sites_in_frames_do_not_disturb_each_other(visit, world):
    here = visit().open()
    errors = []
    # Some pages read storage, which is not theirs in a frame; only what comes out of our script is ours.
    here.page.on("pageerror", lambda error: errors.append(error.stack) if "/s/s_" in error.stack else None)
    here.page.evaluate(
        "url => { const frame = document.createElement('iframe'); frame.src = url; frame.title = 'Other site';"
        " frame.width = 700; frame.height = 500; document.querySelector('main').prepend(frame) }",
        world.url("account-management"),
    )
    inner = here.page.frame_locator("iframe[title='Other site']")
    inner.locator("[data-placet=banner]").wait_for()
    here.page.locator("body > [data-placet=banner] [data-action=reject]").click()
    assert inner.locator("[data-placet=banner]").is_visible(), "the other site still asks"
    inner.locator("[data-placet=banner] [data-action=reject]").click()
    inner.locator("[data-placet=banner]").wait_for(state="detached")
    assert errors == []
