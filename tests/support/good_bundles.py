"""Bundles that hold, of every shape that there is: what a verifier must take, and what ``tampering`` takes apart."""

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core import bundle as names
from app.core.canonical import canonical_bytes, sha256_hex
from app.core.keys import public_jwk
from app.core.note import sign_note, vkey
from app.core.receipt import rfc3339
from app.core.signing import STATEMENT_TYPE, sign_jws
from tests.support.bundles import START, BundleBuilder, raw_jws, zip_of
from tests.support.world import make_keys
from tests.support.zips import stored, streamed

CHECKPOINTS = "checkpoints.jsonl"
WITNESS = "witness.example/w"
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"a witness").digest())
COSIGNED_AT = 1772366400


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
    """A log as a server keeps it: its keys, builds and versions stated; rotated, restored, handed out by period."""

    def __init__(self, seed="an installation", site="s_example"):
        super().__init__(seed=seed, site=site)
        self.selection = None
        self.kept = []
        self.part = sha256_hex(b"// a part")
        self.documents[f"parts/{self.part}.js"] = b"// a part"

    def begin(self):
        """State what a new log begins with, and publish the first version."""
        self.add_key(self.keys.receipt[0])
        self.statement("key-added", {"use": "log", "vkey": vkey(self.origin, self.keys.log[-1])})
        self.release(self.widget)
        self.publish(1)
        return self

    def add_key(self, key, by=None):
        return self.state("key-added", {"use": "receipt", "jwk": public_jwk(key.jwk)}, by or self.keys.receipt[0])

    def state(self, kind, data, key, **changes):
        """Append a statement signed by ``key``."""
        payload = {"v": 1, "id": self.new_id(), "site": self.site, "kind": kind, "at": rfc3339(self.now), "data": data}
        return self.append(sign_jws({**payload, **changes}, key, STATEMENT_TYPE), names.STATEMENTS)

    def release(self, *builds):
        stated = [{"version": "0.1.0", "sha256": build, "parts": {"preferences": self.part}} for build in builds]
        return self.statement("widget-released", {"builds": stated})

    def loader(self, version):
        return canonical_bytes({"site": self.site, "version": version, "lang": "en"})

    def publish(self, version):
        loader = self.loader(version)
        self.documents[f"loaders/{sha256_hex(loader)}.json"] = loader
        slice_ = {"regime": "eu", "lang": "en", "notice": self.notice, "loader": sha256_hex(loader)}
        data = {"version": version, "sha256": self.config(version), "reason": "law", "ask_again": False}
        more = {"by": "ada@example.com", "lint": {"warnings": []}, "slices": [slice_]}
        return self.statement("config-published", {**data, "effective_at": rfc3339(self.now), **more})

    def rotate(self):
        """Add a newer key, sign with it, and retire the old one."""
        old, new = self.keys, make_keys("a newer key")
        self.add_key(new.receipt[0])
        self.keys = replace(old, receipt=(*old.receipt, *new.receipt))
        self.receipt()
        self.state(
            "key-retired", {"use": "receipt", "kid": old.receipt[0].kid, "reason": "its year is over"}, new.receipt[0]
        )

    def keep_checkpoint(self, size=None, *, is_cosigned=False):
        note = self.checkpoint(size)
        self.kept.append((len(self.entries) if size is None else size, cosigned(note) if is_cosigned else note))

    @property
    def vkey(self):
        origins = dict.fromkeys([self.origin, f"consent.example/log/{self.site}"])
        return "".join(f"{vkey(origin, key)}\n" for origin in origins for key in reversed(self.keys.log))

    def jwks(self):
        return self.keys.jwks()

    def files_with_jwks(self, jwks):
        """The bundle with another set of keys."""
        return self.seal({**self.files(), names.JWKS: canonical_bytes(jwks)})

    def with_raw_statement(self, kind, data):
        """Append a statement whose ``data`` is JSON text that no signer of ours would write."""
        payload = {"v": 1, "id": self.new_id(), "site": self.site, "kind": kind, "at": rfc3339(self.now), "data": {}}
        written = canonical_bytes(payload).replace(b'"data":{}', b'"data":' + data)
        self.append(raw_jws(self, written, STATEMENT_TYPE), names.STATEMENTS)
        return self

    def seal(self, files):
        if self.kept:
            files[CHECKPOINTS] = b"".join(
                canonical_bytes({"size": size, "note": note, "made_at": rfc3339(START), "handed": [], "timestamps": []})
                + b"\n"
                for size, note in sorted(self.kept)
            )
        files = super().seal(files)
        if self.selection is None:
            return files
        covered = len(self.lines[names.RECEIPTS]) + len(self.lines[names.STATEMENTS]) + self.removed
        return with_manifest(files, selection=self.selection, left_out=len(self.entries) - covered)


