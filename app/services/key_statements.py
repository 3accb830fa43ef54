"""What all logs say of the installation's keys together, and retiring one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotAllowedError
from app.core.keys import KeyRing
from app.core.rotation import find_name, is_named, log_name_in, name_of, retirement_of, with_retired
from app.db import begin_write
from app.models import LogHead, Statement
from app.services.audit import payload_or_none
from app.services.statements import read_stated_keys, state, write_stated_keys
from app.services.translog import close_logs, open_logs
from app.services.upkeep import all_sites, hold_all_logs


@dataclass(frozen=True)
class KeyLine:
    """A key as ``placet keys list`` tells it. ``name``: a kid, or the end of every vkey of a log key.

    ``since``: when the first log named it; ``logs``: how many do; ``retired``: when the first log said so, and why.
    """

    use: str
    name: str
    newest: bool
    in_file: bool
    since: datetime | None = None
    logs: int = 0
    retired: tuple[datetime, str] | None = None


def retire_key(
    session: Session,
    key: str,
    reason: str,
    *,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> int:
    """State in every log that a key (its kid or vkey) signs nothing after this, and commit; returns in how many.

    Raises ``KeysError`` for a key that no log names, ``NotAllowedError`` for the newest of its use, for one that is retired
    already, and without a reason. It stays in the ring: what it has signed is still to be verified.
    """
    if not reason.strip():
        raise NotAllowedError("Say why the key is retired: the reason stands in every log.")
    connection = begin_write(session)
    hold_all_logs(connection)
    sites = all_sites(session)
    logs = open_logs(connection, [site.id for site in sites])
    name = find_name(key, [log.stated_keys for log in logs.values()])
    if name in (keys.receipt[-1].kid, name_of(keys.log[-1])):
        raise NotAllowedError("This is the newest key, which signs. Add another first: `placet keys add`.")
    count = 0
    for site in sites:
        log = logs[site.id]
        if not is_named(log.stated_keys, name):
            continue
        data = {**retirement_of(name, site.log_origin), "reason": reason.strip()}
        state(connection, log.append, site, "key-retired", data, keys=keys, random_bytes=random_bytes, now=now)
        log.stated_keys = with_retired(read_stated_keys(connection, site.id), name)
        write_stated_keys(connection, site.id, log.stated_keys)
        count += 1
    if not count:
        raise NotAllowedError("This key is retired already.")
    close_logs(connection, logs.values(), keys.log)
    session.commit()
    return count


def list_keys(session: Session, keys: KeyRing) -> list[KeyLine]:
    """Return every key that signs for others, of the ring or of a log, receipt keys first, each oldest first."""
    newest = {name_of(keys.receipt[-1]), name_of(keys.log[-1])}
    ring = [*(("receipt", key.kid) for key in keys.receipt), *(("log", name_of(key)) for key in keys.log)]
    lines = {name: KeyLine(use, name, name in newest, True) for use, name in ring}
    for kind, at, use, name, reason in _statements(session):
        line = lines.get(name) or KeyLine(use, name, False, False)
        if kind == "key-added":
            line = replace(line, since=line.since or at, logs=line.logs + 1)
        else:
            line = replace(line, retired=line.retired or (at, reason))
        lines[name] = line
    return sorted(lines.values(), key=lambda line: line.use, reverse=True)


def count_logs(session: Session) -> int:
    """Return how many logs there are."""
    return len(session.scalars(select(LogHead.site_id)).all())


def _statements(session: Session) -> Iterator[tuple[str, datetime, str, str, str]]:
    """Kind, time, use, name and reason of every statement on a key, oldest first; what cannot be read is passed over."""
    query = select(Statement.kind, Statement.at, Statement.jws).where(Statement.kind.in_(("key-added", "key-retired")))
    for kind, at, jws in session.execute(query.order_by(Statement.at, Statement.log_index)):
        data: dict[str, Any] = (payload_or_none(bytes(jws)) or {}).get("data", {})
        name = log_name_in(data) or data.get("kid") or data.get("jwk", {}).get("kid")
        if name:
            yield kind, at, str(data.get("use")), name, str(data.get("reason", ""))
