"""Whether a site needs a second person before a version is published, and who may be that person.

Anybody who may publish switches it on. Switching it off needs a second person too, or it would protect nothing.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.orm import Session

from app.core.errors import ConflictError, NotAllowedError
from app.core.say import say
from app.db import begin_write
from app.models import Membership, Proposal, Site
from app.services.desk_events import Deed, add_deed
from app.services.who import PUBLISHERS, Who, demand_publisher

ON, OFF_ASKED, OFF, KEPT = "four_eyes_on", "four_eyes_off_asked", "four_eyes_off", "four_eyes_kept"


def needs_second(connection: Connection, site_id: int) -> bool:
    """Whether a version of the site needs two persons, as it stands in this transaction."""
    return bool(connection.execute(select(Site.four_eyes).where(Site.id == site_id)).scalar_one())


def switch_on(session: Session, site: Site, who: Who, *, now: datetime) -> None:
    """From now on versions of the site need two persons; commit. Done twice it is done.

    Raises ``ForbiddenError``, and ``NotAllowedError`` as long as only one account may publish here: nobody could approve.
    """
    site_id = site.id
    connection = begin_write(session)
    role = demand_publisher(session, who, site_id)
    able = select(Membership.account_id).where(
        Membership.role.in_(PUBLISHERS), or_(Membership.site_id == site_id, Membership.site_id.is_(None))
    )
    if len(set(session.scalars(able))) < 2:
        raise NotAllowedError(
            say("Only one account may publish here, so nobody could approve. Invite a second one first.")
        )
    if not needs_second(connection, site_id):
        _set(connection, site_id, True, None)
        add_deed(connection, site_id, Deed(who.name, role, ON, {}), now=now)
    session.commit()


def switch_off(session: Session, site: Site, who: Who, *, now: datetime) -> bool:
    """Ask for one person to be enough again, or agree to it, and commit; returns whether one is enough now.

    The first person asks, another one agrees; the operator needs nobody. A proposal that waits goes with it. Raises
    ``ForbiddenError``.
    """
    site_id = site.id
    connection = begin_write(session)
    role = demand_publisher(session, who, site_id)
    asked = _asked_by(connection, site_id)
    is_off = who.account_id is None or (asked is not None and asked != who.name)
    if needs_second(connection, site_id) and (is_off or asked is None):
        _set(connection, site_id, not is_off, None if is_off else who.name)
        if is_off:
            connection.execute(delete(Proposal).where(Proposal.site_id == site_id))
        add_deed(connection, site_id, Deed(who.name, role, OFF if is_off else OFF_ASKED, {}), now=now)
    session.commit()
    return is_off


def keep_on(session: Session, site: Site, who: Who, *, now: datetime) -> None:
    """Refuse what somebody asked, or take it back, and commit. Raises ``ForbiddenError``, ``ConflictError``: nobody asks."""
    site_id = site.id
    connection = begin_write(session)
    role = demand_publisher(session, who, site_id)
    if _asked_by(connection, site_id) is None:
        raise ConflictError(say("Nobody asks to switch it off any more."))
    _set(connection, site_id, True, None)
    add_deed(connection, site_id, Deed(who.name, role, KEPT, {}), now=now)
    session.commit()


def _asked_by(connection: Connection, site_id: int) -> str | None:
    # Locked: of two who agree at once the second finds it done. Not as if its key changed: whoever decides about a proposal,
    # which is deleted here, writes rows that refer to the site, and each would wait for the other.
    query = select(Site.four_eyes_off_by).where(Site.id == site_id).with_for_update(key_share=True)
    return connection.execute(query).scalar_one()


def _set(connection: Connection, site_id: int, on: bool, off_by: str | None) -> None:
    connection.execute(update(Site).where(Site.id == site_id).values(four_eyes=on, four_eyes_off_by=off_by))
