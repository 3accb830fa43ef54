"""Checkpoints that are kept to be held outside, and what witnesses sign of them (``docs/witnesses.md``)."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from app.core import errors
from app.core.cosignature import Cosignature, UnknownWitnessError, WitnessKey, add_cosignatures
from app.core.note import NoteError, split_note
from app.core.outside import Kind
from app.core.say import say
from app.db import begin_write
from app.models import Handover, KeptCheckpoint, Site
from app.services.translog import hold_checkpoint

MAX_SIZE = 2**31 - 1  # what the column holds


def keep_checkpoint(session: Session, site_id: int, *, now: datetime, fresh: bool = False) -> KeptCheckpoint | None:
    """Keep the day's checkpoint of a log, and commit: the first that is asked for on a UTC day, or, ``fresh``, the present.

    Asked again on that day it returns the same one. ``None`` when the log has no entry yet.
    """
    connection = begin_write(session)
    size = _keep(connection, site_id, now, fresh=fresh)
    session.commit()
    return None if size is None else session.get_one(KeptCheckpoint, (site_id, size))


def record_download(session: Session, site_id: int, *, by: str, now: datetime) -> KeptCheckpoint:
    """Keep the present checkpoint, write down that ``by`` takes it along, and commit.

    Raises ``UnknownCheckpointError`` when the log has no entry yet.
    """
    connection = begin_write(session)
    size = _keep(connection, site_id, now, fresh=True)
    if size is None:
        raise errors.UnknownCheckpointError(say("This log has no entry yet, so there is nothing to hold."))
    _write_down(connection, site_id, size, "download", by, now)
    session.commit()
    return session.get_one(KeptCheckpoint, (site_id, size))


def find_kept(session: Session, site_id: int, size: int) -> KeptCheckpoint:
    """Return the kept checkpoint of ``size`` entries. Raises ``UnknownCheckpointError``."""
    kept = session.get(KeptCheckpoint, (site_id, size)) if size <= MAX_SIZE else None
    if kept is None:
        raise errors.UnknownCheckpointError
    return kept


def find_witnessed(session: Session, site_id: int) -> KeptCheckpoint:
    """Return the newest kept checkpoint that a witness has signed. Raises ``UnknownCheckpointError``."""
    newest = (
        select(Handover.size)
        .where(Handover.site_id == site_id, Handover.kind == "witness", Handover.problem.is_(None))
        .order_by(Handover.size.desc())
        .limit(1)
    )
    size = session.scalar(newest)
    if size is None:
        raise errors.UnknownCheckpointError(say("No witness has signed a checkpoint of this log yet."))
    return find_kept(session, site_id, size)


def accept_cosignature(
    session: Session, site: Site, size: int, body: str, *, witnesses: list[WitnessKey], now: datetime
) -> KeptCheckpoint:
    """Take the cosignatures of known ``witnesses`` into the kept checkpoint of ``size`` entries, and commit.

    ``body`` is signature lines, or the whole checkpoint with them. Whoever has signed already stays with the first time.
    Raises ``UnknownCheckpointError``, ``OtherCheckpointError`` (a whole checkpoint, but not the one kept here),
    ``UnknownWitnessError``, or ``FalseCosignatureError`` (also for what is no signature line).
    """
    # Before anything is locked: anybody may send lines that hold nothing.
    _read_lines(find_kept(session, site.id, size).note, body, witnesses)
    connection = begin_write(session)
    note = lock_kept(connection, site.id, size)
    merged, found = _read_lines(note, body, witnesses)
    add_lines(connection, site.id, size, merged)
    for name in dict.fromkeys(cosignature.name for cosignature in found):
        _write_down(connection, site.id, size, "witness", name, now)
    session.commit()
    return session.get_one(KeptCheckpoint, (site.id, size))


def lock_kept(connection: Connection, site_id: int, size: int) -> str:
    """Lock a kept checkpoint in a writing transaction, and return its note. Raises ``UnknownCheckpointError``."""
    query = select(KeptCheckpoint.note).where(KeptCheckpoint.site_id == site_id, KeptCheckpoint.size == size)
    note = connection.execute(query.with_for_update()).scalar_one_or_none()
    if note is None:
        raise errors.UnknownCheckpointError
    return note


def add_lines(connection: Connection, site_id: int, size: int, note: str) -> None:
    """Write the note of a kept checkpoint that is locked; it differs from the old one by cosignatures only."""
    which = (KeptCheckpoint.site_id == site_id, KeptCheckpoint.size == size)
    connection.execute(update(KeptCheckpoint).where(*which).values(note=note))


def _keep(connection: Connection, site_id: int, now: datetime, *, fresh: bool) -> int | None:
    # The lock of the head lets one keep after the other: without it two nodes would keep two checkpoints of a day.
    size, note = hold_checkpoint(connection, site_id)
    if size == 0:
        return None
    newest = (
        select(KeptCheckpoint.size, KeptCheckpoint.made_at)
        .where(KeptCheckpoint.site_id == site_id)
        .order_by(KeptCheckpoint.size.desc())
        .limit(1)
    )
    kept = connection.execute(newest).one_or_none()
    if kept is not None and (kept.size == size or (not fresh and kept.made_at.date() == now.date())):
        return int(kept.size)
    connection.execute(insert(KeptCheckpoint).values(site_id=site_id, size=size, note=note, made_at=now))
    return int(size)


def _read_lines(note: str, body: str, witnesses: list[WitnessKey]) -> tuple[str, list[Cosignature]]:
    try:
        lines = body
        if "\n\n" in body:
            text, signatures = split_note(body)
            if text != split_note(note)[0]:
                raise errors.OtherCheckpointError
            lines = "".join(f"{line}\n" for line in signatures)
        return add_cosignatures(note, lines, witnesses)
    except UnknownWitnessError as error:
        raise errors.UnknownWitnessError from error
    except NoteError as error:
        raise errors.FalseCosignatureError from error


def _write_down(connection: Connection, site_id: int, size: int, kind: Kind, to: str, now: datetime) -> None:
    """Write down that somebody has a checkpoint; the first time counts."""
    which = (Handover.site_id == site_id, Handover.size == size, Handover.kind == kind, Handover.to == to)
    row = connection.execute(select(Handover.id, Handover.problem).where(*which)).first()
    if row is None:
        values = {"site_id": site_id, "size": size, "kind": kind, "to": to, "at": now}
        connection.execute(insert(Handover).values(**values))
    elif row.problem is not None:
        connection.execute(update(Handover).where(Handover.id == row.id).values(at=now, problem=None))
