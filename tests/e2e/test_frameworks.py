"""React, Vue, Svelte and Astro with Placet in them: nothing before a yes, no reload, no warning, nothing left behind."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import eventually
from tests.e2e.frameworks.web import COUNT_LISTENERS, Reader, Web, bundle, publish, render
from tests.support.server import free_port, serving

FRAMEWORKS = ("react-18", "react-19", "vue", "svelte")
PLACEHOLDER = "[data-placet=placeholder]"


@pytest.fixture(scope="module")
def web(world, tmp_path_factory):
    bundles = bundle(tmp_path_factory.mktemp("bundles"))
    web = Web(world.server.url, free_port(), bundles)
    web.keys["frameworks"] = publish(world, "frameworks", web.origin("app"), web.port)
    with serving(web, web.port):
        yield web


@pytest.fixture(params=FRAMEWORKS)
def framework(request):
    return request.param


@pytest.fixture
def reader(context, web):
    context.add_init_script(COUNT_LISTENERS)
    web.clear()
    return Reader(context.new_page(), web, "frameworks")


def test_a_server_renders_nothing_that_loads(web, framework):
    place = {"site": "s_x", "api": "https://placet.example", "tracker": "//t"}
    html = "".join(render(web.bundles, framework, place).values())
    assert '{"granted":null,"allowed":[],"survey":false}' in re.sub("&quot;", '"', html)
    assert "No advertisement" in html
    assert "//t" not in html
    tag = '<script async="" src="https://placet.example/s/s_x.js"' if framework == "react-19" else "<script async"
    assert (tag in html) == (framework != "react-18"), "React 18 puts the tag in when it starts"


def test_what_waits_comes_with_the_yes_stays_through_everything_and_goes_with_the_no(reader, web, framework):
    page = reader.open(f"/{framework}/hydrated").page
    survey = page.locator("#survey")
    expect(page.locator("#content + p + div").locator(PLACEHOLDER)).to_be_visible()
    expect(page.locator("#instead")).to_be_visible()
    assert reader.status() == {"granted": None, "allowed": [], "survey": False}
    assert (web.arrived(), survey.count()) == ([], 0)
    begun = page.evaluate("performance.timeOrigin")

    page.locator(f"#root {PLACEHOLDER} [data-action=always]").click()
    expect(survey).to_be_visible()
    assert reader.status() == {"granted": ["functional"], "allowed": ["survey"], "survey": True}
    expect(page.locator(f"#root {PLACEHOLDER}")).to_have_count(0)
    eventually(lambda: web.arrived() == ["/survey.html"], "it loads, and nothing else")

    survey.evaluate("own => { window.own = own }")
    reader.press("again")
    expect(survey).to_have_attribute("data-times", "1")
    assert survey.evaluate("own => own === window.own"), "the framework keeps its own node"

    reader.press("leave")
    expect(page.locator("#elsewhere")).to_be_visible()
    reader.press("leave")
    expect(survey).to_be_visible()
    eventually(lambda: web.arrived() == ["/survey.html"] * 2, "it loads anew")

    reader.choose("marketing")
    expect(page.locator("#pixel")).to_have_count(1)
    expect(page.locator("#instead")).to_have_count(0)
    expect(survey).to_have_count(0)
    expect(page.locator(f"#root {PLACEHOLDER}")).to_be_visible()
    reader.choose()
    expect(page.locator("#pixel")).to_have_count(0)
    expect(page.locator("#instead")).to_be_visible()
    assert reader.status() == {"granted": [], "allowed": [], "survey": False}
    assert page.evaluate("performance.timeOrigin") == begun, "the page was never loaded again"
    assert reader.said == []


def test_where_placet_is_there_first_a_page_is_hydrated_without_a_word(reader, framework):
    page = reader.open(f"/{framework}/hydrated").page
    reader.reload_late("**/bundles/*")
    expect(page.locator(f"#root {PLACEHOLDER}")).to_be_visible()
    assert reader.banner_is_open()
    reader.click("accept")
    expect(page.locator("#survey")).to_be_visible()
    reader.reload_late("**/bundles/*")
    expect(page.locator("#survey")).to_be_visible()
    expect(page.locator("#pixel")).to_have_count(1)
    assert reader.status()["survey"] is True
    assert reader.said == []


def test_an_unmarked_frame_stays_the_frameworks_own_while_it_is_held(reader, web, framework):
    page = reader.open(f"/{framework}/hydrated").page
    frame, placeholder = page.locator("#unmarked"), page.locator(f"#own {PLACEHOLDER}")
    reader.press("open")
    expect(placeholder).to_be_visible()
    assert page.evaluate("document.querySelector('#own > [data-placet]').previousElementSibling.id") == "unmarked"
    frame.evaluate("own => { window.own = own }")
    for times in ("1", "2"):
        reader.press("again")
        expect(frame).to_have_attribute("data-times", times)
        expect(page.locator("#own > span")).to_have_text(f"after {times}")
    assert frame.get_attribute("src") is None
    assert [page.locator(f"#own {kind}").count() for kind in ("iframe", "img", PLACEHOLDER)] == [1, 1, 1]
    assert web.arrived() == []

    reader.click("accept")
    expect(frame).to_have_attribute("src", f"{web.origin('tracker')}/unmarked.html")
    expect(page.locator("#unmarked-pixel")).to_have_attribute("src", f"{web.origin('tracker')}/unmarked.gif")
    reader.press("again")
    expect(frame).to_have_attribute("data-times", "3")
    assert frame.evaluate("own => own === window.own")
    reader.choose()
    expect(placeholder).to_be_visible()
    reader.press("open")
    expect(page.locator("#own > *")).to_have_count(1)
    reader.press("open")
    expect(placeholder).to_be_visible()
    reader.press("leave")
    expect(page.locator("#elsewhere")).to_be_visible()
    expect(page.locator(PLACEHOLDER)).to_have_count(0)
    assert reader.said == []


def test_what_is_allowed_once_comes_and_nothing_listens_when_all_has_gone(reader, web, framework):
    page = reader.open(f"/{framework}/mounted").page
    page.locator(f"#root {PLACEHOLDER} [data-action=once]").click()
    expect(page.locator("#survey")).to_be_visible()
    assert reader.status() == {"granted": None, "allowed": ["survey"], "survey": True}
    listening = reader.listening()
    assert listening > 0
    for _ in range(3):
        reader.press("leave")
        expect(page.locator("#elsewhere")).to_be_visible()
        eventually(lambda: reader.listening() == 0, "nothing listens any more")
        reader.press("leave")
        eventually(lambda: reader.listening() == listening, "as many as before, and no more")
    reader.press("show")
    expect(page.locator("[data-placet=preferences]")).to_be_visible()
    assert reader.said == []


def test_in_astro_the_page_has_marks_and_its_fallbacks_go_with_the_yes(reader, web):
    page = reader.open("/astro/hydrated").page
    survey, pixel = page.locator("#root main > #survey"), page.locator("#root main > #pixel")
    instead = page.locator("#instead")
    placeholder = page.locator(f"#root template[data-tracker] + {PLACEHOLDER}")
    expect(placeholder).to_be_visible()
    expect(instead).to_be_visible()
    assert page.locator(f"#root {PLACEHOLDER}").count() == 1, "where a fallback stands there is none"
    assert reader.status() == {"granted": None, "allowed": [], "survey": False}
    assert web.arrived() == []

    placeholder.locator("[data-action=once]").click()
    expect(survey).to_be_visible()
    assert reader.status() == {"granted": None, "allowed": ["survey"], "survey": True}
    reader.choose("marketing")
    expect(pixel).to_have_count(1)
    expect(instead).to_be_hidden()
    expect(survey).to_have_count(0)
    page.get_by_role("button", name="Cookie settings").first.click()
    reader.click("reject")
    expect(pixel).to_have_count(0)
    expect(instead).to_be_visible()
    expect(placeholder).to_be_visible()
    assert reader.said == []
