"""Mending of trackers: to the category that they belong in, asked first where an exemption does not hold."""

from typing import Any

from app.core.lint_known import known_category
from app.core.mending_work import Mending, Work, with_category
from app.core.paths import removed, replaced, value_at
from app.core.regimes import laws_of
from app.core.say import say

_MARKETING, _RECORDING = "marketing", "recording"


def ask_consent(work: Work) -> Mending | None:
    """Say consent where consent is asked."""
    return work.put(say("Say consent"), "consent")


def ask_first(work: Work) -> Mending | None:
    """Leave out an exemption that does not hold: it is asked first there."""
    return Mending(say("Ask first under {law}", law=_law(work)), removed(work.document, work.steps))


def _law(work: Work) -> str:
    table = work.means.table
    return laws_of([table.get(work.text)]) if work.text in table.ids else work.text


def bring_by_none(work: Work) -> Mending | None:
    """Held by itself, as long as no loader brings it."""
    return work.put(say("Brought by no loader"), None)


def take_over_less(work: Work) -> Mending:
    """Take nothing over for a tracker that was not, or is not, asked about; where it is the only one, nothing at all."""
    if len(value_at(work.document, ["take_over", "trackers"])) == 1:
        return work.put(say("Take nothing over"), None, ["take_over"])
    return Mending(say("Take nothing over for {id}", id=work.text), removed(work.document, work.steps[:-1]))


def move_to_marketing(work: Work) -> Mending | None:
    """What is sold or shared is asked for."""
    return _move(work, _MARKETING)


def move_to_recording(work: Work) -> Mending | None:
    """A recording of a session is asked for apart."""
    return _move(work, _RECORDING)


def move_to_its_category(work: Work) -> Mending | None:
    """To where the catalog has it."""
    tracker = value_at(work.document, work.steps[:2])
    category = known_category(_matches(tracker), work.means.catalog)
    return _move(work, category) if category else None


def _matches(tracker: Any) -> list[tuple[str, str]]:
    found = tracker.get("match") if isinstance(tracker, dict) else None
    entries = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    pairs = [(item.get("host"), item.get("path", "/")) for item in entries]
    return [(host, path) for host, path in pairs if isinstance(host, str) and isinstance(path, str)]


def _move(work: Work, category: str) -> Mending | None:
    """Move a tracker; what was confirmed for its old category does not hold for the new one."""
    tracker = value_at(work.document, work.steps[:2])
    if not isinstance(tracker, dict):
        return None
    moved = {**tracker, "category": category, **({"exempt_in": []} if tracker.get("exempt_in") else {})}
    document = replaced(work.document, work.steps[:2], moved)
    return Mending(say("Move it to {category}", category=category), with_category(work, document, category))
