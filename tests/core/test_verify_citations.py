import pytest

from app.core.bundle import loader_name, notice_name, part_name, picture_name
from app.core.canonical import sha256_hex
from tests.support.bundles import BundleBuilder, verify, words

PART = sha256_hex(b"// the preferences of // the widget")


@pytest.fixture
def whole():
    """A log as it begins now: keys, the widget, a publication with its slices, a picture, a receipt (index 5)."""
    log = BundleBuilder()
    log.begin()
    log.publish_whole(1)
    log.picture(1)
    log.receipt()
    return log


def loader_of(log):
    (name,) = [name for name in log.documents if name.startswith("loaders/")]
    return name


def test_loaders_parts_and_pictures_hold(whole):
    report = verify(whole.files())
    assert report.ok, report.to_text()
    assert "so are 1 of 1 picture of the banner" in "\n".join(report.proven)


def test_older_bundles_without_them_hold(log):
    assert verify(log.files()).ok


def test_a_loader_that_was_published_and_is_not_here_is_named(whole):
    name = loader_of(whole)
    del whole.documents[name]
    assert f"index 5: it cites {name}, which is not here with that content." in words(verify(whole.files()))


def test_a_part_that_was_released_and_is_not_here_is_named(whole):
    del whole.documents[part_name(PART)]
    assert f"index 5: it cites {part_name(PART)}, which is not here" in words(verify(whole.files()))


def test_a_picture_may_be_missing(whole):
    (name,) = [name for name in whole.documents if name.startswith("pictures/")]
    del whole.documents[name]
    report = verify(whole.files())
    assert report.ok
    assert "so are 0 of 1 picture" in "\n".join(report.proven)


@pytest.mark.parametrize("name_of", [loader_name, part_name, picture_name])
def test_what_no_statement_names_is_named(whole, name_of):
    name = name_of(sha256_hex(b"{}"))
    whole.documents[name] = b"{}"
    assert f"{name}: no statement names it." in words(verify(whole.files()))


@pytest.mark.parametrize("folder", ["loaders/", "parts/", "pictures/"])
def test_one_that_has_other_content_is_named(whole, folder):
    (name,) = [name for name in whole.documents if name.startswith(folder)]
    whole.documents[name] = b"{}"
    assert f"{name}: its content does not have the hash that its name gives." in words(verify(whole.files()))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"regime": "us"}, id="another regime"),
        pytest.param({"lang": "fr"}, id="another language"),
    ],
)
def test_a_notice_that_its_version_was_not_published_with_is_named(whole, change):
    cited = {"site": whole.site, "lang": "en", "regime": "eu", **change, "v": 1}
    notice = whole.keep(notice_name, cited)
    index = whole.receipt(notice={"lang": cited["lang"], "sha256": notice}, regime=cited["regime"])
    assert f"index {index}: the notice it cites is none that its config version was published with." in words(
        verify(whole.files())
    )


def test_a_widget_that_was_never_stated_is_named(whole):
    sha256 = sha256_hex(b"// another")
    whole.documents[f"widgets/{sha256}.js"] = b"// another"
    index = whole.receipt(widget={"version": "0.1.0", "sha256": sha256})
    found = words(verify(whole.files()))
    assert (
        f"index {index}: no statement before it released the widget that it cites, with that version and hash." in found
    )


def test_a_widget_of_another_version_than_was_stated_is_named(whole):
    index = whole.receipt(widget={"version": "0.2.0", "sha256": whole.widget})
    assert f"index {index}: no statement before it released the widget" in words(verify(whole.files()))


def test_a_widget_that_is_cited_before_it_is_stated_is_named(whole):
    script = b"// a newer widget"
    whole.documents[f"widgets/{sha256_hex(script)}.js"] = script
    cited = {"version": "0.2.0", "sha256": sha256_hex(script)}
    early = whole.receipt(widget=cited)
    whole.release(script, "0.2.0")
    whole.receipt(widget=cited)
    report = verify(whole.files())
    assert [(failure.check, failure.index) for failure in report.failures] == [("citations", early)]


def test_before_the_first_release_was_stated_any_widget_may_be_cited(log):
    log.release(b"// a newer widget")
    report = verify(log.files())
    assert report.ok, report.to_text()
    index = log.receipt()
    assert f"index {index}: no statement before it released the widget" in words(verify(log.files()))


def test_a_client_without_a_widget_cites_none(whole):
    whole.receipt(headless=True)
    assert verify(whole.files()).ok


def test_what_was_removed_is_said_with_its_rule(whole):
    whole.receipt()
    index = whole.remove((5, 6), by="operator", reason="kept long enough", rule="retention P3Y")
    report = verify(whole.files())
    assert report.ok
    (said,) = report.sections["Removed"]
    assert said.startswith(f"index {index}, 2026-03-01T12:00:0")
    assert (
        "2 receipts removed by the operator, under the rule 'retention P3Y', for the reason 'kept long enough': 5 to 6"
        in said
    )
    (told,) = report.to_json()["removals"]
    assert (told["index"], told["ranges"], told["rule"], told["by"]) == (index, [[5, 6]], "retention P3Y", "operator")
