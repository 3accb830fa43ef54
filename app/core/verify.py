"""Verifying a bundle offline (``docs/receipts.md``): what it proves, what it cannot, and what is not as it must be.

Nothing here trusts the bundle, and a bundle cannot make it raise: whatever is wrong in it becomes a failure.
"""

from dataclasses import dataclass

from app.core.bundle import CHECKPOINT, ENTRIES, MANIFEST, VKEY, BundleFiles
from app.core.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from app.core.merkle import HASH_BYTES, Frontier
from app.core.note import base64_text
from app.core.origins import is_origin_of
from app.core.report import Check, Findings, Report, counted, said
from app.core.verify_files import BundleReader
from app.core.verify_record import MAX_STEP_BACK, Record

_MAX_ENTRIES_BYTES = 2**30  # 33 million entries; they are held in memory


@dataclass(frozen=True)
class _Head:
    """The log's head as far as it could be opened, and the older one it was compared with."""

    checkpoint: Checkpoint | None
    older: Checkpoint | None
    vkey: str


def verify_bundle(files: BundleFiles, against: str | None = None, trusted_vkey: str | None = None) -> Report:
    """Verify a bundle and report. Whatever stands in it, this returns and does not raise.

    ``against`` is a checkpoint (the note's text) kept outside, older than the bundle's or the same; ``trusted_vkey`` is
    the log's verifier key (several: one per line) as got from elsewhere than the bundle.
    """
    findings = Findings()
    reader = BundleReader(files, findings)
    if not reader.is_readable:
        return Report("Nothing was verified.", tuple(findings.failures), findings.count, (), ())
    entries = reader.content(ENTRIES, _MAX_ENTRIES_BYTES) or b""
    head = _read_head(reader, against, trusted_vkey)
    _check_root(head, entries, findings)
    site = reader.manifest["site"] if reader.manifest else None
    record = Record(reader, findings, entries, site)
    record.read_documents()
    record.read_statements()
    record.read_receipts()
    record.check_coverage()
    _check_manifest(reader, head, record, findings)
    reader.read_the_rest()
    return Report(
        subject=_subject(reader, head),
        failures=tuple(findings.failures),
        failure_count=findings.count,
        proven=_proven(head, record, findings.failed, is_key_given=trusted_vkey is not None),
        not_proven=_not_proven(head, record, is_key_given=trusted_vkey is not None),
        is_key_given=trusted_vkey is not None,
        older_size=head.older.size if head.older else None,
    )


def _read_head(reader: BundleReader, against: str | None, trusted_vkey: str | None) -> _Head:
    fail = reader.findings.fail
    note, vkey = reader.text(CHECKPOINT), reader.text(VKEY)
    checkpoint = older = None
    if note is None or vkey is None:
        fail("checkpoint", "The log's head cannot be opened without checkpoint and vkey.")
    else:
        try:
            checkpoint = open_checkpoint(note, vkey)
        except CheckpointError as error:
            fail("checkpoint", f"{error}.", CHECKPOINT)
    if trusted_vkey is not None and note is not None:
        try:
            open_checkpoint(note, trusted_vkey)
        except CheckpointError as error:
            fail("key", f"with the verifier key you gave, {error}.", CHECKPOINT)
    keys = trusted_vkey if trusted_vkey is not None else vkey
    if against is not None and keys is not None:
        try:
            older = open_checkpoint(against, keys)
        except CheckpointError as error:
            fail("older", f"In the checkpoint you kept, {error}.")
    return _Head(checkpoint, older, vkey or "")


def _check_root(head: _Head, entries: bytes, findings: Findings) -> None:
    """Recompute the root over all entries, and on the way the root at the older checkpoint's size."""
    count, rest = divmod(len(entries), HASH_BYTES)
    if rest:
        findings.fail("root", f"it ends within an entry: its size is not a multiple of {HASH_BYTES} bytes.", ENTRIES)
    frontier = Frontier.empty()
    older_size = head.older.size if head.older else 0
    older_root = frontier.root()
    for at in range(0, count * HASH_BYTES, HASH_BYTES):
        frontier.append(entries[at : at + HASH_BYTES])
        if frontier.size == older_size:
            older_root = frontier.root()
    if head.checkpoint is not None and head.checkpoint.size != count:
        words = f"it holds {count} entries, and the checkpoint is of {said(head.checkpoint.size)}."
        findings.fail("root", words, ENTRIES)
    elif head.checkpoint is not None and head.checkpoint.root != frontier.root():
        findings.fail("root", "its entries do not give the checkpoint's root.", ENTRIES)
    if head.older is None:
        return
    if head.checkpoint is not None and head.older.origin != head.checkpoint.origin:
        findings.fail("older", "The checkpoint you kept is of another log.")
    elif older_size > count:
        words = f"The log has shrunk: you kept a checkpoint of {older_size} entries, and it has {count}."
        findings.fail("older", words)
    elif head.older.root != older_root:
        words = f"The log was rewritten: its first {older_size} entries are not those of the checkpoint you kept."
        findings.fail("older", words)


