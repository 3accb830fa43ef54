"""The built-in texts: every language whole, its plural forms, its placeholders; and what nobody has read is not shown."""

import re

import pytest

from app.core.languages import plural_forms
from app.core.lint import ConfigError, lint
from app.core.lint_texts import not_plain
from app.core.texts import PLACEHOLDER, builtin_language, needed_keys, unread_language
from app.data import load_regimes, load_texts
from tests.core.config_documents import good_document

TABLE, TEXTS = load_regimes(), load_texts()
REFERENCE = TEXTS["en"].texts
# The languages of the European Union and its neighbours, others that much of the web is written in, and the 22 of India's
# Eighth Schedule.
EUROPE = "en de fr es it nl pt-PT pt-BR pl sv da fi nb cs sk hu ro bg el hr sl et lv lt ga mt tr"
OTHERS = "ar he ja ko zh-Hans zh-Hant"
INDIA = "as bn brx doi gu hi kn kok ks mai ml mni mr ne or pa sa sat sd ta te ur"
SHIPPED = [tag for tags in (EUROPE, OTHERS, INDIA) for tag in tags.split(" ")]


def read(document, lang):
    """Say that the built-in texts of a language have been read."""
    document["texts_read"][lang] = builtin_language(lang, TEXTS).digest


def german_document(**texts):
    document = good_document()
    document["languages"] = ["en", "de"]
    for item in [*document["categories"], *document["trackers"]]:
        for field in ("name", "description", "purpose"):
            if isinstance(item.get(field), dict):
                item[field]["de"] = item[field]["en"]
        for data in item.get("data", []):
            data["name"]["de"] = data["name"]["en"]
    document["texts"] = {"de": texts} if texts else {}
    return document


def unread(document):
    return [(problem.path, problem.level) for problem in lint(document, TABLE, TEXTS) if problem.code == "unread_texts"]


def test_these_languages_ship():
    assert sorted(TEXTS) == sorted(SHIPPED)


@pytest.mark.parametrize("lang", SHIPPED)
def test_a_language_has_every_text_in_each_of_its_plural_forms(lang):
    own = TEXTS[lang]
    for group, texts in TEXTS["en"].groups.items():
        assert list(own.groups[group]) == list(needed_keys(lang, texts))
    assert own.name.strip()


@pytest.mark.parametrize("lang", SHIPPED)
def test_its_texts_are_plain_and_have_the_placeholders_of_the_english_ones(lang):
    for key, text in TEXTS[lang].texts.items():
        counted = re.fullmatch(r"(recipients|trackers)_(zero|one|two|few|many|other)", key)
        like = f"{counted[1]}_other" if counted else key
        named, expected = sorted(PLACEHOLDER.findall(text)), sorted(PLACEHOLDER.findall(REFERENCE[like]))
        if counted and counted[2] in ("zero", "one", "two"):
            assert set(named) <= set(expected), key
        else:
            assert named == expected, key
        assert not re.search(r"[{}]", PLACEHOLDER.sub("", text)), key
        assert not list(not_plain(key, text)), key
        assert text == text.strip(), key
        assert "  " not in text, key


@pytest.mark.parametrize("lang", SHIPPED)
def test_yes_and_no_are_two_short_labels(lang):
    texts = TEXTS[lang].texts
    assert texts["accept_all"].casefold() != texts["reject_all"].casefold()
    assert max(len(texts[key]) for key in ("accept_all", "reject_all", "choose")) <= 24


def test_only_what_a_person_has_found_right_counts_as_reviewed():
    assert [lang for lang in TEXTS if TEXTS[lang].reviewed] == ["en"]


def test_a_machine_s_translation_cannot_be_published_before_somebody_has_read_it():
    document = german_document()
    assert unread(document) == [("texts_read.de", "error")]
    read(document, "de")
    assert unread(document) == []


def test_texts_that_have_changed_since_are_read_again():
    document = german_document()
    document["texts_read"]["de"] = "0" * 12
    (problem,) = [problem for problem in lint(document, TABLE, TEXTS) if problem.code == "unread_texts"]
    assert "have changed since they were read" in problem.message
    assert "`" not in problem.message
    assert problem.in_yaml == f"texts_read: {{de: {TEXTS['de'].digest}}}"
    assert problem.in_yaml in str(ConfigError([problem])), "who writes the config by hand needs it"


def test_a_site_that_says_everything_itself_shows_none_of_it():
    document = german_document(**TEXTS["de"].texts)
    assert unread_language(document, "de", TEXTS) is None
    del document["texts"]["de"]["title"]
    assert unread_language(document, "de", TEXTS) is TEXTS["de"]


def test_a_region_of_a_language_is_read_as_the_language():
    document = german_document()
    document["languages"] = ["en", "de-AT"]
    assert unread_language(document, "de-AT", TEXTS) is TEXTS["de"]


def test_a_plural_form_that_the_language_lacks_is_told():
    document = german_document(recipients_few="{count} Empfänger", recipients_other="{count} Empfänger")
    found = [problem for problem in lint(document, TABLE, TEXTS) if problem.code == "unknown_text"]
    assert [(problem.path, "one, other" in problem.message) for problem in found] == [("texts.de.recipients_few", True)]
    assert plural_forms("de") == ("one", "other")
