"""A tracker is stopped at the desk: browsers that had said yes to it load it no more, and everything else goes on."""

import re

import pytest

from tests.e2e.conftest import eventually

SITE = "saas-console"
TRACKER = "clickstream"
ITS_OWN = {"_xa_id", "_xa_session"}


@pytest.fixture
def desk(browser, world):
    """An admin's browser at the desk. What is still stopped in the end is resumed, for the tests that follow."""
    email = "admin-who-stops@example.com"
    password = world.server.placet("account", "create", email, "--role", "admin", "--print-password")
    context = browser.new_context(base_url=world.server.url)
    page = context.new_page()
    page.goto("/admin/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    yield page
    page.goto(f"/admin/sites/{SITE}/")
    if page.get_by_role("link", name="Resume Clickstream").count():
        world.server.placet("site", "resume-tracker", SITE, TRACKER, "--reason", "the test is over")
    context.close()


def change(desk, link, button, reason):
    desk.goto(f"/admin/sites/{SITE}/trackers/")
    desk.get_by_role("link", name=link).click()
    desk.get_by_label("Reason").fill(reason)
    desk.get_by_role("button", name=button).click()
    desk.wait_for_url("**/trackers/?done=*")


def revalidated(here, allows):
    """Load the page again, as a browser whose copy of the loader has had its time, until the tracker is as it should be."""
    cache = here.page.context.new_cdp_session(here.page)

    def holds():
        cache.send("Network.clearBrowserCache")
        here.reload()
        return here.page.evaluate(f"placet.allows('{TRACKER}')") == allows

    eventually(holds, f"the browser hears that it may {'' if allows else 'not '}load")
    # Once more: the page that has just been left may have sent a last word.
    here.world.clear()
    here.reload()


def test_it_is_not_asked_for_any_more_and_the_others_go_on(visit, desk):
    here = visit(SITE).open()
    here.click("accept")
    eventually(lambda: {TRACKER, "advertising"} <= here.reached(), "what was granted runs")
    eventually(lambda: here.stored() >= ITS_OWN, "and stores")
    choice = here.choice()

    change(desk, re.compile("Stop now *: Clickstream"), "Stop Clickstream now", "It leaks.")
    revalidated(here, allows=False)
    eventually(lambda: "advertising" in here.reached(), "the others go on")
    assert TRACKER not in here.reached()
    eventually(lambda: not ITS_OWN & here.stored(), "what it stored is deleted")
    assert here.choice() == choice, "the choice stays what it was"
    assert not here.banner_is_open(), "nobody is asked again"
    here.choose("functional")
    eventually(lambda: here.local("_queue") is None, "a withdrawal is stored as ever")
    assert not here.page.evaluate("placet.allows('advertising')")
    here.choose("functional", "analytics", "recording", "marketing")
    eventually(lambda: here.local("_queue") is None, "and so is a yes")
    here.settle()
    assert TRACKER not in here.reached(), "a new yes does not release it"

    change(desk, "Resume Clickstream", "Resume Clickstream", "It is mended.")
    revalidated(here, allows=True)
    eventually(lambda: TRACKER in here.reached(), "it goes on, and nobody had to be asked again")
    assert not here.banner_is_open()