def _check_manifest(reader: BundleReader, head: _Head, record: Record, findings: Findings) -> None:
    """Hold what the manifest says of the log against the log."""
    manifest = reader.manifest
    if manifest is None:
        return
    found: dict[str, object] = {
        "receipts": record.receipts,
        "statements": record.statements,
        "removed": record.removed,
    }
    if head.checkpoint is not None:
        found["origin"] = head.checkpoint.origin
        found["size"] = head.checkpoint.size
        found["root"] = base64_text(head.checkpoint.root)
        if not is_origin_of(head.checkpoint.origin, manifest["site"]):
            findings.fail("files", "its `site` is not the one that the log's origin names.", MANIFEST)
    for name, value in found.items():
        if manifest[name] != value:
            words = f"its `{name}` is {said(manifest[name])}, and the bundle gives {said(value)}."
            findings.fail("files", words, MANIFEST)


def _subject(reader: BundleReader, head: _Head) -> str:
    manifest, checkpoint = reader.manifest, head.checkpoint
    site = f"Site {said(manifest['site'])}" if manifest else "Site unknown"
    if checkpoint is None:
        return f"{site}; the log's head could not be opened."
    root = base64_text(checkpoint.root)
    return f"{site}, log {said(checkpoint.origin)}, {checkpoint.size} entries, root {root}."


def _proven(head: _Head, record: Record, failed: set[Check], *, is_key_given: bool) -> tuple[str, ...]:
    """Say what was established. Each sentence rests on those before it: what failed takes along what rests on it."""
    if head.checkpoint is None:
        return ()
    size, keys = head.checkpoint.size, ", ".join(ascii(line)[1:-1] for line in head.vkey.splitlines())
    receipts, statements = counted(record.receipts, "receipt"), counted(record.statements, "statement")
    log: set[Check] = {"checkpoint", "key", "root"}
    signed: set[Check] = log | {"log", "signatures"}
    contents: set[Check] = signed | {"contents"}
    sentences: list[tuple[set[Check], str]] = [
        (
            {"checkpoint", "key"},
            f"The checkpoint of {size} entries is signed by the key you gave."
            if is_key_given
            else f"The checkpoint of {size} entries is signed by a key that the bundle itself names: {keys}.",
        ),
        (log, f"The {size} entries are those that the checkpoint commits to."),
        (
            signed,
            f"{receipts} and {statements} are signed by the keys in jwks.json, "
            "and stand unchanged at their places in the log.",
        ),
        (
            contents | {"coverage"},
            f"Every index is accounted for: {receipts}, {statements}, "
            f"{record.removed} removed under a signed statement.",
        ),
        (
            contents | {"citations"},
            "Each receipt cites a config that was published before it, and the config, the notice and the widget "
            "it cites are here, byte for byte.",
        ),
        (
            contents | {"times"},
            f"Along the log, the server's times never step back by more than {MAX_STEP_BACK.seconds // 60} minutes.",
        ),
    ]
    if head.older is not None:
        grown = f"Since the checkpoint you kept, of {head.older.size} entries, the log has only grown: none of them was"
        sentences.insert(2, (log | {"older"}, f"{grown} changed, moved, taken out or slipped in between."))
    return tuple(sentence for needed, sentence in sentences if not needed & failed)


def _not_proven(head: _Head, record: Record, *, is_key_given: bool) -> tuple[str, ...]:
    sentences = []
    if not is_key_given:
        sentences.append(
            "That the operator did not make all of this anew: a verifier key inside the bundle proves nothing against "
            "the operator. Compare it with one that you got elsewhere, and earlier (--vkey)."
        )
    if head.older is None:
        sentences.append(
            "That nothing was rewritten or left out before this checkpoint: no checkpoint kept outside was compared. "
            "Keep this one, and give it next time (--against)."
        )
    else:
        sentences.append(f"Anything kept outside about the entries from index {head.older.size} on.")
    if record.removed:
        sentences.append("What the removed receipts said, and that whoever the statement names asked for it.")
    sentences += [
        "That a person clicked, or which: a receipt shows that a client that held this config sent this choice.",
        "What the browser claims: choices, method, trusted, previous, layer, layout, viewport, scheme, equality, "
        "gpc.browser, shown_at, decided_at.",
        "The times themselves: received_at and expires_at are by the server's own clock.",
        "That every choice was recorded: one that never reached the server, or that it did not acknowledge, is not here.",
        "That the trackers obeyed, and when the bundle was made: `made_at` is signed by nobody.",
    ]
    return tuple(sentences)
