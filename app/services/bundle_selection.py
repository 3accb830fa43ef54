"""Which log indexes a bundle of some days needs, so that it can be seen that nothing of these days is left out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from app.core.selection import MAX_STEP_BACK, Selection
from app.db import table_of
from app.models import Receipt
from app.services.audit import Period

_RECEIPTS = table_of(Receipt)
_INDEX, _RECEIVED = _RECEIPTS.c.log_index, _RECEIPTS.c.received_at


@dataclass(frozen=True)
class Indexes:
    """From log index ``first`` to ``last``, both included. Beyond the log's ends there is nothing."""

    first: int
    last: int


def find_selection(
    connection: Connection, site_id: int, size: int, wanted: Period | Indexes | None
) -> Selection | None:
    """Return what the manifest says of ``wanted`` in a log of ``size`` entries; ``None``: everything.

    Every receipt of the period is in the range. It is widened by an entry on each side that shows it, where there is one
    (``docs/receipts.md``, *the rule of the margin*).
    """
    if isinstance(wanted, Indexes):
        first = min(max(wanted.first, 0), size)
        return Selection(None, None, first, max(first - 1, min(wanted.last, size - 1)))
    if wanted is None or (wanted.start is None and wanted.end is None):
        return None
    lowest, highest = _ends(connection, site_id, wanted)
    first, last = 0, size - 1
    if wanted.start is not None:
        first = _nearest(connection, site_id, _before(wanted.start, lowest), newest=True, default=0)
    if wanted.end is not None:
        last = _nearest(connection, site_id, _after(wanted.end, highest, first), newest=False, default=size - 1)
    return Selection.of_period(wanted.start, wanted.end, first, last)


def _ends(connection: Connection, site_id: int, period: Period) -> tuple[int | None, int | None]:
    """Return the lowest and the highest index of the receipts of the period."""
    query = select(func.min(_INDEX), func.max(_INDEX)).where(_RECEIPTS.c.site_id == site_id)
    if period.start is not None:
        query = query.where(period.start <= _RECEIVED)
    if period.end is not None:
        query = query.where(period.end > _RECEIVED)
    lowest, highest = connection.execute(query).one()
    return lowest, highest


def _before(start: datetime, lowest: int | None) -> list[ColumnElement[bool]]:
    conditions = [_moved(start, forward=False) > _RECEIVED]
    return conditions if lowest is None else [*conditions, lowest > _INDEX]


def _after(end: datetime, highest: int | None, first: int) -> list[ColumnElement[bool]]:
    return [_moved(end, forward=True) <= _RECEIVED, (first if highest is None else highest) < _INDEX]


def _moved(moment: datetime, *, forward: bool) -> datetime:
    try:
        return moment + MAX_STEP_BACK if forward else moment - MAX_STEP_BACK
    except OverflowError:
        return moment


def _nearest(
    connection: Connection, site_id: int, conditions: list[ColumnElement[bool]], *, newest: bool, default: int
) -> int:
    """Return the index of the receipt whose time is nearest to the period, by the index on times."""
    order = (_RECEIVED.desc(), _INDEX.desc()) if newest else (_RECEIVED, _INDEX)
    query = select(_INDEX).where(_RECEIPTS.c.site_id == site_id, *conditions).order_by(*order).limit(1)
    found = connection.execute(query).scalar_one_or_none()
    return default if found is None else int(found)
