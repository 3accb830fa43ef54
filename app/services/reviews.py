"""Reviews: that somebody looked at a site's config as a whole, and how often somebody has to."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.errors import NotAllowedError
from app.core.review import MOST_MONTHS
from app.core.say import say
from app.db import begin_write
from app.models import DeskEvent, Site
from app.services.desk_events import Deed, Event, add_deed, read_event
from app.services.who import Who, demand_editor, demand_publisher

LONGEST_NOTE = 500
REVIEWED, INTERVAL = "reviewed", "review_interval"


def record_review(session: Session, site: Site, note: str, *, who: Who, now: datetime) -> None:
    """Record that ``who`` looked at the config at ``now``, in the site's audit log too, and commit.

    ``note`` says what they found; it may be empty. Raises ``NotAllowedError`` when it is over 500 characters, and
    ``ForbiddenError``.
    """
    if len(note) > LONGEST_NOTE:
        raise NotAllowedError(say("A note has at most {number} characters.", number=LONGEST_NOTE))
    site_id = site.id
    connection = begin_write(session)
    role = demand_editor(session, who, site_id)
    connection.execute(update(Site).where(Site.id == site_id).values(reviewed_at=now, reviewed_by=who.name))
    add_deed(connection, site_id, Deed(who.name, role, REVIEWED, {"note": note} if note else {}), now=now)
    session.commit()


def set_review_interval(session: Session, site: Site, months: int, *, who: Who, now: datetime) -> None:
    """Set after how many months the config has to be looked at again, write that down, and commit.

    Raises ``NotAllowedError`` for less than 1 and more than 36, and ``ForbiddenError``.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise NotAllowedError(say("A config is looked at again after 1 to {number} months.", number=MOST_MONTHS))
    site_id = site.id
    connection = begin_write(session)
    role = demand_publisher(session, who, site_id)
    connection.execute(update(Site).where(Site.id == site_id).values(review_months=months))
    add_deed(connection, site_id, Deed(who.name, role, INTERVAL, {"months": months}), now=now)
    session.commit()


def list_reviews(session: Session, site: Site, *, limit: int) -> list[Event]:
    """Return the newest ``limit`` reviews of a site."""
    query = select(DeskEvent).where(DeskEvent.site_id == site.id, DeskEvent.action == REVIEWED)
    return [read_event(row) for row in session.scalars(query.order_by(DeskEvent.id.desc()).limit(limit))]
