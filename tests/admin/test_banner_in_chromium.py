"""A receipt's banner drawn again on its page, in real Chromium, by the build that is really served."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.db import db
from app.models import WidgetRelease
from app.services.widgets import read_widget_builds, register_widget
from tests.admin.test_in_chromium import HANDLE, address, check, chromium, database_url, open_desk  # noqa: F401
from tests.e2e.conftest import eventually
from tests.support.world import BUILD, SIGNING, Visitor

pytestmark = pytest.mark.e2e

WIDGET = Path(__file__).parents[2] / "widget" / "dist"
PICTURES = os.environ.get("PLACET_PICTURES")


@pytest.fixture
def store(app, client, site, clock):
    """Store a receipt that cites the real build, and return the address of its page."""
    build = read_widget_builds(WIDGET).placet
    with app.app_context():
        register_widget(db.session(), build, now=clock(), **SIGNING)

    def post(**changes) -> str:
        visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock)
        widget = {"version": build.version, "sha256": build.sha256}
        body = visitor.body(("analytics",), widget=widget, **changes)
        assert client.post(f"/v1/sites/{site}/receipts", json=body).status_code == 201
        return f"{HANDLE}/receipts/{body['id']}"

    return post


@pytest.mark.parametrize(
    "viewport, scheme, layer, size",
    [("narrow", "dark", 1, (1440, 900)), ("medium", "light", 2, (1440, 900)), ("wide", "light", 1, (360, 800))],
)
def test_it_is_drawn_as_claimed_and_asks_nobody(open_desk, store, viewport, scheme, layer, size):  # noqa: F811
    path = store(viewport=viewport, scheme=scheme, layer=layer)
    page, said = open_desk("auditor", viewport={"width": size[0], "height": size[1]}, color_scheme="light")
    named = []
    page.on("request", lambda request: named.append(request))
    page.goto(path)
    page.locator("iframe").scroll_into_view_if_needed()
    banner = page.frame_locator("iframe")
    dialog = banner.get_by_role("dialog" if layer == 2 else "region").first
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Reject all")).to_be_visible()
    if layer == 2:
        expect(dialog).to_contain_text("Clickstream")
    frame = page.frames[1]
    assert frame.evaluate("innerWidth") == {"narrow": 360, "medium": 768, "wide": 1280}[viewport]
    colors = dialog.evaluate("own => [getComputedStyle(own).colorScheme, getComputedStyle(own).backgroundColor]")
    brightness = sum(int(part) for part in colors[1].removeprefix("rgb(").removesuffix(")").split(",")[:3])
    assert (brightness < 384) == (scheme == "dark"), colors
    drawn, room = page.locator("iframe").bounding_box(), page.locator(".shown").bounding_box()
    assert drawn["width"] <= room["width"] + 1, "it is as small as there is room"
    host = page.url.split("/admin")[0]

    def reached():
        """What was asked for elsewhere; Chromium also names what a policy stopped, if it is told of a frame in time."""
        page.title()  # what has happened by now is told before the answer
        asked = {request.url for request in named if request.failure != "csp"}
        return {url for url in asked if not url.startswith(f"{host}/admin/")}

    eventually(lambda: reached() == set(), "what it asked for was stopped")
    assert said == []
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/receipt-{viewport}-{scheme}.png", full_page=True)
    dialog.get_by_role("button", name="Reject all").click()
    assert frame.evaluate("fetch('/').then(() => 'got out', () => 'held')") == "held"
    eventually(lambda: reached() == set(), "what it asked for was stopped")
    check(page, path)


def test_the_banner_of_a_version_is_shown_on_its_page(app, open_desk, store):  # noqa: F811
    store()
    with app.app_context():  # the tiny build of the tests was released at the same moment
        tiny = WidgetRelease.sha256 == BUILD.sha256
        db.session.execute(update(WidgetRelease).where(tiny).values(name=None))
        db.session.commit()
    page, said = open_desk("auditor", viewport={"width": 1440, "height": 900})
    page.goto(f"{HANDLE}/versions/1")
    page.get_by_label("Width").select_option("360")
    page.get_by_label("Colours").select_option("dark")
    page.get_by_label("What").select_option("preferences")
    expect(page.locator('iframe[width="360"][src*="scheme=dark"][src*="layer=preferences"]')).to_be_attached()
    page.locator("iframe").scroll_into_view_if_needed()
    dialog = page.frame_locator("iframe").get_by_role("dialog").first
    expect(dialog).to_contain_text("Clickstream")
    assert page.frames[1].evaluate("innerWidth") == 360
    expect(page.get_by_text("that was served when this version took effect")).to_be_visible()
    check(page, "a version with its banner")
    assert said == []
