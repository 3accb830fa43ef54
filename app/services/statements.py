"""Statements in the database: what happened to a site's record that is not a choice, signed and in its log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.core.keys import KeyRing, ReceiptKey
from app.core.rotation import additions, check_signer, is_named
from app.core.signing import STATEMENT_TYPE, sign_jws
from app.core.statement import Kind, make_statement, uuid7
from app.models import LogHead, Site, Statement


def state(
    connection: Connection,
    append: Callable[[str], int],
    site: Site,
    kind: Kind,
    data: dict[str, Any],
    *,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> None:
    """Sign a statement, append it to the site's open log and store it. Does not commit.

    Where the log does not name the key that signs, it does so first. Raises ``KeysError`` when it calls that key retired.
    """
    if not check_signer(read_stated_keys(connection, site.id), keys):
        state_keys(connection, append, site, keys=keys, random_bytes=random_bytes, now=now)
    _state(connection, append, site, kind, data, keys.receipt[-1], random_bytes, now)


def state_restart(
    connection: Connection,
    append: Callable[[str], int],
    site: Site,
    data: dict[str, Any],
    *,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> None:
    """State ``log-restored`` as the very next entry: by a key that the log names, if the ring has one. Does not commit."""
    stated = read_stated_keys(connection, site.id)
    signer = next((key for key in reversed(keys.receipt) if is_named(stated, key.kid)), keys.receipt[-1])
    _state(connection, append, site, "log-restored", data, signer, random_bytes, now)


def state_keys(
    connection: Connection,
    append: Callable[[str], int],
    site: Site,
    *,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> int:
    """State every key of the ring that the site's open log does not name, and return how many. Does not commit."""
    stated = read_stated_keys(connection, site.id)
    missing = additions(keys, stated, site.log_origin)
    for addition in missing:
        _state(connection, append, site, "key-added", addition.data, addition.signer, random_bytes, now)
    if missing:
        named = " ".join(filter(None, (stated, *(addition.name for addition in missing))))
        write_stated_keys(connection, site.id, named)
    return len(missing)


def read_stated_keys(connection: Connection, site_id: int) -> str:
    """Return which keys a log names (``app.core.rotation``), as it stands in this transaction."""
    return connection.execute(select(LogHead.stated_keys).where(LogHead.site_id == site_id)).scalar_one()


def write_stated_keys(connection: Connection, site_id: int, stated: str) -> None:
    """Remember beside the head which keys its log names. Does not commit."""
    connection.execute(update(LogHead).where(LogHead.site_id == site_id).values(stated_keys=stated))


def _state(
    connection: Connection,
    append: Callable[[str], int],
    site: Site,
    kind: Kind,
    data: dict[str, Any],
    signer: ReceiptKey,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> None:
    payload = make_statement(kind, data, site=site.key, id=uuid7(now, random_bytes(10)), now=now)
    jws = sign_jws(payload, signer, STATEMENT_TYPE)
    connection.execute(
        insert(Statement).values(site_id=site.id, log_index=append(jws), kind=kind, at=now, jws=jws.encode("ascii"))
    )
