"""Languages: who gets which, how they count and list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.languages import (
    PLURAL_FORMS,
    best_language,
    joined,
    number_in_words,
    plural_form,
    plural_forms,
    script_direction,
)


@pytest.mark.parametrize(
    ("wanted", "offered", "best"),
    [
        (["de"], ["en", "de"], "de"),
        (["de-CH"], ["en", "de"], "de"),
        (["de"], ["en", "de-CH"], "de-CH"),
        (["DE-at"], ["en", "de"], "de"),
        (["fr", "de"], ["en", "de"], "de"),
        (["pt"], ["pt-PT", "pt-BR"], "pt-BR"),
        (["pt-PT"], ["pt-BR", "pt-PT"], "pt-PT"),
        (["zh"], ["zh-Hant", "zh-Hans"], "zh-Hans"),
        (["zh-TW"], ["zh-Hans", "zh-Hant"], "zh-Hant"),
        (["zh-Hant-HK"], ["zh-Hans", "zh-Hant"], "zh-Hant"),
        (["zh-TW", "en"], ["zh-Hans", "en"], "en"),
        (["zh-tw"], ["zh-Hans", "zh-Hant"], "zh-Hant"),
        (["ZH-TW"], ["zh-Hant", "en"], "zh-Hant"),
        (["PT"], ["pt-BR", "en"], "pt-BR"),
        (["no"], ["en", "nb"], "nb"),
        (["NO"], ["en", "nb"], "nb"),
        (["nn-NO"], ["en", "nb"], "nb"),
        (["pa-Guru"], ["en", "pa"], "pa"),
        (["pa-Arab"], ["en", "pa"], None),
        (["en-GB"], ["en-US", "de"], "en-US"),
        (["sr-Latn"], ["sr"], None),
        (["", "*", "x"], ["en", "de"], None),
        ([], ["en"], None),
    ],
)
def test_who_wants_what_gets_the_nearest_that_they_can_read(wanted, offered, best):
    assert best_language(wanted, offered) == best


@given(st.lists(st.text(max_size=12), max_size=3))
def test_whatever_a_browser_asks_for_gets_an_answer(wanted):
    assert best_language(wanted, ["en", "zh-Hant"]) in {"en", "zh-Hant", None}


@pytest.mark.parametrize(
    ("lang", "forms"),
    [
        ("en", ("one", "other")),
        ("ar", PLURAL_FORMS),
        ("pl", ("one", "few", "many", "other")),
        ("ja", ("other",)),
        ("ga", ("one", "two", "few", "many", "other")),
        ("xx", ("one", "other")),
    ],
)
def test_the_plural_forms_of_a_language(lang, forms):
    assert plural_forms(lang) == forms


@pytest.mark.parametrize(
    ("lang", "count", "form"),
    [("en", 1, "one"), ("pl", 3, "few"), ("pl", 5, "many"), ("ar", 2, "two"), ("ja", 1, "other")],
)
def test_the_plural_form_of_a_number(lang, count, form):
    assert plural_form(count, lang) == form


def test_numbers_and_lists_are_written_as_the_language_writes_them():
    assert number_in_words(1234, "de") == "1.234"
    assert joined(["a", "b", "c"], "en") == "a, b, c"
    assert joined(["a", "b"], "ur") == "a، b"
    assert joined(["a", "b"], "zh-Hant") == "a、b"


@pytest.mark.parametrize(
    ("lang", "direction"),
    [("ar", "rtl"), ("pa-Arab", "rtl"), ("ks", "rtl"), ("ks-Deva", "ltr"), ("de", "ltr"), ("sat", "ltr")],
)
def test_the_direction_of_a_language(lang, direction):
    assert script_direction(lang) == direction
