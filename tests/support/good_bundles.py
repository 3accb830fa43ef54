"""Bundles that hold, of every shape that there is: what a verifier must take, and what ``tampering`` takes apart."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core import bundle as names
from app.core.canonical import canonical_bytes, sha256_hex
from app.core.checkpoint import Checkpoint, sign_checkpoint
from app.core.keys import public_jwk
from app.core.merkle import root_of
from app.core.note import base64_text, vkey
from app.core.receipt import rfc3339
from app.core.signing import STATEMENT_TYPE, sign_jws
from tests.support.bundles import START, BundleBuilder, zip_of
from tests.support.world import make_keys

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

    def publish(self, version):
        loader = canonical_bytes({"site": self.site, "version": version, "lang": "en"})
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

    def files(self):
        return self.seal(super().files())

    def seal(self, files):
        files.pop(names.MANIFEST, None)
        if self.kept:
            files[names.CHECKPOINTS] = b"".join(
                canonical_bytes({"size": size, "note": note, "made_at": rfc3339(START), "handed": [], "timestamps": []})
                + b"\n"
                for size, note in sorted(self.kept)
            )
        return super().seal(files)


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
