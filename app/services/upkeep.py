"""What every site's log says of the installation: its keys and its widget builds, before anything cites them.

Whoever states in all logs holds one lock before any head, so that no site is made and no build registered meanwhile
without the other knowing.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from app.core.keys import KeyRing
from app.core.statement import Kind
from app.models import Site, Statement, WidgetPart, WidgetRelease, WidgetReleasePart
from app.services.audit import payload_or_none
from app.services.statements import state, state_keys
from app.services.translog import OpenLog, close_logs, open_logs

RELEASED: Kind = "widget-released"
ALL_LOGS = 0x616C6C206C6F6773  # "all logs": the advisory lock on PostgreSQL


def hold_all_logs(connection: Connection) -> None:
    """Wait until nobody else states in all logs, for the rest of this writing transaction. On SQLite it is alone already."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(ALL_LOGS)))


def state_installation(
    connection: Connection,
    sites: Iterable[Site],
    *,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> int:
    """State in the logs of ``sites`` which keys and builds they do not name yet; returns how many statements it took.

    The caller has called ``hold_all_logs``. Nothing is written where nothing is missing, nor to a log that takes nothing
    because it was set back: it is told when it goes on. Does not commit.
    """
    by_id = {site.id: site for site in sites}
    logs = [log for log in open_logs(connection, by_id).values() if log.refusal is None]
    made = state_missing(connection, logs, by_id, keys=keys, random_bytes=random_bytes, now=now)
    close_logs(connection, logs, keys.log)
    return made


def state_missing(
    connection: Connection,
    logs: Iterable[OpenLog],
    sites: Mapping[int, Site],
    *,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> int:
    """Do the same in ``logs`` that are open already; ``sites`` are theirs by id. Whoever opened them closes them."""
    released, stated = _released(connection), _stated_builds(connection, sites)
    made = 0
    for log in logs:
        site, site_id = sites[log.site_id], log.site_id
        made += state_keys(connection, log.append, site, keys=keys, random_bytes=random_bytes, now=now)
        builds = [build for build in released if build["sha256"] not in stated.get(site_id, ())]
        if builds:
            data = {"builds": builds}
            state(connection, log.append, site, RELEASED, data, keys=keys, random_bytes=random_bytes, now=now)
            made += 1
    return made


def all_sites(session: Session) -> list[Site]:
    """Return every site, to be held after ``hold_all_logs``: none is made until the transaction ends."""
    return list(session.scalars(select(Site).order_by(Site.id)))


def _released(connection: Connection) -> list[dict[str, Any]]:
    """Every build that this server knows, as a statement names it, oldest first."""
    parts: dict[str, dict[str, str]] = {}
    query = select(WidgetReleasePart.release_sha256, WidgetPart.name, WidgetPart.sha256)
    for release, name, sha256 in connection.execute(
        query.join(WidgetPart, WidgetPart.sha256 == WidgetReleasePart.part_sha256)
    ):
        parts.setdefault(release, {})[name] = sha256
    releases = select(WidgetRelease.version, WidgetRelease.sha256)
    return [
        {"version": row.version, "sha256": row.sha256, "parts": parts.get(row.sha256, {})}
        for row in connection.execute(releases.order_by(WidgetRelease.released_at, WidgetRelease.sha256))
    ]


def _stated_builds(connection: Connection, site_ids: Iterable[int]) -> dict[int, set[str]]:
    """Which builds each log names, by the statements themselves."""
    stated: dict[int, set[str]] = {}
    query = select(Statement.site_id, Statement.jws).where(
        Statement.site_id.in_(list(site_ids)), Statement.kind == RELEASED
    )
    for site_id, jws in connection.execute(query):
        # One that somebody has damaged says nothing: it is said again.
        payload = payload_or_none(bytes(jws)) or {"data": {"builds": []}}
        stated.setdefault(site_id, set()).update(build["sha256"] for build in payload["data"]["builds"])
    return stated
