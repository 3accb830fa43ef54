"""Storing receipts: what a claim cites is looked up, then a batch is signed, appended and committed once."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from app.core.errors import (
    ErasedError,
    IdReusedError,
    PlacetError,
    UnknownNoticeError,
    UnknownVersionError,
    UnknownWidgetError,
)
from app.core.keys import KeyRing
from app.core.receipt import Claim, Context, Offer, event_of, make_payload, ordered_at
from app.core.regimes import Regime
from app.core.rules import offer_of
from app.core.signing import RECEIPT_TYPE, sign_jws
from app.core.subject import erased_mark, subject_lookup, subject_of
from app.db import begin_write
from app.models import ConfigSlice, ConfigVersion, ErasedReceipt, Receipt, WidgetRelease
from app.services.translog import OpenLog, close_logs, open_logs

NONCE_BYTES = 16
REFUSALS = ("refused", "withdrawn")


@dataclass(frozen=True)
class Submission:
    """A checked claim on its way into the record."""

    site_id: int
    site: str
    claim: Claim
    offer: Offer
    context: Context


@dataclass(frozen=True)
class Stored:
    """An acknowledged receipt. ``repeat``: it had been stored before."""

    id: str
    jws: str
    index: int
    size: int
    repeat: bool


Outcome = Stored | PlacetError


def find_offer(session: Session, site_id: int, version: int, sha256: str, regime: Regime) -> Offer:
    """Return what a published version offered under ``regime``.

    Raises ``UnknownVersionError``: any version ever published will do.
    """
    document = session.scalar(
        select(ConfigVersion.document).where(
            ConfigVersion.site_id == site_id, ConfigVersion.number == version, ConfigVersion.sha256 == sha256
        )
    )
    if document is None:
        raise UnknownVersionError
    return offer_of(json.loads(document), regime)


def check_citations(session: Session, site_id: int, claim: Claim) -> None:
    """Raise ``UnknownNoticeError`` or ``UnknownWidgetError`` when the claim cites what was never published."""
    notice = select(ConfigSlice.regime).where(
        ConfigSlice.site_id == site_id,
        ConfigSlice.version == claim.config_version,
        ConfigSlice.lang == claim.notice.label,
        ConfigSlice.notice_sha256 == claim.notice.sha256,
    )
    if session.scalar(notice.limit(1)) is None:
        raise UnknownNoticeError
    if claim.widget is None:
        return
    widget = select(WidgetRelease.sha256).where(
        WidgetRelease.sha256 == claim.widget.sha256, WidgetRelease.version == claim.widget.label
    )
    if session.scalar(widget) is None:
        raise UnknownWidgetError


def store_batch(
    session: Session,
    submissions: Sequence[Submission],
    *,
    keys: KeyRing,
    now: datetime,
    random_bytes: Callable[[int], bytes],
) -> list[Outcome]:
    """Store a batch of submissions of any sites and commit once; one outcome each, in order.

    A repeat gets what was stored, with nothing written. A failing submission (``IdReusedError``, ``ErasedError``) is
    returned as its error and disturbs no other. Whatever else is raised means that nothing of the batch was stored.
    """
    connection = begin_write(session)
    logs = open_logs(connection, {submission.site_id for submission in submissions})
    batch = _Batch(connection, submissions, logs, keys, now, random_bytes)
    outcomes = [batch.store(submission) for submission in submissions]
    if batch.rows:
        for row in batch.rows:
            row["log_size"] = logs[row["site_id"]].frontier.size
        connection.execute(insert(Receipt), batch.rows)
        close_logs(connection, logs.values(), keys.log[-1])
        session.commit()
    else:
        session.rollback()
    sizes = {(row["site_id"], row["id"]): row["log_size"] for row in batch.rows}
    return [
        Stored(
            outcome.id, outcome.jws, outcome.index, sizes.get((sub.site_id, outcome.id), outcome.size), outcome.repeat
        )
        if isinstance(outcome, Stored)
        else outcome
        for sub, outcome in zip(submissions, outcomes, strict=True)
    ]


@dataclass(frozen=True)
class _State:
    """What a subject's newest receipt says; of two at the same time the refusal counts."""

    ordered_at: datetime
    refusal: bool
    id: str
    state: str

    @property
    def rank(self) -> tuple[datetime, bool, str]:
        return self.ordered_at, self.refusal, self.id


