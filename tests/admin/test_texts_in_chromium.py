"""Texts side by side in real Chromium: beside each other on a desktop, below each other on a phone, filled in one go."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_in_chromium import (  # noqa: F401  (fixtures)
    HANDLE,
    address,
    chromium,
    database_url,
    open_desk,
)  # fmt: skip

pytestmark = pytest.mark.e2e


def test_a_language_is_filled_beside_the_first_from_one_missing_text_to_the_next(open_desk, editor, draft):  # noqa: F811
    editor.submit(f"{HANDLE}/rules", languages="en\nde")
    page, said = open_desk(viewport={"width": 1440, "height": 900})
    page.goto(f"{HANDLE}/texts")
    english, german = (page.locator(f'[name="title.{lang}"]') for lang in ("en", "de"))
    assert english.bounding_box()["y"] == german.bounding_box()["y"], "beside each other"
    counts = page.get_by_role("group", name="Side by side")
    counts.get_by_role("link", name="missing").click()
    first = page.locator(":target")
    assert first.get_attribute("name") == "c0-name.de"
    expect(first).to_be_in_viewport()
    first.fill("Notwendig")
    page.get_by_role("link", name="next missing").first.click()
    second = page.locator(":target")
    assert second.get_attribute("name") == "c0-description.de"
    second.fill("Was die Seite braucht.")
    page.get_by_label("I know Deutsch").check()
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()
    assert draft()["categories"][0]["description"]["de"] == "Was die Seite braucht."
    expect(counts).not_to_contain_text("not read by anybody")
    page.set_viewport_size({"width": 360, "height": 800})
    assert german.bounding_box()["y"] > english.bounding_box()["y"] + english.bounding_box()["height"]
    assert said == []
