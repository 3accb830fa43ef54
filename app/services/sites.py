"""Sites: making one, finding one."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from app.core.canonical import b64url
from app.core.errors import NotAllowedError, UnknownSiteError
from app.core.handles import HANDLE
from app.core.keys import KeyRing
from app.core.say import say
from app.db import begin_write
from app.models import Draft, Site
from app.services.translog import create_log
from app.services.upkeep import hold_all_logs, state_installation

KEY_BYTES = 16
_KEY = re.compile(r"s_[A-Za-z0-9_-]{22}", re.ASCII)


def create_site(
    session: Session,
    handle: str,
    *,
    public_host: str,
    keys: KeyRing,
    now: datetime,
    random_bytes: Callable[[int], bytes],
) -> Site:
    """Make a site and commit. Its key is unguessable; its log begins with the installation's keys and widget builds.

    Raises ``NotAllowedError`` for a handle that is malformed or taken.
    """
    connection = begin_write(session)
    site_id = _add_site(session, connection, handle, public_host, keys, now, random_bytes)
    session.commit()
    return session.get_one(Site, site_id)


def begin_site(
    session: Session,
    handle: str,
    document: dict[str, Any],
    *,
    by: str,
    public_host: str,
    keys: KeyRing,
    now: datetime,
    random_bytes: Callable[[int], bytes],
) -> Site:
    """Do as ``create_site``, with ``document`` as the draft that it begins with, both or neither."""
    connection = begin_write(session)
    site_id = _add_site(session, connection, handle, public_host, keys, now, random_bytes)
    draft = {"document": json.dumps(document, ensure_ascii=False), "updated_at": now, "updated_by": by}
    connection.execute(insert(Draft).values(site_id=site_id, revision=1, **draft))
    session.commit()
    return session.get_one(Site, site_id)


def check_handle(session: Session | Connection, handle: str) -> None:
    """Raise ``NotAllowedError`` for a handle that is malformed or taken."""
    if not HANDLE.fullmatch(handle):
        raise NotAllowedError(
            say("`{handle}` cannot be a site's handle: use a-z, 0-9 and -, at most 64 characters.", handle=handle)
        )
    if session.execute(select(Site.id).where(Site.handle == handle)).first():
        raise NotAllowedError(say("There is a site `{handle}` already. Choose another handle.", handle=handle))


def _add_site(
    session: Session,
    connection: Connection,
    handle: str,
    public_host: str,
    keys: KeyRing,
    now: datetime,
    random_bytes: Callable[[int], bytes],
) -> int:
    hold_all_logs(connection)
    check_handle(connection, handle)
    key = "s_" + b64url(random_bytes(KEY_BYTES))
    origin = f"{public_host}/log/{key}"
    site_id: int = connection.execute(
        insert(Site).values(key=key, handle=handle, log_origin=origin, created_at=now).returning(Site.id)
    ).scalar_one()
    create_log(connection, site_id, origin, keys.log)
    site = session.get_one(Site, site_id)
    state_installation(connection, [site], keys=keys, random_bytes=random_bytes, now=now)
    return site_id


def find_site(session: Session, key: str) -> Site:
    """Return the site with the public ``key``. Raises ``UnknownSiteError``."""
    site = session.scalar(select(Site).where(Site.key == key)) if _KEY.fullmatch(key) else None
    if site is None:
        raise UnknownSiteError
    return site


def find_site_by_handle(session: Session, handle: str) -> Site:
    """Return the site with the operator's ``handle``. Raises ``UnknownSiteError``."""
    site = session.scalar(select(Site).where(Site.handle == handle)) if HANDLE.fullmatch(handle) else None
    if site is None:
        raise UnknownSiteError(say("There is no site `{handle}`. `placet site list` shows all.", handle=handle))
    return site


def list_sites(session: Session) -> list[Site]:
    """Return all sites by handle."""
    return list(session.scalars(select(Site).order_by(Site.handle)))
