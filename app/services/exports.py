"""Receipts as files: rows of one site in log order, from one state of the database, read while they are sent.

They are read in slices of the log: memory does not grow with the record, on neither database, and a reader that waits for a
slow client holds a connection and a state of the database, never a lock. Nothing here writes.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from pybase64 import b64decode
from sqlalchemy import ColumnElement, Connection, Select, select
from sqlalchemy.orm import Session

from app.core import export_csv, export_dpv, export_kantara
from app.core.export_terms import Terms
from app.db import begin_snapshot, driver_rows, table_of
from app.models import ConfigSlice, ConfigVersion, LogEntry, LogHead, Receipt, Site
from app.services.audit import Period, payload_or_none, text_of

SLICE: Final = 2000
"""Log entries that are asked for at once: some megabytes."""
ROWS_AT_ONCE: Final = 200
"""Rows that are worked on at once: as much as a processor keeps near itself."""
_TERMS_AT_ONCE: Final = 100
_PADDING: Final = b"", b"===", b"==", b"="
"""What base64 of such a length, modulo four, lacks."""
_RECEIPTS, _ENTRIES = table_of(Receipt), table_of(LogEntry)

Row = tuple[int, bytes, bytes | None]
"""Log index, stored JWS, and the entry that the log has at that index."""


@dataclass(frozen=True)
class Selection:
    """What of a site's record is wanted: receipts of ``period`` whose log index is greater than ``after``."""

    period: Period = field(default_factory=Period)
    after: int = -1


@dataclass(frozen=True)
class Format:
    """One form of the record: what its files are called and are, and what yields them, many receipts at once."""

    extension: str
    mimetype: str
    lines: Callable[[Session, Site, Selection, str], Iterator[bytes]]


def jsonl(session: Session, site: Site, selection: Selection, base: str = "") -> Iterator[bytes]:
    """Yield JSON lines ``{"index", "jws", "payload"}``."""
    for rows in _slices(begin_snapshot(session), site.id, selection):
        yield _lines(rows)


def csv(session: Session, site: Site, selection: Selection, base: str) -> Iterator[bytes]:
    """Yield a table: its first line too, unless it goes on ``after`` an index."""
    site_id = site.id
    connection = begin_snapshot(session)
    categories = _categories(connection, site_id)
    if selection.after < 0:
        yield export_csv.header(categories)
    for rows in _slices(connection, site_id, selection):
        yield export_csv.rows(
            ((index, sha256(jws).hexdigest(), payload_or_none(jws)) for index, jws, _ in rows), categories
        )


def jsonld(session: Session, site: Site, selection: Selection, base: str) -> Iterator[bytes]:
    """Yield one JSON-LD document of consent records (ISO/IEC TS 27560). What cannot be read is left out."""
    terms = _Cited(session, site, base)
    yield export_dpv.HEAD
    separator = b""
    for rows in _slices(terms.connection, terms.site_id, selection):
        records = terms.told(rows, export_dpv.record_bytes)
        if records:
            yield separator + export_dpv.SEPARATOR.join(records)
            separator = export_dpv.SEPARATOR
    yield export_dpv.TAIL


def kantara(session: Session, site: Site, selection: Selection, base: str) -> Iterator[bytes]:
    """Yield JSON lines ``{"index", "receipt"}`` of Kantara consent receipts: what grants something and can be read."""
    terms = _Cited(session, site, base)
    for rows in _slices(terms.connection, terms.site_id, selection):
        yield b"".join(terms.told(rows, export_kantara.line_bytes))


FORMATS: Final = {
    "jsonl": Format("jsonl", "application/x-ndjson", jsonl),
    "csv": Format("csv", "text/csv; charset=utf-8", csv),
    "jsonld": Format("jsonld", "application/ld+json", jsonld),
    "kantara.jsonl": Format("kantara.jsonl", "application/x-ndjson", kantara),
}
"""By the name that stands in an address and at the end of a file's."""


def receipts_jsonld(session: Session, site: Site, rows: list[tuple[int, str]], base: str) -> Iterator[bytes]:
    """Yield a visitor's own receipts, log index and compact JWS each, as one JSON-LD document (ISO/IEC TS 27560)."""
    terms = _Cited(session, site, base)
    yield export_dpv.HEAD
    found = [(index, jws.encode(), None) for index, jws in rows]
    yield export_dpv.SEPARATOR.join(terms.told(found, export_dpv.receipt_bytes))
    yield export_dpv.TAIL


