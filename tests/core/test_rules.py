import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.choice import Choice
from app.core.decision import decide
from app.core.differences import suggests_asking_again
from app.core.documents import GateTracker, Rules, WidgetConfig
from app.core.notices import FIRST_LAYER_TEXTS, site_texts
from app.core.rules import (
    gate_trackers,
    lifetimes_under,
    offer_of,
    public_config,
    rules_of_loader,
    since_map,
    tracker_fingerprint,
    tracker_model,
    widget_config,
)
from app.data import load_regimes, load_texts
from tests.core.config_documents import category_of, good_document, tracker_of

TABLE = load_regimes()

# What a yes to a tracker is a yes to, and one change of each.
MATERIAL = {
    "category": "recording",
    "kind": "server",
    "vendor": "Somebody Else Inc.",
    "purpose": {"en": "Sells readers.", "fr": "Compte les lecteurs."},
    "legal_basis": "legitimate_interest",
    "data": [{"name": {"en": "Pages", "fr": "Pages"}, "retention": "P26M"}],
    "recipients": [],
    "sale_share": True,
    "storage": [{"kind": "cookie", "name": "_count*", "lifetime": "P24M", "domain": "example.com"}],
}
IMMATERIAL = {
    "name": "Reader counter",
    "match": [{"host": "c2.example.com", "path": "/"}],
    "stop": ["counter.stop"],
    "exempt_in": [],
    "via": "tag-manager",
}


@pytest.mark.parametrize(
    ("tracker", "regime", "model"),
    [
        ("basket", "eu", "none"),
        ("basket", "us-ca", "none"),
        ("recorder", "us", "optin"),
        ("ads", "eu", "optin"),
        ("ads", "us-ca", "optout"),
        ("counter", "eu", "optin"),  # its category follows analytics
        ("counter", "us-ca", "optout"),
        ("counter", "eu-fr", "optout"),  # exempt there, as an admin has confirmed
        ("counter", "uk", "optin"),  # exempt there only if confirmed for there
        ("counter", "unknown", "optin"),
    ],
)
def test_a_tracker_takes_the_rule_of_its_category_or_a_confirmed_exemption(tracker, regime, model):
    document = good_document()
    assert tracker_model(tracker_of(document, tracker), document["categories"], TABLE.get(regime)) == model


def test_a_category_that_follows_none_is_asked_first_everywhere():
    document = good_document()
    category_of(document, "audience")["follows"] = None
    counter = tracker_of(document, "counter")
    assert {tracker_model(counter, document["categories"], regime) for regime in TABLE} == {"optin"}


def test_following_recording_or_necessary_frees_nothing():
    document = good_document()
    for follows in ("necessary", "recording", "nonsense"):
        category_of(document, "audience")["follows"] = follows
        counter = tracker_of(document, "counter")
        assert tracker_model(counter, document["categories"], TABLE.get("us")) == "optin"


@pytest.mark.parametrize("field", sorted(MATERIAL))
def test_a_yes_does_not_cover_another_meaning(field):
    before, after = good_document(), good_document()
    tracker_of(after, "counter")[field] = MATERIAL[field]
    since = since_map(2, after, before, since_map(1, before, None, None))
    assert since == {**dict.fromkeys(since, 1), "counter": 2}
    assert suggests_asking_again(before, after)


@pytest.mark.parametrize("field", sorted(IMMATERIAL))
def test_a_yes_covers_what_only_looks_or_loads_otherwise(field):
    before, after = good_document(), good_document()
    tracker_of(after, "counter")[field] = IMMATERIAL[field]
    assert set(since_map(2, after, before, since_map(1, before, None, None)).values()) == {1}
    assert suggests_asking_again(before, after) == []


def test_a_grant_holds_a_tracker_whose_purpose_changed_until_it_is_asked_again():
    before, after = good_document(), good_document()
    tracker_of(after, "recorder")["purpose"]["en"] = "Trains a model."
    since = since_map(2, after, before, since_map(1, before, None, None))
    rules = {
        "version": 2,
        "ask_since": 1,
        "gpc": "no",
        "categories": [category["id"] for category in after["categories"]],
        "trackers": gate_trackers(after, TABLE.get("eu"), since),
    }
    old_yes = Choice(1, frozenset({"audience", "recording", "marketing"}), frozenset(), 20_000, 20_180)
    by_id = {decision.id: decision for decision in decide(rules, old_yes, today=20_001)}
    assert (by_id["recorder"].allowed, by_id["recorder"].reason) == (False, "newer")
    assert by_id["counter"].allowed
    new_yes = Choice(2, old_yes.granted, frozenset(), 20_000, 20_180)
    assert all(decision.allowed for decision in decide(rules, new_yes, today=20_001))


@given(st.lists(st.sampled_from(["same", "purpose", "drop", "restore"]), max_size=8))
def test_publishing_keeps_since_where_nothing_changed_and_never_lowers_it(steps):
    document = good_document()
    since = since_map(1, document, None, None)
    for number, step in enumerate(steps, start=2):
        after = (
            good_document() if step == "restore" else {**document, "trackers": [{**t} for t in document["trackers"]]}
        )
        if step == "purpose":
            after["trackers"][1]["purpose"] = {"en": f"Purpose {number}", "fr": f"But {number}"}
        if step == "drop" and len(after["trackers"]) > 2:
            after["trackers"].pop()
        renewed = since_map(number, after, document, since)
        if step == "same":
            assert renewed == since
        assert all(since.get(name, 1) <= value <= number for name, value in renewed.items())
        document, since = after, renewed


