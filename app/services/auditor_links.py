"""Links for auditors from outside: a way into the desk of one site, to look and for a time, without an account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core.errors import NotAllowedError, NotFoundError
from app.core.say import say
from app.db import begin_write
from app.models import AuditorLink, Site
from app.services.desk_events import Deed, add_deed, has_done, last_seen, write_deed

LONGEST_LABEL = 100
MOST_DAYS = 365
USUAL_DAYS = 14
ONCE_IN = timedelta(hours=1)
MADE, REVOKED = "auditor_link_made", "auditor_link_revoked"


@dataclass(frozen=True)
class LinkLine:
    """A link as it is listed. ``used_at``: when anything was last done with it."""

    link: AuditorLink
    used_at: datetime | None
    is_live: bool


def make_link(session: Session, site: Site, label: str, days: int, *, by: str, role: str, now: datetime) -> AuditorLink:
    """Make a link that holds for so many ``days``, write that down, and commit.

    ``label`` says whom it is for; ``by`` and ``role`` are whoever makes it. Raises ``NotAllowedError`` for a label that is
    empty or over 100 characters, and for less than a day or more than 365.
    """
    if not 0 < len(label) <= LONGEST_LABEL or not label.isprintable():
        raise NotAllowedError(
            say("Say in 1 to {longest_label} characters whom the link is for.", longest_label=LONGEST_LABEL)
        )
    if not 1 <= days <= MOST_DAYS:
        raise NotAllowedError(say("A link holds for 1 to {most_days} days.", most_days=MOST_DAYS))
    site_id, expires_at = site.id, now + timedelta(days=days)
    connection = begin_write(session)
    link_id = connection.execute(
        insert(AuditorLink)
        .values(site_id=site_id, label=label, made_by=by, made_at=now, expires_at=expires_at)
        .returning(AuditorLink.id)
    ).scalar_one()
    detail = {"link": link_id, "label": label, "days": days}
    add_deed(connection, site_id, Deed(by, role, MADE, detail), now=now)
    session.commit()
    return session.get_one(AuditorLink, link_id)


def revoke_link(session: Session, site: Site, link_id: int, *, by: str, role: str, now: datetime) -> None:
    """End a link at once, with every session it opened, write that down, and commit. Done twice it is done.

    Raises ``NotFoundError`` when the site has no such link.
    """
    site_id = site.id
    connection = begin_write(session)
    found = connection.execute(
        select(AuditorLink.label, AuditorLink.revoked_at).where(
            AuditorLink.id == link_id, AuditorLink.site_id == site_id
        )
    ).first()
    if found is None:
        session.rollback()
        raise NotFoundError(say("This site has no such link."))
    if found.revoked_at is None:
        connection.execute(update(AuditorLink).where(AuditorLink.id == link_id).values(revoked_at=now))
        detail = {"link": link_id, "label": found.label}
        add_deed(connection, site_id, Deed(by, role, REVOKED, detail), now=now)
    session.commit()


def find_link(session: Session, link_id: int) -> AuditorLink | None:
    """Return a link, whether it still holds or not."""
    return session.get(AuditorLink, link_id)


def is_live(link: AuditorLink, now: datetime) -> bool:
    """Whether a link still holds: neither over nor revoked."""
    return link.revoked_at is None and now < link.expires_at


def over_since(link: AuditorLink) -> datetime:
    """Return from when on a link does not hold: its end, or an earlier revocation."""
    return min(link.expires_at, link.revoked_at or link.expires_at)


def write_refused(session: Session, link: AuditorLink, deed: Deed, *, now: datetime) -> None:
    """Write down, and commit, what somebody tried by a link that is over.

    The like of it only once an hour: whoever has such a link, and nothing to lose, could fill the disk.
    """
    site_id = link.site_id
    if not has_done(session, site_id, deed, since=max(over_since(link), now - ONCE_IN)):
        write_deed(session, site_id, deed, now=now)


def name_of_link(link: AuditorLink) -> str:
    """Return what the audit log calls whoever comes by a link."""
    return f"link {link.id} ({link.label})"


def list_links(session: Session, site: Site, now: datetime) -> list[LinkLine]:
    """Return a site's links, newest first."""
    query = select(AuditorLink).where(AuditorLink.site_id == site.id).order_by(AuditorLink.id.desc())
    links = list(session.scalars(query))
    seen = last_seen(session, site.id, [name_of_link(link) for link in links])
    return [LinkLine(link, seen.get(name_of_link(link)), is_live(link, now)) for link in links]
