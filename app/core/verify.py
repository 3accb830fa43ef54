"""Verifying a bundle offline (``docs/receipts.md``): what it proves, what it cannot, and what is not as it must be.

Nothing here trusts the bundle, and a bundle cannot make it raise: whatever is wrong in it becomes a failure.
"""

from collections.abc import Callable
from dataclasses import asdict

from app.core.bundle import ENTRIES, MANIFEST, BundleFiles
from app.core.evidence import NO_EVIDENCE, Evidence
from app.core.fields import CHECKED, CLAIMED, KNOWN
from app.core.note import base64_text
from app.core.origins import is_origin_of
from app.core.report import Findings, Report, said
from app.core.verify_files import BundleReader
from app.core.verify_heads import Heads
from app.core.verify_record import Record, Spread
from app.core.verify_words import not_proven, proven, sections, subject

MAX_ENTRIES_BYTES = 2**30
"""33 million entries; they are held in memory."""


def verify_bundle(
    files: BundleFiles,
    outside: Evidence = NO_EVIDENCE,
    *,
    spread: Spread = map,
    on_progress: Callable[[int], None] | None = None,
) -> Report:
    """Verify a bundle and report. Whatever stands in it, this returns and does not raise.

    ``outside`` is what is held against it from elsewhere. ``spread`` does what ``map`` does, perhaps in several
    processes: the report is the same. ``on_progress`` is told how many bytes of the receipts have been read since it was
    last told.
    """
    findings = Findings()
    reader = BundleReader(files, findings, on_progress)
    if not reader.is_readable:
        return Report("Nothing was verified.", tuple(findings.failures), findings.count)
    entries = reader.content(ENTRIES, MAX_ENTRIES_BYTES) or b""
    heads = Heads(reader, findings, outside)
    heads.read()
    record = Record(reader, findings, entries, spread)
    record.read_statements()
    if heads.checkpoint is not None:
        record.keys.check_head(heads.note, heads.checkpoint.origin)
    heads.compare(entries, list(record.keys.log_keys.values()), record.restorations, spread)
    record.read_receipts()
    record.check_coverage()
    _check_manifest(reader, heads, record, findings)
    reader.read_the_rest()
    return Report(
        subject=subject(reader.manifest, heads.checkpoint),
        failures=tuple(findings.failures),
        failure_count=findings.count,
        proven=proven(heads, record, findings.failed),
        not_proven=not_proven(heads, record, findings.failed),
        is_key_given=outside.vkeys is not None,
        is_outside_given=bool(outside.checkpoints or outside.witnesses or outside.read_stamp),
        outside=heads.held[0] if heads.held else None,
        sections=sections(heads, record),
        facts={
            "counts": asdict(record.counts),
            "statements": dict(sorted(record.kinds.items())),
            "selection": None if record.selection is None else record.selection.to_json(),
            "removals": [{"index": one.index, "at": one.at, "rule": None, **one.data} for one in record.removals],
            "handed": [one._asdict() for one in heads.handed],
            "fields": {"claimed": list(CLAIMED), "checked": list(CHECKED), "known": list(KNOWN)},
        },
    )


def _check_manifest(reader: BundleReader, heads: Heads, record: Record, findings: Findings) -> None:
    """Hold what the manifest says of the log against the log."""
    manifest, checkpoint = reader.manifest, heads.checkpoint
    if manifest is None:
        return
    found: dict[str, object] = asdict(record.counts)
    if checkpoint is not None:
        found["origin"] = checkpoint.origin
        found["size"] = checkpoint.size
        found["root"] = base64_text(checkpoint.root)
        if not is_origin_of(checkpoint.origin, manifest["site"]):
            findings.fail("files", "its `site` is not the one that the log's origin names.", MANIFEST)
    for name, value in found.items():
        stated = manifest.get(name, 0)  # `left_out` came with selections
        if stated != value:
            words = f"its `{name}` is {said(stated)}, and the bundle gives {said(value)}."
            findings.fail("files", words, MANIFEST)
