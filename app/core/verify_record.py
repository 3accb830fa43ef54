"""A bundle's receipts and statements, held against the log's entries, the keys and the documents they cite.

Lines are read one by one. What grows with the log is one byte of coverage per entry and one id per receipt.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from app.core.bundle import (
    JWKS,
    RECEIPTS,
    STATEMENTS,
    BundleError,
    config_name,
    lines_of,
    notice_name,
    parse_json,
    widget_name,
)
from app.core.merkle import HASH_BYTES
from app.core.payload import is_canonical, receipt_problem, statement_problem
from app.core.report import Findings, said
from app.core.signing import RECEIPT_TYPE, STATEMENT_TYPE, JwsVerifier, SignatureError
from app.core.verify_files import BundleReader

# Several server processes stamp receipts before one log orders them, so a little is no sign of anything.
MAX_STEP_BACK = timedelta(minutes=5)

_FREE, _STATEMENT, _RECEIPT, _REMOVED = range(4)
_MAX_SEARCHES = 50  # finding where a misplaced receipt belongs reads all entries: done for the first few only


class Record:
    """Checks in this order: ``read_documents``, ``read_statements``, ``read_receipts``, ``check_coverage``.

    ``entries`` are the log's entries end to end, ``site`` the key that all must bear (``None``: unknown, not checked).
    Afterwards ``receipts``, ``statements`` and ``removed`` count the indexes of each kind.
    """

    def __init__(self, reader: BundleReader, findings: Findings, entries: bytes, site: str | None) -> None:
        self._reader = reader
        self._fail = findings.fail
        self._entries = entries
        self._size = len(entries) // HASH_BYTES
        self._site = site
        self._verifier = self._read_keys()
        self._covered = bytearray(self._size)
        self._documents: dict[str, tuple[Any, Any, Any]] = {}
        self._published: dict[int, tuple[str, int]] = {}
        self._ids: set[bytes] = set()
        self._statement_times: list[tuple[int, str]] = []
        self._latest = ""
        self._searches = 0

    @property
    def receipts(self) -> int:
        """How many indexes a receipt covers."""
        return self._covered.count(_RECEIPT)

    @property
    def statements(self) -> int:
        """How many indexes a statement covers."""
        return self._covered.count(_STATEMENT)

    @property
    def removed(self) -> int:
        """How many indexes are said to be removed."""
        return self._covered.count(_REMOVED)

    def read_documents(self) -> None:
        """Hold every cited document against the hash that its name gives; keep of each notice its site, language
        and regime."""
        for name, folder, digest, data in self._reader.cited_documents():
            if sha256(data).hexdigest() != digest:
                self._fail("citations", "its content does not have the hash that its name gives.", name)
                continue
            self._documents[name] = (None, None, None)
            try:
                document = None if folder == "widgets" else parse_json(data)
            except BundleError as error:
                self._fail("citations", f"{error}.", name)
                continue
            if folder == "notices" and isinstance(document, dict):
                self._documents[name] = (document.get("site"), document.get("lang"), document.get("regime"))

    def read_statements(self) -> None:
        """Check every statement, and remember what receipts depend on: publications and removals."""
        for index, payload in self._signed_lines(STATEMENTS, STATEMENT_TYPE, _STATEMENT):
            if problem := statement_problem(payload):
                self._fail(
                    "contents", f"the statement's field {said(problem)} is not as it must be.", STATEMENTS, index
                )
                continue
            self._check_owner(payload, STATEMENTS, index)
            self._statement_times.append((index, payload["at"]))
            if payload["kind"] == "config-published":
                self._publish(index, payload["data"])
            elif payload["kind"] == "receipts-removed":
                self._remove(index, payload["data"]["ranges"])

    def read_receipts(self) -> None:
        """Check every receipt against the log, the keys, the publications before it and the documents it cites."""
        times = iter([*self._statement_times, (self._size, "")])
        statement, at = next(times)
        for index, payload in self._signed_lines(RECEIPTS, RECEIPT_TYPE, _RECEIPT):
            while statement < index:
                self._check_time(at, STATEMENTS, statement)
                statement, at = next(times)
            if problem := receipt_problem(payload):
                self._fail("contents", f"the receipt's field {said(problem)} is not as it must be.", RECEIPTS, index)
                continue
            self._check_owner(payload, RECEIPTS, index)
            self._check_citations(payload, index)
            self._check_time(payload["received_at"], RECEIPTS, index)
        for later, moment in [(statement, at), *times][:-1]:
            self._check_time(moment, STATEMENTS, later)

    def check_coverage(self) -> None:
        """Name every index that no receipt, statement or removal covers."""
        for gap in re.finditer(rb"\0+", self._covered):
            first, last = gap.start(), gap.end() - 1
            if first == last:
                self._fail("coverage", "it is missing: no receipt, statement or removal stands for it.", None, first)
            else:
                words = f"{last - first + 1} entries are missing, up to index {last}: nothing stands for them."
                self._fail("coverage", words, None, first)

    def _read_keys(self) -> JwsVerifier | None:
        data = self._reader.content(JWKS)
        if data is None:
            self._fail("signatures", "no signature can be checked without it.", JWKS)
            return None
        try:
            return JwsVerifier(parse_json(data))
        except (BundleError, SignatureError) as error:
            self._fail("signatures", f"{error}; no signature can be checked.", JWKS)
            return None

    def _signed_lines(self, file: str, typ: str, cover: int) -> Iterator[tuple[int, Any]]:
        """Yield index and payload of every line whose JWS is signed and canonical; the rest becomes failures."""
        number, last = 0, -1
        try:
            for number, line in enumerate(lines_of(self._reader.chunks(file)), start=1):
                stands = _parse_line(line)
                if stands is None:
                    self._fail("contents", f"line {number} is not an index and a JWS.", file)
                    continue
                index, jws = stands
                if index <= last:
                    words = f"line {number} is out of order or stands twice: index {last} stands above it."
                    self._fail("coverage", words, file, index)
                last = max(last, index)
                data = self._open(index, jws, file, typ, cover)
                if data is not None:
                    yield from self._parse(index, data, file)
        except BundleError as error:
            self._fail("files", f"after line {number} it cannot be read: {error}.", file)

    def _open(self, index: int, jws: str, file: str, typ: str, cover: int) -> bytes | None:
        if index >= self._size:
            self._fail("log", f"it is not in the log, which has {self._size} entries.", file, index)
            return None
        self._check_entry(index, jws, file)
        if self._covered[index] == _REMOVED:
            self._fail("coverage", "a statement says that it was removed, and it stands here.", file, index)
        elif self._covered[index] != _FREE:
            self._fail("coverage", "something else already stands for this index.", file, index)
        self._covered[index] = cover
        if self._verifier is None:
            return None
        try:
            return self._verifier.payload(jws, typ)
        except SignatureError as error:
            self._fail("signatures", f"{error}.", file, index)
            return None

    def _parse(self, index: int, data: bytes, file: str) -> Iterator[tuple[int, Any]]:
        try:
            payload = parse_json(data)
        except BundleError as error:
            self._fail("contents", f"its payload cannot be read: {error}.", file, index)
            return
        if not is_canonical(payload, data):
            self._fail("contents", "its payload is not in its one form (RFC 8785).", file, index)
        yield index, payload

    def _check_entry(self, index: int, jws: str, file: str) -> None:
        digest = sha256(jws.encode("utf-8", "surrogatepass")).digest()
        if digest == self._entries[index * HASH_BYTES : (index + 1) * HASH_BYTES]:
            return
        self._fail("log", f"it is not what the log has at this index{self._place_of(digest)}.", file, index)

    def _place_of(self, digest: bytes) -> str:
        """Say where in the log the entry ``digest`` stands instead; nothing when that was not looked for."""
        self._searches += 1
        if self._searches > _MAX_SEARCHES:
            return ""
        at = self._entries.find(digest)
        if at < 0 or at % HASH_BYTES:
            return "; it is not in the log at all"
        return f"; it is what the log has at index {at // HASH_BYTES}"

    def _check_owner(self, payload: dict[str, Any], file: str, index: int) -> None:
        if self._site is not None and payload["site"] != self._site:
            self._fail("contents", f"it is of another site: {said(payload['site'])}.", file, index)
        id_bytes = bytes.fromhex(payload["id"].replace("-", ""))
        if id_bytes in self._ids:
            self._fail("contents", f"the id {payload['id']} stands twice in the log.", file, index)
        self._ids.add(id_bytes)

    def _publish(self, index: int, data: dict[str, Any]) -> None:
        digest, _ = self._published.setdefault(data["version"], (data["sha256"], index))
        if digest != data["sha256"]:
            words = f"config version {data['version']} is published a second time, with other content."
            self._fail("citations", words, STATEMENTS, index)

    def _remove(self, index: int, ranges: list[list[int]]) -> None:
        for first, last in ranges:
            if last >= index or last >= self._size:
                self._fail("coverage", f"it removes index {last}, which does not stand before it.", STATEMENTS, index)
                continue
            there = self._covered[first : last + 1]
            if there.count(_FREE) != len(there):
                words = f"it removes {first} to {last}, of which something else covers a part already."
                self._fail("coverage", words, STATEMENTS, index)
            self._covered[first : last + 1] = there.replace(bytes([_FREE]), bytes([_REMOVED]))

    def _check_citations(self, receipt: dict[str, Any], index: int) -> None:
        config, notice, widget = receipt["config"], receipt["notice"], receipt["widget"]
        digest, published_at = self._published.get(config["version"], (None, index))
        if digest != config["sha256"] or published_at >= index:
            words = f"no statement before it published config version {config['version']} with the hash it cites."
            self._fail("citations", words, RECEIPTS, index)
        names = [config_name(config["sha256"]), notice_name(notice["sha256"])]
        if widget is not None:
            names.append(widget_name(widget["sha256"]))
        for name in names:
            if name not in self._documents:
                self._fail("citations", f"it cites {name}, which is not here with that content.", RECEIPTS, index)
        shown = self._documents.get(names[1])
        if shown is not None and shown != (receipt["site"], notice["lang"], receipt["regime"]):
            self._fail("citations", "the notice it cites is of another site, language or regime.", RECEIPTS, index)

    def _check_time(self, at: str, file: str, index: int) -> None:
        if at >= self._latest:
            self._latest = at
        elif datetime.fromisoformat(self._latest) - datetime.fromisoformat(at) > MAX_STEP_BACK:
            words = (
                f"its time, {at}, is before that of an earlier entry, {self._latest}: back-dated, or a clock was wrong."
            )
            self._fail("times", words, file, index)
            self._latest = at


def _parse_line(line: bytes) -> tuple[int, str] | None:
    try:
        value = parse_json(line)
    except BundleError:
        return None
    if not isinstance(value, dict) or value.keys() != {"index", "jws"}:
        return None
    index, jws = value["index"], value["jws"]
    return (index, jws) if type(index) is int and 0 <= index < 2**53 and isinstance(jws, str) else None
