"""The log's signed heads: the bundle's own, earlier ones that came with it, and those that somebody kept outside."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.core.bundle import CHECKPOINT, CHECKPOINTS, ENTRIES, STATEMENTS, VKEY, BundleError, lines_of, parse_json
from app.core.checkpoint import Checkpoint, CheckpointError, open_checkpoint, parse_vkeys
from app.core.cosignature import WitnessKey, open_cosignatures, parse_witness_key
from app.core.evidence import Evidence
from app.core.merkle import HASH_BYTES
from app.core.note import NoteError, Vkey, base64_bytes
from app.core.origins import split_origin
from app.core.payload import kept_problem
from app.core.receipt import rfc3339
from app.core.report import Findings, Held, said
from app.core.verify_files import BundleReader
from app.core.verify_record import Restoration, Spread
from app.core.verify_roots import roots_at

_ORIGIN = re.compile(r"(.+/log/[^/.]+)(?:\.[1-9][0-9]*)?")


class Handed(NamedTuple):
    """That the bundle says somebody outside got the checkpoint of ``size`` entries."""

    size: int
    kind: str
    to: str
    at: str


@dataclass(frozen=True)
class _Kept:
    """A checkpoint to compare, and where it is from: kept by the user (``file`` is ``None``), or a line of the bundle."""

    note: str
    head: Checkpoint
    file: str | None
    stamps: Sequence[str] = ()

    @property
    def name(self) -> str:
        return "The checkpoint you kept" if self.file is None else f"the checkpoint of {said(self.head.size)} entries"


@dataclass
class Heads:
    """Opened by ``read``, compared with the log by ``compare``; what fails goes to ``findings``.

    Afterwards ``checkpoint`` is the bundle's own (``None``: not opened), ``held`` what was held outside and agrees, most
    entries first, ``lost`` how many entries a restored log had lost, ``handed`` to whom the bundle says it was handed.
    """

    reader: BundleReader
    findings: Findings
    outside: Evidence
    checkpoint: Checkpoint | None = None
    note: str = ""
    vkeys: str = ""
    held: list[Held] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    is_own_kept: bool = False
    """Whether earlier checkpoints came along."""

    def read(self) -> None:
        """Open the bundle's own checkpoint."""
        note, vkeys = self.reader.text(CHECKPOINT), self.reader.text(VKEY)
        self.note, self.vkeys = note or "", vkeys or ""
        fail = self.findings.fail
        if note is None or vkeys is None:
            fail("checkpoint", "The log's head cannot be opened without checkpoint and vkey.")
        else:
            try:
                self.checkpoint = open_checkpoint(note, vkeys)
            except CheckpointError as error:
                fail("checkpoint", f"{error}.", CHECKPOINT)
        if self.outside.vkeys is not None and note is not None:
            try:
                # As they were given, so that it is said what is wrong with them; then under the name of a restored log.
                parse_vkeys(self.outside.vkeys)
                open_checkpoint(note, _text(_under(note, _keys(self.outside.vkeys))))
            except (CheckpointError, NoteError) as error:
                fail("key", f"with the verifier key you gave, {error}.", CHECKPOINT)

    def compare(
        self, entries: bytes, stated: Sequence[Vkey], restorations: Sequence[Restoration], spread: Spread
    ) -> None:
        """Hold all heads against the log. ``stated`` are log keys that the log itself names."""
        count, rest = divmod(len(entries), HASH_BYTES)
        if rest:
            words = f"it ends within an entry: its size is not a multiple of {HASH_BYTES} bytes."
            self.findings.fail("root", words, ENTRIES)
        trusted = self.outside.vkeys if self.outside.vkeys is not None else self.vkeys
        kept = [
            one
            for note in self.outside.checkpoints
            if (one := self._open(note, _keys(trusted), "In the checkpoint you kept, ", None)) is not None
        ]
        known = [*_keys(self.vkeys), *stated]
        kept += self._read_kept(known)
        restored = [self._read_restored(one, known) for one in restorations]
        sizes = {count, *(one.head.size for one in kept), *(head.size for head in restored if head is not None)}
        roots = roots_at(entries, sizes, spread)
        self._check_root(count, roots[count])
        before = {}  # origins of before, and how far the log goes on from each
        for statement, head in zip(restorations, restored, strict=True):
            size = statement.data["size"]
            if head is not None and size == statement.index:
                before[head.origin] = size
                self._check_restored(statement, head, roots)
        if self.checkpoint is not None and _is_restored(self.checkpoint.origin) and not restorations:
            self.findings.fail(
                "log", "Its origin is that of a restored log, and no statement says that it was restored."
            )
        agreeing = [one for one in kept if self._agrees(one, count, roots, before)]
        self.held += [Held(one.head.size, "kept by you", None) for one in agreeing if one.file is None]
        mine = [one for one in agreeing if one.file is not None]
        if self.checkpoint is not None and self.checkpoint.root == roots.get(self.checkpoint.size):
            mine.append(_Kept(self.note, self.checkpoint, CHECKPOINT))
        self._read_cosignatures(mine)
        self._read_stamps(mine)
        self.held.sort(key=lambda held: held.size, reverse=True)

    def _check_root(self, count: int, root: bytes) -> None:
        head = self.checkpoint
        if head is not None and head.size != count:
            words = f"it holds {count} entries, and the checkpoint is of {said(head.size)}."
            self.findings.fail("root", words, ENTRIES)
        elif head is not None and head.root != root:
            self.findings.fail("root", "its entries do not give the checkpoint's root.", ENTRIES)

    def _agrees(self, one: _Kept, count: int, roots: dict[int, bytes], before: dict[str, int]) -> bool:
        """Compare a checkpoint with the log; say what is wrong."""
        fail, size = self.findings.fail, one.head.size
        restored = next((end for origin, end in before.items() if _is_until(one.head.origin, origin)), None)
        ours = count if self.checkpoint is None or one.head.origin == self.checkpoint.origin else None
        goes_on = ours if restored is None else restored
        whose = "you kept a checkpoint" if one.file is None else "a checkpoint is here"
        if goes_on is None:
            fail("older", f"{one.name} is of another log.", one.file)
        elif size > goes_on and restored is not None:
            words = (
                f"The log was restored from a backup of {goes_on} entries; {whose} of {said(size)}: the rest is lost."
            )
            fail("older", words, one.file)
        elif size > goes_on:
            fail("older", f"The log has shrunk: {whose} of {said(size)} entries, and it has {count}.", one.file)
        elif one.head.root != roots[size]:
            whose = "you kept" if one.file is None else "here"
            words = f"The log was rewritten: its first {size} entries are not those of the checkpoint {whose}."
            fail("older", words, one.file)
        else:
            return True
        return False

    def _open(self, note: str, keys: Sequence[Vkey], where: str, file: str | None) -> _Kept | None:
        """Open a checkpoint of this log, its keys under the name that the log had then."""
        try:
            return _Kept(note, open_checkpoint(note, _text(_under(note, keys))), file)
        except (CheckpointError, NoteError) as error:
            self.findings.fail("older", f"{where}{error}.", file)
            return None

    def _read_kept(self, keys: Sequence[Vkey]) -> list[_Kept]:
        """Read the earlier checkpoints that came along."""
        found: list[_Kept] = []
        number, last = 0, -1
        fail = self.findings.fail
        try:
            for number, line in enumerate(lines_of(self.reader.chunks(CHECKPOINTS)), start=1):
                data = _parse(line)
                if (problem := kept_problem(data)) is not None:
                    fail("files", f"the field {said(problem)} of line {number} is not as it must be.", CHECKPOINTS)
                    continue
                self.is_own_kept = True
                one = self._open(data["note"], keys, f"in line {number}, ", CHECKPOINTS)
                if one is None:
                    continue
                if data["size"] != one.head.size or data["size"] <= last:
                    fail("files", f"line {number} is out of order, or its size is not its checkpoint's.", CHECKPOINTS)
                last = max(last, data["size"])
                found.append(_Kept(one.note, one.head, CHECKPOINTS, data["timestamps"]))
                self.handed += [Handed(one.head.size, item["kind"], item["to"], item["at"]) for item in data["handed"]]
        except BundleError as error:
            fail("files", f"after line {number} it cannot be read: {error}.", CHECKPOINTS)
        return found

    def _read_restored(self, statement: Restoration, keys: Sequence[Vkey]) -> Checkpoint | None:
        note, fail = statement.data["checkpoint"], self.findings.fail
        if self.checkpoint is not None and _family(note.partition("\n")[0]) != _family(self.checkpoint.origin):
            words = "the head that it says the log had before it was restored is not one of this log."
            fail("log", words, STATEMENTS, statement.index)
            return None
        try:
            return open_checkpoint(note, _text(_under(note, keys)))
        except (CheckpointError, NoteError) as error:
            words = f"the head that the log had before it was restored does not hold: {error}."
            fail("log", words, STATEMENTS, statement.index)
            return None

    def _check_restored(self, statement: Restoration, head: Checkpoint, roots: dict[int, bytes]) -> None:
        size = statement.data["size"]
        if head.size > size:
            self.lost.append((statement.index, head.size - size))
        elif roots.get(head.size) != head.root:
            words = "the head that the log had before it was restored is not that of its first entries."
            self.findings.fail("log", words, STATEMENTS, statement.index)

    def _read_cosignatures(self, kept: Sequence[_Kept]) -> None:
        if not self.outside.witnesses:
            return
        witnesses: list[WitnessKey] = []
        for text in self.outside.witnesses:
            try:
                witnesses.append(parse_witness_key(text))
            except NoteError as error:
                self.findings.fail("witness", f"Of the witness you named, {error}.")
        seen: set[str] = set()
        for one in kept:
            try:
                for name, at in open_cosignatures(one.note, witnesses):
                    self.held.append(Held(one.head.size, f"cosigned by {name}", rfc3339(at)))
                    seen.add(name)
            except NoteError as error:
                self.findings.fail("witness", f"under {one.name}, {error}.", one.file)
        for key in witnesses:
            if key.name not in seen:
                words = f"No checkpoint here that agrees with the log is cosigned by {said(key.name)}."
                self.findings.fail("witness", words)

    def _read_stamps(self, kept: Sequence[_Kept]) -> None:
        if self.outside.read_stamp is None:
            return
        is_stamped = False
        for one in kept:
            for text in one.stamps:
                try:
                    at, by = self.outside.read_stamp(base64_bytes(text), one.note)
                except ValueError as error:
                    self.findings.fail("witness", f"a time stamp of {one.name} does not hold: {error}.", one.file)
                    continue
                is_stamped = True
                self.held.append(Held(one.head.size, f"time-stamped by {by}", rfc3339(at)))
        if not is_stamped:
            self.findings.fail("witness", "No checkpoint here that agrees with the log has a time stamp that holds.")


