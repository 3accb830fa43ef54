"""Everything the widget does, under the strictest policies that the docs print."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import eventually
from tests.e2e.lab import Lab, running_lab
from tests.e2e.lab_pages.pages import BOOTSTRAP
from tests.e2e.lab_pages.policies import POLICIES, bootstrap_hash

IS_DELIVERED = """() => window.placet && localStorage.getItem(`placet_${placet.site}_record`) !== null
  && localStorage.getItem(`placet_${placet.site}_queue`) === null"""
DOCS = Path(__file__).parent.parent.parent / "docs" / "embedding.md"


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def page(browser):
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", POLICIES)
def test_asking_choosing_releasing_and_delivering_work_under_the_policy(lab, page, name):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    # With the bootstrap the config has a source that the page's first policy lacks: one reload brings it.
    documents, expected = itertools.count(1), 2 if name == "hash" else 1
    with page.expect_event("framenavigated", lambda frame: frame == page.main_frame and next(documents) == expected):
        page.goto(f"{lab.origin('page')}/csp/{name}", wait_until="commit")
    banner = page.locator("[data-placet=banner]")
    banner.wait_for()
    assert banner.evaluate("root => getComputedStyle(root).position") == "fixed", "it is dressed"
    placeholder = page.locator("[data-placet=placeholder]")
    placeholder.wait_for()
    assert placeholder.get_by_role("button").first.is_visible()
    assert {f"script-{name}", f"frame-{name}"} & lab.arrived(0) == set()

    banner.locator("[data-action=settings]").click()
    preferences = page.locator("[data-placet=preferences]")
    preferences.wait_for()
    preferences.locator("[data-category=analytics]").check()
    if name == "hash":
        # The bootstrap's own policy: what a yes lets in comes with one reload.
        with page.expect_event("framenavigated", lambda frame: frame == page.main_frame):
            preferences.locator("[data-action=save]").click()
    else:
        preferences.locator("[data-action=save]").click()
    eventually(lambda: {f"script-{name}", f"frame-{name}"} <= lab.arrived(0), "script and frame are released")
    if POLICIES[name].nonce:
        eventually(lambda: page.title() == "ran", "a marked inline script runs by its nonce")
    eventually(lambda: page.evaluate(IS_DELIVERED), "the receipt is acknowledged")

    page.locator("[data-placet=reopen]").click()
    preferences.wait_for()
    preferences.locator("[data-action=reject]").click()
    eventually(lambda: page.locator("iframe").count() == 0, "the frame is taken out")
    assert [line for line in said if "placet" in line.lower() or "trusted" in line.lower()] == []


def test_as_a_module_of_the_page_it_asks_releases_and_delivers_too(lab, page):
    page.goto(f"{lab.origin('page')}/module")
    page.locator("[data-placet=banner] [data-action=settings]").click()
    preferences = page.locator("[data-placet=preferences]")
    preferences.locator("[data-action=accept]").click()
    eventually(lambda: "module" in lab.arrived(0), "the marked script is released")
    eventually(lambda: page.evaluate(IS_DELIVERED), "the receipt is acknowledged")


def test_pinned_by_its_hash_it_asks_releases_and_delivers_and_the_receipt_cites_the_build(lab, page):
    before = lab.arrived(0)
    page.goto(f"{lab.origin('page')}/pinned?country=DE")
    page.locator("[data-placet=banner] [data-action=settings]").click()
    preferences = page.locator("[data-placet=preferences]")
    assert lab.arrived(0) == before
    posted = page.expect_request(lambda request: request.url.endswith("/receipts"))
    with posted as sent:
        preferences.locator("[data-action=accept]").click()
    eventually(lambda: page.evaluate("placet.allows('probe')"), "the marked script is released")
    eventually(lambda: page.evaluate(IS_DELIVERED), "the receipt is acknowledged")
    cited = sent.value.post_data_json["widget"]["sha256"]
    assert f"/v1/widgets/{cited}.js" in lab.pin()


def test_what_is_not_the_pinned_build_does_not_run(lab, page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{lab.origin('page')}/pinned-otherwise")
    eventually(lambda: any("integrity" in line for line in said), "the browser refuses it")
    assert page.evaluate("typeof window.placet") == "undefined"


def test_a_string_that_a_page_assigns_is_never_blessed(lab, page):
    page.goto(f"{lab.origin('page')}/csp/host")
    page.locator("[data-placet=banner]").wait_for()
    outcome = page.evaluate(
        """url => { const script = document.createElement("script");
             try { script.src = "/own.js"; return "taken" } catch (error) { return error.name } }""",
    )
    assert outcome == "TypeError"
    outcome = page.evaluate(
        """() => { try { document.querySelector("h1").innerHTML = "<b>&#104;</b>"; return "taken" }
             catch (error) { return error.name } }"""
    )
    assert outcome == "TypeError"


def test_the_docs_print_these_policies_and_this_bootstrap():
    text = " ".join(DOCS.read_text().split())
    for policy in POLICIES.values():
        assert policy.header.replace("CONSENT", "https://consent.example") in text
    assert " ".join(BOOTSTRAP.read_text().split()) in text
    assert bootstrap_hash() in text
