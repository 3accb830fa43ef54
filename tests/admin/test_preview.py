"""Preview in real Chromium: the draft in the real widget, for each kind of visitor, in a frame that reaches nothing."""

import pytest
from playwright.sync_api import expect

from app.factory import WIDGET
from app.services.widgets import read_widget_builds
from tests.admin.test_in_chromium import (  # noqa: F401  (fixtures)
    HANDLE,
    address,
    check,
    chromium,
    database_url,
    open_desk,
)  # fmt: skip
from tests.support.plain_site import in_german_too

pytestmark = pytest.mark.e2e


@pytest.fixture
def builds():
    return read_widget_builds(WIDGET)


@pytest.fixture
def site(publish_site):
    return publish_site(change=in_german_too)


@pytest.fixture
def preview(open_desk):  # noqa: F811
    page, said = open_desk()
    asked = []
    page.on("response", lambda answer: asked.append(answer.url))

    def show(**wanted):
        asked.clear()
        page.goto(f"{HANDLE}/preview?" + "&".join(f"{name}={value}" for name, value in wanted.items()))
        return page.frame_locator("iframe")

    show.page, show.said, show.asked = page, said, asked
    return show


def test_the_draft_is_shown_as_the_real_banner(preview):
    frame = preview()
    expect(frame.get_by_role("button", name="Reject all")).to_be_visible()
    expect(frame.locator("placet-banner")).to_contain_text("SaaS Console Example Ltd")
    check(preview.page, "preview")


def test_every_choice_of_the_form_changes_what_is_seen(preview):
    frame = preview(lang="de")
    expect(frame.get_by_role("button", name="Alle ablehnen")).to_be_visible()
    frame = preview(layer="preferences")
    expect(frame.get_by_role("dialog")).to_be_visible()
    frame = preview(layer="placeholder")
    expect(frame.get_by_role("button", name="Allow once")).to_be_visible()
    colour = "banner => getComputedStyle(banner).backgroundColor"
    light, dark = (preview(scheme=scheme).locator("placet-banner").evaluate(colour) for scheme in ("light", "dark"))
    assert light != dark
    preview(width="360")
    assert preview.page.locator("iframe").bounding_box()["width"] == 360


def test_preview_follows_what_is_chosen(preview):
    frame, page = preview(), preview.page
    expect(frame.get_by_role("button", name="Reject all")).to_be_visible()
    what = page.get_by_label("What", exact=True)
    what.focus()
    page.keyboard.press("ArrowDown")
    expect(frame.get_by_role("dialog")).to_be_visible()
    expect(what).to_be_focused()
    page.get_by_label("Width").select_option("1280")
    expect(page.locator("#said")).to_contain_text("on a desktop")
    expect(page.locator("iframe")).to_have_attribute("width", "1280")
    assert "layer=preferences" in page.url and "width=1280" in page.url
    page.go_back()
    expect(frame.get_by_role("button", name="Reject all")).to_be_visible()
    expect(what).to_have_value("first")
    assert preview.said == []


@pytest.mark.parametrize("guest", ["yes", "no"])
def test_who_has_chosen_is_not_asked_again(preview, guest):
    frame = preview(**{"as": guest, "regime": "eu"})
    expect(frame.locator("[data-placet=reopen]")).to_be_visible()
    expect(frame.locator("placet-banner")).to_have_count(0)


def test_the_opt_out_signal_is_seen_to_be_honoured(preview):
    frame = preview(**{"as": "gpc", "regime": "us-ca"})
    expect(frame.get_by_text("Opt-out signal (GPC) honoured").first).to_be_visible()


def test_pressing_in_the_frame_reaches_no_server_and_no_storage(preview):
    frame = preview()
    preview.asked.clear()
    frame.get_by_role("button", name="Accept all").click()
    expect(frame.locator("placet-banner")).to_have_count(0)
    assert [url for url in preview.asked if "/s/" in url or "/v1/" in url] == []
    assert preview.page.evaluate("localStorage.length") == 0
    assert "placet_s_" not in preview.page.evaluate("document.cookie")


def test_a_draft_with_errors_says_where_they_are_told(preview, open_desk):  # noqa: F811
    page = preview.page
    page.goto(f"{HANDLE}/trackers/clickstream")
    page.get_by_label("Name", exact=True).first.fill("<b>")
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_role("button", name="Save unfinished").click()
    page.goto(f"{HANDLE}/preview")
    expect(page.get_by_text("The draft cannot be shown")).to_be_visible()
    assert page.request.get(f"{HANDLE}/preview/frame").status == 422
