"""No axe violation in what we put on the page, in both colour schemes, on desktop and phone."""

import pytest

from tests.e2e.conftest import AXE

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}


def violations(page, selector):
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())
    run = "([selector, tags]) => axe.run(selector, {resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}})"
    found = page.evaluate(run, [selector, RULES])
    return [
        f"{one['id']}: {one['help']} — {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]
    ]


def looks(*values):
    """Each value in both colour schemes and both sizes, but in the short run not in all four of their pairs."""
    for at, value in enumerate(values):
        for dark, scheme in enumerate(("light", "dark")):
            for small, size in enumerate(SIZES):
                marks = () if (at + dark + small) % 2 == 0 else (pytest.mark.long,)
                yield pytest.param(*value, scheme, size, marks=marks)


@pytest.fixture
def sized(browser, world, scheme, size):
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("site", "scheme", "size"), list(looks(("saas-console",), ("business-automation",))))
def test_banner_preferences_and_reopen_button(visit, sized, site):
    here = visit(site, on=sized).open()
    assert violations(sized, "[data-placet=banner]") == []
    assert sized.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    here.click("settings")
    sized.wait_for_selector("[data-placet=preferences]:visible")
    assert violations(sized, "[data-placet=preferences]") == []
    for details in sized.locator("[data-placet=preferences] details").all():
        details.evaluate("element => { element.open = true }")
    assert violations(sized, "[data-placet=preferences]") == []
    here.click("reject")
    sized.wait_for_selector("[data-placet=reopen]:visible")
    assert violations(sized, "[data-placet=reopen]") == []


@pytest.mark.parametrize(("scheme", "size"), list(looks(())))
def test_the_declaration(world, sized):
    sized.goto(f"{world.server.url}/s/{world.keys['saas-console']}/declaration?lang=en")
    assert violations(sized, "html") == []
    assert sized.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    article = sized.locator("article").first
    assert article.evaluate("element => getComputedStyle(element).borderTopWidth") == "1px", (
        "its policy lets its style in"
    )
