"""Forms that edit, in real Chromium: Save is at hand and hides nothing, and what is not saved is not lost unsaid."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_in_chromium import (  # noqa: F401  (fixtures)
    HANDLE,
    address,
    chromium,
    database_url,
    open_desk,
)

pytestmark = pytest.mark.e2e

# Which controls of the form lie below its bar of actions once they have the focus (WCAG 2.2, 2.4.11); of a tall one, the
# browser shows where one types.
HIDDEN = """
form => [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button:not(.vh)")]
  .filter((one) => !one.closest(".bar"))
  .filter((one) => {
    one.focus();
    return one.getBoundingClientRect().top + 24 > form.querySelector(".bar").getBoundingClientRect().top;
  })
  .map((one) => one.name)
"""


def test_save_stays_in_sight_and_what_has_the_focus_is_never_below_it(open_desk):  # noqa: F811
    page, _ = open_desk(viewport={"width": 360, "height": 640})
    for place in ("trackers/clickstream", "texts"):
        page.goto(f"{HANDLE}/{place}")
        form = page.locator("form.draft").first
        form.locator("input:not([type=hidden])").first.focus()
        expect(page.get_by_role("button", name="Save in the draft")).to_be_in_viewport(ratio=1)
        assert form.evaluate(HIDDEN) == [], place


def test_what_is_not_saved_is_told_and_after_save_one_is_where_one_was(open_desk, draft):  # noqa: F811
    page, said = open_desk(viewport={"width": 1440, "height": 700})
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(f"{HANDLE}/rules")
    changed = page.get_by_text("Changed, and not saved yet.")
    expect(changed).to_be_hidden()
    page.get_by_label("Privacy policy").fill("https://saas-console.example/policy")
    expect(changed).to_be_visible()

    page.get_by_role("button", name="Save the YAML").click()
    expect(page.get_by_role("alert")).to_contain_text("What you changed in the form is not saved")
    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_label("Privacy policy")).to_have_value("https://saas-console.example/policy")
    assert asked == ["beforeunload"]

    page.get_by_label("Privacy policy").focus()
    page.get_by_role("button", name="Save in the draft").click()
    page.wait_for_url("**/rules?done=saved#f-policy_url")
    expect(page.get_by_label("Privacy policy")).to_be_focused()
    expect(page.get_by_label("Privacy policy")).to_be_in_viewport(ratio=1)
    assert draft()["policy_url"] == "https://saas-console.example/policy"

    page.get_by_role("link", name="Preview").click()
    page.wait_for_url("**/preview")
    assert (asked, said) == (["beforeunload"], [])
