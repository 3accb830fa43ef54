"""Bundles that hold, of every shape that there is: what a verifier must take, and what ``tampering`` takes apart."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from app.core import bundle as names
from app.core.canonical import canonical_bytes
from app.core.note import sign_note
from app.core.receipt import rfc3339
from app.core.signing import STATEMENT_TYPE
from tests.support.bundle_files import witness, zip_of
from tests.support.bundles import BundleBuilder, raw_jws
from tests.support.zips import stored, streamed

TAKEN_OVER = {"from": "klaro", "decided_at": "2026-02-01T12:00:00.000Z", "value": '{"statistik":true,"karten":false}'}
"""What a receipt says of a choice that another tool had kept."""
WITNESSES = ("witness.example/w", "another.example/w")


@dataclass(frozen=True)
class Case:
    """A bundle and what it is held against; ``check`` and ``index`` say what must fail (``None``: it holds)."""

    name: str
    zip: bytes
    check: str | None = None
    index: int | None = None
    against: tuple[str, ...] = ()
    vkey: str | None = None
    witness: tuple[str, ...] = ()


class Journal(BundleBuilder):
    """A log that begins as a server's does, and can be written by somebody who is no server."""

    def begin(self):
        super().begin()
        self.publish_whole(1)
        return self

    @property
    def part(self):
        """The hash of the one part of the widget."""
        return next(name for name in self.documents if name.startswith("parts/"))[6:-3]

    @property
    def loader(self):
        """The hash of what the first version's loader carried."""
        return self.keep(names.loader_name, {"version": 1, "lang": "en"})

    def files_with_jwks(self, jwks):
        """The bundle with another set of keys."""
        return self.seal({**self.files(), names.JWKS: canonical_bytes(jwks)})

    def with_raw_statement(self, kind, data):
        """Append a statement whose ``data`` is JSON text that no signer of ours would write."""
        payload = {"v": 1, "id": self.new_id(), "site": self.site, "kind": kind, "at": rfc3339(self.now), "data": {}}
        written = canonical_bytes(payload).replace(b'"data":{}', b'"data":' + data)
        self.append(raw_jws(self, written, STATEMENT_TYPE), names.STATEMENTS)
        return self


def with_manifest(files, /, **changes):
    """``files`` with fields of the manifest replaced."""
    manifest = {**json.loads(files[names.MANIFEST]), **changes}
    return {**files, names.MANIFEST: canonical_bytes(manifest)}


def signed_by(log, text):
    """A note of ``text``, signed by the log's key."""
    return sign_note(text, log.origin, log.keys.log[-1])


def chosen(log, first, last, start=None, end=None):
    """``log``, of which a bundle holds only the receipts at ``first`` to ``last``."""
    log.select(first, last, start, end)
    return log


def restored(said_at):
    """A log restored from a backup of 6 entries, which says so at index ``said_at``; and its head that was lost."""
    log = Journal().begin()
    for _ in range(5):
        log.receipt()
    lost = log.checkpoint()
    if said_at == 6:
        log.restore(6)
    else:
        log.restore(6)
        resized(log, 6)
        log.receipt()
        log.statement("log-restored", {"size": 6, "checkpoint": lost, "reason": "the disk broke"})
    log.receipt()
    return log, lost


def resized(log, size):
    """``log`` without its last entries, as a backup has it."""
    del log.entries[size:]
    for lines in log.lines.values():
        for index in [index for index in lines if index >= size]:
            del lines[index]
    return log


def grown():
    """A log of 20 entries with a bit of everything.

    Receipts stand at 4-8 (5 and 6 are removed), 11, 13, 15, 17 and 19; at 9 and 10 newer keys are added, at 12 the first
    receipt key is retired, at 14 is another version, at 16 the removal, at 18 a tracker that was stopped.
    """
    log = Journal().begin()
    for _ in range(5):
        log.receipt()
    log.rotate("a newer key")
    log.receipt()
    log.retire(log.keys.receipt[0])
    log.receipt()
    log.publish_whole(2)
    log.receipt(version=2)
    log.remove((5, 6), by="operator", rule="retention P3Y")
    log.receipt(headless=True)
    log.statement("tracker-stopped", {"tracker": "recorder", "version": 2, "reason": "a leak", "by": "ada@example.com"})
    log.receipt(version=2)
    return log


