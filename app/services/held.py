"""What of a log is held outside, as the desk tells it. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.core.say import say
from app.models import Handover, KeptCheckpoint, LogHead, Site

KEEP_WITHIN = timedelta(days=2)
"""How old the newest checkpoint held outside may be while its log grows."""


@dataclass(frozen=True)
class Held:
    """The newest checkpoint that somebody outside has: of ``size`` entries, kept at ``made_at``, by ``holders``.

    ``size`` 0: nobody has any. ``log_size``: how many entries the log has now.
    """

    log_size: int
    size: int
    made_at: datetime | None
    holders: list[Handover]

    @property
    def since(self) -> datetime | None:
        """When the first of the holders got it."""
        return min((holder.at for holder in self.holders), default=None)

    def is_missing(self) -> bool:
        """Whether nobody outside has a checkpoint of this log, which has entries."""
        return self.size == 0 and self.log_size > 0

    def is_old(self, now: datetime) -> bool:
        """Whether the newest one is older than two days, and the log has grown since."""
        return self.made_at is not None and self.log_size > self.size and now - self.made_at > KEEP_WITHIN


def read_held(session: Session, site_id: int) -> Held:
    """Return what is held outside of a site's log."""
    log_size = session.scalars(select(LogHead.size).where(LogHead.site_id == site_id)).one()
    got = (Handover.site_id == site_id, Handover.problem.is_(None))
    size = session.scalar(select(Handover.size).where(*got).order_by(Handover.size.desc()).limit(1))
    if size is None:
        return Held(log_size, 0, None, [])
    holders = session.scalars(select(Handover).where(*got, Handover.size == size).order_by(Handover.at, Handover.id))
    made_at = session.scalar(
        select(KeptCheckpoint.made_at).where(KeptCheckpoint.site_id == site_id, KeptCheckpoint.size == size)
    )
    return Held(log_size, size, made_at, list(holders))


def read_all_held(session: Session) -> dict[int, Held]:
    """Return the same of every site by its id, in one query, but without the holders."""
    got = select(Handover.site_id, func.max(Handover.size).label("size")).where(Handover.problem.is_(None))
    newest = got.group_by(Handover.site_id).subquery()
    # Of what was kept only those rows are read: there is one for every day of every site.
    query = (
        select(LogHead.site_id, LogHead.size, newest.c.size, KeptCheckpoint.made_at)
        .outerjoin(newest, newest.c.site_id == LogHead.site_id)
        .outerjoin(
            KeptCheckpoint, and_(KeptCheckpoint.site_id == LogHead.site_id, KeptCheckpoint.size == newest.c.size)
        )
    )
    return {site_id: Held(size, held or 0, made, []) for site_id, size, held, made in session.execute(query)}


def list_handovers(session: Session, site: Site, *, limit: int) -> list[Handover]:
    """Return who got a checkpoint of the site's log, or should have: the newest ``limit``."""
    query = select(Handover).where(Handover.site_id == site.id)
    return list(session.scalars(query.order_by(Handover.at.desc(), Handover.id.desc()).limit(limit)))


def find_timestamp(session: Session, site: Site, handover_id: int) -> Handover:
    """Return a handover with its time stamp in ``answer``. Raises ``NotFoundError``."""
    found = session.get(Handover, handover_id) if handover_id < 2**31 else None
    if found is None or found.site_id != site.id or found.kind != "timestamp" or found.answer is None:
        raise NotFoundError(say("There is no time stamp at this address."))
    return found
