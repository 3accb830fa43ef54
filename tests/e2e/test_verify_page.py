"""verify.html in real Chromium, opened as a file: the corpus of bundles, and what its report says."""

import io

import pytest
from playwright.sync_api import expect

from app.core.bundle import ZipBundle
from app.core.verify import verify_bundle
from tests.e2e.verifying import verifier
from tests.support.bundle_files import zip_of
from tests.support.good_bundles import good_bundles, grown
from tests.support.tampering import tampered_bundles


@pytest.fixture(scope="module")
def opened(browser):
    """One page for all bundles."""
    with verifier(browser) as own:
        yield own


# The corpus


@pytest.mark.parametrize("case", good_bundles(), ids=lambda case: case.name)
def test_a_good_bundle_is_verified(opened, case):
    verdict, failures = opened.verify(case.zip, case.against, case.vkey, case.witness)
    assert failures == []
    assert verdict.startswith("The bundle is verified")


@pytest.mark.parametrize("case", tampered_bundles(), ids=lambda case: case.name)
def test_a_tampered_bundle_fails_the_check_that_it_must(opened, case):
    verdict, failures = opened.verify(case.zip, case.against, case.vkey, case.witness)
    assert verdict.startswith("The bundle does not verify")
    named = [text for check, text in failures if check == case.check]
    assert named, failures
    if case.index is not None:
        assert any(f"index {case.index}" in text for text in named), named


def test_nothing_is_asked_of_any_network(opened):
    opened.verify(good_bundles()[0].zip)
    assert [url for url in opened.requests if not url.startswith(("file:", "blob:", "about:", "data:"))] == []


# What the report says


def test_the_first_line_is_about_what_was_held_outside(opened):
    log = grown()
    opened.verify(good_bundles()[0].zip)
    first = opened.page.locator(".first")
    expect(first).to_have_text("No checkpoint held outside was compared: against the operator nothing here is proven.")
    opened.verify(good_bundles()[0].zip, against=(log.checkpoint(17), log.checkpoint(3).replace("\n", "\r\n")))
    expect(first).to_have_text("Last checkpoint held outside: 17 entries (kept by you).")
    opened.verify(good_bundles()[0].zip, against=("not a checkpoint",))
    expect(first).to_have_text(
        "No checkpoint held outside agrees with this bundle: against the operator nothing here is proven."
    )


@pytest.mark.parametrize(
    "name", ["a bit of everything", "a long log", "of a day that it covers", "of a day that it may not cover"]
)
def test_the_page_proves_what_placet_verify_proves(opened, name):
    case = next(case for case in good_bundles() if case.name == name)
    with ZipBundle(io.BytesIO(case.zip)) as bundle:
        report = verify_bundle(bundle)
    opened.verify(case.zip)
    said = opened.page.locator("#said section li").all_inner_texts()
    # Of the command's options, and of the keys that it lists, the page says the same in its own words.
    own = [
        sentence
        for sentence in (*report.proven, *report.not_proven)
        if "--" not in sentence and "itself names" not in sentence
    ]
    assert [sentence for sentence in own if sentence not in said] == []


def test_removals_stand_with_their_rule(opened):
    opened.verify(good_bundles()[0].zip)
    opened.page.get_by_text("1 removal", exact=True).click()
    row = opened.page.locator("tbody tr")
    assert row.locator("td").all_inner_texts()[:6] == ["16", "5–6", "2", "operator", "asked", "retention P3Y"]


def test_receipts_are_found_by_index_and_by_id(opened):
    opened.verify(good_bundles()[0].zip)
    page = opened.page
    expect(page.locator("#receipts details")).to_have_count(8)
    page.locator("#wanted").fill("13")
    page.locator("#search button").click()
    expect(page.locator("#receipts details").first).to_have_attribute("data-index", "13")
    page.locator("#receipts summary").first.click()
    own = page.locator("#receipts dl").first.locator("dd").first.inner_text()
    page.locator("#wanted").fill(own.upper())
    page.locator("#search button").click()
    expect(page.locator("#receipts details")).to_have_count(1)
    expect(page.locator("#receipts details")).to_have_attribute("data-index", "13")
    page.locator("#wanted").fill("00000000-0000-7000-8000-000000000000")
    page.locator("#search button").click()
    expect(page.locator("#receipts")).to_have_text("There is no such receipt in this bundle.")


def test_receipts_come_some_at_a_time(opened):
    opened.verify(next(case.zip for case in good_bundles() if case.name == "a long log"))
    page = opened.page
    first = page.locator("#receipts details").first
    expect(first).to_have_attribute("data-index", "4")
    page.locator("#next").click()
    expect(first).to_have_attribute("data-index", "29")
    page.locator("#previous").click()
    expect(first).to_have_attribute("data-index", "4")
    expect(page.locator("#previous")).to_be_disabled()


def test_texts_of_a_bundle_are_texts(opened):
    log = grown()
    markup = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    log.receipt(method=markup)
    log.remove((4, 4), reason=markup)
    opened.verify(zip_of(log.files()))
    page = opened.page
    page.locator("#wanted").fill("20")
    page.locator("#search button").click()
    expect(page.locator("#receipts summary").first).to_contain_text(markup)
    page.get_by_text("2 removals", exact=True).click()
    expect(page.locator("tbody")).to_contain_text(markup)
    assert page.locator("#report img, #report script").count() == 0


def test_an_unpacked_folder_is_verified_too(browser, tmp_path):
    folder = tmp_path / "bundle"
    for name, data in grown().files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    with verifier(browser) as own:
        own.page.locator("#folder").set_input_files(folder)
        own.page.locator("#verify").click()
        expect(own.page.locator("#verdict")).to_have_text("The bundle is verified: it agrees with itself.")


def test_without_ed25519_nothing_is_verified(browser):
    with verifier(browser) as own:
        own.page.add_init_script(
            "self.Worker = undefined;"
            "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))"
        )
        own.page.reload()
        own.choose(good_bundles()[0].zip)
        own.page.locator("#verify").click()
        expect(own.page.locator("#unable")).to_contain_text("Nothing was verified.")
        expect(own.page.locator("#report")).to_be_hidden()


def test_without_workers_the_page_does_the_work_itself(browser):
    with verifier(browser) as own:
        own.page.add_init_script("self.Worker = class { constructor() { throw new Error('refused') } }")
        own.page.reload()
        verdict, _ = own.verify(good_bundles()[0].zip)
        assert verdict.startswith("The bundle is verified")
