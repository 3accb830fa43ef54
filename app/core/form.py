"""The preferences page without a script: how its switches stand, and what a sent form claims (``docs/embed``).

The same rules as the widget's second layer (``widget/src/preferences/switches.ts``, ``widget/src/session.ts``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from app.core.choice import Choice
from app.core.documents import NoticeCategory, NoticeDocument, Rules, TrackerRule
from app.core.receipt import Cited, Claim
from app.core.signing import Form

Answer = Literal["accept", "reject", "save"]
METHODS: dict[Answer, str] = {
    "accept": "page:accept-all",
    "reject": "page:reject-all",
    "save": "page:save",
}
LAYER = 2
LAYOUT = "page"
GRANT_HOURS = 24
"""A yes must come back sooner than this after the page was made; a no whenever it comes."""
_BY_THEMSELVES = ("browser", "server")  # a loader follows what is behind it; what is only declared is not in our hands


@dataclass(frozen=True)
class Switch:
    """A category's switch. ``trackers`` has those with a switch of their own; then the category has none."""

    id: str
    on: bool
    newer: bool
    trackers: dict[str, bool]


def switches(notice: NoticeDocument, rules: Rules, choice: Choice | None) -> list[Switch]:
    """Return how the switches stand: by the ``choice`` in force, else as the notice says; what is newer stands off."""
    return [_switch(category, rules, choice, notice["choice_per_tracker"]) for category in notice["categories"]]


def _switch(category: NoticeCategory, rules: Rules, choice: Choice | None, per_tracker: bool) -> Switch:
    by_id = {rule["id"]: rule for rule in rules["trackers"]}
    id_, required = category["id"], category["required"]
    is_granted = choice is not None and id_ in choice.granted
    newer = is_granted and any(
        rule["category"] == id_ and rule["kind"] != "declared" and _is_newer(rule, choice) for rule in by_id.values()
    )
    on = required or (category["on"] if choice is None else is_granted and not newer)
    own = {
        name: on
        if choice is None
        else choice.grants(id_, name, by_id[name]["since"]) and not _is_newer(by_id[name], choice)
        for name in _switched(category, per_tracker)
        if name in by_id
    }
    return Switch(id_, on, newer, own)


def _is_newer(rule: TrackerRule, choice: Choice | None) -> bool:
    return choice is not None and rule["model"] == "optin" and choice.version < rule["since"]


def _switched(category: NoticeCategory, per_tracker: bool) -> list[str]:
    """Ids of the trackers that have a switch of their own."""
    if category["required"] or not per_tracker:
        return []
    return [tracker["id"] for tracker in category["trackers"] if tracker["kind"] in _BY_THEMSELVES]


def claim_of_form(
    form: Form,
    notice: NoticeDocument,
    answer: Answer,
    *,
    categories: Collection[str],
    trackers: Collection[str],
    trusted: bool,
    now: datetime,
    id: str,
    secret: bytes,
) -> Claim:
    """Return what a sent form claims. ``categories`` and ``trackers`` are the ids of the switches that were on.

    No script has looked: what only a script can say is left unsaid. ``id`` and ``secret`` are the server's own making.
    """
    choices: dict[str, bool] = {}
    alone: dict[str, bool] = {}
    for category in notice["categories"]:
        own = _switched(category, notice["choice_per_tracker"])
        chosen = [name for name in own if name in trackers]
        is_picked = len(chosen) == len(own) if own else category["id"] in categories
        granted = category["required"] or answer == "accept" or (answer == "save" and is_picked)
        choices[category["id"]] = granted
        if answer == "save" and not granted:
            alone |= dict.fromkeys(chosen, True)
    return Claim(
        id=id,
        secret=secret,
        previous=None,
        method=METHODS[answer],
        trusted=trusted,
        choices=choices,
        trackers=alone,
        config_version=form.version,
        config_sha256=form.sha256,
        notice=Cited(form.lang, form.notice),
        widget=None,
        gpc=None,
        layer=LAYER,
        layout=LAYOUT,
        viewport=None,
        scheme=None,
        equality=None,
        shown_at=shown_at(form),
        decided_at=now,
        shown=form.shown,
    )


def shown_at(form: Form) -> datetime:
    """When the page was made, by the server's clock."""
    return datetime.fromtimestamp(form.shown_ms / 1000, UTC)


def is_fresh(form: Form, now: datetime) -> bool:
    """Whether a yes may still be given with it."""
    return now - shown_at(form) < timedelta(hours=GRANT_HOURS)
