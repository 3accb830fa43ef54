"""Lint of how long a visitor's choice may become."""

from collections.abc import Iterator

from app.core.choice import MAX_CHOICE_LENGTH
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument
from app.core.problems import Problem, error, warning
from app.core.regimes import Regime
from app.core.say import say

# 1.<version>.<granted>.<differs>.<day>.<day>: what is not ids (docs/choice-cookie.md)
_CHOICE_OVERHEAD = len("1.999999999...999999.999999")


def lint_choice(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    """The cookie must hold the longest possible choice, or a visitor's no would be lost.

    Without a choice per tracker only what came after a yes is refused by itself: all trackers at once is unlikely then.
    """
    optional = [category["id"] for category in document["categories"] if category["id"] != NECESSARY]
    trackers = [tracker["id"] for tracker in document["trackers"] if tracker["category"] in optional]
    message = say(
        "A choice could be longer than {max_choice_length} characters, more than its cookie holds. Shorten ids.",
        max_choice_length=MAX_CHOICE_LENGTH,
    )
    if _is_too_long(optional):
        yield error("categories", "choice_too_long", message)
    elif _is_too_long(optional + trackers):
        if document["choice_per_tracker"]:
            yield error("choice_per_tracker", "choice_too_long", message)
        else:
            message = say(
                "Who refuses each of these by itself, as it comes, could have a choice longer than "
                "{max_choice_length} characters, more than its cookie holds. Shorten ids.",
                max_choice_length=MAX_CHOICE_LENGTH,
            )
            yield warning("trackers", "choice_too_long", message)


def _is_too_long(ids: list[str]) -> bool:
    return _CHOICE_OVERHEAD + sum(len(name) + 1 for name in ids) > MAX_CHOICE_LENGTH
