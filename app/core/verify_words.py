"""How a verification is said: what is proven, what is not, and what is worth knowing besides."""

from typing import Any

from app.core.checkpoint import Checkpoint
from app.core.fields import CHECKED, CLAIMED, KNOWN
from app.core.note import base64_text
from app.core.report import Check, counted, said, said_plainly
from app.core.selection import MAX_STEP_BACK
from app.core.verify_heads import Handed, Heads
from app.core.verify_record import Record, Removal

_SHOWN = 25


def subject(manifest: dict[str, Any] | None, checkpoint: Checkpoint | None) -> str:
    """Say what was verified."""
    site = f"Site {said(manifest['site'])}" if manifest else "Site unknown"
    if checkpoint is None:
        return f"{site}; the log's head could not be opened."
    root = base64_text(checkpoint.root)
    return f"{site}, log {said(checkpoint.origin)}, {checkpoint.size} entries, root {root}."


def proven(heads: Heads, record: Record, failed: set[Check]) -> tuple[str, ...]:
    """Say what was established. Each sentence rests on those before it: what failed takes along what rests on it."""
    if heads.checkpoint is None:
        return ()
    size, counts = heads.checkpoint.size, record.counts
    receipts, statements = counted(counts.receipts, "receipt"), counted(counts.statements, "statement")
    left_out = f", {counts.left_out} left out by the selection" if record.selection is not None else ""
    log: set[Check] = {"checkpoint", "key", "root"}
    signed: set[Check] = log | {"log", "signatures"}
    contents: set[Check] = signed | {"contents"}
    whole: set[Check] = contents | {"coverage"}
    sentences: list[tuple[set[Check], str]] = [
        ({"checkpoint", "key"}, _signed_head(heads, size)),
        (log, f"The {size} entries are those that the checkpoint commits to."),
        *_held(heads, log),
        (
            signed,
            f"{receipts} and {statements} are signed by the keys in jwks.json, "
            "and stand unchanged at their places in the log.",
        ),
        (
            whole,
            f"Every index is accounted for: {receipts}, {statements}, "
            f"{counts.removed} removed under a signed statement{left_out}.",
        ),
        (
            contents | {"citations"},
            "Each receipt cites a config that was published before it, and the config, the notice and the widget "
            f"it cites are here, byte for byte{_pictures(record)}.",
        ),
        (
            contents | {"times"},
            f"Along the log, the server's times never step back by more than {MAX_STEP_BACK.seconds // 60} minutes.",
        ),
    ]
    if record.keys.begun is not None:
        words = f"From index {record.keys.begun} on, each is signed by a key that the log had stated and not retired."
        sentences.append((contents | {"keys"}, words))
    if record.selection is not None and record.covers_period and _period(record):
        words = (
            f"The receipts here are all that were received {_period(record)}, if the times of those left out step back no "
            "further than they may: only a bundle of everything shows that."
        )
        sentences.append((whole | {"times", "files"}, words))
    return tuple(sentence for needed, sentence in sentences if not needed & failed)


def not_proven(heads: Heads, record: Record, failed: set[Check]) -> tuple[str, ...]:
    """Say what a reader might take for proven and is not."""
    sentences = []
    if heads.outside.vkeys is None:
        sentences.append(
            "That the operator did not make all of this anew: a verifier key inside the bundle proves nothing against "
            "the operator. Compare it with one that you got elsewhere, and earlier (--vkey)."
        )
    if heads.held:
        sentences.append(f"Anything held outside about the entries from index {heads.held[0].size} on.")
    else:
        sentences.append(
            "That nothing was rewritten or left out before this checkpoint: none that is held outside was found to agree. "
            "Keep this one, and give it next time (--against)."
        )
    sentences += [
        f"What stood in the {counted(lost, 'entry')} lost when the log was restored from a "
        f"backup, as index {index} states."
        for index, lost in heads.lost
    ]
    if record.counts.left_out:
        receipts = counted(record.counts.left_out, "receipt")
        sentences.append(f"Anything about the {receipts} left out by the selection, but that they stand in the log.")
    if _period(record) and not (record.covers_period and not failed & {"times", "coverage", "contents", "files"}):
        sentences.append(f"That the receipts here are all that were received {_period(record)}.")
    if record.counts.removed:
        sentences.append("What the removed receipts said, and that whoever the statement names asked for it.")
    sentences += [
        "That a person clicked, or which: a receipt shows that a client that held this config sent this choice.",
        f"What the browser claims: {', '.join(name for name in CLAIMED if name != 'id')}, gpc.browser.",
        "The times themselves: received_at and expires_at are by the server's own clock.",
        "That every choice was recorded: one that never reached the server, or that it did not acknowledge, is not here.",
        "That the trackers obeyed, and when the bundle was made: `made_at` is signed by nobody.",
    ]
    return tuple(sentences)


