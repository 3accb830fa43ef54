"""While somebody types: words at the field, and lists that follow. In real Chromium, under the CSP."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_in_chromium import (  # noqa: F401  # fixtures
    HANDLE,
    address,
    check,
    chromium,
    database_url,
    open_desk,
    violations,
)

pytestmark = pytest.mark.e2e


def test_what_is_wrong_is_told_at_the_field_one_leaves_and_goes_when_it_is_mended(open_desk, draft):  # noqa: F811
    page, said = open_desk()
    before = draft()
    page.goto(f"{HANDLE}/trackers/new?category=analytics")
    ident, name = page.locator("#f-id"), page.get_by_label("Name", exact=True).first
    ident.focus()
    page.keyboard.type("Heat map")
    page.keyboard.press("Tab")
    wrong = page.locator(".wrong[id='e-id']")
    expect(wrong).to_contain_text("a-z")
    expect(ident).to_have_attribute("aria-invalid", "true")
    assert "e-id" in ident.get_attribute("aria-describedby").split()
    expect(page.locator("[data-mended]")).to_have_text(f"Id: {wrong.text_content()}")
    assert page.locator(".wrong:not(:empty):visible").count() == 1, "nobody is told yet what else is missing"
    assert page.evaluate("document.activeElement.id") != "f-id", "the focus went on"
    assert violations(page) == []

    ident.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("heat-map")
    page.keyboard.press("Tab")
    expect(wrong).to_be_empty()
    expect(ident).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-mended]")).to_have_text("Id: nothing is wrong there any more.")
    assert draft() == before, "nothing is stored by it"

    # Whoever presses a button in the same moment presses it.
    name.fill("Heat map")
    page.locator("#f-vendor").fill("<b>Heat</b>")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_role("heading", name="This was not saved yet")).to_be_visible()
    assert ident.input_value() == "heat-map"
    vendor = page.locator("#f-vendor")
    expect(vendor).to_have_attribute("aria-invalid", "true")
    vendor.fill("Heat Ltd")
    vendor.press("Tab")
    expect(vendor).not_to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Save unfinished").click()
    page.wait_for_url("**/trackers/?done=saved")
    assert draft()["trackers"][-1]["vendor"] == "Heat Ltd"
    assert [text for text in said if "422" not in text] == []


def test_trackers_are_found_as_one_types_and_back_leads_to_all(open_desk):  # noqa: F811
    page, said = open_desk()
    page.goto(f"{HANDLE}/trackers/")
    field, found = page.get_by_label("Find a tracker"), page.locator("#said")
    field.press_sequentially("clickstr")
    expect(found).to_contain_text("1 tracker is found for “clickstr”.")
    expect(field).to_be_focused()
    expect(page).to_have_url(f"{page.url.partition('?')[0]}?q=clickstr")
    assert page.get_by_role("link", name="Clickstream", exact=True).is_visible()
    assert not page.get_by_role("heading", name="Necessary").is_visible()
    field.fill("hotjar")
    expect(page.get_by_role("link", name="Look for “hotjar” in the catalog")).to_be_visible()
    expect(found).to_contain_text("No tracker of this draft has “hotjar”")
    check(page, "nothing found")
    page.reload()
    expect(field).to_have_value("hotjar")
    page.go_back()
    expect(page.get_by_role("heading", name="Necessary")).to_be_visible()
    expect(page).to_have_url(f"{page.url.partition('?')[0]}")
    expect(field).to_have_value("")

    page.goto(f"{HANDLE}/catalog")
    page.locator("#q").press_sequentially("hotjar")
    expect(page.locator("#said")).to_contain_text("1 tracker for hotjar")
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.get_by_text("Hotjar is in the draft")).to_be_visible()
    page.goto(f"{HANDLE}/receipts/")
    page.get_by_label("From").fill("2030-01-01")
    expect(page.locator("#said")).to_contain_text("0 receipts were received from")
    page.get_by_label("To").fill("2029-01-01")
    expect(page.get_by_role("alert")).to_have_text("The first day is after the last one.")
    assert [text for text in said if "422" not in text] == []
