"""What changes for visitors, in sentences: nothing goes untold, and nothing reads like YAML."""

import copy

import pytest

from app.core.changes import count_changes, tell_changes
from app.core.changes_words import Change
from app.data import load_texts
from tests.core.config_documents import category_of, good_document, tracker_of

BUILTIN = load_texts()
NAMES = {"title": "Title"}


def told(old, new):
    return {group.id: group.changes for group in tell_changes(old, new, BUILTIN, NAMES)}


def words_of(old, new):
    return {group: [change.words for change in changes] for group, changes in told(old, new).items()}


def edited(change):
    new = good_document()
    change(new)
    return new


def test_the_same_document_changes_nothing():
    assert tell_changes(good_document(), good_document(), BUILTIN, NAMES) == []


def test_groups_stand_in_one_order_and_what_nobody_sees_is_told_apart():
    def change(new):
        new["origins"] = ["https://other.example.com"]
        new["lifetimes"]["granted"] = "P3M"
        tracker_of(new, "counter")["match"] = [{"host": "count.example.com", "path": "/c"}]
        new["controller"]["name"] = "Buyer Example Ltd"

    groups = tell_changes(good_document(), edited(change), BUILTIN, NAMES)
    assert [group.title for group in groups] == ["Who is responsible", "Law and lifetimes", "Not seen by visitors"]
    assert (count_changes(groups, seen=True), count_changes(groups, seen=False)) == (2, 2)
    assert groups[0].changes == [
        Change("Somebody else is responsible, or is named otherwise.", "Orchard Example SARL", "Buyer Example Ltd")
    ]
    assert groups[1].changes == [Change("A yes is remembered for another time.", "P6M", "P3M", form="duration")]
    assert groups[2].changes[1].after == "count.example.com/c"


@pytest.mark.parametrize(
    ("change", "group", "expected"),
    [
        (
            lambda d: tracker_of(d, "counter")["purpose"].update(en="Counts."),
            "trackers",
            Change("Counter has another purpose (English).", "Counts readers.", "Counts.", lang="en"),
        ),
        (
            lambda d: tracker_of(d, "counter").update(category="marketing"),
            "trackers",
            Change("Counter moves to another category.", "Audience", "Marketing"),
        ),
        (
            lambda d: tracker_of(d, "counter").update(category="necessary"),
            "trackers",
            Change("Counter was a choice and runs without asking.", "Audience", "Necessary"),
        ),
        (
            lambda d: tracker_of(d, "counter")["storage"].append(
                {"kind": "cookie", "name": "_n", "lifetime": "P1Y", "domain": None}
            ),
            "trackers",
            Change("Counter stores _n (cookie).", "", "P1Y", form="duration"),
        ),
        (
            lambda d: tracker_of(d, "counter")["data"][0].update(retention="P3Y"),
            "trackers",
            Change("Counter keeps for another time: Pages.", "P25M", "P3Y", form="duration"),
        ),
        (
            lambda d: tracker_of(d, "counter")["data"].clear(),
            "trackers",
            Change("Counter no longer collects: Pages."),
        ),
        (
            lambda d: d["texts"]["en"].update(title="What may run?"),
            "texts",
            Change("Title (English):", "Your choice at the orchard", "What may run?", lang="en"),
        ),
        (
            lambda d: d["texts"]["en"].pop("title"),
            "texts",
            Change("Title (English):", "Your choice at the orchard", BUILTIN["en"].texts["title"], lang="en"),
        ),
        (
            lambda d: d["look"].update(layout="corner"),
            "look",
            Change("The banner has another layout.", "bar", "corner"),
        ),
        (
            lambda d: d.update(regime="eu"),
            "law",
            Change("Another law holds.", "the law of where each visitor is", "eu", form="regime"),
        ),
        (lambda d: category_of(d, "audience")["description"].update(fr="Autre."), "categories", None),
        (
            lambda d: d.update(choice_per_tracker=False),
            "categories",
            Change("Visitors can no longer decide tracker by tracker."),
        ),
    ],
)
def test_a_change_is_one_sentence_with_what_stood_before_and_after(change, group, expected):
    found = told(good_document(), edited(change))
    assert list(found) == [group]
    assert len(found[group]) == 1
    assert expected is None or found[group] == [expected]


