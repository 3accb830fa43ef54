"""What was done at the desk of a site: written down before it is answered, read on the page *Audit log*."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from app.db import begin_write, writers_turn
from app.models import DeskEvent, Site

LONGEST_WHO = 255
PAGE = 100


@dataclass(frozen=True)
class Deed:
    """Who did what: ``who`` an e-mail address or a link, ``action`` the name of an address, ``detail`` what it was about."""

    who: str
    role: str
    action: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """A deed as it was written down."""

    id: int
    at: datetime
    deed: Deed


@dataclass(frozen=True)
class EventPage:
    """Some events, newest first, and the id to continue ``before`` (``None``: that was all)."""

    events: list[Event]
    before: int | None


def write_deed(session: Session, site_id: int, deed: Deed, *, now: datetime) -> None:
    """Write a deed down, in a transaction of its own, and commit. Whatever the session has read is let go.

    On SQLite it takes its turn among those who store receipts, so that it does not come last among many.
    """
    session.rollback()
    with writers_turn(session.get_bind().engine):
        add_deed(begin_write(session), site_id, deed, now=now)
        session.commit()


def has_done(session: Session, site_id: int, deed: Deed, *, since: datetime) -> bool:
    """Whether ``deed.who`` did the like at a site after ``since``, whatever its details."""
    like = (DeskEvent.who == deed.who[:LONGEST_WHO], DeskEvent.action == deed.action, DeskEvent.at > since)
    query = select(DeskEvent.id).where(DeskEvent.site_id == site_id, *like).order_by(DeskEvent.id.desc())
    return session.execute(query.limit(1)).first() is not None


def add_deed(connection: Connection, site_id: int, deed: Deed, *, now: datetime) -> None:
    """Write a deed down as part of the transaction of ``connection``."""
    connection.execute(
        insert(DeskEvent).values(
            site_id=site_id,
            at=now,
            who=deed.who[:LONGEST_WHO],
            role=deed.role,
            action=deed.action,
            detail=json.dumps(deed.detail, ensure_ascii=False, separators=(",", ":")),
        )
    )


def list_events(session: Session, site: Site, *, before: int | None = None, limit: int = PAGE) -> EventPage:
    """Return up to ``limit`` events of a site with an id below ``before``, newest first."""
    query = select(DeskEvent).where(DeskEvent.site_id == site.id).order_by(DeskEvent.id.desc()).limit(limit + 1)
    rows = list(session.scalars(query if before is None else query.where(DeskEvent.id < before)))
    events = [read_event(row) for row in rows]
    return EventPage(events[:limit], events[limit - 1].id if len(events) > limit else None)


def read_event(row: DeskEvent) -> Event:
    """Return a deed as its row says it."""
    return Event(row.id, row.at, Deed(row.who, row.role, row.action, json.loads(row.detail)))


def last_seen(session: Session, site_id: int, who: Iterable[str]) -> dict[str, datetime]:
    """Return when each of ``who`` last did something at a site; who never did is not in it."""
    query = (
        select(DeskEvent.who, func.max(DeskEvent.at).label("at"))
        .where(DeskEvent.site_id == site_id, DeskEvent.who.in_(list(who)))
        .group_by(DeskEvent.who)
    )
    return {row.who: row.at for row in session.execute(query)}
