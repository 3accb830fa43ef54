"""A shared block is written into a site's config as plain content, and nothing else of it changes."""

import copy

import pytest

from app.core.blocks import fit, part, put, take, target_of, tracker_of
from app.core.errors import NotAllowedError
from app.schemas.config import fill_defaults
from examples import load_config

CLICKSTREAM = "trackers[clickstream]"


@pytest.fixture
def document():
    return load_config("saas-console")


def written(document, body, target):
    """What a document is with a block in it, as saved and filled in; the one that was given stays as it is."""
    before = copy.deepcopy(document)
    made = put(document, body, fill_defaults(document), target)
    assert document == before
    return made, fill_defaults(made)


@pytest.mark.parametrize("target", [CLICKSTREAM, "texts", "look"])
def test_what_was_put_is_what_is_there(document, target):
    body = take(fill_defaults(document), target)
    other = {"format": 1, "languages": ["en"]}
    made, filled = written(other, body, target)
    assert part(body, filled, target) == fit(body, filled, target)
    assert {**made, "trackers": 0, "texts": 0, "look": 0} == {**other, "trackers": 0, "texts": 0, "look": 0}
    assert written(made, body, target)[0] == made, "twice is as good as once"


def test_what_a_site_answers_for_itself_stays_its_own(document):
    own = next(tracker for tracker in document["trackers"] if tracker["id"] == "clickstream")
    own.update(via="tags", exempt_in=["eu"], match=[{"host": "old.example", "path": "/"}])
    body = {**take(fill_defaults(load_config("saas-console")), CLICKSTREAM), "vendor": "Another Ltd"}
    assert {"via", "exempt_in"}.isdisjoint(body)
    made, filled = written(document, body, CLICKSTREAM)
    place = document["trackers"].index(own)
    assert made["trackers"][place] == {**body, "via": "tags", "exempt_in": ["eu"]}
    assert [one["id"] for one in made["trackers"]] == [one["id"] for one in document["trackers"]]


def test_a_site_takes_texts_in_its_own_languages(document):
    body = {"en": {"title": "Yours?"}, "fr": {"title": "À vous ?"}, "de": {}}
    document.update(languages=["en", "de"], texts={"de": {"title": "Weg"}, "it": {"title": "Resta"}})
    made, filled = written(document, body, "texts")
    assert made["texts"] == {"en": {"title": "Yours?"}, "it": {"title": "Resta"}}
    assert part(body, filled, "texts") == {"en": {"title": "Yours?"}, "de": {}} == fit(body, filled, "texts")


def test_what_is_not_there_or_there_twice_is_no_block(document):
    assert take(fill_defaults(document), "trackers[nothing]") is None
    document["trackers"] += copy.deepcopy(document["trackers"])
    assert take(fill_defaults(document), CLICKSTREAM) is None
    with pytest.raises(NotAllowedError, match="two trackers with the id clickstream"):
        put(document, {"id": "clickstream"}, fill_defaults(document), CLICKSTREAM)


@pytest.mark.parametrize(("name", "target"), [("trackers", CLICKSTREAM), ("texts", "texts")])
def test_a_draft_of_the_wrong_shape_is_not_written_into(name, target):
    document = {name: "words"}
    with pytest.raises(NotAllowedError, match=name):
        put(document, {"id": "clickstream"}, fill_defaults(document), target)


def test_a_target_names_its_tracker():
    assert [target_of("texts"), target_of("look"), target_of("tracker", "clickstream")] == [
        "texts",
        "look",
        CLICKSTREAM,
    ]
    assert [tracker_of("texts"), tracker_of(CLICKSTREAM)] == ["", "clickstream"]
    for wrong in ("", "No", "a" * 33, "a]b"):
        with pytest.raises(NotAllowedError):
            target_of("tracker", wrong)
