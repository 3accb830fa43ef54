"""Which trackers may load now. The widget decides by the same rules (``widget/src/gate/decide.ts``).

Both are held to ``tests/contract/decisions.json``.
"""

from dataclasses import dataclass
from typing import Literal

from app.core.choice import Choice
from app.core.documents import Rules, TrackerRule

NECESSARY = "necessary"

Reason = Literal[
    "necessary",  # always allowed
    "granted",  # the visitor said yes, to this version of the tracker
    "optout",  # the law asks for no yes, and nobody said no
    "loader",  # a tracker behind this loader is allowed
    "unused",  # no tracker behind this loader is allowed
    "not-asked",  # needs a yes, and there is no choice
    "expired",  # there was a choice, and it has run out, or was made under a clock that cannot be right
    "ask-again",  # there was a choice, to a version that is asked again
    "refused",  # the visitor said no
    "newer",  # the yes was to an earlier version, in which this tracker did not stand as it stands now
    "gpc",  # Global Privacy Control is on, and the tracker sells or shares
    "minor",  # the site says that the visitor is a minor
    "stopped",  # the site's people have stopped it
]


@dataclass(frozen=True)
class TrackerDecision:
    """Whether one tracker may load now, and why."""

    id: str
    category: str
    allowed: bool
    reason: Reason


def decide(
    rules: Rules, choice: Choice | None, *, today: int, gpc: bool = False, minor: bool = False
) -> list[TrackerDecision]:
    """Decide for every tracker of ``rules``, in their order.

    ``choice`` is what the browser keeps (or ``None``), ``today`` the UTC day in days since 1970-01-01, ``gpc``
    whether Global Privacy Control is on, ``minor`` whether the site says that the visitor is a minor. GPC never
    grants; it holds whatever is sold or shared, whatever the choice says. A refusal holds newer trackers too,
    and where the law asks for no yes it holds on after its time: silence must not switch on what was switched off.
    """
    lapsed: Reason | None = None
    if choice is None:
        lapsed = "not-asked"
    elif not choice.is_in_force(today):
        lapsed = "expired"
    elif choice.version < rules["ask_since"]:
        lapsed = "ask-again"
    decisions = [_decide_one(tracker, choice, lapsed, gpc=gpc, minor=minor) for tracker in rules["trackers"]]
    return _release_loaders(rules, decisions)


def _decide_one(
    tracker: TrackerRule, choice: Choice | None, lapsed: Reason | None, *, gpc: bool, minor: bool
) -> TrackerDecision:
    allowed, reason = _verdict(tracker, choice, lapsed, gpc=gpc, minor=minor)
    return TrackerDecision(tracker["id"], tracker["category"], allowed, reason)


def _verdict(
    tracker: TrackerRule, choice: Choice | None, lapsed: Reason | None, *, gpc: bool, minor: bool
) -> tuple[bool, Reason]:
    if tracker["model"] == "none":
        return True, "necessary"
    if tracker["model"] == "stopped":
        return False, "stopped"
    if minor:
        return False, "minor"
    if gpc and tracker["sale_share"]:
        return False, "gpc"
    by_default = tracker["model"] == "optout"
    if lapsed is not None and not by_default:
        return False, lapsed
    if choice is None:
        return True, "optout"
    if not choice.grants(tracker["category"], tracker["id"], tracker["since"]):
        return False, "refused"
    if lapsed is not None:
        return True, "optout"
    if choice.version >= tracker["since"]:
        return True, "granted"
    return (True, "optout") if by_default else (False, "newer")


def _release_loaders(rules: Rules, decisions: list[TrackerDecision]) -> list[TrackerDecision]:
    """A tag manager is released with the first allowed tracker behind it, and with nothing else."""
    used = {
        tracker["via"]
        for tracker, decision in zip(rules["trackers"], decisions, strict=True)
        if decision.allowed and "via" in tracker
    }
    return [
        TrackerDecision(d.id, d.category, d.id in used, "loader" if d.id in used else "unused")
        if tracker["kind"] == "loader" and tracker["model"] != "none"
        else d
        for tracker, d in zip(rules["trackers"], decisions, strict=True)
    ]
