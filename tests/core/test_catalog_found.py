"""What was found on a site, and whose it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog_found import MAX_FOUND, Thing, begin_tracker, recognise
from app.core.errors import NotAllowedError
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
    assert recognise(CATALOG, text).unknown == [
        Thing("local", "_fbp"),
        Thing("cookie", 'a "quote" ü'),
        Thing("session", "half \\U0001f600"),
    ]


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


def test_an_entry_is_sure_where_something_is_nobody_else_s():
    seen = recognise(CATALOG, "https://www.googletagmanager.com/gtag/js?id=G-1\n_fbp\nstatic.hotjar.com")
    assert seen.sure == {"meta-pixel", "hotjar"}
    assert {entry.id for entry, _ in seen.entries} > seen.sure


@pytest.mark.parametrize(
    ("thing", "own_id"),
    [
        (Thing("host", "cdn.example.com"), "cdn-example-com"),
        (Thing("cookie", "_ga_1"), "ga-1"),
        (Thing("local", "123"), "found-123"),
        (Thing("session", "😀"), "found"),
        (Thing("host", "a-very-long-name-of-some-host.example.com"), "a-very-long-name-of-some-host-ex"),
    ],
)
def test_a_tracker_is_begun_with_what_was_found_and_nothing_made_up(thing, own_id):
    draft = {"format": 1, "trackers": [{"id": "there"}]}
    document, found_id = begin_tracker(draft, thing)
    assert found_id == own_id
    assert [own["id"] for own in document["trackers"]] == ["there", own_id]
    begun = document["trackers"][-1]
    assert (begun["category"], begun["vendor"], begun["purpose"], begun["name"]) == ("", "", {}, thing.name)
    is_host = thing.kind == "host"
    assert begun["match"] == ([{"host": thing.name, "path": "/"}] if is_host else [])
    assert [item["name"] for item in begun["storage"]] == ([] if is_host else [thing.name])
    assert draft == {"format": 1, "trackers": [{"id": "there"}]}
    again, other_id = begin_tracker(document, thing)
    assert other_id != own_id and len(other_id) <= 32
    assert other_id == again["trackers"][-1]["id"]


def test_where_trackers_are_no_list_none_is_begun():
    with pytest.raises(NotAllowedError):
        begin_tracker({"trackers": {}}, Thing("host", "cdn.example"))
