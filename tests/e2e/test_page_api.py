"""What a page can ask and say: `window.placet`, as docs/widget.md has it."""

from tests.e2e.conftest import eventually
from tests.e2e.test_visitor import NEEDS_NO_YES

ALONE = "addEventListener('placet:ready', () => { window.answer = %s }, {capture: true, once: true})"


def test_without_the_visitors_hand_a_page_cannot_say_yes(visit, context):
    context.add_init_script(ALONE % "[placet.accept(), placet.set({analytics: true})]")
    here = visit().open()
    assert here.page.evaluate("answer") == [False, False]
    assert here.choice() is None
    assert here.reached() - NEEDS_NO_YES == set()
    assert here.page.wait_for_selector("[data-placet=preferences]:visible"), "where the visitor can"


def test_in_the_visitors_own_click_it_can(visit, world):
    here = visit().open()
    here.page.evaluate(
        "() => { const button = document.body.appendChild(document.createElement('button'));"
        " button.textContent = 'Yes to analytics'; button.onclick = () => placet.set({analytics: true}) }"
    )
    here.page.get_by_text("Yes to analytics").click()
    eventually(lambda: "clickstream" in here.reached(), "analytics runs")
    eventually(lambda: here.local("_queue") is None, "the receipt is acknowledged")
    receipt = world.receipts("saas-console")[-1]
    assert (receipt["method"], receipt["trusted"], receipt["choices"]["analytics"]) == ("api", True, True)
    assert receipt["choices"]["marketing"] is False


def test_a_page_can_refuse_and_withdraw_at_any_time(visit, world):
    here = visit().open()
    here.click("accept")
    eventually(lambda: "clickstream" in here.reached(), "analytics runs")
    here.page.evaluate("setTimeout(() => placet.withdraw())")
    eventually(lambda: here.page.evaluate("!placet.allows('clickstream')"), "it is taken back")
    eventually(lambda: world.receipts("saas-console")[-1]["event"] == "withdrawn", "and recorded")


def test_late_listeners_hear_how_things_stand_and_every_change_until_they_leave(visit):
    here = visit().open()
    here.page.evaluate("() => { window.heard = []; window.off = placet.onChange(({choice}) => heard.push(choice)) }")
    assert here.page.evaluate("heard") == [None]
    here.click("reject")
    assert here.page.evaluate("heard.length") == 2
    assert here.page.evaluate("heard[1].granted") == []
    here.page.evaluate("off(); placet.reject()")
    assert here.page.evaluate("heard.length") == 2
    assert here.page.evaluate("placet.ready.then(ready => ready === placet)") is True


def test_a_minor_is_not_asked_and_an_earlier_yes_is_taken_back(visit, world):
    here = visit().open()
    here.click("accept")
    eventually(lambda: "clickstream" in here.reached(), "analytics runs")
    here.page.evaluate("placet.setMinor(true)")
    assert here.page.evaluate("placet.get().allowed.includes('clickstream')") is False
    eventually(lambda: world.receipts("saas-console")[-1]["method"] == "minor", "the withdrawal is recorded")
    here.page.locator("[data-placet=reopen]").click()
    preferences = here.page.wait_for_selector("[data-placet=preferences]:visible")
    assert "minor" in preferences.inner_text()
    assert here.page.locator("[data-placet=preferences] [data-action=accept]").count() == 0
    assert here.page.locator("[data-placet=preferences] input:not([disabled])").count() == 0


def test_the_tag_can_say_that_the_visitor_is_a_minor(visit, context):
    for tag in ("s.dataset.minor = ''", "s.src += '&minor=1'"):
        page = context.new_page()
        page.add_init_script(
            "new MutationObserver((records) => { for (const {addedNodes} of records) for (const s of addedNodes)"
            f" if (s.src?.includes('/s/s_') && !window.said) {{ window.said = 1; {tag} }} }})"
            ".observe(document, {childList: true, subtree: true})"
        )
        here = visit(on=page).open(country="US", region="TX")
        assert page.evaluate("placet.get().minor") is True, tag
        assert not here.banner_is_open()
        told = {"activity-log"}  # kept by the site's server, which the tag does not tell
        assert here.reached() - NEEDS_NO_YES - told == set()
        page.close()


def test_the_check_tells_the_owner_how_far_this_page_holds(visit):
    here = visit().open()
    report = here.page.evaluate("placet.check()")
    assert report["embedding"] in ("marked", "automatic")
    assert report["marked"] > 0
    assert (report["by_header"], report["arrived"], report["advice"]) == (False, [], [])


def test_a_second_tag_changes_nothing(visit):
    here = visit().open()
    here.page.evaluate(
        "() => new Promise((done) => { const tag = document.querySelector('script[src*=\"/s/s_\"]');"
        " const again = document.createElement('script'); again.src = tag.src; again.onload = done;"
        " window.first = placet; document.head.append(again) })"
    )
    assert here.page.evaluate("first === placet") is True
    assert here.page.locator("[data-placet=banner]").count() == 1
    here.click("reject")
    assert not here.banner_is_open()


def test_a_frame_that_is_held_is_asked_for_in_its_place(visit, world):
    here = visit().open("/")
    here.page.evaluate(
        "() => { const one = document.createElement('template'); one.dataset.tracker = 'usability-survey';"
        f" one.innerHTML = '<iframe title=Held src=\"http://frames.localhost:{world.port}/held?site=saas-console\"></iframe>';"
        " document.querySelector('main').prepend(one) }"
    )
    placeholder = here.page.locator("main [data-placet=placeholder]").first
    placeholder.wait_for()
    assert "Typeform (TYPEFORM SL)" in placeholder.inner_text()
    assert "usability-survey" not in here.reached()
    placeholder.locator("[data-action=once]").click()
    eventually(lambda: "usability-survey" in here.reached(), "once: it loads")
    assert here.choice() is None, "and nothing is kept"
    here.reload()
    assert here.page.evaluate("placet.allows('usability-survey')") is False
