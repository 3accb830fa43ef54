"""What a button mends: the problem goes, and no error comes."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.lint import ConfigError
from app.core.mending import MENDERS, Means, is_better, mending
from app.core.paths import former_of, put_back
from app.data import load_catalog, load_regimes, load_texts
from app.schemas.config import parse_config
from tests.core.config_documents import ROOT, category_of, load, tracker_of

MEANS = Means(load_regimes(), load_texts(), load_catalog())
_CONSOLE = load(ROOT / "examples" / "saas-console" / "config.yaml")


def good_document():
    return copy.deepcopy(_CONSOLE)


def problems_of(document):
    try:
        return parse_config(document, MEANS.table, MEANS.texts, MEANS.catalog)[1]
    except ConfigError as error:
        return error.problems


def the(problems, path, code):
    (found,) = [problem for problem in problems if (problem.path, problem.code) == (path, code)]
    return found


def mended(document, path, code):
    """Mend one problem, see that the document is better, and that Undo gives the old one back."""
    before, stands = problems_of(document), copy.deepcopy(document)
    problem = the(before, path, code)
    made = mending(problem, document, MEANS)
    assert document == stands, "the draft itself is left alone"
    assert made is not None, problem
    assert is_better(problem, before, problems_of(made.document)), made.label
    assert put_back(made.document, former_of(document, made.document)) == document
    return made


def put(document, *steps_and_value):
    *steps, last, value = steps_and_value
    for step in steps:
        document = document[step]
    document[last] = value


def dark(**changes):
    palette = {"surface": "#111111", "ink": "#ffffff", "fill": "#ffffff", "on_fill": "#111111"}
    return {"layout": "corner", "colors": {"dark": {**palette, **changes}}}


CASES = [
    # (what is wrong, path, code, the button's label)
    (("lifetimes", "granted", "P24M"), "lifetimes.granted", "over_maximum", "Set it to 6 months"),
    (("lifetimes", "refused", "P0D"), "lifetimes.refused", "too_short", "Set it to 1 day"),
    (("retention", "P1M"), "retention", "too_short", "Set it to 6 months"),
    (("retention", "P1Y"), "retention", "required_by_law", "Set it to 24 months"),
    (("regime", "mars"), "regime", "unknown_regime", "Write location"),
    (("regime", "us"), "regime", "regime_not_optin", "Write location"),
    (("format", 2), "format", "invalid", "Write 1"),
    (("colour", "red"), "colour", "unknown_key", "Remove colour"),
    (("policy_url", "app.example/privacy"), "policy_url", "bad_url", "Write https://app.example/privacy"),
    (("controller", "contact", " a@b.example"), "controller.contact", "bad_contact", "Write a@b.example"),
    (("name", "A <b>name</b>"), "name", "html", "Remove the markup"),
    (("name", "A\u202ename"), "name", "control_character", "Remove the invisible character"),
    (("cookie_domain", "far.example"), "cookie_domain", "foreign_domain", "Keep the choice to each host"),
    (("cookie_domain", "https"), "cookie_domain", "bad_domain", "Keep the choice to each host"),
    (("csp_sources", ["CDN.example.com/"]), "csp_sources[0]", "bad_source", "Write cdn.example.com"),
    (("csp_sources", ["data:", "data:"]), "csp_sources[1]", "duplicate", "Remove the second data:"),
    (("languages", ["en", "en"]), "languages[1]", "duplicate", "Remove the second en"),
    (("texts", {"de": {}}), "texts.de", "unused_language", "Remove de"),
    (("texts", {"en": {"titel": "x"}}), "texts.en.titel", "unknown_text", "Remove titel"),
    (("texts", {"en": {"title": " "}}), "texts.en.title", "missing", "Take the built-in text"),
    (("texts", {"en": {"reject_all": "Accept all"}}), "texts.en.reject_all", "same_label", "Take the built-in labels"),
    (("texts", {"en": {"choose": "Reject all"}}), "texts.en.choose", "same_label", "Take the built-in labels"),
    (("texts", {"en": {"accept_all": "Got it"}}), "texts.en.accept_all", "unclear_label", "Take the built-in text"),
    (("texts", {"en": {"body": "We like it."}}), "texts.en.body", "first_layer_incomplete", "Take the built-in text"),
    (
        ("texts", {"en": {"reopen_optout": "Cookies"}}),
        "texts.en.reopen_optout", "optout_link_title", "Take the built-in text",
    ),
    (("look", dark(ink="#777777")), "look.colors.dark.ink", "faint_text", "Write in white"),
    (("look", dark(fill="#ffffff", on_fill="#eeeeee")), "look.colors.dark.on_fill", "faint_text", "Write in black"),
    (("look", dark(fill="#222222")), "look.colors.dark.fill", "faint_button", "Draw buttons in the colour of the text"),
    (("look", {"logo": "https://cdn.example.net/a.svg"}), "look.logo", "foreign_logo", "Leave out the logo"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "path", "code", "label"), CASES)
def test_a_button_mends_what_needs_no_person(wrong, path, code, label):
    document = good_document()
    put(document, *wrong)
    assert mended(document, path, code).label == label


TRACKER_CASES = [
    (("via", "nobody"), "via", "unknown_tracker", "Brought by no loader"),
    (("via", "payment"), "via", "not_a_loader", "Brought by no loader"),
    (("legal_basis", "contract"), "legal_basis", "basis_not_consent", "Say consent"),
    (("exempt_in", ["mars"]), "exempt_in[0]", "unknown_regime", "Remove mars"),
    (("exempt_in", ["eu"]), "exempt_in[0]", "no_exemption", "Ask first under the GDPR and ePrivacy law of the EU"),
    (("exempt_in", ["eu-fr"]), "exempt_in[0]", "exemption_limits", "Ask first under France's CNIL guidelines"),
    (("match", 0, "host", "https://Stats.example.com:8443/x"), "match[0].host", "bad_host", "Write stats.example.com"),
    (("match", 0, "path", "collect?id=1"), "match[0].path", "bad_path", "Write /collect"),
    (("storage", 0, "name", " _ex* "), "storage[0].name", "bad_name", "Write _ex*"),
    (("storage", 0, "name", "placet_x"), "storage[0].name", "reserved", "Remove placet_x"),
    (("storage", 0, "domain", ".Example.com"), "storage[0].domain", "bad_domain", "Write example.com"),
    (("recipients", 0, "country", "ie"), "recipients[0].country", "invalid", "Write IE"),
    (("purpose", "fr", "Compter"), "purpose.fr", "unused_language", "Remove fr"),
    (("match", 0, "host", "static.hotjar.com"), "category", "recording_elsewhere", "Move it to recording"),
]


@pytest.mark.parametrize(("wrong", "path", "code", "label"), TRACKER_CASES)
def test_a_button_mends_a_tracker(wrong, path, code, label):
    document = good_document()
    own = tracker_of(document, "clickstream")
    put(own, *wrong)
    index = document["trackers"].index(own)
    assert mended(document, f"trackers[{index}].{path}", code).label == label


def test_an_origin_is_written_as_one_and_stands_once():
    document = good_document()
    document["origins"] = ["https://app.example", "https://App.example:443/start", "https://b.example/"]
    assert mending(the(problems_of(document), "origins[1]", "bad_origin"), document, MEANS) is None, (
        "it is there already"
    )
    assert mended(document, "origins[2]", "bad_origin").document["origins"][2] == "https://b.example"
    document["origins"] = ["https://a.example", "https://a.example"]
    assert mended(document, "origins[1]", "duplicate").document["origins"] == ["https://a.example"]


def test_necessary_is_added_in_its_place_and_an_empty_category_goes():
    document = good_document()
    for tracker in document["trackers"]:
        tracker["category"] = "analytics"
    document["categories"] = [category_of(document, "analytics")]
    made = mended(document, "categories", "necessary_missing").document
    assert [category["id"] for category in made["categories"]] == ["necessary", "analytics"]
    assert made["categories"][0]["name"] == {"en": "Necessary"}
    assert mending(the(problems_of(made), "categories[0]", "empty_category"), made, MEANS) is None, "it must be there"
    made["categories"].append({"id": "marketing", "name": {"en": "Ads"}, "description": {"en": "Ads."}})
    assert [item["id"] for item in mended(made, "categories[2]", "empty_category").document["categories"]] == [
        "necessary",
        "analytics",
    ]


def test_what_is_sold_is_moved_out_of_necessary_and_its_exemptions_stay_behind():
    document = good_document()
    own = tracker_of(document, "clickstream")
    own |= {"category": "necessary", "sale_share": True, "exempt_in": ["eu-fr"]}
    index = document["trackers"].index(own)
    made = mended(document, f"trackers[{index}].sale_share", "necessary_shares").document["trackers"][index]
    assert (made["category"], made["exempt_in"]) == ("marketing", [])


def test_a_well_known_tracker_is_not_necessary():
    document = good_document()
    own = tracker_of(document, "clickstream")
    own |= {"category": "necessary", "sale_share": False}
    own["match"] = [{"host": "cdn.mxpnl.com", "path": "/"}]
    index = document["trackers"].index(own)
    made = mended(document, f"trackers[{index}].category", "known_optional")
    assert made.document["trackers"][index]["category"] == "analytics"


def test_a_second_id_becomes_one_of_its_own_and_what_it_brings_comes_along():
    document = good_document()
    first, second = document["trackers"][:2]
    second["id"] = first["id"]
    assert mended(document, "trackers[1].id", "duplicate").label == f"Give it the id {first['id']}-2"
    document = good_document()
    loader, brought = document["trackers"][:2]
    loader |= {"id": "analytics", "kind": "loader", "via": None}
    brought["via"] = "analytics"
    made = mended(document, "trackers[0].id", "duplicate").document
    assert made["trackers"][1]["via"] == made["trackers"][0]["id"] == "analytics-2"


def test_a_loader_behind_a_loader_and_following_by_a_standard_category():
    document = good_document()
    document["trackers"][0] |= {"kind": "loader", "via": None}
    document["trackers"][1] |= {"kind": "loader", "via": document["trackers"][0]["id"]}
    mended(document, "trackers[1].via", "loader_behind_loader")
    category_of(document, "analytics")["follows"] = "marketing"
    index = document["categories"].index(category_of(document, "analytics"))
    mended(document, f"categories[{index}].follows", "needless")
    category_of(document, "analytics") | {"id": "own"}
    document["categories"].append({**category_of(document, "analytics"), "id": "own", "follows": "nobody"})
    mended(document, f"categories[{len(document['categories']) - 1}].follows", "unknown_category")


def test_one_regime_for_all_has_no_exemptions():
    document = good_document()
    document["regime"] = "eu-fr"
    own = tracker_of(document, "clickstream")
    own |= {"exempt_in": ["eu-fr"], "sale_share": False}
    mended(document, f"trackers[{document['trackers'].index(own)}].exempt_in[0]", "exempt_everywhere")


def test_our_words_for_a_standard_category_in_a_new_language():
    document = good_document()
    document["languages"] = ["en", "de"]
    made = mended(document, "categories[0].name.de", "missing_text").document
    assert made["categories"][0]["name"]["de"] == "Notwendig"
    own = the(problems_of(document), "trackers[0].purpose.de", "missing_text")
    assert mending(own, document, MEANS) is None, "what a tracker does takes a person"


def test_what_is_taken_over_is_of_trackers_that_are_asked_about():
    asked = {"asked_as": ["analytics"]}
    document = good_document()
    document["take_over"] = {"from": "klaro", "kept": "P1M", "trackers": []}
    document["take_over"]["trackers"] = [
        {"id": name, **asked} for name in ("clickstream", "sign-in", "nobody", "clickstream")
    ]
    places = "take_over.trackers"
    assert mended(document, f"{places}[1].id", "not_asked").label == "Take nothing over for sign-in"
    assert mended(document, f"{places}[2].id", "no_such_tracker").label == "Take nothing over for nobody"
    assert mended(document, f"{places}[3].id", "duplicate").label == "Remove the second clickstream"


def test_too_many_choices_are_made_by_category():
    document = good_document()
    document["choice_per_tracker"] = True
    sample = tracker_of(document, "clickstream")
    document["trackers"] += [{**sample, "id": f"{'x' * 28}-{n}"} for n in range(100, 150)]
    mended(document, "choice_per_tracker", "choice_too_long")


@pytest.mark.parametrize(
    "code", ["unread_texts", "safeguard_missing", "no_data", "bad_stop", "bad_signal", "shared_host"]
)
def test_what_takes_a_person_has_no_button(code):
    assert code not in MENDERS


WRONG = st.sampled_from(
    [None, True, 7, [], {}, "", " ", "<b>x</b>", "a\u202eb", "x" * 3000, "P99Y", "P0D", "PT1M", "https://A.example/x",
     "*.com", "placet_x", "necessary", "analytics", "eu-fr", "us", "clickstream", "http://x", ".a.example", "a b", "?x",
     "marketing", "Accept all", "static.hotjar.com"]
)  # fmt: skip


@settings(max_examples=60)
@given(st.data())
def test_whatever_a_draft_has_become_a_button_makes_it_better(data):
    document = good_document()
    document["take_over"] = {"from": "klaro", "kept": "P1M", "trackers": [{"id": "clickstream", "asked_as": ["stats"]}]}
    document["texts"] = {"en": {"accept_all": "Accept all", "reject_all": "Reject all", "body": "Words."}}
    for _ in range(data.draw(st.integers(1, 3))):
        target = document
        while isinstance(target, dict | list) and target:
            key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
            inner = target[key]
            if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 9)) == 0:
                if isinstance(target, list) and data.draw(st.booleans()):
                    target.append(copy.deepcopy(inner))
                else:
                    target[key] = copy.deepcopy(data.draw(WRONG))
                break
            target = inner
    before = problems_of(document)
    for problem in before:
        made = mending(problem, document, MEANS)
        if made is None:
            continue
        after = problems_of(made.document)
        assert is_better(problem, before, after), (problem, made.label, set(after) - set(before))
        assert json.dumps(put_back(made.document, former_of(document, made.document))) == json.dumps(document)