def _keys(vkeys: str) -> list[Vkey]:
    try:
        return parse_vkeys(vkeys)
    except NoteError:
        return []


def _under(note: str, keys: Sequence[Vkey]) -> list[Vkey]:
    """Return the keys under the name that their log had when ``note`` was signed: it changes when a log is restored."""
    origin = note.partition("\n")[0]
    with suppress(NoteError):  # no signer can have that name: opening says so
        return [key.under(origin) if _family(key.name) == _family(origin) else key for key in keys]
    return list(keys)


def _text(keys: Sequence[Vkey]) -> str:
    return "\n".join(map(str, keys))


def _parse(line: bytes) -> Any:
    try:
        return parse_json(line)
    except BundleError:
        return None


def _family(origin: str) -> str | None:
    """The origin that a log had before it was ever restored; ``None``: no log's of ours."""
    match = _ORIGIN.fullmatch(origin)
    return match and match[1]


def _is_until(origin: str, other: str) -> bool:
    """Whether ``origin`` is one that the log bore until it bore ``other``, or ``other`` itself.

    A second restore may have lost what stated the first.
    """
    return _family(origin) == _family(other) and split_origin(origin)[1] <= split_origin(other)[1]


def _is_restored(origin: str) -> bool:
    return _family(origin) not in (None, origin)
