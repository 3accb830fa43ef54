"""Whatever style sheet a page wears: everything of ours is the same to the pixel (docs/widget.md, "Looks")."""

from pathlib import Path

import pytest

from tests.e2e.conftest import ARTIFACTS, eventually

PACKAGES = Path(__file__).parent.parent.parent / "node_modules"
SHEETS = {
    "bootstrap": PACKAGES / "bootstrap" / "dist" / "css" / "bootstrap.css",
    "bulma": PACKAGES / "bulma" / "css" / "bulma.css",
    "foundation": PACKAGES / "foundation-sites" / "dist" / "css" / "foundation.css",
    "tailwind-preflight": PACKAGES / "tailwindcss" / "preflight.css",
    "modern-normalize": PACKAGES / "modern-normalize" / "modern-normalize.css",
    "meyer-reset": PACKAGES / "reset-css" / "reset.css",
    "new-css-reset": PACKAGES / "the-new-css-reset" / "css" / "reset.css",
    "hostile": Path(__file__).parent / "lab_pages" / "hostile.css",
}
# One has what depends on the width, the other on the scheme.
PAGES = {"desktop-light": (1280, 800, "#fff", "#222"), "phone-dark": (360, 740, "#111", "#ddd")}
# What we take from the page by design is the same under all of them: its font, and whether it is light or dark. And
# nothing of the page itself is to be seen.
PLAIN = """
html, body {{ background: {ground} !important; color: {ink} !important }}
body {{ margin: 0 !important; font: 16px/1.6 sans-serif !important }}
main, article, [data-placet-place] {{ all: unset !important; display: block !important }}
main {{ position: absolute !important; top: 16px !important; left: 16px !important; width: 328px !important }}
main > :not(article, [data-placet-place]) {{ display: none !important }}
:is(main, article, [data-placet-place])::before {{ display: none !important }}
:is(main, article, [data-placet-place])::after {{ display: none !important }}
"""
HELD = "<template data-tracker=recorder data-placeholder></template><div data-placet=declaration></div>"
BODY = f"<article id=article class='content prose'>{HELD}</article>"
# Puts on this sheet alone; returns how many rules are worn.
WEAR = """name => {
  const styles = [...document.querySelectorAll("style[id]")];
  for (const style of styles) style.media = style.id === name ? "" : "not all";
  return styles.filter(({ media }) => !media).reduce((rules, { sheet }) => rules + sheet.cssRules.length, 0);
}"""
# Scrolls by whole pixels: between them a corner is drawn a little differently each time.
SCROLL = """section => {
  section.scrollIntoView({behavior: "instant"});
  const box = section.parentElement;
  box.scrollTo({top: Math.floor(box.scrollTop), behavior: "instant"});
}"""


