"""What each language writes in its own way, and what findings call a law."""

import copy

import pytest

from app.core.lint import lint
from app.core.regimes import laws_of
from app.core.worded import Worded, country_words, duration_words, language_words, ratio_words, word
from app.data import load_regimes, load_texts
from tests.core.config_documents import good_document

CASES = [
    (duration_words("P6M"), "6 months", "6 Monate"),
    (duration_words("P1D"), "1 day", "1 Tag"),
    (duration_words("P1Y6M"), "P1Y6M", "P1Y6M"),
    (ratio_words("4.52"), "4.52", "4,52"),
    (language_words("pt-BR"), "Portuguese (Brazil)", "Portugiesisch (Brasilien)"),
    (language_words("qaa"), "qaa", "qaa"),
    (country_words("IE"), "Ireland", "Irland"),
    (country_words("ZZZ"), "ZZZ", "ZZZ"),
]


@pytest.mark.parametrize(("value", "english", "german"), CASES)
def test_a_value_is_worded_by_its_language(value, english, german):
    assert value == english
    assert word(value.kind, value.raw, "de") == german
    again = copy.deepcopy(value)
    assert isinstance(again, Worded)
    assert (again, again.raw) == (value, value.raw)


def messages_of(document):
    return {problem.path: problem.message for problem in lint(document, load_regimes(), load_texts())}


def test_findings_name_laws_as_people_do():
    document = good_document()
    document["controller"]["dpo"] = None
    document["lifetimes"] = {"granted": "P24M", "refused": "P6M"}
    document["retention"] = "P12M"
    said = messages_of(document)
    assert said["controller.dpo"] == "Required by: Brazil's LGPD, Québec's Law 25."
    assert said["lifetimes.granted"] == (
        "24 months is over the maximum of 180 days (the GDPR and ePrivacy law of the EU, France's CNIL guidelines, "
        "Italy's Garante guidelines, the UK's PECR)."
    )
    assert "CNIL" not in said["retention"]
    document["regime"], document["languages"] = "br", ["de"]
    assert messages_of(document)["languages"] == "One of these languages is required by Brazil's LGPD: Portuguese."


def test_every_regime_has_a_law_and_a_long_list_is_cut():
    table = load_regimes()
    assert not [regime.id for regime in table if regime.law in ("", regime.id, regime.label)]
    assert laws_of([table.get("unknown")]) == "the strictest of all laws"
    told = laws_of(list(table))
    assert told == "the GDPR and ePrivacy law of the EU, France's CNIL guidelines, Czechia's ÚOOÚ guidance and 11 more"
