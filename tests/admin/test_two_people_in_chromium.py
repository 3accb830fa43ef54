"""Two people at one draft in real Chromium: whoever saves second sees both, and nothing is overwritten silently."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_in_chromium import HANDLE, address, check, chromium, database_url, open_desk  # noqa: F401
from tests.admin.test_together import tracker
from tests.admin.work import press, saved

pytestmark = pytest.mark.e2e


def test_two_people_at_one_tracker_see_both_and_decide(open_desk, draft):  # noqa: F811
    editor, _ = open_desk("editor", viewport={"width": 360, "height": 800}, color_scheme="dark")
    admin, said = open_desk("admin", viewport={"width": 1440, "height": 900})
    for page in (editor, admin):
        page.goto(f"{HANDLE}/trackers/clickstream")
    editor.get_by_label("Provider", exact=True).fill("Theirs Ltd")
    saved(editor)
    admin.get_by_label("Provider", exact=True).fill("Mine Ltd")
    press(admin, "Save in the draft")
    told = admin.get_by_role("alert")
    expect(told).to_contain_text("editor-all@example.com saved it")
    for vendor in ("Theirs Ltd", "Mine Ltd"):
        expect(admin.locator("main").get_by_text(f"vendor: {vendor}").first).to_be_visible()
    assert tracker(draft(), "clickstream")["vendor"] == "Theirs Ltd"
    expect(admin.get_by_label("Provider", exact=True)).to_have_value("Mine Ltd")
    check(admin, "a draft that somebody else saved")

    editor.goto(f"{HANDLE}/trackers/payment")
    editor.get_by_label("Provider", exact=True).fill("Another Ltd")
    saved(editor)
    saved(admin)
    vendors = [tracker(draft(), own)["vendor"] for own in ("clickstream", "payment")]
    assert vendors == ["Mine Ltd", "Another Ltd"], "saved again it is a decision, and what is elsewhere stays"
    assert [text for text in said if "409" not in text] == []
