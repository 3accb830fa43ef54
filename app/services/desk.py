"""What only the desk asks for: which sites an account works at, and the end of its sessions."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import begin_write
from app.models import Account, ConfigVersion, Draft, Site
from app.services.accounts import Role, roles_by_site, stronger
from app.services.held import Held, read_held


@dataclass(frozen=True)
class SiteLine:
    """A site as the list of sites shows it. ``live`` is the version in effect, ``waiting`` one that is not yet.

    ``name`` is what the draft calls the site; empty when it does not. ``held``: what of its log is held outside.
    """

    handle: str
    name: str
    role: Role
    live: int | None
    live_since: datetime | None
    waiting: int | None
    waiting_until: datetime | None
    edited_at: datetime | None
    held: Held


def list_own_sites(session: Session, account_id: int, now: datetime) -> list[SiteLine]:
    """Return the sites where the account has a role, by handle, with what stands there at ``now``."""
    roles = roles_by_site(session, account_id)
    everywhere = roles.get(None)
    live, waiting = _versions(session, now)
    lines = []
    for site_id, handle in session.execute(select(Site.id, Site.handle).order_by(Site.handle)):
        role = stronger(everywhere, roles.get(site_id))
        if role is None:
            continue
        number, since = live.get(site_id, (None, None))
        next_number, until = waiting.get(site_id, (None, None))
        name, edited_at = _draft(session, site_id)
        held = read_held(session, site_id)
        lines.append(SiteLine(handle, name, role, number, since, next_number, until, edited_at, held))
    return lines


def end_sessions(session: Session, account_id: int) -> None:
    """End every session of an account and commit: a copy of its cookie is worth nothing any more."""
    connection = begin_write(session)
    connection.execute(update(Account).where(Account.id == account_id).values(epoch=Account.epoch + 1))
    session.commit()


def _draft(session: Session, site_id: int) -> tuple[str, datetime | None]:
    """What the draft calls the site, and when it was saved; one is read at a time, and only of one's own sites."""
    found = session.execute(select(Draft.document, Draft.updated_at).where(Draft.site_id == site_id)).one_or_none()
    if found is None:
        return "", None
    document = json.loads(found.document)
    name = document.get("name") if isinstance(document, dict) else None
    return name.strip() if isinstance(name, str) else "", found.updated_at


def _versions(
    session: Session, now: datetime
) -> tuple[dict[int, tuple[int, datetime]], dict[int, tuple[int, datetime]]]:
    """The newest version in effect, and the newest one that waits, by site; documents are not read."""
    live: dict[int, tuple[int, datetime]] = {}
    waiting: dict[int, tuple[int, datetime]] = {}
    query = select(ConfigVersion.site_id, ConfigVersion.number, ConfigVersion.effective_at)
    for site_id, number, effective_at in session.execute(query.order_by(ConfigVersion.number)):
        (waiting if effective_at > now else live)[site_id] = (number, effective_at)
    return live, waiting
