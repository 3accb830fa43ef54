import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.documents import NoticeDocument
from app.core.languages import script_direction
from app.core.notices import FIRST_LAYER_TEXTS, fill, make_notice, site_texts
from app.data import load_regimes, load_texts
from tests.core.config_documents import EXAMPLES, good_document, load, tracker_of

TABLE, TEXTS = load_regimes(), load_texts()


def body(document, regime):
    return site_texts(document, "en", TEXTS, TABLE.get(regime))["body"]


def notice(document, regime, lang="en"):
    texts = site_texts(document, lang, TEXTS, TABLE.get(regime))
    return make_notice(document, TABLE.get(regime), lang, texts, site="s_x")


def test_where_the_law_asks_first_the_first_layer_says_that_nothing_runs():
    text = body(good_document(), "eu")
    assert "asks before using" in text
    assert "Audience, Recording, Marketing" in text
    assert "Orchard Example SARL" in text
    assert "4 recipients" in text
    assert "unless" not in text.lower()


def test_where_something_runs_until_a_no_the_first_layer_names_it_and_what_waits():
    text = body(good_document(), "us-ca")
    assert "Unless you reject it, this runs: Audience, Marketing." in text
    assert "This waits for your yes: Recording. You can change" in text
    assert "goes to 3 recipients." in text, "the recorder's is not among them"
    assert "Some of it is sold to or shared with third parties." in text


def test_what_runs_until_a_no_is_not_told_to_rest_on_consent():
    def bases(regime):
        categories = notice(good_document(), regime)["categories"]
        return {tracker["id"]: tracker["legal_basis"] for category in categories for tracker in category["trackers"]}

    assert bases("us-ca")["counter"] == "opt_out"
    assert bases("us-ca")["recorder"] == "consent"
    assert bases("eu")["counter"] == "consent"


def test_what_is_not_shared_is_not_told_to_be():
    document = good_document()
    for tracker in document["trackers"]:
        tracker["sale_share"] = False
    assert "sold" not in body(document, "us-ca")
    assert "  " not in body(document, "us-ca")


def test_an_exempt_tracker_beside_others_that_wait_is_named_itself():
    document = good_document()
    document["trackers"].append({**tracker_of(document, "counter"), "id": "second", "name": "Second", "exempt_in": []})
    assert "this runs: Audience (Counter)." in body(document, "eu-fr")


def test_where_everything_runs_nothing_is_said_to_wait():
    document = good_document()
    document["trackers"] = [tracker for tracker in document["trackers"] if tracker["category"] != "recording"]
    assert "waits for your yes" not in body(document, "us-ca")


def test_what_cannot_be_controlled_here_is_said():
    document = good_document()
    assert "cannot control" in body(document, "eu")
    document["trackers"] = [tracker for tracker in document["trackers"] if tracker["kind"] != "declared"]
    assert "cannot control" not in body(document, "eu")


def test_a_category_in_which_nothing_can_be_held_is_not_asked_for():
    document = good_document()
    for name in ("ads", "tag-manager"):
        tracker_of(document, name)["kind"] = "declared"
    assert "Marketing" not in body(document, "eu")


@pytest.mark.parametrize(
    ("names", "text"), [([], "to no one else."), (["A"], "to one recipient."), (["A", "B", "A"], "to 2 recipients.")]
)
def test_recipients_are_counted_once_each_and_without_the_site_itself(names, text):
    document = good_document()
    document["trackers"] = [tracker_of(document, "counter")]
    blank = {"role": "processor", "country": "FR", "safeguard": None}
    tracker_of(document, "counter")["recipients"] = [
        {"name": name, **blank} for name in [*names, document["controller"]["name"]]
    ]
    assert text in body(document, "eu")


def test_the_opt_out_link_and_the_state_of_the_signal_are_worded_as_the_law_asks():
    california = site_texts(good_document(), "en", TEXTS, TABLE.get("us-ca"))
    europe = site_texts(good_document(), "en", TEXTS, TABLE.get("eu"))
    assert (california["reopen"], europe["reopen"]) == ("Your privacy choices", "Cookie choice")
    assert california["gpc"].startswith("Opt-out request honoured")
    assert "honoured" not in europe["gpc"]


def test_the_loader_carries_every_text_of_the_first_layer_that_is_shown_as_it_is():
    shown = site_texts(good_document(), "en", TEXTS, TABLE.get("eu")).keys()
    assert set(FIRST_LAYER_TEXTS) == TEXTS["en"].groups["first_layer"].keys() & shown


def test_what_is_held_just_there_is_filled_in_by_the_widget():
    texts = site_texts(good_document(), "en", TEXTS, TABLE.get("eu"))
    assert texts["allow_always_in"] == "Always allow {purposes}"
    assert "{trackers}" in texts["new_body"]
    assert "{vendors}" in texts["placeholder"]


def test_a_site_s_own_text_stands_in_place_of_the_built_in_one():
    assert site_texts(good_document(), "en", TEXTS, TABLE.get("eu"))["title"] == "Your choice at the orchard"


def test_a_value_is_never_read_for_placeholders_itself():
    document = good_document()
    document["controller"]["name"] = "{categories} {nobody}"
    assert body(document, "eu").startswith("{categories} {nobody} asks before")


@given(st.text(max_size=30), st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.text(max_size=5)))
def test_filling_in_never_fails(text, values):
    fill(text, values)


@pytest.mark.parametrize(
    ("regime", "on"),
    [("eu", ["necessary"]), ("eu-fr", ["necessary", "audience"]), ("us-ca", ["necessary", "audience", "marketing"])],
)
def test_a_switch_stands_on_only_where_the_law_lets_everything_behind_it_run(regime, on):
    assert [category["id"] for category in notice(good_document(), regime)["categories"] if category["on"]] == on


def test_a_switch_that_mixes_exempt_and_asked_trackers_stands_off():
    document = good_document()
    document["trackers"].append({**tracker_of(document, "counter"), "id": "second", "exempt_in": []})
    assert not notice(document, "eu-fr")["categories"][1]["on"]


def test_a_notice_is_in_one_language_and_of_the_documented_shape():
    shown = notice(good_document(), "eu", "fr")
    assert shown.keys() == NoticeDocument.__annotations__.keys()
    counter = shown["categories"][1]["trackers"][0]
    assert (counter["purpose"], counter["data"][0]["name"]) == ("Compte les lecteurs.", "Pages")
    assert shown["texts"]["accept_all"] == "Tout accepter"
    assert shown["lifetimes"] == {"granted": "P6M", "refused": "P6M"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_no_example_leaves_a_placeholder_that_nobody_fills_in(path):
    document = load(path)
    at_run_time = {"{count}", "{time}", "{date}", "{id}", "{trackers}", "{vendors}", "{purposes}"}
    for regime in TABLE:
        for text in site_texts(document, "en", TEXTS, regime).values():
            assert set(re.findall(r"\{[^}]*\}?", text)) <= at_run_time


@pytest.mark.parametrize(
    ("lang", "direction"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ur-Latn", "ltr"), ("pt-BR", "ltr")],
)
def test_the_direction_follows_language_and_script(lang, direction):
    assert script_direction(lang) == direction
