"""What is the visitor's own in the second layer, against the real server: record, language; and the list inside a page."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import eventually
from tests.e2e.test_accessibility import violations

PREFERENCES = "[data-placet=preferences]"


def answer(page, action):
    """Answer in the banner and wait until the server has it."""
    with page.expect_response(lambda got: got.url.endswith("/receipts") and got.request.method == "POST"):
        page.locator(f"[data-placet=banner] [data-action={action}]").click()
    eventually(lambda: page.evaluate("Object.keys(localStorage).every(key => !key.endsWith('_queue'))"), "it is stored")


def open_preferences(page):
    page.locator("[data-placet=reopen]").click()
    page.wait_for_selector(f"{PREFERENCES}:visible")


def test_the_receipt_is_taken_along_and_the_record_erased(context, words):
    page = words.open(context.new_page())
    answer(page, "accept")
    open_preferences(page)
    record = page.locator(f"{PREFERENCES} [data-record]")
    with page.expect_download() as download:
        record.get_by_text("Download my receipt").click()
    saved = json.loads(download.value.path().read_text())
    assert download.value.suggested_filename == f"receipt-{saved['id']}.json"
    assert saved["says"]["choices"] == {"necessary": True, "analytics": True, "recording": True}
    assert saved["receipt"].count(".") == 2
    assert violations(page, PREFERENCES) == []

    expect(record.get_by_text("Erase it for good")).to_be_hidden()
    record.get_by_text("Erase my consent record").click()
    expect(record.get_by_text("Erase it for good")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-placet=status]")).to_have_text(
        "Your consent record is erased, and everything optional is off."
    )
    assert page.evaluate("placet.get().allowed") == []
    assert page.evaluate("Object.keys(localStorage)").count(f"placet_{words.key}_record") == 0
    assert saved["id"] not in [receipt["id"] for receipt in words.receipts()]
    open_preferences(page)
    assert page.locator(f"{PREFERENCES} [data-record]").count() == 0


@pytest.mark.parametrize(("lang", "title"), [("ar", "rtl"), ("hi", "ltr")])
def test_another_language_takes_the_place_of_both_layers(context, words, lang, title):
    page = words.open(context.new_page())
    page.locator("[data-action=settings]").click()
    select = page.locator(f"{PREFERENCES} select")
    select.select_option(lang)
    expect(page.locator(f"{PREFERENCES}[lang={lang}][dir={title}]")).to_be_visible()
    expect(select).to_be_focused()
    assert violations(page, PREFERENCES) == []
    page.keyboard.press("Escape")
    expect(page.locator(f"[data-placet=banner][lang={lang}][dir={title}]")).to_be_visible()
    answer(page, "reject")
    assert words.receipts()[-1]["notice"]["lang"] == lang


def test_a_policy_page_lists_what_is_published_in_its_own_place(context, words):
    body = '<h2>Cookies</h2><div data-placet="declaration"><a href="#">As a page</a></div>'
    page = words.open(context.new_page(), lang="de", body=body)
    place = page.locator("main [data-placet=declaration]")
    expect(place.locator("h4")).to_have_text(["Counter", "Recorder"])
    expect(place).to_contain_text("_count · Cookie · 13 Monate")
    assert place.locator("a").count() == 0
    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
