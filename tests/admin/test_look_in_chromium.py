"""The look in real Chromium: contrast is told at every key, and the Preview shows the draft's own colours."""

import pytest
from playwright.sync_api import expect

from app.factory import WIDGET
from app.services.widgets import read_widget_builds
from tests.admin.test_in_chromium import (  # noqa: F401  (fixtures)
    HANDLE,
    address,
    chromium,
    database_url,
    open_desk,
)  # fmt: skip

pytestmark = pytest.mark.e2e

# Light writing on both: what a receipt says of the scheme must not hang on the writing.
BLUE = {"surface": "#0b2a5b", "ink": "#ffffff", "fill": "#ffd23f", "on_fill": "#1a1a1a"}
NIGHT = {"surface": "#121513", "ink": "#e8ebe8", "fill": "#7bd3b3", "on_fill": "#0b1f18"}
DRAWN = """banner => {
  const root = getComputedStyle(banner), looks = action => {
    const { backgroundColor, color, borderRadius } = getComputedStyle(banner.querySelector(`[data-action=${action}]`));
    return [backgroundColor, color, borderRadius]; };
  return { surface: root.backgroundColor, ink: root.color, scheme: root.outlineColor,
    accept: looks("accept"), reject: looks("reject"), atTheEnd: innerWidth - banner.getBoundingClientRect().right }; }"""


@pytest.fixture
def builds():
    return read_widget_builds(WIDGET)


def rgb(color):
    return f"rgb({', '.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_contrast_is_told_as_one_types_and_the_preview_shows_the_saved_look(open_desk):  # noqa: F811
    page, said = open_desk()
    page.goto(f"{HANDLE}/look")
    light = page.get_by_role("group", name="On a light page")
    text = light.get_by_role("row", name="Text and lines on the surface")
    expect(text).to_contain_text("not known")
    for scheme, palette in (("light", BLUE), ("dark", NIGHT)):
        for name, color in palette.items():
            page.locator(f'[name="colors.{scheme}.{name}"]').fill(color)
    expect(text).to_contain_text("14.03 to 1")
    expect(text).to_contain_text("enough")
    ink = light.get_by_label("Text and lines", exact=True)
    ink.fill("#3a5a8")
    expect(text).to_contain_text("not known")
    ink.press_sequentially("b")
    expect(text).to_contain_text("too little")
    expect(page.get_by_role("status")).to_have_text("There are pairs with too little contrast.")
    light.get_by_label("Text and lines …").fill(BLUE["ink"])
    expect(text).to_contain_text("14.03 to 1")
    page.get_by_label("Which edge").select_option("end")
    page.get_by_label("Corners").select_option("square, 0 px")
    page.get_by_role("button", name="Save in the draft").click()
    page.wait_for_url("**/look?done=saved")
    expect(text).to_contain_text("14.03 to 1")
    for scheme, palette, writing in (("light", BLUE, "rgb(0, 0, 0)"), ("dark", NIGHT, "rgb(255, 255, 255)")):
        page.goto(f"{HANDLE}/preview?scheme={scheme}&width=768")
        banner = page.frame_locator("iframe").locator("placet-banner")
        expect(banner.get_by_role("button", name="Reject all")).to_be_visible()
        drawn = banner.evaluate(DRAWN)
        assert (drawn["surface"], drawn["ink"]) == (rgb(palette["surface"]), rgb(palette["ink"]))
        assert drawn["accept"] == drawn["reject"] == [rgb(palette["fill"]), rgb(palette["on_fill"]), "0px"]
        assert drawn["scheme"] == writing, "as the page's scheme is, whatever the writing"
        assert drawn["atTheEnd"] == 12
    assert said == []
