"""What has changed places, from one config document to another, as visitors see it."""

from app.core.changes_words import Change, listed, named
from app.core.differences import Difference
from app.core.documents import ConfigDocument
from app.core.say import say


def tell_categories_moved(difference: Difference, new: ConfigDocument, lang: str) -> list[Change]:
    """Return that the categories stand in another order, with their names in ``lang`` before and after."""
    names = {item["id"]: named(item["name"], lang, item["id"]) for item in new["categories"]}
    before, after = (listed([names.get(own, own) for own in ids]) for ids in (difference.before, difference.after))
    return [Change(say("The categories stand in another order."), before, after)]


def tell_trackers_moved(
    difference: Difference, old: ConfigDocument, new: ConfigDocument, lang: str
) -> list[tuple[Change, bool]]:
    """Return which trackers stand in another order, each with whether visitors see it.

    They see them by category: only where those of one change places has anything moved for them.
    """
    names = {item["id"]: item["name"] for item in new["trackers"]}
    was, becomes = ({own["id"]: own["category"] for own in document["trackers"]} for document in (old, new))
    told: list[tuple[Change, bool]] = []
    for category in new["categories"]:
        before, after = (
            [names[own] for own in ids if was[own] == becomes[own] == category["id"]]
            for ids in (difference.before, difference.after)
        )
        if before != after:
            name = named(category["name"], lang, category["id"])
            words = say("The trackers of {category} stand in another order.", category=name)
            told.append((Change(words, listed(before), listed(after)), True))
    unseen = say("The trackers stand in another order in the draft, but not within any category.")
    return told or [(Change(unseen), False)]
