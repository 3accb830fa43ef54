"""What was found on a site, and whose it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog_found import MAX_FOUND, recognise
from app.data import load_catalog

CATALOG = load_catalog()


def found(text):
    return {entry.id: what for entry, what in recognise(CATALOG, text).entries}


def test_the_draft_of_discovery_is_read_as_it_is_written():
    text = """
      - {host: "static.hotjar.com", path: "/"}
      - {kind: cookie, name: "_hjSession_1", lifetime: "PT30M"}
      - {kind: local, name: "_fbp", lifetime: "persistent"}
      - {kind: cookie, name: "a \\"quote\\" \\u00fc", lifetime: ""}
      - {kind: session, name: "half \\U0001f600", lifetime: "session"}
    """
    assert found(text) == {"hotjar": ["static.hotjar.com", "_hjSession_1"]}
    assert recognise(CATALOG, text).unknown == ["_fbp", 'a "quote" ü', "half \\U0001f600"]


def test_a_host_alone_may_be_all_who_use_a_path_of_it():
    assert found('{host: "www.googletagmanager.com", path: "/"}').keys() == {
        "google-ads",
        "google-analytics",
        "google-floodlight",
        "google-tag-manager",
    }
    assert found("https://www.googletagmanager.com/gtm.js?id=GTM-1").keys() == {"google-tag-manager"}
    assert found("https://www.googletagmanager.com/gtag/js?id=G-1").keys() == {
        "google-ads",
        "google-analytics",
        "google-floodlight",
    }
    assert found("https://www.google.com/search") == {}


@pytest.mark.parametrize(
    "text", ["", " ,;\n", "http://[", "evil-google-analytics.com", "{host: }", "kind: cookie, name: "]
)
def test_what_is_nothing_is_nobody_s(text):
    assert found(text) == {}


def test_a_thing_is_told_once_and_there_is_an_end():
    assert found("_fbp, _fbp; _fbp") == {"meta-pixel": ["_fbp"]}
    assert len(recognise(CATALOG, "\n".join(f"own_{number}" for number in range(MAX_FOUND + 10))).unknown) == MAX_FOUND


@given(st.text())
def test_any_text_is_survived(text):
    recognise(CATALOG, text)
