"""A bundle's receipts and statements, held against the log's entries, against one another and the documents they cite.

Lines are opened in blocks, here or by other processes, and taken in one by one in their order. What grows with the log is
one byte of coverage per entry and 22 bytes per receipt.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from app.core.bundle import JWKS, MANIFEST, RECEIPTS, STATEMENTS, BundleError, Counts
from app.core.facts import Cites
from app.core.merkle import HASH_BYTES
from app.core.report import Findings, said
from app.core.selection import Margins, Selection
from app.core.signing import RECEIPT_TYPE, STATEMENT_TYPE, SignatureError
from app.core.verify_citations import Citations
from app.core.verify_files import BundleReader
from app.core.verify_ids import Ids
from app.core.verify_keys import Keys
from app.core.verify_lines import Blocks, Opened, open_block, read_keys, unpack
from app.core.verify_runs import Run
from app.core.verify_times import Times

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""``map``, or what does the same in several processes: results in the order of the items."""

_FREE, _STATEMENT, _RECEIPT, _REMOVED, _LEFT_OUT = range(5)
_MAX_SEARCHES = 50  # finding where a misplaced receipt belongs reads all entries: done for the first few only


@dataclass(frozen=True)
class Removal:
    """A ``receipts-removed`` statement at ``index``, made at ``at`` (``rfc3339``)."""

    index: int
    at: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Restoration:
    """A ``log-restored`` statement at ``index``."""

    index: int
    data: dict[str, Any]