class Portraits:
    """Goes through all that we show; ``taken[sheet][view]`` is the picture of what can be seen. The sheet ``""`` is none."""

    def __init__(self, page, words, ground: str, ink: str) -> None:
        self._page, self._words = page, words
        self._layer = page.locator("[data-placet=preferences]")
        self.taken: dict[str, dict[str, bytes]] = {name: {} for name in ("", *SHEETS)}
        styles = (f'<style id="{name}" media="not all">{path.read_text()}</style>' for name, path in SHEETS.items())
        self._head = f"<style>{PLAIN.format(ground=ground, ink=ink)}</style>{''.join(styles)}"

    def take_all(self) -> dict[str, dict[str, bytes]]:
        for layout in ("modal", "inline", "bar", "corner"):
            self._first_layer(layout)
        self._second_layer()
        self._afterwards()
        return self.taken

    def _take(self, view: str) -> None:
        for name, taken in self.taken.items():
            assert bool(self._page.evaluate(WEAR, name)) == bool(name), f"{name or 'none'} is worn"
            taken[view] = self._page.screenshot()
        self._page.evaluate(WEAR, "")

    def _first_layer(self, layout: str) -> None:
        self._words.open(self._page, layout=layout, head=self._head, body=BODY)
        self._page.evaluate("document.body.id = 'page'; document.body.className = 'content'")
        placeholder = self._page.locator("[data-placet=placeholder]")
        placeholder.wait_for()
        # With a button under the pointer, and the ring of the keyboard's focus on a link.
        if layout == "corner":
            placeholder.locator("[data-action=once]").hover()
        else:
            self._page.locator("[data-placet=banner] [data-action=reject]").hover()
        self._page.keyboard.press("Tab")
        self._take(layout)

    def _second_layer(self) -> None:
        self._page.locator("[data-placet=banner] [data-action=settings]").click()
        self._layer.wait_for()
        self._take("preferences")
        category = self._layer.locator("section").filter(has=self._page.locator("[data-category=analytics]"))
        assert not category.locator("li").is_visible(), "folded in"
        category.locator("summary").click()
        self._page.mouse.move(1, 1)
        category.locator("[data-tracker]").press("Space")
        self._layer.locator("[data-category=recording]").evaluate("own => { own.indeterminate = true }")
        category.evaluate(SCROLL)
        self._take("preferences-opened")

    def _afterwards(self) -> None:
        with self._page.expect_response(lambda got: got.url.endswith("/receipts") and got.request.method == "POST"):
            self._layer.locator("[data-action=save]").click()
        status = self._page.locator("[data-placet=status]")
        eventually(lambda: status.text_content() != "", "it says that the choice is saved")
        status.evaluate("root => root.setAttribute('data-seen', '')")
        # Away and back, for the ring of the keyboard's focus.
        self._page.keyboard.press("Shift+Tab")
        self._page.keyboard.press("Tab")
        self._take("reopen-status")
        eventually(
            lambda: self._page.evaluate("!Object.keys(localStorage).some(key => /queue/.test(key))"), "it is stored"
        )
        self._page.locator("[data-placet=reopen]").click()
        self._layer.wait_for()
        self._layer.locator("section").last.evaluate(SCROLL)
        self._take("preferences-record")


@pytest.fixture(scope="module", params=PAGES)
def page_name(request):
    return request.param


@pytest.fixture(scope="module")
def taken(browser, words, page_name):
    width, height, ground, ink = PAGES[page_name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=page_name.rpartition("-")[2],
        reduced_motion="reduce",
    )
    taken = Portraits(context.new_page(), words, ground, ink).take_all()
    context.close()
    return taken


@pytest.mark.parametrize("sheet", SHEETS)
def test_all_of_ours_looks_the_same(taken, sheet, page_name):
    different = [view for view, picture in taken[sheet].items() if picture != taken[""][view]]
    for view in different:
        for name in ("", sheet):
            ARTIFACTS.mkdir(parents=True, exist_ok=True)
            (ARTIFACTS / f"{view}-{page_name}-{name or 'plain'}.png").write_bytes(taken[name][view])
    assert different == []


def test_the_page_scrolls_clear_of_the_banner_whatever_its_rem_is(page, words):
    page.set_viewport_size({"width": 360, "height": 640})
    words.open(page, head="<style>:root { font-size: 62.5% }</style>")
    banner = page.locator("[data-placet=banner]").bounding_box()
    for name in ("paddingBottom", "scrollPaddingBottom"):
        room = page.evaluate("name => parseFloat(getComputedStyle(document.documentElement)[name])", name)
        assert room >= banner["height"]


def test_what_is_important_to_a_visitors_own_tools_is_obeyed_and_nothing_is_cut_off(page, words):
    page.set_viewport_size({"width": 360, "height": 740})
    # The text spacing of WCAG 1.4.12, as people set it.
    spacing = (
        "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
        "p { margin-bottom: 2em !important }"
    )
    words.open(page, head=f"<style>{spacing}</style>")
    page.locator("[data-action=settings]").click()
    page.wait_for_selector("[data-placet=preferences]:visible")
    for button in page.locator("[data-placet] button:visible").all():
        spacing, *overflow = button.evaluate(
            """own => [getComputedStyle(own).letterSpacing, own.scrollWidth - own.clientWidth,
                       own.scrollHeight - own.clientHeight]"""
        )
        assert spacing not in ("normal", "0px")
        assert max(overflow) <= 0