def test_a_new_tracker_says_what_it_will_do_and_one_that_goes_that_it_goes():
    old, new = good_document(), good_document()
    old["trackers"] = [own for own in old["trackers"] if own["id"] != "ads"]
    (new_one,) = told(old, new)["trackers"]
    assert new_one.words.startswith("Advertisements (")
    assert new_one.words.endswith("is new, in Marketing.")
    assert Change("It collects: Pages viewed.", "", "P13M", form="duration") in new_one.details
    assert any(detail.words.startswith("It sends data to ") for detail in new_one.details)
    (gone,) = words_of(new, old)["trackers"]
    assert gone.endswith("is gone.")


def test_a_language_that_comes_or_goes_is_one_sentence():
    old = good_document()
    new = copy.deepcopy(old)
    new["languages"] = ["en"]
    del new["texts"]["fr"]
    for entry in (*new["categories"], *new["trackers"]):
        for field in ("name", "description", "purpose"):
            if isinstance(entry.get(field), dict):
                entry[field].pop("fr")
        for item in entry.get("data", []):
            item["name"].pop("fr")
    assert words_of(old, new) == {"languages": ["français is not offered any more."]}
    assert words_of(new, old) == {"languages": ["français is offered."]}


def test_the_first_version_tells_everything_as_new():
    found = words_of(None, good_document())
    assert "English is offered." in found["languages"]
    assert "The category Audience is new." in found["categories"]
    assert len(found["trackers"]) == len(good_document()["trackers"])
    assert found["texts"]


def test_an_order_that_no_visitor_sees_is_told_apart():
    def change(new):
        new["trackers"].sort(
            key=lambda own: own["category"] != "marketing"
        )  # one category before the others, as it was

    found = told(good_document(), edited(change))
    assert "trackers" not in found
    (unseen,) = found["unseen"]
    assert unseen.words == "The trackers stand in another order in the draft, but not within any category."


def test_a_first_version_that_takes_nothing_over_ends_nothing():
    document = edited(lambda document: document.pop("take_over", None))
    assert "take_over" not in document
    assert "law" not in words_of(None, document)


def test_another_order_names_what_moved():
    def change(new):
        new["categories"].reverse()
        new["trackers"].reverse()

    found = told(good_document(), edited(change))
    assert found["categories"][0].before == ", ".join(
        category["name"]["en"] for category in good_document()["categories"]
    )
    assert found["trackers"][0].words == "The trackers of Marketing stand in another order."


def leaves(value, path=()):
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path


def test_no_difference_goes_untold_and_every_field_has_a_sentence():
    old = good_document()
    tried = 0
    for *way, last in leaves(old):
        if last == "id":
            continue
        new = good_document()
        place = new
        for step in way:
            place = place[step]
        value = place[last]
        place[last] = not value if isinstance(value, bool) else ["eu"] if isinstance(value, list) else "other"
        if way == ["languages"] or last in ("category", "recipients", "data", "storage", "match"):
            continue  # told above
        groups = tell_changes(old, new, BUILTIN, NAMES)
        assert groups, (*way, last)
        assert "other" not in {group.id for group in groups}, (*way, last)
        assert not [change for group in groups for change in group.changes if " changes." in change.words and "[" in
                    change.words], (*way, last)  # fmt: skip
        tried += 1
    assert tried > 100


def test_what_has_no_sentence_yet_is_told_by_its_path():
    new = good_document()
    new["novelty"] = "x"
    old = {**good_document(), "novelty": "y"}
    assert told(old, new)["other"] == [Change("novelty changes.", "y", "x")]


def test_the_first_version_takes_nothing_back_and_names_countries():
    found = told(None, good_document())
    lines = [change.words for changes in found.values() for change in changes]
    assert not [words for words in lines if "taken over" in words]
    details = [detail.words for change in found["trackers"] for detail in change.details]
    assert any(words.startswith("It sends data to ") and words.endswith("(France).") for words in details), details
