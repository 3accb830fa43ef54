"""The installation's keys: made once, kept outside the database, rotated by adding a newer one at the end.

``secret`` is what itsdangerous signs with (only this server must believe it); ``receipt`` and ``log`` are Ed25519 keys
that others check (RFC 8037, RFC 9864); ``subject`` derives pseudonyms and look-up keys. Lists run oldest to newest:
the last one signs, all of them verify.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from app.core.canonical import b64url, b64url_decode
from app.core.errors import KeysError

KEY_BYTES = 32

Use = Literal["receipt", "log", "secret"]
"""What a key that can be replaced is for. ``subject`` cannot: it finds what is stored."""


@dataclass(frozen=True)
class KeyRing:
    """All keys of one installation. ``repr`` shows none of them."""

    secret: tuple[bytes, ...]
    subject: bytes
    receipt: tuple["ReceiptKey", ...]
    log: tuple[Ed25519PrivateKey, ...]

    def __repr__(self) -> str:
        return f"<KeyRing of {len(self.receipt)} receipt and {len(self.log)} log keys>"

    def site_key(self, purpose: str, site: str) -> bytes:
        """Derive the 32-byte HMAC key of one ``site`` for one ``purpose``, so that sites share nothing."""
        return hmac.new(self.subject, f"{purpose}\0{site}".encode(), hashlib.sha256).digest()

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the public receipt keys as a JSON Web Key Set (RFC 7517), newest first."""
        return {"keys": [public_jwk(key.jwk) for key in reversed(self.receipt)]}


@dataclass(frozen=True, eq=False)
class ReceiptKey:
    """A key that signs receipts and statements: as JWK, bare, and its RFC 7638 thumbprint."""

    jwk: OKPKey = field(repr=False)
    private: Ed25519PrivateKey = field(repr=False)
    kid: str


def public_jwk(key: OKPKey) -> dict[str, str]:
    """Return the public half with its RFC 7638 thumbprint as ``kid``."""
    public = key.as_dict(private=False)
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": str(public["x"]),
        "kid": key.thumbprint(),
        "alg": "Ed25519",
        "use": "sig",
    }


def new_key_document(random_bytes: Callable[[int], bytes]) -> str:
    """Make fresh keys and return them as the JSON text of a key file. ``random_bytes`` is ``os.urandom``."""
    return json.dumps(
        {
            "v": 1,
            "secret": [b64url(random_bytes(KEY_BYTES))],
            "subject": b64url(random_bytes(KEY_BYTES)),
            "receipt": [b64url(random_bytes(KEY_BYTES))],
            "log": [b64url(random_bytes(KEY_BYTES))],
        },
        indent=1,
    )


def with_new_key(text: str, use: Use, random_bytes: Callable[[int], bytes]) -> str:
    """Return a key file's text with a fresh key at the end of its list ``use``. Raises ``KeysError`` when it is none."""
    parse_key_document(text)
    document = json.loads(text)
    document[use].append(b64url(random_bytes(KEY_BYTES)))
    return json.dumps(document, indent=1)


def parse_key_document(text: str) -> KeyRing:
    """Read a key file's JSON text.

    Raises ``KeysError`` (which names the field, never a value) when a key is missing, short or plainly not random.
    """
    try:
        document = json.loads(text)
        lists = {name: [_strong(name, item) for item in document[name]] for name in ("secret", "receipt", "log")}
        subject = _strong("subject", document["subject"])
    except (ValueError, KeyError, TypeError) as error:
        raise KeysError(
            "The key file cannot be read: it must hold `secret`, `receipt`, `log` (lists) and `subject`, "
            "as `placet keys create` writes them."
        ) from error
    if not all(lists.values()):
        raise KeysError("The key file has an empty list of keys. Restore it from your backup.")
    return KeyRing(
        secret=tuple(lists["secret"]),
        subject=subject,
        receipt=tuple(_receipt_key(seed) for seed in lists["receipt"]),
        log=tuple(Ed25519PrivateKey.from_private_bytes(seed) for seed in lists["log"]),
    )


def _strong(name: str, text: str) -> bytes:
    data = b64url_decode(text)
    if len(data) != KEY_BYTES or len(set(data)) < KEY_BYTES // 2:
        raise KeysError(
            f"The key `{name}` is weak: it must be {KEY_BYTES} random bytes. Make keys with `placet keys create`."
        )
    return data


def _receipt_key(seed: bytes) -> ReceiptKey:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    jwk = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": b64url(seed), "x": b64url(public)})
    return ReceiptKey(jwk, private, jwk.thumbprint())
