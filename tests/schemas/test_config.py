import json
from copy import deepcopy

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.documents import ConfigDocument, Tracker
from app.core.say import Said
from app.data import load_regimes, load_texts
from app.schemas.config import CONFIG, ConfigError, fill_defaults, parse_config, read_config_yaml, write_config_yaml
from tests.core.config_documents import CONTRACT, EXAMPLES, good_document, load, tracker_of

TABLE, TEXTS = load_regimes(), load_texts()


def parse(data):
    return parse_config(data, TABLE, TEXTS)


def refused(data):
    with pytest.raises(ConfigError) as raised:
        parse(data)
    return raised.value.problems


def test_a_good_config_is_filled_in_and_has_no_warning():
    document, warnings = parse(read_config_yaml((CONTRACT / "good.yaml").read_text()))
    assert warnings == []
    assert document.keys() == ConfigDocument.__required_keys__
    assert all(tracker.keys() == Tracker.__annotations__.keys() for tracker in document["trackers"])
    assert tracker_of(document, "counter")["match"] == [{"host": "count.example.com", "path": "/"}]
    assert document["cookie_domain"] is None


def test_what_is_filled_in_is_what_the_schema_loads():
    document = good_document()
    assert CONFIG.load(document) == document


def test_everything_wrong_is_told_at_once_each_with_its_path():
    problems = refused(read_config_yaml((CONTRACT / "bad.yaml").read_text()))
    told = [[problem.path, problem.code, problem.level] for problem in problems]
    assert told == json.loads((CONTRACT / "bad.problems.json").read_text())
    assert all(problem.message.endswith(".") for problem in problems)


def test_the_error_itself_says_every_path():
    with pytest.raises(ConfigError) as raised:
        parse({"format": 1})
    assert raised.value.code == "invalid_config"
    assert all(problem.path in raised.value.message for problem in raised.value.problems)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_each_example_has_no_error_and_survives_yaml(path):
    document = load(path)
    assert read_config_yaml(write_config_yaml(document)) == document


def test_there_are_four_examples():
    assert len(EXAMPLES) == 4


@pytest.mark.parametrize(("recipients", "shared"), [([], False), (["someone"], True)])
def test_what_a_third_party_receives_counts_as_shared_unless_the_config_says_otherwise(recipients, shared):
    data = good_document()
    recorder = tracker_of(data, "recorder")
    del recorder["sale_share"]
    recorder["recipients"] = [{"name": name, "role": "processor", "country": "FR"} for name in recipients]
    document, _ = parse(data)
    assert tracker_of(document, "recorder")["sale_share"] is shared


@pytest.mark.parametrize("data", [None, [], "text", 1])
def test_a_config_is_a_mapping(data):
    assert [(problem.path, problem.code) for problem in refused(data)] == [("", "wrong_type")]


def test_an_empty_mapping_says_what_is_required():
    required = {"format", "name", "origins", "controller", "policy_url", "languages", "categories", "trackers"}
    assert {problem.path for problem in refused({})} == required


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("format", True, "invalid"),
        ("format", "1", "invalid"),
        ("name", 5, "wrong_type"),
        ("name", "  ", "missing"),
        ("name", None, "missing"),
        ("name", "x" * 121, "too_long"),
        ("origins", "https://a.example", "wrong_type"),
        ("origins", [], "missing"),
        ("controller", "us", "wrong_type"),
        ("controller.name", "", "missing"),
        ("controller.phone", "1", "unknown_key"),
        ("controller.authority", {"name": "A"}, "missing"),
        ("languages", ["english!"], "invalid"),
        ("retention", "5 years", "invalid"),
        ("choice_per_tracker", 1, "wrong_type"),
        ("look.layout", "popup", "invalid"),
        ("texts", {"en": {"Title": "x"}}, "invalid"),
        ("texts", {"en": ["x"]}, "wrong_type"),
        ("trackers[1].id", "Counter 1", "invalid"),
        ("trackers[1].id", "x" * 33, "invalid"),
        ("trackers[1].purpose", "Counts", "wrong_type"),
        ("trackers[1].purpose.en", 3, "wrong_type"),
        ("trackers[1].recipients[0].country", "fr", "invalid"),
        ("trackers[1].storage[0].lifetime", "forever", "invalid"),
        ("trackers[1].sale_share", "no", "wrong_type"),
        ("trackers[1].exempt_in", "eu-fr", "wrong_type"),
        ("trackers[1].script", "alert(1)", "unknown_key"),
        ("trackers[1].stop", ["exampleRecorder.stop"] * 21, "too_long"),
        ("trackers[1].stop", [f'exampleRecorder.say("{"x" * 500}")'], "too_long"),
        ("trackers[1].stop", [{"exampleRecorder.stop": []}], "wrong_type"),
        ("categories", {}, "wrong_type"),
    ],
)
def test_a_wrong_shape_is_told_at_its_path(path, value, code):
    data = good_document()
    target = data
    steps = [int(step) if step.isdigit() else step for step in path.replace("[", ".").replace("]", "").split(".")]
    for step in steps[:-1]:
        target = target[step]
    target[steps[-1]] = value
    assert any(problem.code == code and problem.path.startswith(path) for problem in refused(data))


