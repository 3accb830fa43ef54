"""Order by drag, search as one types, and mending by a button, in real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_in_chromium import (  # noqa: F401  # fixtures
    HANDLE,
    address,
    check,
    chromium,
    database_url,
    open_desk,
)

pytestmark = pytest.mark.e2e


def drag(page, moved, onto):
    """Drag the item of a title above another one's."""
    grip = page.locator(f'li[data-title="{moved}"] > div > .grip').bounding_box()
    target = page.locator(f'li[data-title="{onto}"] > div').bounding_box()
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + 2, steps=4)
    page.mouse.up()


def titles(page, kind):
    return page.locator(f'li[data-kind="{kind}"]').evaluate_all("all => all.map(li => li.dataset.title)")


def test_what_is_dropped_is_saved_and_what_cannot_be_goes_back(open_desk, draft):  # noqa: F811
    page, said = open_desk(viewport={"width": 1280, "height": 1800})
    page.goto(f"{HANDLE}/order")
    check(page, "order")
    stood = titles(page, "categories")
    drag(page, "Marketing", "Necessary")
    expect(page.get_by_role("status")).to_have_text("Marketing: moved. The order is saved in the draft.")
    assert titles(page, "categories") == ["Marketing", *stood[:-1]]
    assert draft()["categories"][0]["id"] == "marketing"
    rows = titles(page, "trackers")
    drag(page, "Cookie choice", "Sign-in session")
    expect(page.get_by_role("status")).to_have_text("Cookie choice: moved. The order is saved in the draft.")
    assert titles(page, "trackers").index("Cookie choice") == titles(page, "trackers").index("Sign-in session") - 1

    other = page.context.new_page()
    other.goto(f"{HANDLE}/order")
    drag(other, "Necessary", "Marketing")
    expect(other.get_by_role("status")).to_have_text("Necessary: moved. The order is saved in the draft.")
    drag(page, "Analytics", "Marketing")
    expect(page.get_by_role("alert")).to_contain_text("Nothing of yours was saved: this is the order as it stands now.")
    assert titles(page, "categories") == titles(other, "categories") == stood[:1] + ["Marketing", *stood[1:-1]]
    assert len(titles(page, "trackers")) == len(rows)

    page.route("**/order", lambda route: route.abort())
    drag(page, "Analytics", "Necessary")
    expect(page.get_by_role("alert")).to_contain_text("The server was not reached.")
    assert titles(page, "categories") == titles(other, "categories")
    check(page, "an order that was not saved")
    assert [text for text in said if "409" not in text and "ERR_FAILED" not in text] == []


def test_a_finger_drags_too_and_escape_puts_it_back(open_desk, draft):  # noqa: F811
    page, _ = open_desk(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{HANDLE}/order")
    before = draft()
    grip = page.locator('li[data-title="Functional"] > div > .grip')
    assert grip.evaluate("grip => getComputedStyle(grip).touchAction") == "none"
    box, target = grip.bounding_box(), page.locator('li[data-title="Necessary"] > div').bounding_box()
    start, end = (box["x"] + 8, box["y"] + 8), (target["x"] + 8, target["y"] + 1)
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        where = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    touch("touchStart", start)
    touch("touchMove", end)
    page.keyboard.press("Escape")
    touch("touchEnd")
    assert titles(page, "categories")[0] == "Necessary"
    assert draft() == before
    touch("touchStart", start)
    touch("touchMove", (end[0], end[1] + 4))
    touch("touchMove", end)
    touch("touchEnd")
    expect(page.get_by_role("status")).to_have_text("Functional: moved. The order is saved in the draft.")
    assert draft()["categories"][0]["id"] == "functional"


def test_trackers_are_found_as_one_types(open_desk):  # noqa: F811
    page, said = open_desk()
    page.goto(f"{HANDLE}/trackers/")
    field = page.get_by_label("Find a tracker")
    field.press_sequentially("clickstr")
    expect(page.locator("[data-found]")).to_have_text("1 tracker is found.")
    assert page.get_by_role("link", name="Clickstream", exact=True).is_visible()
    assert not page.get_by_role("heading", name="Necessary").is_visible()
    field.fill("hotjar")
    expect(page.locator("[data-found]")).to_have_text("No tracker is found so far. Press Enter to look further.")
    field.press("Enter")
    expect(page.get_by_role("link", name="Look for “hotjar” in the catalog")).to_be_visible()
    check(page, "nothing found")
    assert said == []


def test_a_finding_is_mended_by_its_button_and_put_back(open_desk, draft):  # noqa: F811
    page, said = open_desk(color_scheme="dark", viewport={"width": 390, "height": 844})
    page.goto(f"{HANDLE}/rules")
    area = page.get_by_label("YAML of this part")
    area.fill(area.input_value().replace("granted: P6M", "granted: P24M"))
    page.get_by_role("button", name="Save the YAML").click()
    expect(page.get_by_text("24 months is over the maximum of 180 days").first).to_be_visible()
    page.get_by_role("button", name="Save unfinished").last.click()
    expect(page.get_by_role("status")).to_contain_text("Saved in the draft.")
    page.goto(f"{HANDLE}/publish")
    page.get_by_role("button", name="Set it to 6 months").click()
    expect(page.get_by_role("heading", name="Mended")).to_be_visible()
    assert draft()["lifetimes"]["granted"] == "P6M"
    check(page, "mended")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_have_text("Put back: the draft is as it was before that.")
    assert draft()["lifetimes"]["granted"] == "P24M"
    assert [text for text in said if "422" not in text] == []