class _Batch:
    """What one transaction knows: which ids stand, which are erased, what each subject's state is."""

    def __init__(
        self,
        connection: Connection,
        submissions: Sequence[Submission],
        logs: dict[int, OpenLog],
        keys: KeyRing,
        now: datetime,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._connection = connection
        self._logs = logs
        self._keys = keys
        self._now = now
        self._random_bytes = random_bytes
        self._known = _find_stored(connection, submissions)
        self._erased = _find_erased(connection, submissions)
        self._states: dict[tuple[int, bytes], _State | None] = {}
        self.rows: list[dict[str, Any]] = []

    def store(self, submission: Submission) -> Outcome:
        """Decide one submission, and remember the row to write."""
        claim, site_id = submission.claim, submission.site_id
        subject = subject_of(self._keys, submission.site, claim.secret)
        content = claim.content_sha256(subject)
        if known := self._known.get((site_id, claim.id)):
            stored_content, stored = known
            return stored if stored_content == content else IdReusedError()
        if (site_id, erased_mark(submission.site, claim.id)) in self._erased:
            return ErasedError()
        stored = self._append(submission, subject, content)
        self._known[site_id, claim.id] = (
            content,
            Stored(stored.id, stored.jws, stored.index, stored.size, repeat=True),
        )
        return stored

    def _append(self, submission: Submission, subject: str, content: bytes) -> Stored:
        claim, site_id = submission.claim, submission.site_id
        lookup = subject_lookup(self._keys, submission.site, subject)
        before = self._state_before((site_id, lookup))
        payload = make_payload(
            claim,
            submission.offer,
            submission.context,
            site=submission.site,
            subject=subject,
            event=event_of(claim, before.state if before else None),
            now=self._now,
            nonce=self._random_bytes(NONCE_BYTES),
        )
        jws = sign_jws(payload, self._keys.receipt[-1], RECEIPT_TYPE)
        index = self._logs[site_id].append(jws)
        ordered = ordered_at(claim, self._now)
        after = _State(ordered, not claim.grants, claim.id, claim.state)
        if before is None or before.rank <= after.rank:
            self._states[site_id, lookup] = after
        self.rows.append(
            {
                "site_id": site_id,
                "id": claim.id,
                "log_index": index,
                "subject_lookup": lookup,
                "content_sha256": content,
                "state": claim.state,
                "event": payload["event"],
                "ordered_at": ordered,
                "received_at": self._now,
                "jws": jws.encode("ascii"),
                "enc_key_id": None,
            }
        )
        return Stored(claim.id, jws, index, index + 1, repeat=False)

    def _state_before(self, key: tuple[int, bytes]) -> _State | None:
        """Return the subject's state, from this batch or stored."""
        if key not in self._states:
            refusal = Receipt.event.in_(REFUSALS).label("refusal")
            row = self._connection.execute(
                select(Receipt.ordered_at, refusal, Receipt.id, Receipt.state)
                .where(Receipt.site_id == key[0], Receipt.subject_lookup == key[1])
                .order_by(Receipt.ordered_at.desc(), refusal.desc(), Receipt.id.desc())
                .limit(1)
            ).first()
            self._states[key] = _State(row.ordered_at, row.refusal, row.id, row.state) if row else None
        return self._states[key]


def _find_stored(
    connection: Connection, submissions: Sequence[Submission]
) -> dict[tuple[int, str], tuple[bytes, Stored]]:
    found: dict[tuple[int, str], tuple[bytes, Stored]] = {}
    for site_id, group in _by_site(submissions).items():
        rows = connection.execute(
            select(Receipt.id, Receipt.content_sha256, Receipt.jws, Receipt.log_index, Receipt.log_size).where(
                Receipt.site_id == site_id, Receipt.id.in_([submission.claim.id for submission in group])
            )
        )
        for row in rows:
            stored = Stored(row.id, bytes(row.jws).decode("ascii"), row.log_index, row.log_size, repeat=True)
            found[site_id, row.id] = (bytes(row.content_sha256), stored)
    return found


def _find_erased(connection: Connection, submissions: Sequence[Submission]) -> set[tuple[int, bytes]]:
    erased: set[tuple[int, bytes]] = set()
    for site_id, group in _by_site(submissions).items():
        marks = [erased_mark(submission.site, submission.claim.id) for submission in group]
        rows = connection.execute(
            select(ErasedReceipt.mark).where(ErasedReceipt.site_id == site_id, ErasedReceipt.mark.in_(marks))
        )
        erased.update((site_id, bytes(mark)) for mark in rows.scalars())
    return erased


def _by_site(submissions: Sequence[Submission]) -> dict[int, list[Submission]]:
    groups: dict[int, list[Submission]] = {}
    for submission in submissions:
        groups.setdefault(submission.site_id, []).append(submission)
    return groups
