"""A bundle built in memory with real keys, so that tests can take it apart and put it together wrongly."""

import io
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from app.core import bundle as names
from app.core.bundle import FileFacts, line_bytes, manifest_bytes
from app.core.canonical import b64url, canonical_bytes, sha256_hex
from app.core.checkpoint import Checkpoint, sign_checkpoint
from app.core.merkle import root_of
from app.core.note import vkey
from app.core.receipt import Cited, Claim, Context, Offer, make_payload, rfc3339
from app.core.signing import RECEIPT_TYPE, STATEMENT_TYPE, sign_jws
from app.core.statement import uuid7
from app.core.verify import verify_bundle
from tests.support.world import CountedBytes, make_keys

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class MemoryBundle:
    """A bundle's files in a dict, read in chunks that cut lines anywhere."""

    def __init__(self, files, chunk):
        self.files, self._chunk = files, chunk

    def names(self):
        return list(self.files)

    def chunks(self, name):
        data = self.files[name]
        for at in range(0, len(data), self._chunk):
            yield data[at : at + self._chunk]


@dataclass
class BundleBuilder:
    """A log that grows, one entry a second, and the bundle of it."""

    seed: str = "an installation"
    site: str = "s_example"
    entries: list = field(default_factory=list)
    lines: dict = field(default_factory=lambda: {names.RECEIPTS: {}, names.STATEMENTS: {}})
    documents: dict = field(default_factory=dict)
    removed: int = 0

    def __post_init__(self):
        self.keys = make_keys(self.seed)
        self.origin = f"consent.example/log/{self.site}"
        self.widget = sha256_hex(b"// the widget")
        self.documents[names.widget_name(self.widget)] = b"// the widget"
        self.notice = self.keep(names.notice_name, {"v": 1, "site": self.site, "lang": "en", "regime": "eu"})

    @property
    def now(self):
        return START + timedelta(seconds=len(self.entries))

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

    def statement(self, kind, data, /, **changes):
        payload = {"v": 1, "id": self.new_id(), "site": self.site, "kind": kind, "at": rfc3339(self.now), "data": data}
        return self.append(sign_jws({**payload, **changes}, self.keys.receipt[-1], STATEMENT_TYPE), names.STATEMENTS)

    def publish(self, version):
        return self.statement("config-published", {"version": version, "sha256": self.config(version), "reason": "law"})

    def remove(self, *ranges, **changes):
        indexes = [index for first, last in ranges for index in range(first, last + 1)]
        data = {"ranges": [list(item) for item in ranges], "count": len(indexes), "reason": "asked", "by": "subject"}
        for index in indexes:
            self.lines[names.RECEIPTS].pop(index, None)
        self.removed += len(indexes)
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
        return vkey(self.origin, self.keys.log[-1]) + "\n"

    def files(self):
        files = {
            file: b"".join(line_bytes(index, jws) for index, jws in sorted(lines.items()))
            for file, lines in self.lines.items()
        }
        files |= self.documents
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
            size=len(self.entries),
            root=root_of(self.entries),
            receipts=len(self.lines[names.RECEIPTS]),
            statements=len(self.lines[names.STATEMENTS]),
            removed=self.removed,
            made_at=self.now,
            files={name: FileFacts(sha256_hex(data), len(data)) for name, data in files.items()},
        )
        return files


def zip_of(files):
    """Return the zip of ``files`` as bytes, the same in every run."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def verify(files, *outside, chunk=1000, **named):
    """Verify files given as a dict, read ``chunk`` bytes at a time."""
    return verify_bundle(MemoryBundle(files, chunk), *outside, **named)


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
