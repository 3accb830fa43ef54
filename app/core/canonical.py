"""The one way to turn a value into bytes that are hashed or signed: RFC 8785 (JCS)."""

import hashlib
import json
import string
from typing import Any

import rfc8785
from pybase64 import b64decode, urlsafe_b64encode

_BASE64URL = (string.ascii_letters + string.digits + "-_").encode()
_LAST = {1: b"AQgw", 2: b"AEIMQUYcgkosw048"}


def canonical_bytes(value: Any) -> bytes:
    """Return the RFC 8785 form of a JSON value (strings, booleans, integers below 2**53, lists, objects)."""
    return rfc8785.dumps(value)


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def b64url(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64url_decode(text: str) -> bytes:
    """Read base64url without padding. ``ValueError`` when it is not exactly that, ``TypeError`` when it is no text."""
    if not isinstance(text, str):
        raise TypeError("base64url is text")
    raw = text.encode("ascii")
    if raw.translate(None, _BASE64URL):
        raise ValueError("not base64url without padding")
    return b64url_decode_letters(raw)


def b64url_decode_letters(raw: bytes) -> bytes:
    """Read what is known to have only the letters of base64url. ``ValueError`` when it is not in its one form."""
    data = b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    # The bits of the last character that belong to no byte must be zero: every text reads as other bytes.
    if (rest := len(data) % 3) and raw[-1] not in _LAST[rest]:
        raise ValueError("not base64url in its one form")
    return data


def script_json(value: Any) -> str:
    """Return JSON that may stand inside a JavaScript file: no line separators, nothing that closes a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
