"""The desk's pictures in README and docs/admin.md, made from the product: into tests/.artifacts, or docs/images if asked.

``UPDATE_PICTURES=1 .venv/bin/python -m pytest tests/admin/test_pictures_of_the_desk.py``
"""

import os
from pathlib import Path

import pytest

from app.factory import WIDGET
from app.services.widgets import read_widget_builds
from tests.admin.test_in_chromium import (  # noqa: F401  (fixtures)
    HANDLE,
    address,
    chromium,
    database_url,
    open_desk,
)
from tests.e2e.conftest import ARTIFACTS
from tests.support.plain_site import in_german_too

pytestmark = pytest.mark.e2e

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"


@pytest.fixture
def builds():
    return read_widget_builds(WIDGET)


@pytest.fixture
def site(publish_site):
    return publish_site(change=in_german_too)


def test_setting_up_seeing_and_publishing(open_desk, publish_site):  # noqa: F811
    folder = IMAGES if os.environ.get("UPDATE_PICTURES") else ARTIFACTS
    folder.mkdir(parents=True, exist_ok=True)
    for handle in ("account-management", "business-automation"):
        publish_site(handle, handle)
    page, _ = open_desk(viewport={"width": 1200, "height": 800}, device_scale_factor=2)

    def picture(name):
        page.screenshot(path=folder / f"desk-{name}.png")
        assert (folder / f"desk-{name}.png").stat().st_size > 20_000

    page.goto(f"{HANDLE}/catalog?q=hotjar")
    page.get_by_role("button", name="Add to the draft").first.click()
    page.goto(f"{HANDLE}/trackers/")
    picture("trackers")
    page.goto(f"{HANDLE}/preview?width=phone&lang=de")
    page.frame_locator("iframe").get_by_role("button", name="Alle ablehnen").wait_for()
    page.locator("iframe").evaluate("frame => frame.scrollIntoView({block: 'end'})")
    picture("preview")
    page.goto(f"{HANDLE}/texts?lang=en&lang=de")
    picture("texts")
    page.goto(f"{HANDLE}/look")
    for name, colour in (("surface", "#fff8ec"), ("ink", "#3a2a12"), ("fill", "#b4783c"), ("on_fill", "#ffffff")):
        page.locator(f"[id='f-colors.light.{name}']").fill(colour)
    page.locator("[data-contrast]").first.evaluate("table => table.scrollIntoView({block: 'end'})")
    picture("look")
    page.goto(f"{HANDLE}/publish")
    picture("publish")
    page.goto("/admin/")
    picture("sites")
