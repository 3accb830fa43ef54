import copy

import pytest

from app.core.text_cells import BUTTONS, LONGEST_LABEL, text_cells, text_lines
from app.core.texts import REFERENCE
from app.data import load_regimes, load_texts
from app.schemas.config import ConfigError, parse_config
from tests.core.config_documents import good_document

TABLE, TEXTS = load_regimes(), load_texts()


def cells(document, lang, languages=()):
    try:
        _, problems = parse_config(document, TABLE, TEXTS)
    except ConfigError as error:
        problems = error.problems
    wrong = {}
    for problem in problems:
        wrong.setdefault(problem.path, set()).add(problem.code)
    lines = list(text_lines(document, languages or [lang], TEXTS))
    return text_cells(document, lines, lang, TEXTS, wrong)


def states(document, lang):
    return {name: cell.state for name, cell in cells(document, lang).items() if cell.state != "good"}


@pytest.fixture
def document():
    found = copy.deepcopy(good_document())
    found["languages"] = ["en", "fr"]
    return found


def test_a_text_that_a_language_lacks_is_missing(document):
    assert "missing" not in states(document, "fr").values()
    del document["categories"][1]["name"]["fr"]
    document["trackers"][0]["data"][0]["name"]["fr"] = " "
    document["trackers"][0]["purpose"].pop("fr")
    missing = [name for name, state in states(document, "fr").items() if state == "missing"]
    assert missing == ["c1-name", "t0-purpose", "t0-data0"]
    assert "missing" not in states(document, "en").values()


def test_a_language_that_nothing_is_built_in_for_lacks_every_text(document):
    document["languages"] = ["en", "sw"]
    document["texts"]["sw"] = {"title": "Uamuzi wako"}
    found = cells(document, "sw")
    assert found["title"].state == "good"
    assert found["body"].state == "missing"
    assert found["c0-name"].state == "missing"


def test_what_a_machine_translated_counts_until_somebody_has_read_it(document):
    assert not TEXTS["fr"].reviewed
    document["texts"]["fr"] = {"title": "Votre choix"}
    document["texts_read"] = {}
    found = states(document, "fr")
    assert found["body"] == "unreviewed"
    assert "title" not in found, "what a person wrote needs nobody to read it"
    document["texts_read"] = {"fr": TEXTS["fr"].digest}
    assert states(document, "fr") == {}


def test_a_wrong_placeholder_and_what_is_too_long_are_told_where_lint_tells_them(document):
    document["texts"]["en"] = {
        "title": "Hello {nobody}",
        "policy_link": "x" * 2001,
        "choose": "x" * (LONGEST_LABEL + 1),
        "body": "On {",
    }
    document["categories"][1]["name"]["en"] = "x" * 61
    assert states(document, "en") == {
        "title": "placeholder",
        "policy_link": "long",
        "choose": "long",
        "body": "placeholder",
        "c1-name": "long",
    }


def test_no_label_that_is_built_in_is_too_long():
    assert TEXTS[REFERENCE].texts.keys() >= BUTTONS
    for lang, shipped in TEXTS.items():
        long = {key: shipped.texts[key] for key in BUTTONS if len(shipped.texts[key]) > LONGEST_LABEL}
        assert not long, lang


def test_a_form_that_a_language_does_not_have_has_no_cell(document):
    found = cells(document, "en", ["en", "pl"])
    assert "trackers_few" not in found
    assert "trackers_few" in cells(document, "pl", ["en", "pl"])
    document["texts"]["en"]["trackers_few"] = "A few"
    assert cells(document, "en", ["en", "pl"])["trackers_few"].own == "A few", "what stands there can be emptied"


def test_a_line_knows_where_its_text_stands(document):
    document["texts"] = {"en": {"titel": "x"}}
    lines = {line.id: line for line in text_lines(document, ["en"], TEXTS)}
    assert lines["title"].path("en") == "texts.en.title"
    assert lines["titel"].group == "unknown"
    assert lines["c1-description"].path("pt-BR") == "categories[1].description.pt-BR"
    assert lines["t0-data0"].path("fr") == "trackers[0].data[0].name.fr"