def _slices(connection: Connection, site_id: int, selection: Selection) -> Iterator[list[Row]]:
    """Yield the rows that are wanted, a slice of the log at a time; a slice may have none."""
    size = connection.execute(select(LogHead.size).where(LogHead.site_id == site_id)).scalar_one()
    receipts, entries = _RECEIPTS.c, _ENTRIES.c
    stored = select(receipts.log_index, receipts.jws).where(receipts.site_id == site_id, *_within(selection.period))
    logged = select(entries.log_index, entries.entry).where(entries.site_id == site_id)
    for first in range(max(selection.after, -1) + 1, size, SLICE):
        end = min(first + SLICE, size)
        with driver_rows(connection, _between(logged, entries.log_index, first, end)) as log:
            entry_at = dict(log.fetchall())
        with driver_rows(connection, _between(stored, receipts.log_index, first, end)) as found:
            while rows := found.fetchmany(ROWS_AT_ONCE):
                yield [(index, jws, entry_at.get(index)) for index, jws in rows]


def _between(query: Select[Any], index: ColumnElement[int], first: int, end: int) -> Select[Any]:
    return query.where(index >= first, index < end).order_by(index)


def _within(period: Period) -> list[Any]:
    received = _RECEIPTS.c.received_at
    conditions = [] if period.start is None else [received >= period.start]
    return conditions if period.end is None else [*conditions, received < period.end]


def _lines(rows: list[Row]) -> bytes:
    """Return the lines of ``rows``. What the log has the hash of was written by this server: its payload is JSON in its one
    form, so it need not be read to be written. Anything else is damaged: read with care, and null when that is impossible.
    Who changes the entry, too, can spoil the line that is theirs, and no other.
    """
    pieces: list[bytes] = []
    for index, jws, entry in rows:
        if sha256(jws).digest() == entry and (payload := _own_payload(jws)) is not None:
            pieces += (b'{"index":%d,"jws":"' % index, jws, b'","payload":', payload, b"}\n")
        else:
            pieces.append(_careful_line(index, jws))
    return b"".join(pieces)


def _own_payload(jws: bytes) -> bytes | None:
    """Return the payload of a JWS of this server's; ``None`` when it, or the JWS, could spoil more than its own line."""
    try:
        first = jws.index(b".") + 1
        last = jws.index(b".", first)
        payload = b64decode(jws[first:last] + _PADDING[(last - first) & 3], b"-_", True)
    except ValueError:
        return None
    is_one_line = b"\n" not in payload and b"\n" not in jws and b'"' not in jws
    return payload if is_one_line and payload.startswith(b"{") and payload.endswith(b"}") else None


def _careful_line(index: int, jws: bytes) -> bytes:
    line = {"index": index, "jws": text_of(jws), "payload": payload_or_none(jws)}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def _categories(connection: Connection, site_id: int) -> list[str]:
    """Return the categories of all versions, in the order in which they came: a later version only adds at the end."""
    query = select(ConfigVersion.document).where(ConfigVersion.site_id == site_id).order_by(ConfigVersion.number)
    found: dict[str, None] = {}
    for document in connection.execute(query).scalars():
        found.update(dict.fromkeys(category["id"] for category in json.loads(document)["categories"]))
    return list(found)


class _Cited:
    """The notices and configs that receipts cite, a hundred at a time: a site has few, whatever it has of receipts."""

    def __init__(self, session: Session, site: Site, base: str) -> None:
        self.site_id, self._key, self._base = site.id, site.key, base
        self.connection = begin_snapshot(session)
        self._known: OrderedDict[tuple[str, str], Terms | None] = OrderedDict()

    def told(self, rows: Iterable[Row], tell: Callable[[int, dict[str, Any], Terms], bytes | None]) -> list[bytes]:
        """Return what ``tell`` makes of each row; one that cannot be read, or cites what is not there, is left out."""
        found = []
        for index, jws, _ in rows:
            payload = payload_or_none(jws)
            try:
                terms = None if payload is None else self._terms(payload)
                told = None if payload is None or terms is None else tell(index, payload, terms)
            except (AttributeError, KeyError, TypeError, ValueError):  # somebody changed what was stored
                continue
            if told is not None:
                found.append(told)
        return found

    def _terms(self, payload: dict[str, Any]) -> Terms | None:
        key = str(payload["config"]["sha256"]), str(payload["notice"]["sha256"])
        if key not in self._known:
            self._known[key] = self._read(*key)
            if len(self._known) > _TERMS_AT_ONCE:
                self._known.popitem(last=False)
        return self._known[key]

    def _read(self, config: str, notice: str) -> Terms | None:
        of_site = ConfigVersion.site_id == self.site_id
        document = self.connection.execute(
            select(ConfigVersion.document).where(of_site, ConfigVersion.sha256 == config).limit(1)
        ).scalar_one_or_none()
        shown = self.connection.execute(
            select(ConfigSlice.notice)
            .where(ConfigSlice.site_id == self.site_id, ConfigSlice.notice_sha256 == notice)
            .limit(1)
        ).scalar_one_or_none()
        if document is None or shown is None:
            return None
        return Terms(self._base, self._key, config, notice, json.loads(document), json.loads(shown))
