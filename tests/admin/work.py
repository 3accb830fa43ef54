"""What somebody does at the desk, in a real browser: a function for each sentence of what the desk is for."""

import re

from playwright.sync_api import expect

from tests.admin.test_in_chromium import HANDLE
from tests.admin.test_set_up_in_chromium import SAMPLE

STOP = re.compile("Stop now ?: Clickstream")


def place(page, name):
    """Go to a place of the site by the navigation."""
    page.get_by_role("navigation", name="Places of").get_by_role("link", name=name, exact=True).click()


def press(page, name):
    page.get_by_role("button", name=name).click()


def saved(page):
    press(page, "Save in the draft")
    expect(page.get_by_role("status").first).to_contain_text("Saved in the draft.")


def as_yaml(page, old, new):
    """Change the YAML beside a form and save that."""
    area = page.get_by_label("YAML of this part")
    assert re.search(old, area.input_value())
    area.fill(re.sub(old, new, area.input_value()))
    press(page, "Save the YAML")


def sees_the_set_up(page):
    page.goto(f"{HANDLE}/setup/")
    expect(page.get_by_role("region", name="Marked")).to_contain_text(re.compile(r"/s/s_[\w-]{22}\.js"))
    page.goto(f"{HANDLE}/catalog?q=hotjar")
    page.get_by_role("button", name="Add to the draft").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Hotjar is in the draft")
    place(page, "Discovery")
    press(page, "Make a link")
    expect(page.get_by_role("link", name="Open the site")).to_be_visible()
    page.get_by_role("link", name="The check, and what it found").click()
    expect(page.get_by_role("heading", name="Check of the site")).to_be_visible()


def edits(page):
    place(page, "Categories & trackers")
    page.get_by_label("Find a tracker").press_sequentially("clickstr")
    expect(page.locator("#said")).to_contain_text("1 tracker is found for “clickstr”.")
    page.get_by_role("link", name="Clickstream", exact=True).click()
    as_yaml(page, "vendor: .*", "vendor: Another Ltd")
    expect(page.get_by_role("status").first).to_contain_text("Saved in the draft.")
    page.get_by_role("link", name="Order and copies").click()
    page.get_by_role("button", name="Down: Sign-in session").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Down: Sign-in session")).to_be_focused()
    press(page, "Duplicate: Remembered view")
    expect(page.get_by_role("heading", level=1)).to_have_text("Remembered view (copy)")
    place(page, "Texts")
    page.locator('[name="title.en"]').fill("What may we use?")
    saved(page)
    place(page, "Look")
    page.get_by_label("Corners").select_option("square, 0 px")
    saved(page)


def sees_the_preview(page):
    place(page, "Preview")
    page.get_by_label("Width").select_option("phone")
    page.get_by_label("Colours").select_option("dark")
    press(page, "Show")
    banner = page.frame_locator("iframe").locator("placet-banner")
    expect(banner).to_contain_text("What may we use?")
    expect(banner.get_by_role("button", name="Reject all")).to_be_visible()


def mends(page):
    place(page, "Rules")
    as_yaml(page, "granted: P6M", "granted: P24M")
    expect(page.get_by_text("24 months is over the maximum of 180 days").first).to_be_visible()
    expect(page.get_by_label("YAML of this part")).to_have_value(re.compile("granted: P24M"))
    page.get_by_role("button", name="Save unfinished").last.click()
    place(page, "Publish")
    press(page, "Set it to 6 months")
    expect(page.get_by_role("heading", name="Mended")).to_be_visible()


def sees_what_changes(page):
    place(page, "Publish")
    expect(page.get_by_text("Clickstream has another provider.", exact=False).first).to_be_visible()
    place(page, "Versions")
    page.get_by_role("link", name="Compare any two").click()
    expect(page.get_by_role("heading", name="What changes for visitors")).to_be_visible()


