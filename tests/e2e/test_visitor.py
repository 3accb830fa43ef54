"""A visitor of the example sites: before a choice, after each choice, and when they change their mind."""

import pytest

from examples import SITES
from tests.e2e.conftest import eventually

NEEDS_NO_YES = {"sign-in", "cookie-choice", "payment"}


@pytest.mark.parametrize("site", SITES)
def test_before_a_choice_nothing_optional_runs_stores_or_reaches_anyone(visit, site):
    here = visit(site).open()
    assert here.banner_is_open()
    assert here.reached() - NEEDS_NO_YES == set()
    assert here.stored() == set()


@pytest.mark.parametrize("site", SITES)
def test_reject_all_holds_everything_now_and_after_a_reload(visit, site):
    here = visit(site).open()
    here.click("reject")
    here.settle()
    assert not here.banner_is_open()
    here.reload()
    assert not here.banner_is_open()
    assert here.reached() - NEEDS_NO_YES == set()
    assert here.stored() == set()


@pytest.mark.parametrize("site", SITES)
def test_accept_all_lets_everything_run_and_its_receipt_is_stored(visit, world, site):
    here = visit(site).open()
    before = len(world.receipts(site))
    here.page.wait_for_selector("[data-placet=status]", state="attached")  # what measures the banner has come
    here.click("accept")
    eventually(lambda: here.local("_queue") is None, "the receipt is acknowledged")
    eventually(lambda: len(here.reached()) >= 2, "trackers report")
    receipt = world.receipts(site)[-1]
    assert len(world.receipts(site)) == before + 1
    assert all(receipt["choices"].values())
    assert (receipt["event"], receipt["method"], receipt["trusted"]) == ("given", "banner:accept-all", True)
    assert (receipt["layer"], receipt["equality"], receipt["attested"]) == (1, True, True)
    assert receipt["jurisdiction"]["country"] == "DE"


def test_accepting_analytics_alone_runs_analytics_and_not_the_recorder(visit, world):
    here = visit().open()
    here.choose("analytics")
    eventually(lambda: "clickstream" in here.reached(), "analytics reports")
    here.settle()
    assert here.reached() <= {"clickstream", "usability-survey", "activity-log"}
    assert here.stored() == {"_xa_id", "_xa_session"}
    here.reload()
    assert not here.banner_is_open()
    assert "session-recording" not in here.reached()
    assert here.choice().split(".")[2] == "analytics"


def test_withdrawing_recording_stops_it_without_a_reload_and_deletes_what_it_stored(visit, world):
    here = visit()
    here.page.clock.install()
    here.open()
    here.choose("analytics", "recording")
    eventually(lambda: {"_xrec_id", "_xrec_session"} <= here.stored(), "the recorder runs")
    world.clear()
    here.page.mouse.move(300, 300)
    here.page.clock.run_for(3000)
    eventually(lambda: "session-recording" in here.reached(), "and reports")
    loads = here.page.evaluate("performance.timeOrigin")
    for step in range(20):
        here.page.mouse.move(200 + step * 10, 200)  # a full buffer that has not been sent
    here.choose("analytics")
    here.settle()
    world.clear()
    for step in range(20):
        here.page.mouse.move(200 + step * 10, 400)
    here.page.clock.run_for(60_000)
    here.settle()
    assert "session-recording" not in here.reached()
    assert not {"_xrec_id", "_xrec_session"} & here.stored()
    assert {"_xa_id", "_xa_session"} <= here.stored(), "analytics keeps what it may"
    assert here.page.evaluate("performance.timeOrigin") == loads, "the page was not reloaded"
    eventually(lambda: world.receipts("saas-console")[-1]["event"] == "changed", "the withdrawal is recorded")


def test_withdrawing_everything_is_one_click_and_its_receipt_follows_the_first(visit, world):
    here = visit().open()
    here.click("accept")
    eventually(lambda: here.local("_queue") is None, "the yes is acknowledged")
    given = world.receipts("saas-console")[-1]
    here.page.locator("[data-placet=reopen]").click()
    here.page.wait_for_selector("[data-placet=preferences]:visible")
    here.click("reject")
    eventually(lambda: world.receipts("saas-console")[-1]["event"] == "withdrawn", "the withdrawal is stored")
    withdrawn = world.receipts("saas-console")[-1]
    assert (withdrawn["previous"], withdrawn["subject"]) == (given["id"], given["subject"])


