"""Receipts: what a browser claims, what the server checks, and the payload that is signed (``docs/receipts.md``)."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from app.core.canonical import b64url, canonical_bytes, sha256_hex
from app.core.choice import Choice, utc_day
from app.core.decision import NECESSARY
from app.core.documents import GpcEffect
from app.core.errors import (
    MissingCategoryError,
    NecessaryRefusedError,
    UnknownCategoryError,
    UnknownTrackerError,
    UntrustedGrantError,
)
from app.core.take_over import TakenOver, Terms, ends_at

Event = Literal["given", "refused", "changed", "withdrawn", "renewed"]
RECEIPT_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
"""A UUIDv7 (RFC 9562) in lower case."""
FUTURE_TOLERANCE = timedelta(minutes=5)
OLDEST_PLAUSIBLE = timedelta(days=400)  # a queued receipt may be old; the longest lifetime in use is 24 months by law


@dataclass(frozen=True)
class Cited:
    """A document that a claim cites by hash. ``label`` is a version or a language."""

    label: str
    sha256: str


@dataclass(frozen=True)
class Claim:
    """What a browser posts: well-formed, and nothing of it known to be true."""

    id: str
    secret: bytes = field(repr=False)
    previous: str | None
    method: str
    trusted: bool
    choices: dict[str, bool]
    trackers: dict[str, bool]
    config_version: int
    config_sha256: str
    notice: Cited
    widget: Cited | None
    gpc: bool | None
    layer: int | None
    layout: str | None
    viewport: str | None
    scheme: str | None
    equality: bool | None
    shown_at: datetime
    decided_at: datetime
    shown: str | None = field(repr=False)
    taken_over: TakenOver | None = field(default=None, repr=False)
    choice: str | None = None
    """What the browser keeps as its choice by the time it sends this. No part of the receipt: ``app.core.kept``."""

    @property
    def grants(self) -> bool:
        """Whether anything optional is granted."""
        return any(yes for name, yes in self.choices.items() if name != NECESSARY) or any(self.trackers.values())

    def content_sha256(self, subject: str) -> bytes:
        """Hash what a repeat under the same id must share (``docs/api.md``)."""
        content = {
            "subject": subject,
            "config": [self.config_version, self.config_sha256],
            "notice": [self.notice.label, self.notice.sha256],
            "choices": self.choices,
            "trackers": self.trackers,
            "method": self.method,
            "previous": self.previous,
            "decided_at": rfc3339(self.decided_at),
        }
        return bytes.fromhex(sha256_hex(canonical_bytes(content)))


@dataclass(frozen=True)
class Offer:
    """What the cited config version offered. ``trackers`` maps every optional tracker's id to its category.

    ``per_tracker``: whether a visitor could allow a tracker without its category. Refusing one is always possible: the
    browser asks about a tracker that is new by itself. ``before``: what may be taken over from another tool.
    """

    categories: tuple[str, ...]
    trackers: dict[str, str]
    per_tracker: bool
    granted_days: int
    refused_days: int
    before: Terms | None = None

    def granted_by(self, claim: Claim, tracker: str) -> bool:
        """Whether ``claim``, held against this, says yes to an optional tracker: by itself, or by its category."""
        return claim.trackers.get(tracker, claim.choices[self.trackers[tracker]])


@dataclass(frozen=True)
class Context:
    """What the server itself knows at the moment of a claim."""

    regime: str
    country: str | None
    region: str | None
    location_source: str
    gpc_header: bool
    gpc_effect: GpcEffect
    attested: bool


def check_claim(claim: Claim, offer: Offer) -> None:
    """Hold a claim against what was offered.

    Raises ``UnknownCategoryError``, ``MissingCategoryError``, ``NecessaryRefusedError`` or ``UnknownTrackerError``. A
    refusal is never refused for its time, token or age, nor because it is of one tracker.
    """
    if unknown := claim.choices.keys() - set(offer.categories):
        raise UnknownCategoryError(f"{UnknownCategoryError.message} Unknown: {', '.join(sorted(unknown))}.")
    if missing := set(offer.categories) - claim.choices.keys():
        raise MissingCategoryError(f"{MissingCategoryError.message} Missing: {', '.join(sorted(missing))}.")
    if not claim.choices.get(NECESSARY, True):
        raise NecessaryRefusedError
    if unknown := claim.trackers.keys() - offer.trackers.keys():
        raise UnknownTrackerError(f"{UnknownTrackerError.message} Unknown: {', '.join(sorted(unknown))}.")
    alone = {name for name, yes in claim.trackers.items() if yes and not claim.choices[offer.trackers[name]]}
    if alone and not offer.per_tracker:
        names = ", ".join(sorted(alone))
        raise UnknownTrackerError(f"{UnknownTrackerError.message} Their categories are refused: {names}.")


def check_trust(claim: Claim, offer: Offer, before: str | None) -> None:
    """Hold a claim that no real click made against the state in force before (``state_of``; ``None``: nothing known).

    A no to a part of what was granted is taken from anybody, so what is granted besides may stay. Raises
    ``UntrustedGrantError`` when anything is granted that was not.
    """
    if claim.trusted or not claim.grants:
        return
    categories, _, trackers = (before or "|").partition("|")
    granted, differs = categories.split("~"), trackers.split("~")

    def was_granted(name: str) -> bool:
        return f"{name}+" in differs or (offer.trackers[name] in granted and f"{name}-" not in differs)

    is_new = [yes and name != NECESSARY and name not in granted for name, yes in claim.choices.items()]
    is_new += [
        claim.trackers.get(name, claim.choices[category]) and not was_granted(name)
        for name, category in offer.trackers.items()
    ]
    if any(is_new):
        raise UntrustedGrantError


def is_plausible(claim: Claim, now: datetime) -> bool:
    """Whether the browser's times can be true at ``now``: not in the future, not turned round, not ages ago."""
    latest = now + FUTURE_TOLERANCE
    return (
        now - OLDEST_PLAUSIBLE <= claim.decided_at <= latest and claim.shown_at <= claim.decided_at + FUTURE_TOLERANCE
    )