def publishes(page):
    place(page, "Publish")
    page.get_by_label("Yes. Version 2").check()
    page.get_by_label("Reason", exact=True).fill("Another provider")
    press(page, "Publish version 2")
    expect(page.get_by_role("status")).to_contain_text("Version 2 is published.")


def reads_versions(page):
    place(page, "Versions")
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Version 1")
    expect(page.get_by_title("The banner of version 1")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the YAML").click()
    assert download.value.suggested_filename.endswith(".yaml")


def rolls_back(page):
    page.goto(f"{HANDLE}/versions/1")
    press(page, "Roll back to version 1")
    expect(page.get_by_role("status").first).to_contain_text("Version 1 stands in the draft.")


def stops_and_resumes(page):
    place(page, "Categories & trackers")
    page.get_by_role("link", name=STOP).click()
    page.get_by_label("Reason").fill("It leaks.")
    press(page, "Stop Clickstream now")
    expect(page.get_by_role("status").first).to_contain_text("It is stopped.")
    page.get_by_role("link", name="Resume Clickstream").click()
    page.get_by_label("Reason").fill("Mended.")
    press(page, "Resume Clickstream")
    expect(page.get_by_role("status").first).to_contain_text("It is resumed.")


def shares(page):
    page.goto(f"{HANDLE}/trackers/usability-survey")
    page.get_by_role("link", name="Share with other sites").click()
    press(page, "Share it")
    page.get_by_role("link", name="other", exact=True).click()
    press(page, "Use in this site")
    page.get_by_role("link", name="Edit the block").click()
    page.get_by_label("Provider", exact=True).fill("A third Ltd")
    press(page, "Save in every draft")
    expect(page.get_by_role("status")).to_contain_text("in the draft of every site that uses it")
    page.get_by_role("link", name="Placet").click()
    expect(page.get_by_text("You work at 2 sites.")).to_be_visible()


def publishes_together(page):
    page.get_by_role("link", name="Shared blocks").click()
    page.get_by_role("link", name="Typeform").click()
    for site in ("saas-console", "other"):
        page.locator(f"#f-site-{site}").check()
    page.get_by_label("Yes. Each version").check()
    page.get_by_label("Reason").fill("A third provider")
    press(page, "Publish together")
    expect(page.get_by_text("2 sites have a new version.")).to_be_visible()


def imports(page):
    page.goto(f"{HANDLE}/import")
    page.get_by_label("Tool").select_option("klaro")
    page.get_by_label("Or what it has, pasted").fill(SAMPLE.read_text())
    press(page, "Read it")
    press(page, "Add it to the draft")
    page.wait_for_url("**/trackers/?done=imported")


def reviews(page):
    page.goto(f"{HANDLE}/review")
    press(page, "I have reviewed it")
    expect(page.get_by_role("status")).to_contain_text("you looked at this config today")


def reads_the_record(page):
    page.goto(f"{HANDLE}/receipts/")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert download.value.suggested_filename.endswith(".csv")
    page.locator("main table tbody th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Receipt at log index")
    place(page, "Proof")
    with page.expect_download() as download:
        press(page, "Download the bundle")
    assert download.value.suggested_filename.endswith(".zip")
    place(page, "Audit log")
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit log")


def lets_an_auditor_in(page):
    page.goto(f"{HANDLE}/proof")
    page.get_by_label("Whom is it for?").fill("Audit & Co")
    press(page, "Make a link")
    expect(page.get_by_role("status")).to_contain_text("The link for Audit & Co is made.")


def invites(page):
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Their e-mail address").fill("max@example.com")
    press(page, "Make a link")
    expect(page.locator("pre")).to_contain_text("/admin/invitation/")


def begins_a_site(page):
    page.goto("/admin/")
    page.get_by_role("link", name="Add a site").click()
    for label, text in (("Name of the site", "Shop"), ("Addresses", "https://shop.example")):
        page.get_by_label(label, exact=True).fill(text)
    press(page, "Save and go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is responsible?")
