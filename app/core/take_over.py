"""What visitors chose before, asked by another tool: what of it counts here, and for how long (``docs/import.md``).

A yes that is taken over is no click: it is what a browser claims that another tool has kept, under what the site's people
say that this tool had asked. Version 0 is the name of that question. A tracker which they name stands since version 0, all
others since a later one: so whatever decides (``app.core.decision``, the gate) asks about the rest by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from app.core.choice import utc_day
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument, TakeOver
from app.core.durations import duration_days

METHOD: Final = "takeover"
"""The method of a receipt that says what another tool has kept."""
BEFORE: Final = 0
"""The version of the question that the other tool asked."""
MAX_VALUE: Final = 1000


@dataclass(frozen=True)
class Tool:
    """Another tool: where it keeps a choice unless told otherwise, and whether it keeps the choice's time with it."""

    title: str
    stored_as: str
    has_time: bool


TOOLS: Final = {
    "vanilla-cookieconsent": Tool("vanilla-cookieconsent", "cc_cookie", True),
    "klaro": Tool("Klaro", "klaro", False),
    "orejime": Tool("Orejime", "eu-consent", False),
    "tarteaucitron": Tool("tarteaucitron", "tarteaucitron", False),
    "cookiebot": Tool("Cookiebot", "CookieConsent", True),
    "onetrust": Tool("OneTrust", "OptanonConsent", True),
    "cookieyes": Tool("CookieYes", "cookieyes-consent", False),
}
"""By the word that a config has for them."""


@dataclass(frozen=True)
class TakenOver:
    """What a browser claims that another tool had kept: which tool, when it was decided, and the kept value.

    Of a refusal there is no value: what other tools keep often has an identifier in it.
    """

    tool: str
    decided_at: datetime | None
    value: str | None


@dataclass(frozen=True)
class Terms:
    """What a config version lets be taken over: from which tool, a yes to which trackers (ids). ``kept_days``: how long that
    tool kept a choice, where the config says so."""

    tool: str
    trackers: frozenset[str]
    kept_days: int | None


def since_before(since: Mapping[str, int], ask_since: int, document: ConfigDocument) -> tuple[dict[str, int], int]:
    """Return ``since`` and ``ask_since`` of a version, with the question of before (version 0) in them where it counts.

    Only what has stood unchanged since the first version can be what was asked before it; and where visitors have been asked
    again since, they are asked again whatever they chose before. What an earlier version said of this is forgotten.
    """
    named = {item["id"] for item in _trackers(document)}
    plain = {name: max(number, 1) for name, number in since.items()}
    if not named or max(ask_since, 1) > 1:
        return plain, max(ask_since, 1)
    return {name: BEFORE if name in named and number == 1 else number for name, number in plain.items()}, BEFORE


def terms_of(document: ConfigDocument, since: Mapping[str, int]) -> Terms | None:
    """Return what a published version lets be taken over; ``None``: nothing. ``since`` is that version's own."""
    take = document.get("take_over")
    if not take:
        return None
    named = frozenset(item["id"] for item in _trackers(document) if since.get(item["id"]) == BEFORE)
    return Terms(take["from"], named, duration_days(take["kept"]) if take["kept"] else None)


def ends_at(
    taken: TakenOver, kept_days: int | None, lifetime_days: int, *, grants: bool, now: datetime
) -> datetime | None:
    """Return when what was taken over ``now`` runs out; ``None``: it has done so already, or may have.

    Its time runs from when it was decided. Where the tool has not kept that, a yes counts as old as it can be
    (``kept_days``, or too old where that is not known either); a no counts from now.
    """
    decided = taken.decided_at
    if decided is None:
        age = (lifetime_days if kept_days is None else kept_days) if grants else 0
        decided = now - timedelta(days=age)
    end = min(decided, now) + timedelta(days=lifetime_days)
    return end if end > now else None


def is_open(take: TakeOver, now: datetime) -> bool:
    """Whether anything is still taken over ``now``: up to the last day that the config names (UTC)."""
    try:
        return now.astimezone(UTC).date() <= date.fromisoformat(take["until"])
    except ValueError:
        return False


def carried(take: TakeOver, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the script that takes over is filled with (``widget/src/take-over``), by what the loader carries.

    ``config`` is that (``WidgetConfig``), of the version that has ``take``. Of a tracker that is ``late`` no yes is taken:
    it is not what was asked before.
    """
    asked = {item["id"]: item["asked_as"] for item in take["trackers"]}
    named: dict[str, Any] = {
        key: config[key]
        for key in ("site", "version", "sha256", "notice", "widget", "shown", "lifetimes", "cookie_domain")
    }
    return {
        **named,
        "from": take["from"],
        "name": take["name"] or TOOLS[take["from"]].stored_as,
        "kept": duration_days(take["kept"]) if take["kept"] else None,
        "remove": take["delete"],
        "again": config["ask_since"] > BEFORE,
        "categories": [category["id"] for category in config["categories"]],
        "trackers": [
            {
                "id": own["id"],
                "category": own["category"],
                **({"names": asked[own["id"]]} if own["id"] in asked else {}),
                **({"late": True} if own["since"] > BEFORE else {}),
            }
            for own in config["trackers"]
            if own["category"] != NECESSARY
        ],
    }


def decided_day(taken: TakenOver, kept_days: int | None, *, grants: bool, now: datetime) -> int:
    """Return the UTC day that the browser's choice names as that of its decision, by the same rules as ``ends_at``."""
    if taken.decided_at is not None:
        return utc_day(min(taken.decided_at, now))
    return utc_day(now) - ((kept_days or 0) if grants else 0)


def _trackers(document: ConfigDocument) -> list[Any]:
    take = document.get("take_over")
    return list(take["trackers"]) if take else []
