"""The auditor's bundle (``docs/receipts.md``): what proves a site's record offline, from one state of the database."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.core import bundle
from app.core.bundle import FileFacts
from app.core.errors import DamagedError
from app.core.keys import KeyRing
from app.core.merkle import Frontier
from app.core.origins import log_vkeys
from app.db import begin_snapshot
from app.models import ConfigSlice, ConfigVersion, LogEntry, LogHead, Receipt, Site, Statement, WidgetRelease
from app.services.audit import payload_of, text_of
from app.services.translog import read_checkpoint

ROWS_AT_ONCE = 1000


def write_bundle(session: Session, site: Site, file: BinaryIO, *, keys: KeyRing, now: datetime) -> None:
    """Write the bundle of ``site`` as a zip into ``file``. Memory does not grow with the record; nothing is committed."""
    site_id, key, origin = site.id, site.key, site.log_origin
    connection = begin_snapshot(session)
    note = read_checkpoint(connection, site_id)
    vkeys = log_vkeys(origin, keys.log)
    size, root = _head(connection, site_id)
    with _Writer(file, now) as out:
        cited = _Cited()
        receipts = out.stream(bundle.RECEIPTS, _receipt_lines(connection, site_id, cited))
        statements = out.stream(bundle.STATEMENTS, _statement_lines(connection, site_id))
        out.stream(bundle.ENTRIES, _entries(connection, site_id))
        for name, content in _documents(connection, site_id, cited):
            out.write(name, content)
        out.write(bundle.JWKS, json.dumps(keys.jwks(), indent=1).encode() + b"\n")
        out.write(bundle.VKEY, vkeys.encode())
        out.write(bundle.CHECKPOINT, note.encode())
        out.finish(
            bundle.manifest_bytes(
                site=key,
                origin=origin,
                root=root,
                counts=bundle.Counts(receipts, statements, size - receipts - statements),
                made_at=now,
                files=out.facts,
            )
        )


class _Cited:
    """Hashes that the receipts of a bundle cite."""

    def __init__(self) -> None:
        self.notices: set[str] = set()
        self.widgets: set[str] = set()

    def note(self, jws: bytes) -> None:
        """Note what a receipt cites; one that cannot be read is for the verifier to name."""
        try:
            payload = payload_of(jws)
            self.notices.add(payload["notice"]["sha256"])
            if payload["widget"] is not None:
                self.widgets.add(payload["widget"]["sha256"])
        except (DamagedError, KeyError, TypeError):
            return


class _Writer:
    """A zip that remembers the hash and size of what it holds."""

    def __init__(self, file: BinaryIO, now: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._date = (max(now.year, 1980), now.month, now.day, now.hour, now.minute, now.second)
        self.facts: dict[str, FileFacts] = {}

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def stream(self, name: str, chunks: Iterable[bytes]) -> int:
        """Write ``chunks`` as one file and return how many there were."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._member(name) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size, count = size + len(chunk), count + 1
        self.facts[name] = FileFacts(digest.hexdigest(), size)
        return count

    def write(self, name: str, content: bytes) -> None:
        self.stream(name, [content])

    def finish(self, manifest: bytes) -> None:
        with self._member(bundle.MANIFEST) as member:
            member.write(manifest)

    @contextmanager
    def _member(self, name: str) -> Iterator[BinaryIO]:
        info = zipfile.ZipInfo(name, self._date)
        info.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(info, "w", force_zip64=True) as member:
            yield member  # type: ignore[misc]


def _head(connection: Connection, site_id: int) -> tuple[int, bytes]:
    """Return size and root as the head row has them: a damaged checkpoint must not keep the auditor from the rest."""
    row = connection.execute(select(LogHead.size, LogHead.frontier).where(LogHead.site_id == site_id)).one()
    return row.size, Frontier.from_bytes(row.size, bytes(row.frontier)).root()


def _receipt_lines(connection: Connection, site_id: int, cited: _Cited) -> Iterator[bytes]:
    query = select(Receipt.log_index, Receipt.jws).where(Receipt.site_id == site_id).order_by(Receipt.log_index)
    for index, jws in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query):
        cited.note(bytes(jws))
        yield bundle.line_bytes(index, text_of(bytes(jws)))


def _statement_lines(connection: Connection, site_id: int) -> Iterator[bytes]:
    query = select(Statement.log_index, Statement.jws).where(Statement.site_id == site_id).order_by(Statement.log_index)
    for index, jws in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query):
        yield bundle.line_bytes(index, text_of(bytes(jws)))


def _entries(connection: Connection, site_id: int) -> Iterator[bytes]:
    query = select(LogEntry.entry).where(LogEntry.site_id == site_id).order_by(LogEntry.log_index)
    for entry in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).scalars():
        yield bytes(entry)


def _documents(connection: Connection, site_id: int, cited: _Cited) -> Iterator[tuple[str, bytes]]:
    """Yield every published config, and the notices and widget builds that receipts cite, each once."""
    seen: set[str] = set()
    configs = select(ConfigVersion.sha256, ConfigVersion.document).where(ConfigVersion.site_id == site_id)
    for sha256, document in connection.execute(configs.order_by(ConfigVersion.number)):
        if sha256 not in seen:
            seen.add(sha256)
            yield bundle.config_name(sha256), bytes(document)
    for sha256 in sorted(cited.notices):
        notice = select(ConfigSlice.notice).where(ConfigSlice.site_id == site_id, ConfigSlice.notice_sha256 == sha256)
        content = connection.execute(notice.limit(1)).scalar_one_or_none()
        if content is not None:
            yield bundle.notice_name(sha256), bytes(content)
    for sha256 in sorted(cited.widgets):
        script = select(WidgetRelease.script).where(WidgetRelease.sha256 == sha256)
        content = connection.execute(script).scalar_one_or_none()
        if content is not None:
            yield bundle.widget_name(sha256), bytes(content)
