"""A visitor's own record: everything under one secret, read, proven or erased without an account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.orm import Session

from app.core.errors import UnknownReceiptError
from app.core.keys import KeyRing
from app.core.receipt import RECEIPT_ID
from app.core.statement import index_ranges
from app.core.subject import erased_mark, subject_lookup, subject_of
from app.db import begin_write
from app.models import ErasedReceipt, Receipt, Site
from app.services.statements import state
from app.services.translog import Inclusion, close_logs, open_logs, prove_inclusion


@dataclass(frozen=True)
class OwnReceipt:
    """A receipt as its owner gets it."""

    id: str
    jws: str
    index: int
    size: int


def own_receipts(session: Session, site: Site, secret: bytes, keys: KeyRing) -> list[OwnReceipt]:
    """Return all receipts under ``secret`` (16 bytes), in the order of the log."""
    rows = session.execute(
        select(Receipt.id, Receipt.jws, Receipt.log_index, Receipt.log_size)
        .where(_is_own(site, secret, keys))
        .order_by(Receipt.log_index)
    )
    return [OwnReceipt(row.id, bytes(row.jws).decode("ascii"), row.log_index, row.log_size) for row in rows]


def own_receipt(session: Session, site: Site, secret: bytes, receipt_id: str, keys: KeyRing) -> OwnReceipt:
    """Return one receipt. Raises ``UnknownReceiptError`` when it is another's, erased or never was: all the same."""
    if not RECEIPT_ID.fullmatch(receipt_id):
        raise UnknownReceiptError
    row = session.execute(
        select(Receipt.id, Receipt.jws, Receipt.log_index, Receipt.log_size).where(
            _is_own(site, secret, keys), Receipt.id == receipt_id
        )
    ).first()
    if row is None:
        raise UnknownReceiptError
    return OwnReceipt(row.id, bytes(row.jws).decode("ascii"), row.log_index, row.log_size)


def prove_own_receipt(session: Session, site: Site, secret: bytes, receipt_id: str, keys: KeyRing) -> Inclusion:
    """Prove that a receipt stands in the log. Raises ``UnknownReceiptError``."""
    receipt = own_receipt(session, site, secret, receipt_id, keys)
    return prove_inclusion(session.connection(), site.id, receipt.index)


def erase_subject(
    session: Session,
    site: Site,
    secret: bytes,
    *,
    keys: KeyRing,
    now: datetime,
    random_bytes: Callable[[int], bytes],
) -> int:
    """Erase every receipt under ``secret`` and commit; returns how many there were.

    The entries stay in the log (32 bytes each that say nothing), a mark keeps a late repeat out, and one statement says
    which indexes are gone: every other proof still verifies (``docs/receipts.md``).
    """
    if session.execute(select(Receipt.id).where(_is_own(site, secret, keys)).limit(1)).first() is None:
        return 0  # nobody's secret: not worth the lock that every receipt of the site waits for
    connection = begin_write(session)
    logs = open_logs(connection, [site.id])
    rows = connection.execute(select(Receipt.id, Receipt.log_index).where(_is_own(site, secret, keys))).all()
    if not rows:
        session.rollback()
        return 0
    connection.execute(
        insert(ErasedReceipt), [{"site_id": site.id, "mark": erased_mark(site.key, row.id)} for row in rows]
    )
    connection.execute(delete(Receipt).where(_is_own(site, secret, keys)))
    data = {
        "ranges": index_ranges([row.log_index for row in rows]),
        "count": len(rows),
        "reason": "erased on request",
        "by": "subject",
    }
    log = logs[site.id]
    state(connection, log.append, site, "receipts-removed", data, keys=keys, random_bytes=random_bytes, now=now)
    close_logs(connection, logs.values(), keys.log)
    session.commit()
    return len(rows)


def _is_own(site: Site, secret: bytes, keys: KeyRing) -> ColumnElement[bool]:
    lookup = subject_lookup(keys, site.key, subject_of(keys, site.key, secret))
    return and_(Receipt.site_id == site.id, Receipt.subject_lookup == lookup)
