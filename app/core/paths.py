"""Places in a JSON document by a problem's path (``trackers[3].purpose.en``): read, and changed without touching the rest.

Nothing is changed in place: what is returned shares with the old document whatever stayed as it was.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from app.core.problems import Problem

Step = str | int
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_ENTRIES = ("categories", "trackers")


class _Absent:
    """What stands where nothing stands; null is something."""


ABSENT: Final = _Absent()


def steps_of(path: str) -> list[Step]:
    """Split a path into keys and places in lists."""
    return [int(index) if index else name for index, name in _STEP.findall(path)]


def value_at(document: Any, steps: Sequence[Step]) -> Any:
    """Return what stands at a place, or ``ABSENT``."""
    for step in steps:
        if isinstance(step, int):
            if not isinstance(document, list) or step >= len(document):
                return ABSENT
        elif not isinstance(document, dict) or step not in document:
            return ABSENT
        document = document[step]
    return document


def replaced(document: Any, steps: Sequence[Step], value: Any) -> Any:
    """Return a document that has ``value`` at a place; mappings that lead there are made. ``ABSENT`` takes it away.

    Raises ``ValueError`` when something else stands in the way, or a list is not that long.
    """
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if not isinstance(document, list) or step >= len(document):
            raise ValueError(f"there is no list with a place {step}")
        own = replaced(document[step], rest, value)
        return [*document[:step], *([] if own is ABSENT else [own]), *document[step + 1 :]]
    if document is ABSENT:
        document = {}
    if not isinstance(document, dict):
        raise ValueError(f"{step} would stand in something that is no mapping")
    own = replaced(document.get(step, ABSENT), rest, value)
    if own is ABSENT:
        return {key: item for key, item in document.items() if key != step}
    return {**document, step: own}


def removed(document: Any, steps: Sequence[Step]) -> Any:
    """Return a document without what stands at a place. Raises ``ValueError`` when nothing does."""
    if value_at(document, steps) is ABSENT:
        raise ValueError("nothing stands there")
    return replaced(document, steps, ABSENT)


def entry_of(problem: Problem) -> list[Step]:
    """Return the place of the part that a problem is about: a category, a tracker, or what has a name of its own."""
    steps = steps_of(problem.path)
    return steps[: 2 if steps and steps[0] in _ENTRIES else 1]


Former = list[tuple[list[Step], Any]]
"""What stood where before a change: places and what stood there, ``ABSENT`` for nothing."""


def former_of(before: dict[str, Any], after: dict[str, Any]) -> Former:
    """Return what ``put_back`` needs to make ``before`` of ``after``: whole parts, of a list what differs."""
    former: Former = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key, ABSENT), after.get(key, ABSENT)
        if old == new and type(old) is type(new):
            continue
        if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            former += [([key, index], own) for index, own in enumerate(old) if own != new[index]]
        else:
            former.append(([key], old))
    return former


def put_back(document: dict[str, Any], former: Former) -> dict[str, Any]:
    """Return ``document`` with everything where it stood. Raises ``ValueError`` where there is no such place any more."""
    for steps, value in former:
        document = replaced(document, steps, value)
    return document
