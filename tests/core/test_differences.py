import copy

import pytest

from app.core.differences import Difference, differences, goes_against, suggests_asking_again
from tests.core.config_documents import category_of, good_document, tracker_of


def test_the_same_document_has_no_difference():
    assert differences(good_document(), good_document()) == []
    assert suggests_asking_again(good_document(), good_document()) == []


def test_before_the_first_version_everything_is_added_and_nobody_is_asked_again():
    found = differences(None, good_document())
    assert {difference.kind for difference in found} == {"added"}
    assert [difference.path for difference in found] == list(good_document())
    assert suggests_asking_again(None, good_document()) == []


def test_a_change_is_told_at_its_path_by_id():
    old, new = good_document(), good_document()
    tracker_of(new, "counter")["purpose"]["en"] = "Counts."
    new["look"]["layout"] = "corner"
    assert differences(old, new) == [
        Difference("look.layout", "changed", "bar", "corner"),
        Difference("trackers[counter].purpose.en", "changed", "Counts readers.", "Counts."),
    ]


def test_what_comes_and_goes_is_told_whole():
    old, new = good_document(), good_document()
    new["trackers"].pop()
    new["categories"].append({**category_of(new, "marketing"), "id": "extras"})
    new["texts"]["en"]["save"] = "Keep"
    paths = [(difference.path, difference.kind) for difference in differences(old, new)]
    assert paths == [("texts.en.save", "added"), ("categories[extras]", "added"), ("trackers[partners]", "removed")]


def test_another_order_is_one_difference():
    old, new = good_document(), good_document()
    new["categories"].reverse()
    assert [(difference.path, difference.kind) for difference in differences(old, new)] == [("categories", "moved")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t.update(purpose={"en": "x", "fr": "y"}), "The purpose of Counter changes."),
        (lambda t: t.update(vendor="Else"), "Counter has another provider: Else."),
        (lambda t: t.update(category="marketing"), "Counter moves from audience to marketing."),
        (
            lambda t: t["recipients"].append({"name": "New", "role": "controller", "country": "DE", "safeguard": None}),
            "Counter sends data to New (DE) on new terms or for the first time.",
        ),
        (
            lambda t: t["data"].append({"name": {"en": "Age", "fr": "Âge"}, "retention": "P1Y"}),
            "Counter collects something new: Age.",
        ),
        (lambda t: t["data"][0].update(retention="P3Y"), "Counter keeps for another time than before: Pages."),
        (lambda t: t.update(sale_share=True), "Counter becomes sold or shared."),
        (lambda t: t.update(storage=[]), "Counter stores something else, or for another time."),
        (lambda t: t.update(legal_basis="contract"), "The legal basis of Counter changes."),
        (lambda t: t.update(kind="server"), "Counter runs elsewhere: server, not browser."),
        (lambda t: t.update(recipients=[]), "Counter does less than before, or is told in another language."),
    ],
)
def test_a_changed_meaning_is_a_reason_to_ask_again(change, reason):
    new = good_document()
    change(tracker_of(new, "counter"))
    assert suggests_asking_again(good_document(), new) == [reason]


def test_a_new_tracker_and_a_new_category_are_reasons():
    old, new = good_document(), good_document()
    old["trackers"] = [tracker for tracker in old["trackers"] if tracker["id"] != "ads"]
    old["categories"] = [category for category in old["categories"] if category["id"] != "marketing"]
    assert suggests_asking_again(old, new) == ["The category marketing is new.", "Advertisements is new."]


def test_what_is_necessary_is_no_reason_unless_it_was_a_choice():
    old, new = good_document(), good_document()
    tracker_of(new, "basket")["purpose"]["en"] = "Keeps the whole basket."
    assert suggests_asking_again(old, new) == []
    tracker_of(new, "counter")["category"] = "necessary"
    assert suggests_asking_again(old, new) == ["Counter was a choice and becomes necessary."]


def test_another_controller_is_a_reason():
    new = good_document()
    new["controller"]["name"] = "Buyer Example Ltd"
    assert suggests_asking_again(good_document(), new) == [
        "Who is responsible changes from Orchard Example SARL to Buyer Example Ltd."
    ]


def test_a_better_text_or_a_tracker_that_left_is_no_reason():
    new = good_document()
    new["texts"]["en"]["title"] = "Another title"
    new["trackers"].pop()
    category_of(new, "audience")["description"]["en"] = "How many people read a page."
    assert suggests_asking_again(good_document(), new) == []


def test_what_an_older_release_did_not_know_and_is_empty_is_no_difference():
    new = good_document()
    old = copy.deepcopy(new)
    for tracker in old["trackers"]:
        del tracker["signals"]
    assert differences(old, new) == []
    new["trackers"][0]["signals"]["decision"] = ['exampleSdk.set("?")']
    assert [difference.kind for difference in differences(old, new)] == ["added"]


def test_an_answer_goes_against_what_is_proposed_but_never_before_the_first_version():
    reasons = ["Counter is new."]
    assert [goes_against(asks, why, is_first=False) for asks, why in ((True, []), (False, reasons))] == [True, True]
    assert [goes_against(asks, why, is_first=False) for asks, why in ((False, []), (True, reasons))] == [False, False]
    assert not any(goes_against(asks, why, is_first=True) for asks in (True, False) for why in ([], reasons))
