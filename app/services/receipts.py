"""Storing receipts: a batch is held against what stands already, signed, appended and committed once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.orm import Session

from app.core.errors import (
    ErasedError,
    IdReusedError,
    LogRolledBackError,
    PlacetError,
    UntrustedGrantError,
)
from app.core.keys import KeyRing
from app.core.receipt import (
    Claim,
    Context,
    Offer,
    check_trust,
    event_of,
    make_payload,
    ordered_at,
    state_of,
)
from app.core.rotation import check_signer
from app.core.signing import RECEIPT_TYPE, sign_jws
from app.core.subject import erased_mark, subject_lookup, subject_of
from app.core.taken_claims import check_taken_over
from app.db import begin_write, table_of
from app.models import ErasedReceipt, Receipt, Site
from app.services.audit import payload_or_none
from app.services.statements import state_keys
from app.services.translog import OpenLog, close_logs, open_logs

NONCE_BYTES = 16
REFUSALS = ("refused", "withdrawn")

_RECEIPTS, _MARKS = table_of(Receipt), table_of(ErasedReceipt)
_ADD_RECEIPTS = insert(_RECEIPTS)
_STORED = select(
    _RECEIPTS.c.id, _RECEIPTS.c.content_sha256, _RECEIPTS.c.jws, _RECEIPTS.c.log_index, _RECEIPTS.c.log_size
).where(_RECEIPTS.c.site_id == bindparam("site_id"), _RECEIPTS.c.id.in_(bindparam("ids", expanding=True)))
_ERASED = select(_MARKS.c.mark).where(
    _MARKS.c.site_id == bindparam("site_id"), _MARKS.c.mark.in_(bindparam("marks", expanding=True))
)
_KNOWN_SUBJECTS = (
    select(_RECEIPTS.c.subject_lookup)
    .where(
        _RECEIPTS.c.site_id == bindparam("site_id"),
        _RECEIPTS.c.subject_lookup.in_(bindparam("lookups", expanding=True)),
    )
    .distinct()
)
_IS_REFUSAL = _RECEIPTS.c.event.in_(REFUSALS).label("refusal")
_NEWEST = (
    select(_RECEIPTS.c.ordered_at, _IS_REFUSAL, _RECEIPTS.c.id, _RECEIPTS.c.state, _RECEIPTS.c.jws)
    .where(_RECEIPTS.c.site_id == bindparam("site_id"), _RECEIPTS.c.subject_lookup == bindparam("lookup"))
    .order_by(_RECEIPTS.c.ordered_at.desc(), _IS_REFUSAL.desc(), _RECEIPTS.c.id.desc())
    .limit(1)
)


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


def store_batch(
    session: Session,
    submissions: Sequence[Submission],
    *,
    keys: KeyRing,
    now: datetime,
    random_bytes: Callable[[int], bytes],
) -> list[Outcome]:
    """Store a batch of submissions of any sites and commit once; one outcome each, in order.

    A repeat gets what was stored, with nothing written. A failing submission (``IdReusedError``, ``ErasedError``,
    ``UntrustedGrantError``, ``LogRolledBackError``) is returned as its error and disturbs no other. Whatever else is
    raised means that nothing of the batch was stored. Where a log does not name the key that signs, it does so first.
    """
    connection = begin_write(session)
    logs = open_logs(connection, {submission.site_id for submission in submissions})
    batch = _Batch(connection, submissions, logs, keys, now, random_bytes)
    for log in logs.values():
        if log.refusal is None and not check_signer(log.stated_keys, keys):
            site = session.get_one(Site, log.site_id)
            state_keys(connection, log.append, site, keys=keys, random_bytes=random_bytes, now=now)
    outcomes = [batch.store(submission) for submission in submissions]
    if batch.rows:
        for row in batch.rows:
            row["log_size"] = logs[row["site_id"]].frontier.size
        connection.execute(_ADD_RECEIPTS, batch.rows)
        close_logs(connection, logs.values(), keys.log)
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
    jws: bytes

    @property
    def expires_at(self) -> str | None:
        """Until when the receipt counts, as it says itself; ``None`` when somebody has damaged it."""
        return (payload_or_none(self.jws) or {}).get("expires_at")

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
        self._logs = logs
        self._keys = keys
        self._now = now
        self._random_bytes = random_bytes
        self._known = _find_stored(connection, submissions)
        self._erased = _find_erased(connection, submissions)
        self._states = _find_states(connection, submissions, keys)
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
        try:
            stored = self._append(submission, subject, content)
        except (UntrustedGrantError, LogRolledBackError) as error:
            return error
        self._known[site_id, claim.id] = (
            content,
            Stored(stored.id, stored.jws, stored.index, stored.size, repeat=True),
        )
        return stored

    def _append(self, submission: Submission, subject: str, content: bytes) -> Stored:
        claim, site_id = submission.claim, submission.site_id
        lookup = subject_lookup(self._keys, submission.site, subject)
        before = self._states.get((site_id, lookup))
        if claim.taken_over is not None and before is None:  # once: whoever is known here has answered us
            check_taken_over(claim, submission.offer, self._now)
        else:
            check_trust(claim, submission.offer, before.state if before else None)
        payload = make_payload(
            claim,
            submission.offer,
            submission.context,
            site=submission.site,
            subject=subject,
            event=event_of(claim, submission.offer, before.state if before else None),
            now=self._now,
            nonce=self._random_bytes(NONCE_BYTES),
            expires_before=before.expires_at if before and not claim.trusted else None,
        )
        jws = sign_jws(payload, self._keys.receipt[-1], RECEIPT_TYPE)
        index = self._logs[site_id].append(jws)
        ordered = ordered_at(claim, self._now)
        state = state_of(claim, submission.offer)
        after = _State(ordered, not claim.grants, claim.id, state, jws.encode("ascii"))
        if before is None or before.rank <= after.rank:
            self._states[site_id, lookup] = after
        self.rows.append(
            {
                "site_id": site_id,
                "id": claim.id,
                "log_index": index,
                "subject_lookup": lookup,
                "content_sha256": content,
                "state": state,
                "event": payload["event"],
                "ordered_at": ordered,
                "received_at": self._now,
                "jws": jws.encode("ascii"),
                "enc_key_id": None,
            }
        )
        return Stored(claim.id, jws, index, index + 1, repeat=False)


def _find_states(
    connection: Connection, submissions: Sequence[Submission], keys: KeyRing
) -> dict[tuple[int, bytes], _State]:
    """Return the states of those subjects that have any; most are new, and then this is one query."""
    states: dict[tuple[int, bytes], _State] = {}
    for site_id, group in _by_site(submissions).items():
        lookups = {
            subject_lookup(keys, submission.site, subject_of(keys, submission.site, submission.claim.secret))
            for submission in group
        }
        known = connection.execute(_KNOWN_SUBJECTS, {"site_id": site_id, "lookups": list(lookups)}).scalars().all()
        for lookup in known:
            row = connection.execute(_NEWEST, {"site_id": site_id, "lookup": lookup}).one()
            states[site_id, bytes(lookup)] = _State(row.ordered_at, row.refusal, row.id, row.state, bytes(row.jws))
    return states


def _find_stored(
    connection: Connection, submissions: Sequence[Submission]
) -> dict[tuple[int, str], tuple[bytes, Stored]]:
    found: dict[tuple[int, str], tuple[bytes, Stored]] = {}
    for site_id, group in _by_site(submissions).items():
        ids = [submission.claim.id for submission in group]
        rows = connection.execute(_STORED, {"site_id": site_id, "ids": ids})
        for row in rows:
            stored = Stored(row.id, bytes(row.jws).decode("ascii"), row.log_index, row.log_size, repeat=True)
            found[site_id, row.id] = (bytes(row.content_sha256), stored)
    return found


def _find_erased(connection: Connection, submissions: Sequence[Submission]) -> set[tuple[int, bytes]]:
    erased: set[tuple[int, bytes]] = set()
    for site_id, group in _by_site(submissions).items():
        marks = [erased_mark(submission.site, submission.claim.id) for submission in group]
        rows = connection.execute(_ERASED, {"site_id": site_id, "marks": marks})
        erased.update((site_id, bytes(mark)) for mark in rows.scalars())
    return erased


def _by_site(submissions: Sequence[Submission]) -> dict[int, list[Submission]]:
    groups: dict[int, list[Submission]] = {}
    for submission in submissions:
        groups.setdefault(submission.site_id, []).append(submission)
    return groups