def test_a_first_refusal_leaves_no_identifier(visit, world):
    here = visit().open()
    here.click("reject")
    eventually(lambda: here.local("_queue") is None, "the refusal is acknowledged")
    assert here.local("_record") is None
    first = world.receipts("saas-console")[-1]
    here.page.locator("[data-placet=reopen]").click()
    here.page.wait_for_selector("[data-placet=preferences]:visible")
    here.click("reject")
    eventually(lambda: world.receipts("saas-console")[-1]["id"] != first["id"], "a second refusal is stored")
    assert world.receipts("saas-console")[-1]["subject"] != first["subject"]


def test_the_first_layer_gives_both_answers_the_same_weight(visit):
    here = visit().open()
    looks = [
        here.page.locator(f"[data-placet=banner] [data-action={action}]").evaluate(
            "button => { const style = getComputedStyle(button), box = button.getBoundingClientRect();"
            " return [style.color, style.backgroundColor, style.fontSize, style.fontWeight, box.width, box.height, box.y] }"
        )
        for action in ("accept", "reject")
    ]
    assert looks[0][:4] == looks[1][:4]
    assert looks[0][4:] == pytest.approx(looks[1][4:], abs=0.5), "to half a pixel"
    assert here.page.locator("[data-placet=banner] [data-action=settings]").bounding_box()["height"] == pytest.approx(
        looks[0][5]
    )


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_long_words_leave_both_answers_the_same_weight(visit, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    here = visit().open()
    here.click("settings")
    here.page.wait_for_selector("[data-placet=preferences]:visible")
    boxes = here.page.evaluate(
        """() => [...document.querySelectorAll("[data-placet] [data-buttons]")].map((group) => {
             const [accept, reject] = ["accept", "reject"].map((action) => group.querySelector(`[data-action=${action}]`));
             accept.textContent = "Einwilligungserklärungszustimmung"; reject.textContent = "Nein";
             return [accept, reject].map((button) => {
               const {width, height, right} = button.getBoundingClientRect();
               return [width, height, right <= innerWidth, button.scrollWidth <= button.clientWidth];
             });
           })"""
    )
    assert len(boxes) == 2
    for accept, reject in boxes:
        assert accept[:2] == pytest.approx(reject[:2], abs=0.5)
        assert accept[2:] == [True, True], "nothing is cut off"


def test_choose_shows_who_what_and_how_long(visit):
    here = visit().open()
    here.click("settings")
    preferences = here.page.wait_for_selector("[data-placet=preferences]:visible")
    for details in here.page.locator("[data-placet=preferences] details").all():
        details.evaluate("element => { element.open = true }")
    text = preferences.inner_text()
    for told in (
        "Session replay",
        "Example Replay Inc.",
        "Records mouse movements",
        "United States",
        "Standard contractual clauses",
        "_xrec_id",
        "30 days",
        "Data Protection Commission",
    ):
        assert told in text
    checked = here.page.locator("[data-placet=preferences] [data-category]:not([disabled])").evaluate_all(
        "switches => switches.filter(one => one.checked).length"
    )
    assert checked == 0, "nothing is ticked before the visitor ticks it"


def test_the_choice_is_changed_from_any_link_of_the_page(visit):
    here = visit().open()
    here.click("reject")
    here.page.locator("a[data-placet=settings], button[data-placet=settings]").first.click()
    assert here.page.wait_for_selector("[data-placet=preferences]:visible")


def test_another_tab_obeys_at_once(visit, context):
    here, there = visit().open(), visit(on=context.new_page()).open()
    here.click("accept")
    there.page.wait_for_selector("[data-placet=banner]", state="hidden")
    assert there.page.evaluate("placet.allows('clickstream')") is True


def test_a_made_up_click_for_yes_asks_for_a_real_one_and_one_for_no_is_obeyed(visit, world):
    here = visit().open()
    before = len(world.receipts("saas-console"))
    banner = here.page.locator("[data-placet=banner]")
    banner.locator("[data-action=accept]").evaluate("button => button.click()")
    eventually(lambda: "press it yourself" in banner.inner_text(), "the banner asks to confirm")
    assert here.choice() is None
    assert here.reached() - NEEDS_NO_YES == set()
    banner.locator("[data-action=reject]").evaluate("button => button.click()")
    eventually(lambda: here.choice() is not None, "the refusal is kept")
    eventually(lambda: len(world.receipts("saas-console")) == before + 1, "and recorded")
    assert world.receipts("saas-console")[-1]["trusted"] is False, "as what it is"


def test_with_gpc_on_nothing_is_sold_or_shared_and_the_receipt_says_so(browser, world, visit):
    context = browser.new_context(extra_http_headers={"Sec-GPC": "1"})
    context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    world.clear()
    here = visit(on=context.new_page()).open()
    here.click("accept")
    eventually(lambda: {"clickstream", "session-recording"} <= here.reached(), "what is not sold runs")
    here.settle()
    assert "advertising" not in here.reached()
    eventually(lambda: here.local("_queue") is None, "the receipt is acknowledged")
    gpc = world.receipts("saas-console")[-1]["gpc"]
    assert (gpc["browser"], gpc["header"]) == (True, True)
    context.close()


INSERTIONS = {
    "script": "url => { const e = document.createElement('script'); e.src = url; document.head.append(e) }",
    "iframe": "url => { const e = document.createElement('iframe'); e.src = url; document.body.append(e) }",
    "img": "url => { const e = document.createElement('img'); e.src = url; document.body.append(e) }",
    "image": "url => { new Image().src = url }",
    "attribute": "url => { const e = document.createElement('script');"
    " e.setAttribute('src', url); document.head.append(e) }",
    "fetch": "url => { fetch(url, {mode: 'no-cors'}).catch(() => {}) }",
    "xhr": "url => { const x = new XMLHttpRequest(); x.open('GET', url); x.send() }",
    "beacon": "url => { navigator.sendBeacon(url, 'x') }",
    "stylesheet": "url => { const e = document.createElement('link');"
    " e.rel = 'stylesheet'; e.href = url; document.head.append(e) }",
}


@pytest.mark.parametrize("way", INSERTIONS)
def test_an_unmarked_tracker_inserted_later_is_held(visit, world, way):
    here = visit().open()
    here.page.evaluate(INSERTIONS[way], f"http://ads.localhost:{world.port}/unmarked-{way}?site=saas-console")
    here.settle()
    assert here.reached() - NEEDS_NO_YES == set()


@pytest.mark.parametrize("way", ["script", "img", "iframe"])
def test_what_was_held_is_let_go_after_the_yes(visit, world, way):
    here = visit().open()
    here.page.evaluate(INSERTIONS[way], f"http://frames.localhost:{world.port}/unmarked-{way}?site=saas-console")
    here.settle()
    assert "usability-survey" not in here.reached()
    here.choose("analytics")
    eventually(lambda: "usability-survey" in here.reached(), "the held element loads")


def test_where_the_law_asks_for_no_yes_recording_still_waits_for_one(visit):
    here = visit().open(country="US", region="TX")
    eventually(lambda: "clickstream" in here.reached(), "analytics runs until it is refused")
    here.settle()
    assert "session-recording" not in here.reached()
    here.click("reject")
    here.settle()
    here.world.clear()
    here.reload()
    assert here.reached() - NEEDS_NO_YES == set()


def test_the_keyboard_alone_is_enough(visit):
    here = visit().open()
    page = here.page

    def focused():
        return page.evaluate(
            "document.activeElement?.dataset?.action || document.activeElement?.dataset?.category || ''"
        )

    for _ in range(30):
        page.keyboard.press("Tab")
        if focused() == "settings":
            break
    assert focused() == "settings"
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-placet=preferences]:visible")
    for _ in range(30):
        if focused() == "analytics":
            break
        page.keyboard.press("Tab")
    assert focused() == "analytics"
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert page.locator("[data-placet=preferences]:visible").count() == 0
    assert focused() == "settings", "the focus is where it was"
    assert here.choice() is None, "closing decides nothing"
