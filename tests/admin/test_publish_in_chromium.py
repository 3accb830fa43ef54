"""Publishing in real Chromium: what changes is read, one proposes, another approves, and a version is rolled back to."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_in_chromium import HANDLE, address, check, chromium, database_url, open_desk  # noqa: F401

pytestmark = pytest.mark.e2e


def test_a_version_goes_from_draft_to_approval_and_back(open_desk, draft):  # noqa: F811
    admin, admin_said = open_desk("admin", viewport={"width": 1440, "height": 900})
    owner, owner_said = open_desk("owner", viewport={"width": 390, "height": 844}, color_scheme="dark")
    owner.goto(f"{HANDLE}/approval")
    owner.get_by_role("button", name="Need a second person").click()

    admin.goto(f"{HANDLE}/trackers/clickstream")
    admin.get_by_label("Provider").fill("Another Ltd")
    admin.get_by_role("button", name="Save in the draft").click()
    admin.goto(f"{HANDLE}/publish")
    expect(admin.get_by_text("Clickstream has another provider.", exact=False).first).to_be_visible()
    expect(admin.get_by_text("Proposed: yes. The change is material.")).to_be_visible()
    admin.get_by_text("The same as YAML").click()
    expect(admin.locator(".diff .plus")).to_contain_text("vendor: Another Ltd")
    admin.get_by_label("No. Version 2 holds at once", exact=False).check()
    admin.get_by_label("Reason", exact=True).fill("The firm was renamed.")
    admin.get_by_label("Holds from").fill("2026-12-01")
    admin.get_by_role("button", name="Propose version 2").click()
    expect(admin.get_by_role("alert")).to_contain_text("Say why you decide otherwise than proposed.")
    check(admin, "a publication that lacks something")
    admin.get_by_label("If you do not ask: why?").fill("Only its name is new.")
    admin.get_by_role("button", name="Propose version 2").click()
    expect(admin.get_by_role("button", name="Take the proposal back")).to_be_visible()

    # Nobody approves their own, whatever their browser sends; and an editor looks.
    expect(admin.get_by_role("button", name="Approve")).to_have_count(0)
    with admin.expect_navigation() as sent:
        admin.locator("form[action$='/withdraw']").evaluate(
            "form => { form.action = form.action.replace('withdraw', 'approve'); form.submit() }"
        )
    assert sent.value.status == 403
    expect(admin.locator("main .lead")).to_have_text("You proposed this version yourself: somebody else approves it.")
    editor, _ = open_desk("editor")
    editor.goto(f"{HANDLE}/publish")
    expect(editor.get_by_text("It waits for an admin or owner of this site other than admin-all@")).to_be_visible()
    assert editor.locator("main form").count() == 0

    owner.goto(f"{HANDLE}/")
    owner.get_by_role("link", name="Look at it").click()
    expect(owner.get_by_text("Placet proposed the opposite: Only its name is new.", exact=False)).to_be_visible()
    check(owner, "a proposal")
    owner.get_by_role("button", name="Approve and publish version 2").click()
    expect(owner.get_by_text("It waits: it holds from 1 Dec 2026, 00:00 UTC.")).to_be_visible()
    expect(owner.get_by_text("approved by owner-all@example.com", exact=False)).to_be_visible()

    owner.goto(f"{HANDLE}/versions/compare?from=2&to=1")
    expect(owner.get_by_text("version 2 → version 1:", exact=False).first).to_be_visible()
    owner.goto(f"{HANDLE}/versions/1")
    owner.get_by_role("button", name="Roll back to version 1").click()
    expect(owner.get_by_label("Reason", exact=True)).to_have_value("Back to version 1: ")
    owner.get_by_role("link", name="Versions", exact=True).last.click()
    owner.get_by_role("button", name="Take it back").click()
    expect(owner.get_by_text("The former draft is the draft again.", exact=False)).to_be_visible()
    vendors = [own["vendor"] for own in draft()["trackers"] if own["id"] == "clickstream"]
    assert vendors == ["Another Ltd"]
    assert [text for text in admin_said + owner_said if "422" not in text and "403" not in text] == []
