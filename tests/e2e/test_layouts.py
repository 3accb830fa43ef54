"""Every layout, in light, dark and forced colours, narrow to wide, in four languages: it fits, is fair, and is pictured.

All 144 by ``make test-long``; otherwise each layout, colours and width once, the languages in turns.
"""

import os

import pytest

from tests.e2e.conftest import ARTIFACTS, eventually
from tests.e2e.test_accessibility import violations
from tests.e2e.test_pictures import IMAGES

LAYOUTS = ("corner", "bar", "modal", "inline")
WIDTHS = {360: 640, 768: 1024, 1440: 900}
LANGUAGES = ("en", "de", "ar", "hi")
COLOURS = ("light", "dark", "forced")
# Those that stand in docs/widget.md; each is of the short run. UPDATE_PICTURES=1 makes them anew.
IN_DOCS = {"corner-light-768-de.png", "modal-dark-768-en.png", "inline-light-360-hi.png", "corner-forced-360-ar.png"}

BOX = """root => {
  const boxOf = element => { const {x, y, width, height, right, bottom} = element.getBoundingClientRect();
    return {x, y, width, height, right, bottom}; };
  const button = action => root.querySelector(`[data-action=${action}]`);
  return {root: boxOf(root), accept: boxOf(button("accept")), reject: boxOf(button("reject")),
    settings: boxOf(button("settings")), dir: getComputedStyle(root).direction,
    wide: document.documentElement.scrollWidth - innerWidth, height: innerHeight, width: innerWidth}; }"""


def paged(browser, width, colours):
    return browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="dark" if colours == "dark" else "light",
        forced_colors="active" if colours == "forced" else "none",
        reduced_motion="reduce",
    )


def said(page):
    """What the console has said until now."""
    return " ".join(message.text for message in page.console_messages())


def cases():
    for at, layout in enumerate(LAYOUTS):
        for colours in COLOURS:
            for turn, width in enumerate(WIDTHS):
                for place, lang in enumerate(LANGUAGES):
                    is_short = place == (at + turn + COLOURS.index(colours)) % len(LANGUAGES)
                    yield pytest.param(layout, colours, width, lang, marks=() if is_short else (pytest.mark.long,))


@pytest.fixture(scope="module")
def asked(browser):
    """The page of somebody who never answers: asked again at each visit, however it looks then."""
    context = paged(browser, 768, "light")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("layout", "colours", "width", "lang"), list(cases()))
def test_the_banner_fits_and_is_fair(asked, words, layout, colours, width, lang):
    asked.set_viewport_size({"width": width, "height": WIDTHS[width]})
    asked.emulate_media(
        color_scheme="dark" if colours == "dark" else "light",
        forced_colors="active" if colours == "forced" else "none",
    )
    page = words.open(asked, lang=lang, layout=layout)
    folder = ARTIFACTS / "layouts"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{layout}-{colours}-{width}-{lang}.png"
    page.screenshot(path=folder / name)
    if name in IN_DOCS and os.environ.get("UPDATE_PICTURES"):
        page.screenshot(path=IMAGES / name)
    banner = page.locator("[data-placet=banner]")
    seen = banner.evaluate(BOX)
    assert seen["wide"] <= 0, "nothing scrolls sideways"
    for part in ("root", "accept", "reject", "settings"):
        box = seen[part]
        assert box["x"] >= 0
        assert box["right"] <= seen["width"]
        if layout != "inline":
            assert box["y"] >= 0
            assert box["bottom"] <= seen["height"]
    accept, reject = seen["accept"], seen["reject"]
    assert (accept["width"], accept["height"]) == pytest.approx((reject["width"], reject["height"]), abs=1)
    assert min(accept["height"], accept["width"]) >= 44
    assert seen["dir"] == ("rtl" if lang == "ar" else "ltr")
    if width == 360 and layout in ("corner", "bar"):
        assert seen["root"]["height"] <= seen["height"] / 2 + 1, "at most half of a phone"


@pytest.mark.parametrize("layout", ["modal", "inline"])
def test_axe_has_nothing_against_it(browser, words, layout):
    context = paged(browser, 768, "light")
    page = words.open(context.new_page(), layout=layout)
    assert violations(page, "html") == []
    context.close()