def test_a_tracker_that_comes_back_is_new():
    full, less = good_document(), good_document()
    less["trackers"] = [tracker for tracker in less["trackers"] if tracker["id"] != "ads"]
    since = since_map(2, less, full, since_map(1, full, None, None))
    assert since_map(3, full, less, since)["ads"] == 3


def test_a_translation_added_or_dropped_changes_no_meaning_but_a_change_of_all_languages_does():
    both, english, french = good_document(), good_document(), good_document()
    english["languages"], french["languages"] = ["en"], ["fr"]
    first = since_map(1, both, None, None)
    assert since_map(2, english, both, first) == first
    assert since_map(3, both, english, first) == first
    assert set(since_map(4, french, english, first).values()) == {4}


def test_order_and_white_space_are_no_meaning():
    document = good_document()
    counter = tracker_of(document, "counter")
    counter["recipients"] = [*tracker_of(document, "ads")["recipients"], *counter["recipients"]]
    shuffled = {**counter, "recipients": counter["recipients"][::-1], "purpose": {"fr": "Compte  les lecteurs.\n"}}
    shuffled["purpose"]["en"] = counter["purpose"]["en"]
    assert tracker_fingerprint(shuffled) == tracker_fingerprint(counter)


def test_the_gate_has_nothing_to_hold_of_what_is_only_declared():
    document = good_document()
    since = since_map(1, document, None, None)
    gate = {tracker["id"]: tracker for tracker in gate_trackers(document, TABLE.get("eu"), since)}
    assert gate["partners"]["match"] == gate["partners"]["storage"] == []
    assert gate["counter"]["match"] == [{"host": "count.example.com", "path": "/"}]
    assert gate["basket"]["storage"]
    assert (gate["ads"]["via"], "via" in gate["counter"]) == ("tag-manager", False)
    assert all(set(tracker) - {"via"} == GateTracker.__annotations__.keys() - {"via"} for tracker in gate.values())


@pytest.mark.parametrize(
    ("regime", "expected"),
    [
        ("eu", {"granted": "P3M", "refused": "P3M"}),
        ("eu-it", {"granted": "P3M", "refused": "P185D"}),
        ("us-ca", {"granted": "P3M", "refused": "P13M"}),
    ],
)
def test_a_no_is_respected_at_least_as_long_as_the_law_says(regime, expected):
    assert lifetimes_under({"granted": "P3M", "refused": "P3M"}, TABLE.get(regime)) == expected


def test_a_yes_is_never_remembered_longer_than_the_law_allows():
    assert lifetimes_under({"granted": "P1Y", "refused": "P2Y"}, TABLE.get("eu"))["granted"] == "P6M"


def test_the_offer_names_every_optional_tracker_and_whether_each_can_be_allowed_by_itself():
    document = good_document()
    offer = offer_of(document)
    assert offer.categories == ("necessary", "audience", "recording", "marketing")
    assert offer.trackers == {t["id"]: t["category"] for t in document["trackers"] if t["category"] != "necessary"}
    assert (offer.granted_days, offer.refused_days) == (180, 180)
    assert offer_of(document, TABLE.get("us-ca")).refused_days == 390
    assert offer.per_tracker
    document["choice_per_tracker"] = False
    assert offer_of(document).trackers == offer.trackers, "a no to one of them is always taken"
    assert not offer_of(document).per_tracker


def served(function, regime="eu", lang="fr", document=None):
    document = document or good_document()
    return function(
        document,
        TABLE.get(regime),
        lang,
        site="s_x",
        version=3,
        sha256="0" * 64,
        notice_sha256="1" * 64,
        since=since_map(3, document, None, None),
        ask_since=2,
        texts=site_texts(document, lang, load_texts(), TABLE.get(regime)),
    )


def test_the_loader_carries_the_first_layer_and_nothing_more():
    config = served(widget_config)
    assert config["texts"].keys() == set(FIRST_LAYER_TEXTS)
    assert config["categories"][1] == {"id": "audience"}
    assert config["notice"] == {"lang": "fr", "sha256": "1" * 64}
    assert config["lifetimes"] == {"granted": 180, "refused": 180}
    assert config["csp_sources"] == good_document()["csp_sources"]
    assert config.keys() == WidgetConfig.__annotations__.keys() - {"api", "widget", "shown", "next", "look"}


def test_the_public_config_has_what_a_headless_client_shows_and_posts_back():
    config = served(public_config, regime="us-ca")
    assert {"site", "version", "sha256", "regime", "gpc", "lang", "categories", "trackers", "texts"} <= config.keys()
    assert {"notice", "lifetimes"} <= config.keys()
    assert config["csp_sources"] == good_document()["csp_sources"]
    audience = config["categories"][1]
    assert (audience["required"], audience["model"], audience["on"]) == (False, "optout", True)
    ads = next(tracker for tracker in config["trackers"] if tracker["id"] == "ads")
    assert (ads["category"], ads["model"], ads["kind"], ads["purpose"]) == (
        "marketing",
        "optout",
        "browser",
        "Montre des publicités.",
    )
    assert config["categories"][0]["required"]


def test_rules_have_their_documented_shape():
    rules = rules_of_loader(served(widget_config))
    assert rules.keys() == Rules.__annotations__.keys()
    assert rules["categories"][:2] == ["necessary", "audience"]
