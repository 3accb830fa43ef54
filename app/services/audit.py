"""What an auditor reads: receipts by date, and one receipt. Nothing here writes."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import DamagedError, UnknownReceiptError
from app.core.receipt import RECEIPT_ID
from app.core.say import say
from app.models import Receipt, Site

COUNTED = 10_000
"""Up to so many receipts are counted: a million take a second and more, whenever a page is opened."""


@dataclass(frozen=True)
class Period:
    """From ``start`` (inclusive) to ``end`` (exclusive), by the time the server received; ``None``: open."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class ReceiptPage:
    """Some receipts, newest first, and the log index to continue ``before`` (``None``: that was all)."""

    receipts: list[Receipt]
    before: int | None


def list_receipts(
    session: Session, site: Site, period: Period, *, limit: int = 50, before: int | None = None
) -> ReceiptPage:
    """Return up to ``limit`` receipts of ``period`` with a log index below ``before``, newest first."""
    query = select(Receipt).where(*_within(site, period)).order_by(Receipt.log_index.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(Receipt.log_index < before)
    rows = list(session.scalars(query))
    return ReceiptPage(rows[:limit], rows[limit - 1].log_index if len(rows) > limit else None)


def count_receipts(session: Session, site: Site, period: Period) -> int | None:
    """Count the receipts of ``period`` as far as that is quick; ``None``: more than ``COUNTED``."""
    some = select(Receipt.received_at).where(*_within(site, period)).limit(COUNTED + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some)) or 0
    return count if count <= COUNTED else None


def find_receipt(session: Session, site: Site, receipt_id: str) -> Receipt:
    """Return one receipt. Raises ``UnknownReceiptError``."""
    receipt = session.get(Receipt, (site.id, receipt_id)) if RECEIPT_ID.fullmatch(receipt_id) else None
    if receipt is None:
        raise UnknownReceiptError(say("No receipt with this id is stored for this site; it may have been erased."))
    return receipt


def payload_of(jws: bytes) -> dict[str, Any]:
    """Read the payload of a stored compact JWS without checking its signature: the server wrote it itself.

    Raises ``DamagedError`` when it plainly did not.
    """
    try:
        segment = jws.split(b".")[1]
        payload = json.loads(urlsafe_b64decode(segment + b"=" * (-len(segment) % 4)))
    except (IndexError, ValueError) as error:
        raise DamagedError from error
    if not isinstance(payload, dict):
        raise DamagedError
    return payload


def text_of(jws: bytes) -> str:
    """Return a stored JWS as text; bytes that no JWS has are written out, so that whoever verifies can name them."""
    return jws.decode("ascii", "backslashreplace")


def payload_or_none(jws: bytes) -> dict[str, Any] | None:
    """Do as ``payload_of``, with ``None`` for what cannot be read."""
    try:
        return payload_of(jws)
    except DamagedError:
        return None


def _within(site: Site, period: Period) -> list[Any]:
    conditions: list[Any] = [Receipt.site_id == site.id]
    if period.start is not None:
        conditions.append(Receipt.received_at >= period.start)
    if period.end is not None:
        conditions.append(Receipt.received_at < period.end)
    return conditions