def test_modal_holds_the_focus_and_escape_only_puts_the_question_aside(browser, words):
    context = paged(browser, 1440, "light")
    page = words.open(context.new_page(), layout="modal", body="<a href='#'>A link of the page</a>")
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    eventually(lambda: page.locator("dialog").count() == 0, "it closes")
    assert page.locator("body > [data-placet=banner][data-layout=bar]").is_visible()
    page.get_by_text("A link of the page").click()
    assert page.evaluate("placet.get().choice") is None
    assert page.evaluate("placet.get().allowed") == []
    page.reload()
    page.wait_for_selector("[data-placet=modal] [data-placet=banner]")
    context.close()


def test_inline_moves_nothing_once_it_is_answered_but_what_stands_below(browser, words):
    context = paged(browser, 768, "light")
    page = words.open(context.new_page(), layout="inline")
    banner = page.locator("[data-placet-place] > [data-placet=banner]")
    assert banner.evaluate("element => getComputedStyle(element).position") == "static"
    page.locator("[data-action=accept]").click()
    eventually(lambda: page.locator("[data-placet=banner]").count() == 0, "it goes")
    assert page.locator("[data-placet-place]").evaluate("element => element.offsetHeight") == 0
    context.close()


NO = "[data-action=reject]"
YES = "[data-placet] [data-action=accept][data-action]"


def test_labels_of_unequal_length_are_no_fault_of_the_page(browser, words):
    """Text of twice the size on a narrow phone, where one label needs a line more than the other."""
    context = browser.new_context(viewport={"width": 320, "height": 568}, reduced_motion="reduce")
    page = words.open(context.new_page(), lang="de", head="<style>html{font-size:200%}</style>")
    page.mouse.move(1, 1)
    page.mouse.move(2, 2)
    page.wait_for_selector("[data-placet=status]", state="attached")
    seen = page.locator("[data-placet=banner]").evaluate(BOX)
    assert (seen["accept"]["height"], seen["accept"]["width"]) == (seen["reject"]["height"], seen["reject"]["width"])
    assert page.locator("[data-placet=banner] h2").evaluate("own => own.parentElement.clientHeight") >= 60
    assert "unequal" not in said(page)
    page.locator("[data-action=settings]").click()
    page.wait_for_selector("[data-placet=preferences]:visible")
    assert "unequal" not in said(page)
    context.close()


def test_in_forced_colours_the_pointer_on_a_button_is_no_fault_of_the_page(browser, words):
    context = paged(browser, 768, "forced")
    page = words.open(context.new_page())
    page.locator("[data-action=accept]").hover()  # also the first sign of somebody
    page.wait_for_selector("[data-placet=status]", state="attached")
    assert page.locator("[data-placet=banner]").is_visible()
    assert "unequal" not in said(page)
    context.close()


UNEQUAL = {
    "a pale no": f"{NO}{{background:#eee!important;color:#999!important}}",
    "a small no": f"{NO}{{font-size:11px!important;padding:0!important;min-height:0!important}}",
    "a bold yes": f"{YES}{{font-weight:900!important;transform:scale(1.2)!important}}",
    "a no beside the screen": f"{NO}{{position:absolute!important;left:-999px!important}}",
    "a no as a link": f"{NO}{{background:none!important;border:0!important;text-decoration:underline!important}}",
}


@pytest.mark.parametrize("css", UNEQUAL.values(), ids=UNEQUAL)
def test_a_page_that_makes_yes_and_no_unequal_is_set_right_and_told(browser, words, css):
    context = paged(browser, 768, "light")
    page = context.new_page()
    words.open(page, head=f"<style>{css}</style>")
    page.mouse.move(1, 1)
    page.mouse.move(2, 2)
    eventually(lambda: "made equal" in said(page), "the console says so")
    seen = page.locator("[data-placet=banner]").evaluate(BOX)
    accept, reject = seen["accept"], seen["reject"]
    assert (accept["width"], accept["height"]) == pytest.approx((reject["width"], reject["height"]), abs=1)
    advice = page.evaluate("placet.check()")["advice"]
    assert any("unequal" in line for line in advice)
    context.close()


def test_what_cannot_be_set_right_is_not_shown(browser, words):
    context = paged(browser, 768, "light")
    page = context.new_page()
    css = f"{NO}{{max-width:40px!important}}"
    words.open(page, head=f"<style>{css}</style>")
    page.mouse.move(1, 1)
    page.mouse.move(2, 2)
    eventually(lambda: "not shown" in said(page), "the console says so")
    assert page.locator("[data-placet=banner]").count() == 0
    assert page.evaluate("placet.get().allowed") == [], "what is held stays held"
    context.close()
