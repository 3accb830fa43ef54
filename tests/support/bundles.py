"""A bundle built in memory with real keys, so that tests can take it apart and put it together wrongly."""

from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from app.core import bundle as names
from app.core.bundle import Counts, FileFacts, line_bytes, manifest_bytes
from app.core.canonical import b64url, canonical_bytes, sha256_hex
from app.core.checkpoint import Checkpoint, sign_checkpoint
from app.core.cosignature import cosign
from app.core.evidence import Evidence
from app.core.keys import public_jwk
from app.core.merkle import root_of
from app.core.note import vkey
from app.core.receipt import Cited, Claim, Context, Offer, make_payload, rfc3339
from app.core.selection import Selection
from app.core.signing import RECEIPT_TYPE, STATEMENT_TYPE, sign_jws
from app.core.statement import uuid7
from app.core.verify import verify_bundle
from tests.support.bundle_files import MemoryBundle, witness_private, zip_of
from tests.support.world import CountedBytes, make_keys

__all__ = ["BundleBuilder", "raw_jws", "verify", "with_lines", "words", "zip_of"]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class BundleBuilder:
    """A log that grows, one entry a second, and the bundle of it."""

    seed: str = "an installation"
    site: str = "s_example"
    entries: list = field(default_factory=list)
    lines: dict = field(default_factory=lambda: {names.RECEIPTS: {}, names.STATEMENTS: {}})
    documents: dict = field(default_factory=dict)
    removed: set = field(default_factory=set)
    kept: list = field(default_factory=list)
    selection: Selection | None = None
    step: timedelta = timedelta(seconds=1)

    def __post_init__(self):
        self.keys = make_keys(self.seed)
        self.origin = f"consent.example/log/{self.site}"
        self.widget = sha256_hex(b"// the widget")
        self.documents[names.widget_name(self.widget)] = b"// the widget"
        self.notice = self.keep(names.notice_name, {"v": 1, "site": self.site, "lang": "en", "regime": "eu"})

    @property
    def now(self):
        return START + self.step * len(self.entries)

    def new_id(self):
        return uuid7(self.now, CountedBytes(f"id {len(self.entries)}")(10))

    def keep(self, name_of, document):
        data = canonical_bytes(document)
        self.documents[name_of(sha256_hex(data))] = data
        return sha256_hex(data)

    def config(self, version):
        return self.keep(names.config_name, {"format": 1, "name": f"version {version}"})

    def append(self, jws, file):
        index = len(self.entries)
        self.entries.append(sha256(jws.encode()).digest())
        self.lines[file][index] = jws
        return index

    def statement(self, kind, data, /, key=None, **changes):
        payload = {"v": 1, "id": self.new_id(), "site": self.site, "kind": kind, "at": rfc3339(self.now), "data": data}
        key = key or self.keys.receipt[-1]
        return self.append(sign_jws({**payload, **changes}, key, STATEMENT_TYPE), names.STATEMENTS)

    def begin(self):
        """State the keys and the widget, as a log begins since statements tell them."""
        for key in self.keys.receipt:
            self.add_key(key, by=self.keys.receipt[0])
        for key in self.keys.log:
            self.statement("key-added", {"use": "log", "vkey": vkey(self.origin, key)}, key=self.keys.receipt[0])
        return self.release(b"// the widget")

    def add_key(self, key, by=None):
        return self.statement("key-added", {"use": "receipt", "jwk": public_jwk(key.jwk)}, key=by)

    def retire(self, key, **changes):
        return self.statement("key-retired", {"use": "receipt", "kid": key.kid, "reason": "rotated", **changes})

    def rotate(self, seed):
        """Put the keys of another seed into the ring, newest; state them by the key before."""
        before, other = self.keys.receipt[-1], make_keys(seed)
        self.keys = replace(self.keys, receipt=self.keys.receipt + other.receipt, log=self.keys.log + other.log)
        self.statement("key-added", {"use": "log", "vkey": vkey(self.origin, self.keys.log[-1])}, key=before)
        return self.add_key(self.keys.receipt[-1], by=before)

    def release(self, script, version="0.1.0"):
        """State a build of the widget with one part, and keep both."""
        part = b"// the preferences of " + script
        self.documents[names.widget_name(sha256_hex(script))] = script
        self.documents[names.part_name(sha256_hex(part))] = part
        parts = {"preferences": sha256_hex(part)}
        build = {"version": version, "sha256": sha256_hex(script), "parts": parts}
        return self.statement("widget-released", {"builds": [build]})

    def publish(self, version, **changes):
        data = {"version": version, "sha256": self.config(version), "reason": "law"}
        return self.statement("config-published", {**data, **changes})

    def publish_whole(self, version, **changes):
        """Publish as logs do since publications name their slices: one, in English for the EU."""
        loader = self.keep(names.loader_name, {"version": version, "lang": "en"})
        slices = [{"regime": "eu", "lang": "en", "notice": self.notice, "loader": loader}]
        lint = {"warnings": [{"path": "texts", "message": "Nobody has read them."}]}
        return self.publish(version, **{"by": "owner@example.com", "lint": lint, "slices": slices, **changes})

    def picture(self, version, png=b"\x89PNG not really"):
        """State a picture of the banner, and keep it."""
        self.documents[names.picture_name(sha256_hex(png))] = png
        drawn = {"sha256": sha256_hex(png), "regime": "eu", "lang": "en", "width": 360, "scheme": "light"}
        return self.statement("banner-pictured", {"version": version, "pictures": [drawn]})

    def restore(self, size, reason="the disk broke"):
        """Go on from a backup of ``size`` entries under a new origin, as the log says itself."""
        head = self.checkpoint()
        for lines in self.lines.values():
            for index in [index for index in lines if index >= size]:
                del lines[index]
        del self.entries[size:]
        self.removed = {index for index in self.removed if index < size}
        number = int(self.origin.rpartition(".")[2]) + 1 if self.origin.endswith(tuple("23456789")) else 2
        self.origin = f"consent.example/log/{self.site}.{number}"
        return self.statement("log-restored", {"size": size, "checkpoint": head, "reason": reason})

    def keep_checkpoint(self, size=None, *, witnesses=(), at=None, handed=(), timestamps=()):
        """Keep a checkpoint with the cosignatures of ``witnesses`` (names; ``witness`` makes their keys)."""
        note = self.checkpoint(size)
        for name in witnesses:
            note += cosign(note, name, witness_private(name), at or self.now)
        line = {
            "size": len(self.entries) if size is None else size,
            "note": note,
            "made_at": rfc3339(self.now),
            "handed": [dict(zip(("kind", "to", "at"), item, strict=True)) for item in handed],
            "timestamps": [b64encode(stamp).decode() for stamp in timestamps],
        }
        self.kept.append(line)
        return note

    def select(self, first, last, start=None, end=None):
        """Leave out the receipts before ``first`` and after ``last``; ``start`` and ``end`` as the manifest says them."""
        self.selection = Selection(start, end, first, last)

    def remove(self, *ranges, **changes):
        indexes = [index for first, last in ranges for index in range(first, last + 1)]
        data = {"ranges": [list(item) for item in ranges], "count": len(indexes), "reason": "asked", "by": "subject"}
        for index in indexes:
            self.lines[names.RECEIPTS].pop(index, None)
        self.removed.update(indexes)
        return self.statement("receipts-removed", {**data, **changes})

    def payload(self, version=1, headless=False, **changes):
        claim = Claim(
            id=self.new_id(),
            secret=bytes(16),
            previous=None,
            method="banner:accept-all",
            trusted=True,
            choices={"necessary": True, "analytics": len(self.entries) % 2 == 0},
            trackers={},
            config_version=version,
            config_sha256=self.config(version),
            notice=Cited("en", self.notice),
            widget=None if headless else Cited("0.1.0", self.widget),
            gpc=None,
            layer=1,
            layout="corner",
            viewport="wide",
            scheme="dark",
            equality=True,
            shown_at=self.now - timedelta(seconds=9),
            decided_at=self.now - timedelta(seconds=2),
            shown=None,
        )
        payload = make_payload(
            claim,
            Offer(("necessary", "analytics"), {}, per_tracker=False, granted_days=180, refused_days=180),
            Context("eu", "FR", None, "header", gpc_header=False, gpc_effect="honour", attested=True),
            site=self.site,
            subject="A" * 22,
            event="given",
            now=self.now,
            nonce=CountedBytes(f"nonce {len(self.entries)}")(16),
        )
        return {**payload, **changes}

    def receipt(self, *, typ=RECEIPT_TYPE, key=None, **changes):
        jws = sign_jws(self.payload(**changes), key or self.keys.receipt[-1], typ)
        return self.append(jws, names.RECEIPTS)

    def checkpoint(self, size=None):
        size = len(self.entries) if size is None else size
        return sign_checkpoint(Checkpoint(self.origin, size, root_of(self.entries[:size])), self.keys.log)

    @property
    def vkey(self):
        return "".join(f"{vkey(self.origin, key)}\n" for key in reversed(self.keys.log))

    @property
    def counts(self):
        receipts, statements = (len(self.selected(file)) for file in (names.RECEIPTS, names.STATEMENTS))
        removed = len(self.removed)
        return Counts(receipts, statements, removed, len(self.lines[names.RECEIPTS]) - receipts)

    def selected(self, file):
        lines = self.lines[file]
        if file == names.STATEMENTS or self.selection is None:
            return lines
        return {index: jws for index, jws in lines.items() if self.selection.has(index)}

    def files(self):
        files = {
            file: b"".join(line_bytes(index, jws) for index, jws in sorted(self.selected(file).items()))
            for file in self.lines
        }
        files |= self.documents
        if self.kept:
            files[names.CHECKPOINTS] = b"".join(canonical_bytes(line) + b"\n" for line in self.kept)
        files[names.ENTRIES] = b"".join(self.entries)
        files[names.JWKS] = canonical_bytes(self.keys.jwks())
        files[names.VKEY] = self.vkey.encode()
        files[names.CHECKPOINT] = self.checkpoint().encode()
        return self.seal(files)

    def seal(self, files):
        """Write the manifest anew, as someone would who has changed a file."""
        files.pop(names.MANIFEST, None)
        files[names.MANIFEST] = manifest_bytes(
            site=self.site,
            origin=self.origin,
            root=root_of(self.entries),
            counts=self.counts,
            selection=self.selection,
            made_at=self.now,
            files={name: FileFacts(sha256_hex(data), len(data)) for name, data in files.items()},
        )
        return files


def verify(files, against=None, trusted_vkey=None, *, chunk=1000, witnesses=(), read_stamp=None, **named):
    """Verify files given as a dict, read ``chunk`` bytes at a time, ``against`` one checkpoint or several."""
    kept = (against,) if isinstance(against, str) else tuple(against or ())
    outside = Evidence(kept, trusted_vkey, tuple(witnesses), read_stamp)
    return verify_bundle(MemoryBundle(files, chunk), outside, **named)


def words(report):
    """Return the sentences of a report that must not be ok."""
    assert not report.ok
    return "\n".join(str(failure) for failure in report.failures)


def with_lines(log, file, change):
    """The bundle with the lines of ``file`` changed and the manifest made to match."""
    files = log.files()
    files[file] = b"".join(change(files[file].splitlines(keepends=True)))
    return log.seal(files)


def raw_jws(log, payload, typ="consent-receipt+jwt"):
    """Sign bytes as they are, as another signer than ours might."""
    key = log.keys.receipt[-1]
    header = b64url(canonical_bytes({"alg": "Ed25519", "kid": key.kid, "typ": typ}))
    signed = f"{header}.{b64url(payload)}"
    return f"{signed}.{b64url(key.private.sign(signed.encode()))}"
