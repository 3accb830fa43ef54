"""What assistive software and magnified text meet: the order in which it is read, what is announced, sizes of targets."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import eventually

# What moves in answer to the visitor's own hand does not count (Layout Instability API).
SHIFT = """() => new Promise(done => { new PerformanceObserver(list => done(list.getEntries()
  .reduce((sum, {value, hadRecentInput}) => sum + (hadRecentInput ? 0 : value), 0)))
  .observe({type: "layout-shift", buffered: true}); setTimeout(() => done(0)); })"""
SMALL = """() => [...document.querySelectorAll("[data-placet] :is(button, input, select, summary), button[data-placet]")]
  .filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, {width, height}]) => Math.min(width, height) < 24).map(([name]) => name)"""


def test_read_aloud_from_the_question_to_the_withdrawal(context, words):
    page = words.open(context.new_page())
    everything = page.locator("body")
    expect(everything).to_match_aria_snapshot("""
      - region "Cookie choice":
        - heading "Your choice about cookies" [level=2]
        - paragraph: /Words Example GmbH asks .* 2 recipients/
        - alert
        - button "Accept all"
        - button "Reject all"
        - button "Choose"
      - main:
        - heading "Words" [level=1]
    """)
    page.mouse.move(1, 1)
    page.keyboard.press("Tab")
    expect(page.locator("[data-placet=status]")).to_be_attached()  # before it has words: else they are not heard
    page.get_by_role("button", name="Accept all").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Your choice is saved.")
    expect(page.get_by_role("region", name="Cookie choice")).to_have_count(0)

    reopen = page.get_by_role("button", name="Cookie choice")
    reopen.press("Enter")
    expect(page.get_by_role("dialog")).to_match_aria_snapshot("""
      - dialog "Choose what may run":
        - heading "Choose what may run" [level=2]
        - button "Close"
        - text: Language
        - combobox "Language"
        - paragraph: /Switch each purpose on or off/
        - heading "Necessary" [level=3]
        - text: Always on
        - switch "Necessary" [checked] [disabled]
        - paragraph: Signing in, and remembering your choice.
        - heading "Analytics" [level=3]
        - switch "Analytics" [checked]
        - paragraph: Page views and the way through the site.
        - group: 1 tracker
        - heading "Session recording" [level=3]
        - switch "Session recording" [checked]
        - paragraph: /What you do on the page/
        - group: 1 tracker
        - heading "Responsible" [level=3]
        - button "Download my receipt"
        - button "Erase my consent record"
        - button "Accept all"
        - button "Reject all"
        - button "Save my choice"
    """)
    page.get_by_role("button", name="Reject all").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(reopen).to_be_focused()
    assert page.evaluate("placet.get().allowed") == []


@pytest.mark.parametrize("lang", ["en", "de", "hi"])
def test_on_a_phone_with_text_of_twice_the_size_it_takes_half_of_the_screen(browser, words, lang):
    context = browser.new_context(viewport={"width": 360, "height": 640}, reduced_motion="reduce")
    page = words.open(context.new_page(), lang=lang, head="<style>html{font-size:200%}</style>")
    banner = page.locator("[data-placet=banner]")
    box = banner.bounding_box()
    assert box["height"] <= 321
    assert box["y"] + box["height"] <= 641
    for action in ("accept", "reject", "settings"):
        button = banner.locator(f"[data-action={action}]")
        button.scroll_into_view_if_needed()
        assert button.evaluate("own => own.scrollWidth <= own.clientWidth")
    assert banner.locator("h2").evaluate("own => own.parentElement.clientHeight") >= 60, (
        "some lines can be read at once"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_nothing_that_can_be_pressed_is_small_and_nothing_moves(context, words):
    page = words.open(context.new_page())
    assert page.evaluate(SHIFT) == 0
    assert page.evaluate(SMALL) == []
    page.locator("[data-action=settings]").click()
    page.locator("[data-placet=preferences] summary").first.click()
    assert page.evaluate(SMALL) == []
    page.locator("[data-placet=preferences] [data-action=reject]").click()
    eventually(lambda: page.locator("[data-placet=reopen]").is_visible(), "the button stays")
    assert page.evaluate(SMALL) == []
    assert page.evaluate(SHIFT) == 0