def sections(heads: Heads, record: Record) -> dict[str, tuple[str, ...]]:
    """Say what is worth knowing besides, under its titles."""
    return {
        "Removed": _some([_removal(one) for one in record.removals]),
        "Statements": tuple(f"{kind}: {count}" for kind, count in sorted(record.kinds.items())),
        "The bundle says, and nobody has signed: ask them": _some(_handed(heads.handed)),
        "Who says what in a receipt": (
            f"claimed by the browser: {', '.join(CLAIMED)}, and of gpc `browser`",
            f"claimed, and refused unless this server had published it: {', '.join(CHECKED)}",
            f"known to the server: {', '.join(KNOWN)}",
        ),
    }


def _signed_head(heads: Heads, size: int) -> str:
    if heads.outside.vkeys is not None:
        return f"The checkpoint of {size} entries is signed by the key you gave."
    keys = ", ".join(ascii(line)[1:-1] for line in heads.vkeys.splitlines())
    return f"The checkpoint of {size} entries is signed by a key that the bundle itself names: {keys}."


def _held(heads: Heads, log: set[Check]) -> list[tuple[set[Check], str]]:
    if not heads.held:
        return []
    first = heads.held[0]
    when = f" at {first.at}" if first.at else ""
    words = (
        f"Since the checkpoint of {first.size} entries, {said_plainly(first.by)}{when}, the log has only grown: none "
        "of them was changed, moved, taken out or slipped in between."
    )
    return [(log | {"older", "witness"}, words)]


def _pictures(record: Record) -> str:
    named, here = record.citations.pictures
    return f"; so are {here} of {counted(named, 'picture')} of the banner that statements name" if named else ""


def _period(record: Record) -> str:
    """The selection's period in words; empty when it is of indexes alone, or there is none."""
    selection = record.selection
    if selection is None or (selection.start is None and selection.end is None):
        return ""
    start = f"from {selection.start}" if selection.start else "from the beginning"
    return f"{start} up to {selection.end}" if selection.end else f"{start} on"


def _removal(one: Removal) -> str:
    ranges = ", ".join(
        str(first) if first == last else f"{first} to {last}" for first, last in one.data["ranges"][:_SHOWN]
    )
    more = ", …" if len(one.data["ranges"]) > _SHOWN else ""
    rule = f", under the rule {said(one.data['rule'])}" if "rule" in one.data else ""
    return (
        f"index {one.index}, {one.at}: {counted(one.data['count'], 'receipt')} removed by the {one.data['by']}{rule}, for "
        f"the reason {said(one.data['reason'])}: {ranges}{more}"
    )


def _handed(handed: list[Handed]) -> list[str]:
    """To each whom the bundle names, the last that they are said to have got."""
    last = {(one.kind, one.to): one for one in sorted(handed, key=lambda one: one.size)}
    return [
        f"it was handed to {said_plainly(one.to)} ({said_plainly(one.kind)}), last at {one.at} of {one.size} entries"
        for one in last.values()
    ]


def _some(sentences: list[str]) -> tuple[str, ...]:
    if len(sentences) <= _SHOWN:
        return tuple(sentences)
    return (*sentences[:_SHOWN], f"… and {len(sentences) - _SHOWN} more (--json lists all)")