def test_three_hundred_trackers_are_too_many():
    data = good_document()
    data["trackers"] = data["trackers"] * 50
    assert ("trackers", "too_long") in {(problem.path, problem.code) for problem in refused(data)}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(CONFIG.fields)) | st.text(max_size=5), JSON, max_size=6))
def test_any_draft_can_be_filled_in_and_shown(data):
    document = fill_defaults(data)
    assert ConfigDocument.__required_keys__ <= document.keys() <= ConfigDocument.__annotations__.keys()
    assert fill_defaults(document) == document


def test_filling_in_leaves_the_given_data_alone():
    data = {"trackers": [{"id": "x"}]}
    before = deepcopy(data)
    fill_defaults(data)["trackers"][0]["id"] = "y"
    assert data == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b: c", "A colon stands where none can be"),
        ("a: @x", "put it in quotes"),
        ("a:\n\tb: 1", "never by tabs"),
        ("a:\n  b: 1\n c: 2", "indented otherwise"),
        ("a:\n  - 1\n  b: 2", "A list ends here"),
        ("a: [1, 2", "A list in [ ] is not closed"),
        ("a: {b: 1", "A mapping in { } is not closed"),
        ('a: "x', "opened and not closed"),
        ("a: - b", "on a line of its own"),
        ('a: "\\q"', "use single quotes"),
        ("a: 1\n---\nb: 2", "There can be one only"),
        ("a: &", "The parser says: did not find expected alphabetic"),
    ],
)
def test_what_the_parser_finds_is_told_in_our_words(text, words):
    with pytest.raises(ConfigError) as refused:
        read_config_yaml(text)
    (problem,) = refused.value.problems
    assert words in problem.message
    assert isinstance(problem.message, Said), "so that the desk can translate it"


def refused_yaml(text):
    with pytest.raises(ConfigError) as raised:
        read_config_yaml(text)
    problem = raised.value.problems[0]
    return problem.path, problem.code


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3"),
        ("a:\n  b: 1\n  b: 2\n", "line 3"),
        ("a: {b: 1, b: 2}", "line 1"),
        ("a: &x [1]\nb: *x\n", "line 1"),
        ("a: *x\n", "line 1"),
        ("a: !!python/object/apply:os.system [id]\n", "line 1"),
        ("a: 1\nb: !!binary aGk=\n", "line 2"),
        ("a: 1\n  b: 2\n", "line 2"),
        ("a: [1\n", "line 2"),
        ("a: 1\n---\nb: 2\n", "line 2"),
        ("1: a\n", "line 1"),
        ("? [a]\n: b\n", "line 1"),
        ("a: 1\nb: '\x07'\n", "line 2"),
        ("a: " + "[" * 40 + "]" * 40, "line 1"),
        ("a: " + "[" * 100_000, "line 1"),
    ],
    ids=range(15),
)
def test_yaml_that_we_do_not_take_is_refused_with_its_line(text, line):
    assert refused_yaml(text) == (line, "not_yaml")


def test_aliases_that_would_unfold_to_gigabytes_are_refused():
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    assert refused_yaml(bomb) == ("line 1", "not_yaml")


def test_more_than_a_megabyte_is_refused_unread():
    assert refused_yaml("#" * 1_000_001) == ("line 1", "too_large")


def test_what_is_not_utf8_is_refused():
    assert refused_yaml(b"a: 1\nb: \xff\n") == ("line 2", "not_utf8")
    assert refused_yaml("a: \ud800") == ("line 1", "not_utf8")


def test_norway_is_a_country_and_a_date_is_a_text():
    text = (
        "country: NO\nno: yes\nwhen: 2026-01-01\nnothing: null\nalso: ~\nempty:\nflag: true\nnumber: 7\ntime: 12:30\n"
    )
    assert read_config_yaml(text) == {
        "country": "NO",
        "no": "yes",
        "when": "2026-01-01",
        "nothing": None,
        "also": None,
        "empty": None,
        "flag": True,
        "number": 7,
        "time": "12:30",
    }


def test_what_is_written_stands_in_the_order_of_the_docs_and_other_readers_agree():
    document = good_document()
    tracker_of(document, "counter")["recipients"][0]["country"] = "NO"
    text = write_config_yaml(document)
    assert read_config_yaml(text) == document
    assert yaml.safe_load(text) == document
    assert list(yaml.safe_load(text)) == [name for name in ConfigDocument.__annotations__ if name in document]
    assert "\n  - id: counter\n    category: audience\n" in text
    assert "purpose: {en: Counts readers., fr: Compte les lecteurs.}" in text


PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"), max_size=60)


@settings(max_examples=60)
@given(PLAIN, PLAIN, st.lists(PLAIN, max_size=3))
def test_any_text_survives_yaml(name, purpose, sources):
    document = good_document()
    document["name"], document["csp_sources"] = name, sources
    document["trackers"][0]["purpose"]["en"] = purpose
    assert read_config_yaml(write_config_yaml(document)) == document
