"""What the declaration page says, in words."""

import pytest
from babel import Locale

from app.core.declaration import declare, duration_in_words, locale_for
from app.core.notices import make_notice, site_texts
from app.data import load_regimes, load_texts
from tests.core.config_documents import good_document

TABLE, TEXTS = load_regimes(), load_texts()


def declared(regime="eu"):
    document, rule = good_document(), TABLE.get(regime)
    return document, declare(make_notice(document, rule, "en", site_texts(document, "en", TEXTS, rule), site="s_x"))


def test_every_tracker_of_the_config_is_there_under_its_category():
    document, categories = declared()
    listed = {(category.name, tracker.name) for category in categories for tracker in category.trackers}
    names = {category["id"]: category["name"]["en"] for category in document["categories"]}
    assert listed == {(names[tracker["category"]], tracker["name"]) for tracker in document["trackers"]}
    assert [category.required for category in categories] == [True] + [False] * (len(categories) - 1)


def test_nothing_that_a_tracker_stores_or_hands_on_is_left_out():
    document, categories = declared()
    said = {tracker.name: dict(tracker.rows) for category in categories for tracker in category.trackers}
    for tracker in document["trackers"]:
        rows = said[tracker["name"]]
        for item in tracker["storage"]:
            assert any(value.startswith(f"{item['name']} · ") for value in rows["Stored in your browser"])
        for recipient in tracker["recipients"]:
            assert any(value.startswith(f"{recipient['name']} · ") for value in rows["Who receives it"])
        assert rows["Purpose"] == [tracker["purpose"]["en"]]


def test_what_is_sold_or_not_controlled_is_said():
    document, categories = declared()
    remarks = {tracker.name: tracker.remarks for category in categories for tracker in category.trackers}
    for tracker in document["trackers"]:
        assert ("Sold to or shared with a third party" in remarks[tracker["name"]]) == tracker["sale_share"]
        assert any("Not controlled here" in one for one in remarks[tracker["name"]]) == (tracker["kind"] == "declared")


@pytest.mark.parametrize(
    ("duration", "lang", "words"),
    [
        ("P13M", "en", "13 months"),
        ("P1Y", "de", "1 Jahr"),
        ("PT30M", "fr", "30 minutes"),
        ("P2D", "ar", "يومان"),
        ("session", "en", "session"),
    ],
)
def test_durations_are_in_words_of_the_language(duration, lang, words):
    assert duration_in_words(duration, Locale(lang)) == words


@pytest.mark.parametrize(
    ("lang", "found"), [("de-AT", "de_AT"), ("zh-Hant", "zh_Hant"), ("de-XX", "de"), ("tlh", "en"), ("-", "en")]
)
def test_a_language_without_words_of_its_own_takes_those_of_its_main_one_or_english(lang, found):
    assert str(locale_for(lang)) == found
