"""A real server's record in verify.html: the banner drawn again is the one that was shown. And how the page looks."""

import io

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.core.keys import parse_key_document
from app.db import prepare_engine
from app.services.bundles import write_bundle
from app.services.sites import find_site_by_handle
from tests.e2e.conftest import ARTIFACTS, eventually
from tests.e2e.test_accessibility import violations
from tests.e2e.verifying import verifier
from tests.support.good_bundles import good_bundles
from tests.support.tampering import tampered_bundles
from tests.support.world import START

SIZES = {"narrow": (360, 640), "medium": (768, 800), "wide": (1280, 800)}

# What a layer looks like: each of its elements with its text, its place and its colours.
LOOKS = """selector => [...document.querySelectorAll(selector + ", " + selector + " *")].map(element => {
  const style = getComputedStyle(element), {x, y, width, height} = element.getBoundingClientRect();
  return [element.tagName, [...element.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join("|"),
    ...[x, y, width, height].map(Math.round), style.color, style.backgroundColor, style.borderColor, style.fontSize,
    style.fontWeight, style.fontFamily, style.borderRadius, style.direction, element.checked ?? null]; })"""


def bundle_of(world, handle):
    """The bundle of a site of the running server, as its desk writes it."""
    engine = create_engine(f"sqlite:///{world.data / 'placet.db'}", poolclass=NullPool)
    prepare_engine(engine)
    keys = parse_key_document((world.data / "keys.json").read_text())
    file = io.BytesIO()
    with Session(engine) as session:
        write_bundle(session, find_site_by_handle(session, handle), file, keys=keys, now=START)
    return file.getvalue()


def frame_of(own):
    return next(frame for frame in own.page.frames if frame.parent_frame is not None)


def looks(where, selector):
    eventually(
        lambda: where.evaluate("selector => !!document.querySelector(selector)", selector), f"{selector} is drawn"
    )
    return where.evaluate(LOOKS, selector)


@pytest.mark.parametrize(
    ("layer", "lang", "scheme", "viewport", "layout"),
    [
        (1, "en", "light", "wide", "corner"),
        (1, "de", "dark", "narrow", "corner"),
        pytest.param(1, "de", "light", "medium", "bar", marks=pytest.mark.long),
        pytest.param(1, "en", "dark", "wide", "modal", marks=pytest.mark.long),
        (2, "en", "dark", "wide", "corner"),
        (2, "de", "light", "narrow", "corner"),
    ],
)
def test_the_banner_drawn_again_is_the_one_that_was_shown(browser, world, words, layer, lang, scheme, viewport, layout):
    width, height = SIZES[viewport]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    before = len(words.receipts())
    page, loaded = context.new_page(), []
    page.on("requestfinished", lambda request: loaded.append(request.url))
    words.open(page, lang=lang, layout=layout)
    # Somebody is here: now, if not sooner, comes the part that measures what is answered.
    page.mouse.move(2, 2)
    eventually(lambda: page.evaluate("1") and any(".after-" in url for url in loaded), "the part has come")
    if layer == 2:
        page.locator("[data-placet=banner] [data-action=settings]").click()
        page.wait_for_selector("[data-placet=preferences]")
    selector = "[data-placet=banner]" if layer == 1 else "[data-placet=preferences]"
    page.evaluate("() => new Promise(done => setTimeout(done))")
    shown = looks(page, selector)
    page.locator(f"{selector} [data-action=reject]").click()
    eventually(lambda: len(words.receipts()) > before, "the receipt is stored")
    receipt = words.receipts()[-1]
    assert (receipt["layer"], receipt["scheme"], receipt["viewport"]) == (layer, scheme, viewport)
    context.close()

    with verifier(browser, viewport={"width": 1440, "height": 1000}) as own:
        verdict, failures = own.verify(bundle_of(world, "words"))
        assert failures == [], verdict
        own.page.locator("#wanted").fill(receipt["id"])
        own.page.locator("#search button").click()
        expect(own.page.locator("#receipts summary")).to_have_count(1)
        own.page.locator("#receipts summary").click()
        own.page.get_by_role("button", name="Draw the banner as it was shown").click()
        own.page.locator("iframe").wait_for()
        again = frame_of(own)
        eventually(lambda: len(looks(again, selector)) == len(shown), "it is drawn as a whole")
        assert [pair for pair in zip(looks(again, selector), shown, strict=True) if pair[0] != pair[1]] == []
        folder = ARTIFACTS / "verify"
        folder.mkdir(parents=True, exist_ok=True)
        own.page.screenshot(path=folder / f"banner-{layer}-{lang}-{scheme}-{viewport}-{layout}.png", full_page=True)
        inside = ("file:", "blob:", "about:", "data:")
        eventually(lambda: all(url.startswith(inside) for url in own.requests), "what it asked for was stopped")


# How it looks


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_is_accessible_and_pictured(browser, scheme, width):
    cases = {"verified": good_bundles()[0], "fails": tampered_bundles()[0]}
    with verifier(browser, viewport={"width": width, "height": 900}, color_scheme=scheme) as own:
        folder = ARTIFACTS / "verify"
        folder.mkdir(parents=True, exist_ok=True)
        own.page.get_by_text("What you have from elsewhere").click()
        own.page.screenshot(path=folder / f"start-{scheme}-{width}.png", full_page=True)
        assert violations(own.page, "body") == []
        for name, case in cases.items():
            own.verify(case.zip)
            own.page.locator("#report details").first.locator("summary").click()
            own.page.locator("#receipts summary").first.click()
            own.page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=True)
            assert violations(own.page, "body") == []
            assert own.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_report_prints_on_one_page(browser):
    with verifier(browser) as own:
        own.verify(good_bundles()[0].zip)
        pdf = own.page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
        assert pdf.count(b"/Type /Page\n") == 1
