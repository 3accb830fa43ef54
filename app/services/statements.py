"""Statements in the database: what happened to a site's record that is not a choice, signed and in its log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from app.core.keys import KeyRing
from app.core.signing import STATEMENT_TYPE, sign_jws
from app.core.statement import Kind, make_statement, uuid7
from app.models import Site, Statement


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
    """Sign a statement, append it to the site's open log and store it. Does not commit."""
    payload = make_statement(kind, data, site=site.key, id=uuid7(now, random_bytes(10)), now=now)
    jws = sign_jws(payload, keys.receipt[-1], STATEMENT_TYPE)
    connection.execute(
        insert(Statement).values(site_id=site.id, log_index=append(jws), kind=kind, at=now, jws=jws.encode("ascii"))
    )