def with_manifest(files, /, **changes):
    """``files`` with fields of the manifest replaced."""
    manifest = {**json.loads(files[names.MANIFEST]), **changes}
    return {**files, names.MANIFEST: canonical_bytes(manifest)}


def signed_by(log, text):
    """A note of ``text``, signed by the log's key."""
    return sign_note(text, log.origin, log.keys.log[-1])


def chosen(log, first, last, start=None, end=None):
    """``log``, of which a bundle holds only the receipts at ``first`` to ``last``."""
    log.selection = {"from": start, "to": end, "first": first, "last": last}
    for index in [index for index in log.lines[names.RECEIPTS] if not first <= index <= last]:
        del log.lines[names.RECEIPTS][index]
    return log


def resized(log, size):
    """``log`` without its last entries, as a backup has it."""
    del log.entries[size:]
    for lines in log.lines.values():
        for index in [index for index in lines if index >= size]:
            del lines[index]
    return log


def restored(size, said_at):
    """A log restored from a backup of 6 entries, which says that it had ``size``, at index ``said_at``; and its old head."""
    log = Journal().begin()
    for _ in range(5):
        log.receipt()
    lost = log.checkpoint()
    resized(log, 6).origin += ".2"
    while len(log.entries) < said_at:
        log.receipt()
    log.statement("log-restored", {"size": size, "checkpoint": lost, "reason": "the disk"})
    log.receipt()
    return log, lost


def cosigned(note, key=WITNESS_KEY, name=WITNESS, at=COSIGNED_AT):
    """``note`` with a cosignature/v1 (C2SP tlog-cosignature) added."""
    body = note.partition("\n\n")[0] + "\n"
    signature = at.to_bytes(8) + key.sign(f"cosignature/v1\ntime {at}\n{body}".encode())
    return f"{note}— {name} {b64encode(_key_id(name, key) + signature).decode()}\n"


def _key_id(name, key):
    return sha256(f"{name}\n".encode() + b"\x04" + key.public_key().public_bytes_raw()).digest()[:4]


def witness_vkey(key=WITNESS_KEY, name=WITNESS):
    public = key.public_key().public_bytes_raw()
    return f"{name}+{_key_id(name, key).hex()}+{b64encode(bytes([4]) + public).decode()}"


def grown():
    """A log with a bit of everything. Receipts stand at 4-8, 10, 12, 14, 16 and 18, of which 5 and 6 are removed."""
    log = Journal().begin()
    for _ in range(5):
        log.receipt()
    log.rotate()
    log.receipt()
    log.publish(2)
    log.receipt(version=2)
    log.remove((5, 6))
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
    BundleBuilder.publish(log, 1)
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


@cache
def good_bundles():
    """Return every case that holds."""
    log, kept = grown(), grown()
    kept.keep_checkpoint(0)
    kept.keep_checkpoint(8)
    kept.keep_checkpoint(12, is_cosigned=True)
    after, lost = restored(size=6, said_at=6)
    new = grown()
    new.statement("something-new", {"of": [1, {"what": None}], "\U0001f36a": "\ufb33"})
    new.receipt(trackers={"\U0001f36a": True, "\ufb33": False, "\u20ac": True}, regime="eu")
    late = grown()
    late.receipt(received_at="2026-03-01T11:58:00.000Z")
    witnessed = {"witness": (witness_vkey(),)}
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
        Case("with a witness", zip_of(kept.files()), **witnessed),
        Case("with a witness of the head", zip_of(_head_cosigned(grown())), **witnessed),
        Case("of some days", zip_of(chosen(grown(), 8, 14, *days).files())),
        Case("of some indexes", zip_of(chosen(grown(), 8, 14).files())),
        Case("of nothing", zip_of(chosen(grown(), 5, 4).files())),
        Case("restored", zip_of(after.files())),
        Case("restored, held against its lost head", zip_of(after.files()), against=(lost,)),
        Case("with a page that verifies", zip_of(log.seal({**log.files(), names.VERIFY_PAGE: b"<!doctype html>"}))),
        Case("a kind that nobody knows yet", zip_of(new.files())),
        Case("a few minutes out of order", zip_of(late.files())),
        Case("streamed", streamed(log.files())),
        Case("not packed", stored(log.files())),
    )


def _head_cosigned(log):
    files = log.files()
    files[names.CHECKPOINT] = cosigned(files[names.CHECKPOINT].decode()).encode()
    return log.seal(files)