def _of_before():
    """A log without the statements and files that came later."""
    log = BundleBuilder()
    log.publish(1)
    for _ in range(4):
        log.receipt()
    log.remove((2, 3))
    log.receipt(headless=True)
    return log


def _begun_before():
    """The same, going on after an update: its keys and builds are stated from then on."""
    log = Journal()
    log.publish(1)
    for _ in range(4):
        log.receipt()
    log.begin()
    log.receipt()
    return log


def _long():
    log = Journal().begin()
    for _ in range(300):
        log.receipt()
    log.remove(*((index, index + 2) for index in range(50, 150, 7)))
    return log


def _of_a_day(first, last):
    """A log with an entry every two minutes, and of it what was received from 12:30 to 12:35."""
    log = Journal(step=timedelta(minutes=2)).begin()
    for _ in range(30):
        log.receipt()
    return chosen(log, first, last, "2026-03-01T12:30:00.000Z", "2026-03-01T12:35:00.000Z")


@cache
def good_bundles():
    """Return every case that holds."""
    log, kept = grown(), grown()
    kept.keep_checkpoint(0)
    kept.keep_checkpoint(8)
    kept.keep_checkpoint(12, witnesses=WITNESSES, handed=[("mail", "auditor@example.com", "2026-03-01T12:00:12.000Z")])
    after, _ = restored(said_at=6)
    twice, _ = restored(said_at=6)
    twice.restore(6)
    kept_before = Journal().begin().checkpoint(3)
    new = grown()
    new.statement("something-new", {"of": [1, {"what": None}, 0.5, 1e21], "\U0001f36a": "\ufb33"})
    new.receipt(trackers={"\U0001f36a": True, "\ufb33": False, "\u20ac": True}, regime="eu")
    new.receipt(method="takeover", trusted=False, taken_over=dict(TAKEN_OVER))
    new.receipt(method="takeover", trusted=False, taken_over={**TAKEN_OVER, "decided_at": None, "value": None})
    late = grown()
    late.receipt(received_at="2026-03-01T11:58:00.000Z")
    witnesses = tuple(map(witness, WITNESSES))
    days = ("2026-03-01T12:00:00.000Z", "2026-03-02T00:00:00.000Z")
    return (
        Case("a bit of everything", zip_of(log.files())),
        Case("held against its key", zip_of(log.files()), vkey=log.vkey),
        Case("held against what was kept", zip_of(log.files()), against=(log.checkpoint(3), log.checkpoint(17))),
        Case("held against its own head", zip_of(log.files()), against=(log.checkpoint(),), vkey=log.vkey),
        Case("of before", zip_of(_of_before().files())),
        Case("begun before and gone on", zip_of(_begun_before().files())),
        Case("an empty log", zip_of(BundleBuilder().files())),
        Case("no receipts yet", zip_of(Journal().begin().files())),
        Case("a long log", zip_of(_long().files())),
        Case("with earlier checkpoints", zip_of(kept.files())),
        Case("with a witness", zip_of(kept.files()), witness=witnesses),
        Case("with a witness of the head", zip_of(_head_cosigned(grown())), witness=witnesses[:1]),
        Case("of some days", zip_of(chosen(grown(), 8, 15, *days).files())),
        Case("of a day that it covers", zip_of(_of_a_day(12, 20).files())),
        Case("of a day that it may not cover", zip_of(_of_a_day(13, 19).files())),
        Case("of some indexes", zip_of(chosen(grown(), 8, 15).files())),
        Case("of nothing", zip_of(chosen(grown(), 5, 4).files())),
        Case("restored", zip_of(after.files())),
        Case("restored, held against what it goes on from", zip_of(after.files()), against=(kept_before,)),
        Case("restored, with the key as it was got before", zip_of(after.files()), vkey=Journal().begin().vkey),
        Case("restored twice from one backup", zip_of(twice.files()), against=(kept_before,)),
        Case("with a page that verifies", zip_of(log.seal({**log.files(), names.VERIFY_PAGE: b"<!doctype html>"}))),
        Case("a kind that nobody knows yet", zip_of(new.files())),
        Case("a few minutes out of order", zip_of(late.files())),
        Case("streamed", streamed(log.files())),
        Case("not packed", stored(log.files())),
    )


def _head_cosigned(log):
    files = log.files()
    note = log.keep_checkpoint(witnesses=WITNESSES[:1])
    files[names.CHECKPOINT] = note.encode()
    return log.seal(files)