def ordered_at(claim: Claim, now: datetime) -> datetime:
    """The time by which receipts of a subject are ordered: the browser's where it can be true, else the server's.

    Otherwise one receipt with a clock a year ahead would outlive every later withdrawal.
    """
    return claim.decided_at if is_plausible(claim, now) else now


def state_of(claim: Claim, offer: Offer) -> str:
    """Return what a checked claim grants, as one comparable line: categories, then trackers that differ from theirs."""
    granted = sorted(name for name, yes in claim.choices.items() if yes and name != NECESSARY)
    trackers = sorted(
        f"{name}{'+' if yes else '-'}"
        for name, yes in claim.trackers.items()
        if yes != claim.choices[offer.trackers[name]]
    )
    return "~".join(granted) + "|" + "~".join(trackers)


def event_of(claim: Claim, offer: Offer, before: str | None) -> Event:
    """Name what happened, from the state (``state_of``) in force before (``None``: nothing known of this subject)."""
    if not claim.grants:
        return "withdrawn" if before is not None and _grants_something(before) else "refused"
    if before is None or not _grants_something(before):
        return "given"
    return "renewed" if before == state_of(claim, offer) else "changed"


def _grants_something(state: str) -> bool:
    granted, _, trackers = state.partition("|")
    return bool(granted) or "+" in trackers


def make_payload(
    claim: Claim,
    offer: Offer,
    context: Context,
    *,
    site: str,
    subject: str,
    event: Event,
    now: datetime,
    nonce: bytes,
    expires_before: str | None = None,
) -> dict[str, Any]:
    """Build a receipt's payload, field by field as ``docs/receipts.md`` lists them. ``nonce`` is 16 random bytes.

    ``expires_before`` is ``expires_at`` of the receipt in force before: without a real click no yes lasts longer than it
    did.
    """
    days = offer.granted_days if claim.grants else offer.refused_days
    end, taken = now + timedelta(days=days), claim.taken_over
    if taken is not None:
        kept_days = offer.before.kept_days if offer.before else None
        end = ends_at(taken, kept_days, days, grants=claim.grants, now=now) or end
    expires_at = rfc3339(end)
    if claim.grants and not claim.trusted and expires_before:
        expires_at = min(expires_at, expires_before)
    payload = {
        "v": 1,
        "id": claim.id,
        "site": site,
        "nonce": b64url(nonce),
        "subject": subject,
        "previous": claim.previous,
        "event": event,
        "method": claim.method,
        "trusted": claim.trusted,
        "choices": claim.choices,
        "trackers": claim.trackers,
        "config": {"version": claim.config_version, "sha256": claim.config_sha256},
        "notice": {"lang": claim.notice.label, "sha256": claim.notice.sha256},
        "widget": claim.widget and {"version": claim.widget.label, "sha256": claim.widget.sha256},
        "regime": context.regime,
        "jurisdiction": {
            "country": context.country,
            "region": context.region,
            "source": context.location_source,
        },
        "gpc": {"browser": claim.gpc, "header": context.gpc_header, "effect": context.gpc_effect},
        "layer": claim.layer,
        "layout": claim.layout,
        "viewport": claim.viewport,
        "scheme": claim.scheme,
        "equality": claim.equality,
        "shown_at": rfc3339(claim.shown_at),
        "decided_at": rfc3339(claim.decided_at),
        "received_at": rfc3339(now),
        "expires_at": expires_at,
        "clock": "plausible" if is_plausible(claim, now) else "implausible",
        "attested": context.attested,
    }
    if taken is not None:
        decided_at = taken.decided_at and rfc3339(taken.decided_at)
        # Who says no gets no identifier, and the kept value mostly has one.
        value = taken.value if claim.grants else None
        payload["taken_over"] = {"from": taken.tool, "decided_at": decided_at, "value": value}
    return payload


def rfc3339(moment: datetime) -> str:
    """Write an aware UTC ``moment`` as RFC 3339 with milliseconds and ``Z``."""
    # Not strftime: it writes the year 5, which a browser may claim, with one digit.
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def choice_of_receipt(payload: bytes, site: str, categories: dict[str, str]) -> Choice | None:
    """Return the choice that a verified receipt's ``payload`` states, or ``None`` when it is another site's.

    ``categories`` maps tracker ids to their category in the version in effect; trackers that it no longer has are dropped.
    """
    receipt = json.loads(payload)
    if receipt["site"] != site:
        return None
    granted = frozenset(name for name, yes in receipt["choices"].items() if yes and name != NECESSARY)
    differs = frozenset(
        name for name, yes in receipt["trackers"].items() if name in categories and yes != (categories[name] in granted)
    )
    decided, expires = (datetime.fromisoformat(receipt[name]) for name in ("received_at", "expires_at"))
    return Choice(receipt["config"]["version"], granted, differs, utc_day(decided), utc_day(expires))
