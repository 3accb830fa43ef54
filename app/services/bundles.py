"""The auditor's bundle (``docs/receipts.md``): what proves a site's record offline, from one state of the database.

It is made while it is sent. The record is read in slices of the log, so that memory does not grow with it, and a slow reader
holds a connection and a state of the database, never a lock.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import bundle
from app.core.bundle import Counts
from app.core.keys import KeyRing
from app.core.merkle import HASH_BYTES, Frontier
from app.core.origins import log_vkeys
from app.core.receipt import rfc3339
from app.core.selection import Selection
from app.db import begin_snapshot, driver_rows, table_of
from app.models import Handover, KeptCheckpoint, LogEntry, LogHead, Receipt, Site, Statement
from app.services.audit import Period, text_of
from app.services.bundle_documents import Cited, Stated, documents
from app.services.bundle_selection import Indexes, find_selection
from app.services.bundle_zip import Sink, ZipWriter
from app.services.translog import read_checkpoint

SLICE: Final = 1000
"""Log entries that are read at once: some megabytes."""
_ENTRIES_AT_ONCE: Final = 16_384
_SENT_BYTES: Final = 64 * 1024
_BASE64URL: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
_RECEIPTS, _ENTRIES = table_of(Receipt), table_of(LogEntry)


def write_bundle(
    session: Session,
    site: Site,
    file: BinaryIO,
    *,
    keys: KeyRing,
    now: datetime,
    selection: Period | Indexes | None = None,
    page: bytes | None = None,
) -> None:
    """Write what ``bundle_chunks`` yields into ``file``, which need not be able to go back."""
    for chunk in bundle_chunks(session, site, keys=keys, now=now, selection=selection, page=page):
        file.write(chunk)


def bundle_chunks(
    session: Session,
    site: Site,
    *,
    keys: KeyRing,
    now: datetime,
    selection: Period | Indexes | None = None,
    page: bytes | None = None,
) -> Iterator[bytes]:
    """Yield the bundle of ``site`` as a zip, piece by piece. Memory does not grow with the record; nothing is committed.

    ``selection`` says which receipts (``None``: all), by the time they were received or by log index. ``page`` is the page
    that verifies in a browser. What is damaged is written as it is: the verifier names it.
    """
    sink = Sink()
    for _ in _Bundle(session, site, ZipWriter(sink, now), keys).write(now, selection, page):
        if sink.waiting >= _SENT_BYTES:
            yield sink.take()
    yield sink.take()


class _Bundle:
    def __init__(self, session: Session, site: Site, out: ZipWriter, keys: KeyRing) -> None:
        self._id, self._key, self._origin = site.id, site.key, site.log_origin
        self._connection = begin_snapshot(session)
        self._out = out
        self._keys = keys
        self._receipts = 0

    def write(self, now: datetime, wanted: Period | Indexes | None, page: bytes | None) -> Iterator[None]:
        """Write all files, and stop whenever there may be something to send."""
        size, root = self._head()
        selection = find_selection(self._connection, self._id, size, wanted)
        cited, stated = Cited(), Stated()
        stream = self._out.stream
        yield from stream(bundle.STATEMENTS, self._statement_lines(stated))
        yield from stream(bundle.RECEIPTS, self._receipt_lines(selection, size, cited))
        yield from stream(bundle.ENTRIES, self._entries(size))
        for name, content in documents(self._connection, self._id, cited, stated):
            yield from stream(name, [content])
        yield from stream(bundle.CHECKPOINTS, self._kept_lines(size))
        plain = {
            bundle.JWKS: json.dumps(self._keys.jwks(), indent=1).encode() + b"\n",
            bundle.VKEY: log_vkeys(self._origin, self._keys.log).encode(),
            bundle.CHECKPOINT: read_checkpoint(self._connection, self._id).encode(),
        }
        if page is not None:
            plain[bundle.VERIFY_PAGE] = page
        for name, content in plain.items():
            yield from stream(name, [content])
        manifest = bundle.manifest_bytes(
            site=self._key,
            origin=self._origin,
            root=root,
            counts=self._counts(selection, size, stated),
            made_at=now,
            files=self._out.facts,
            selection=selection,
        )
        yield from stream(bundle.MANIFEST, [manifest])
        self._out.close()

    def _head(self) -> tuple[int, bytes]:
        """Return size and root as the head row has them: a damaged checkpoint must not keep the auditor from the rest."""
        query = select(LogHead.size, LogHead.frontier).where(LogHead.site_id == self._id)
        row = self._connection.execute(query).one()
        try:
            return row.size, Frontier.from_bytes(row.size, bytes(row.frontier)).root()
        except ValueError:
            return row.size, bytes(HASH_BYTES)

    def _counts(self, selection: Selection | None, size: int, stated: Stated) -> Counts:
        """Count what the verifier will find: removed is what a statement says was removed."""
        left_out = 0
        if selection is not None:
            query = select(func.count()).select_from(_RECEIPTS).where(_RECEIPTS.c.site_id == self._id)
            left_out = max(0, self._connection.execute(query).scalar_one() - self._receipts)
        return Counts(self._receipts, stated.count, max(0, size - self._receipts - stated.count - left_out), left_out)

    def _receipt_lines(self, selection: Selection | None, size: int, cited: Cited) -> Iterator[bytes]:
        first, end = (0, size) if selection is None else (selection.first, selection.last + 1)
        index = _RECEIPTS.c.log_index
        query = select(index, _RECEIPTS.c.jws).where(_RECEIPTS.c.site_id == self._id).order_by(index)
        for start in range(first, end, SLICE):
            rows = self._rows(query.where(index >= start, index < min(start + SLICE, end)))
            self._receipts += len(rows)
            cited.note(jws for _, jws in rows)
            yield b"".join([_line(index, jws) for index, jws in rows])

    def _statement_lines(self, stated: Stated) -> Iterator[bytes]:
        query = select(Statement.log_index, Statement.jws).where(Statement.site_id == self._id)
        after = -1
        while True:
            rows = self._rows(query.where(Statement.log_index > after).order_by(Statement.log_index).limit(SLICE))
            if not rows:
                return
            for _, jws in rows:
                stated.note(jws)
            yield b"".join([_line(index, jws) for index, jws in rows])
            after = rows[-1][0]

    def _entries(self, size: int) -> Iterator[bytes]:
        index = _ENTRIES.c.log_index
        query = select(_ENTRIES.c.entry).where(_ENTRIES.c.site_id == self._id).order_by(index)
        for start in range(0, size, _ENTRIES_AT_ONCE):
            rows = self._rows(query.where(index >= start, index < min(start + _ENTRIES_AT_ONCE, size)))
            yield b"".join([entry for (entry,) in rows])

    def _kept_lines(self, size: int) -> Iterator[bytes]:
        """Yield a line for each kept checkpoint, with whom it was handed to."""
        after = -1
        while True:
            query = select(KeptCheckpoint.size, KeptCheckpoint.note, KeptCheckpoint.made_at).where(
                KeptCheckpoint.site_id == self._id, KeptCheckpoint.size > after, KeptCheckpoint.size <= size
            )
            kept = self._connection.execute(query.order_by(KeptCheckpoint.size).limit(SLICE)).all()
            if not kept:
                return
            handed = self._handed(kept[0].size, kept[-1].size)
            for row in kept:
                line = {
                    "size": row.size,
                    "note": row.note,
                    "made_at": rfc3339(row.made_at),
                    **_answers(handed, row.size),
                }
                yield json.dumps(line, separators=(",", ":")).encode() + b"\n"
            after = kept[-1].size

    def _handed(self, first: int, last: int) -> dict[int, list[Any]]:
        query = select(Handover.size, Handover.kind, Handover.to, Handover.at, Handover.answer).where(
            Handover.site_id == self._id, Handover.size >= first, Handover.size <= last, Handover.problem.is_(None)
        )
        found: dict[int, list[Any]] = {}
        for row in self._connection.execute(query.order_by(Handover.size, Handover.id)):
            found.setdefault(row.size, []).append(row)
        return found

    def _rows(self, query: Any) -> list[tuple[Any, ...]]:
        with driver_rows(self._connection, query) as found:
            return list(found.fetchall())


def _answers(handed: dict[int, list[Any]], size: int) -> dict[str, Any]:
    rows = handed.get(size, [])
    return {
        "handed": [{"kind": row.kind, "to": row.to, "at": rfc3339(row.at)} for row in rows],
        "timestamps": [
            b64encode(row.answer).decode() for row in rows if row.kind == "timestamp" and row.answer is not None
        ],
    }


def _line(index: int, jws: bytes) -> bytes:
    if jws.translate(None, _BASE64URL):  # no JWS: written out, so that whoever verifies can name it
        return bundle.line_bytes(index, text_of(jws))
    return b'{"index":%d,"jws":"%b"}\n' % (index, jws)