class Record:
    """Checks in this order: ``read_statements``, ``read_receipts``, ``check_coverage``.

    ``entries`` are the log's entries end to end; site and selection are the manifest's (no manifest: not checked, all).
    Afterwards ``counts`` and ``kinds`` say what the indexes are, ``removals`` and ``restorations`` what was stated, and
    ``covers_period`` whether the selection's period is shown to be whole.
    """

    def __init__(self, reader: BundleReader, findings: Findings, entries: bytes, spread: Spread) -> None:
        self._reader = reader
        self._fail = findings.fail
        self._entries = entries
        self._size = len(entries) // HASH_BYTES
        self._spread = spread
        manifest = reader.manifest or {}
        self._site: str | None = manifest.get("site")
        self._jwks = self._read_keys()
        self._covered = bytearray(self._size)
        self._ids = Ids()
        self._times = Times(findings)
        self._searches = 0
        self._statement_times: list[tuple[int, str]] = []
        self._seen_statements = 0
        self._margins: Margins | None = None
        self.selection = self._read_selection(manifest.get("selection"))
        self.citations = Citations(reader, findings)
        self.keys = Keys(findings)
        self.kinds: Counter[str] = Counter()
        self.removals: list[Removal] = []
        self.restorations: list[Restoration] = []

    @property
    def counts(self) -> Counts:
        """How many indexes are a receipt, a statement, removed, left out."""
        return Counts(*(self._covered.count(kind) for kind in (_RECEIPT, _STATEMENT, _REMOVED, _LEFT_OUT)))

    @property
    def covers_period(self) -> bool:
        """Whether what the selection leaves out cannot have been received in its period."""
        margins = self._margins
        return margins is None or (margins.is_early_shown and margins.is_late_shown)

    def read_statements(self) -> None:
        """Read the cited documents; check every statement, and remember what receipts depend on."""
        self.citations.read_documents()
        for opened in self._lines(STATEMENTS, STATEMENT_TYPE, _STATEMENT):
            if opened.place is None or opened.facts is None or opened.statement is None:
                continue
            index, (kind, data) = opened.place, opened.statement
            self._statement_times.append((index, opened.facts.at))
            self.kinds[kind] += 1
            self.citations.state(kind, data, index)
            self.keys.state(kind, data, index)
            if opened.kid is not None:
                self.keys.check(opened.kid, STATEMENTS, index)
            if kind == "receipts-removed":
                self.removals.append(Removal(index, opened.facts.at, data))
                self._remove(index, data["ranges"])
            elif kind == "log-restored":
                self.restorations.append(Restoration(index, data))
                if data["size"] != index:
                    words = f"it says that the log was restored at {data['size']} entries, and stands elsewhere."
                    self._fail("log", words, STATEMENTS, index)
        self._leave_out()

    def read_receipts(self) -> None:
        """Check every receipt against the log, the keys, the publications before it and the documents it cites."""
        for opened in self._lines(RECEIPTS, RECEIPT_TYPE, _RECEIPT):
            index, facts = opened.place, opened.facts
            if index is None:
                continue
            self._see_statements(index)
            if opened.kid is not None:
                self.keys.check(opened.kid, RECEIPTS, index)
            if facts is not None and facts.cites is not None:
                self.citations.check(facts.cites, index)
                self._see(facts.at, RECEIPTS, index)
        self._see_statements(self._size)
        self._times.finish()
        self.citations.check_unnamed()
        for index, id in self._ids.twice():
            file = STATEMENTS if self._covered[index] == _STATEMENT else RECEIPTS
            self._fail("contents", f"the id {UUID(bytes=id)} stands twice in the log.", file, index)

    def check_coverage(self) -> None:
        """Name every index that no receipt, statement or removal covers."""
        for gap in re.finditer(rb"\0+", self._covered):
            first, last = gap.start(), gap.end() - 1
            if first == last:
                self._fail("coverage", "it is missing: no receipt, statement or removal stands for it.", None, first)
            else:
                words = f"{last - first + 1} entries are missing, up to index {last}: nothing stands for them."
                self._fail("coverage", words, None, first)

    def _read_keys(self) -> bytes | None:
        data = self._reader.content(JWKS)
        if data is None:
            self._fail("signatures", "no signature can be checked without it.", JWKS)
            return None
        try:
            read_keys(data)
        except (BundleError, SignatureError) as error:
            self._fail("signatures", f"{error}; no signature can be checked.", JWKS)
            return None
        return data

    def _read_selection(self, data: dict[str, Any] | None) -> Selection | None:
        if data is None:
            return None
        selection = Selection.from_json(data)
        if not selection.fits(self._size):
            self._fail("files", f"its `selection` is of no range of {self._size} entries.", MANIFEST)
            return None
        return selection

    def _lines(self, file: str, typ: str, cover: int) -> Iterator[Opened]:
        """Yield every line of ``file`` after holding it against the log."""
        blocks, last = Blocks(self._reader.chunks(file), typ, self._jwks), -1
        for packed in chain.from_iterable(self._spread(open_block, blocks)):
            if isinstance(packed, Run) and packed.first > last and self._take_run(packed, cover):
                last = packed.end - 1
                continue
            for opened in unpack(packed):
                if opened.place is not None and opened.place <= last:
                    words = f"line {opened.number} is out of order or stands twice: index {last} stands above it."
                    self._fail("coverage", words, file, opened.place)
                last = max(last, -1 if opened.place is None else opened.place)
                if self._take(opened, file, cover):
                    yield opened
        if blocks.error is not None:
            self._fail("files", f"after line {blocks.lines} it cannot be read: {blocks.error}.", file)

    def _take_run(self, run: Run, cover: int) -> bool:
        """Take in a run of receipts, if nothing at all is wrong with it; what is wrong is named line by line."""
        first, end = run.first, run.end
        free = bytes([_FREE]) * (end - first)
        is_whole = (
            self._covered[first:end] == free  # no statement stands between them, either
            and self._entries[first * HASH_BYTES : end * HASH_BYTES] == run.entries
            and all(self._stands(*kind, first, end - 1) for kind in run.kinds)
        )
        if not is_whole:
            return False
        self._see_statements(first)
        if not self._times.see_run(run.times, RECEIPTS, first):
            return False
        if self._margins is not None:
            for index, at in enumerate(run.times, start=first):
                self._margins.see(index, at)
        self._covered[first:end] = bytes([cover]) * (end - first)
        self._ids.add_run(run.ids, first)
        return True

    def _stands(self, kid: str, cites: Cites, first: int, last: int) -> bool:
        """Whether what ``kid`` signed and ``cites`` so much is good at both indexes; then it is between them, too."""
        is_of_site = self._site is None or cites.site == self._site
        ends = {first, last}
        return is_of_site and all(self.keys.holds(kid, at) and self.citations.holds(cites, at) for at in ends)

    def _take(self, opened: Opened, file: str, cover: int) -> bool:
        """Hold a line against the log; return whether it has a place in it."""
        index = opened.place
        if index is None:
            for check, words in opened.failures:
                self._fail(check, words, file)
            return False
        if index >= self._size:
            self._fail("log", f"it is not in the log, which has {self._size} entries.", file, index)
            return False
        if opened.entry != self._entries[index * HASH_BYTES : (index + 1) * HASH_BYTES]:
            self._fail("log", f"it is not what the log has at this index{self._place_of(opened.entry)}.", file, index)
        before = self._covered[index]
        if before == _REMOVED:
            self._fail("coverage", "a statement says that it was removed, and it stands here.", file, index)
        elif before == _LEFT_OUT:
            self._fail("coverage", "it stands outside what the selection says is here.", file, index)
        elif before != _FREE:
            self._fail("coverage", "something else already stands for this index.", file, index)
        self._covered[index] = cover
        for check, words in opened.failures:
            self._fail(check, words, file, index)
        facts = opened.facts
        if facts is not None:
            if self._site is not None and facts.site != self._site:
                self._fail("contents", f"it is of another site: {said(facts.site)}.", file, index)
            self._ids.add(facts.id, index)
        return True

    def _place_of(self, digest: bytes) -> str:
        """Say where in the log the entry ``digest`` stands instead; nothing when that was not looked for."""
        self._searches += 1
        if self._searches > _MAX_SEARCHES:
            return ""
        at = self._entries.find(digest)
        if at < 0 or at % HASH_BYTES:
            return "; it is not in the log at all"
        return f"; it is what the log has at index {at // HASH_BYTES}"

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

    def _leave_out(self) -> None:
        """Mark what the selection leaves out: what lies outside it and is neither a statement nor removed."""
        if self.selection is None:
            return
        first, last = self.selection.first, self.selection.last
        free, left_out = bytes([_FREE]), bytes([_LEFT_OUT])
        below, inside, above = self._covered[:first], self._covered[first : last + 1], self._covered[last + 1 :]
        lowest = above.find(free)
        highest = below.rfind(free)
        self._covered = below.replace(free, left_out) + inside + above.replace(free, left_out)
        self._margins = Margins(
            self.selection, None if highest < 0 else highest, None if lowest < 0 else last + 1 + lowest
        )

    def _see_statements(self, before: int) -> None:
        """See the times of the statements ``before`` an index, in the log's order."""
        while self._seen_statements < len(self._statement_times):
            index, at = self._statement_times[self._seen_statements]
            if index >= before:
                return
            self._see(at, STATEMENTS, index)
            self._seen_statements += 1

    def _see(self, at: str, file: str, index: int) -> None:
        self._times.see(at, file, index)
        if self._margins is not None:
            self._margins.see(index, at)
