"""Signing. Ed25519 as compact JWS for what others must believe; itsdangerous for what only this server must.

JWS: RFC 7515, ``alg: "Ed25519"`` by RFC 9864, checked against an explicit allow-list.
"""

import hashlib
import string
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from itsdangerous import BadData, URLSafeSerializer
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from nacl.bindings import crypto_sign_BYTES, crypto_sign_open
from nacl.exceptions import BadSignatureError

from app.core.canonical import b64url, b64url_decode, b64url_decode_letters, canonical_bytes
from app.core.choice import utc_day
from app.core.keys import KeyRing, ReceiptKey

ALGORITHMS: Final = ["Ed25519"]
RECEIPT_TYPE: Final = "consent-receipt+jwt"
STATEMENT_TYPE: Final = "consent-statement+jwt"
SHOWN_VALID_DAYS: Final = 2
DISCOVERY_SECONDS: Final = 3600
_NOT_OURS: Final = "not signed as this kind of document by a known key"
_NO_MATCH: Final = "the signature does not match"
JWS_LETTERS: Final = (string.ascii_letters + string.digits + "-_.").encode()


class SignatureError(ValueError):
    """A signature, or what it covers, is not what it must be."""


def sign_jws(payload: dict[str, Any], key: ReceiptKey, typ: str) -> str:
    """Sign ``payload`` (in its RFC 8785 form) and return the compact JWS; ``kid`` is the key's RFC 7638 thumbprint."""
    signed = f"{_header(key.kid, typ)}.{b64url(canonical_bytes(payload))}"
    return f"{signed}.{b64url(key.private.sign(signed.encode('ascii')))}"


@lru_cache(maxsize=64)
def _header(kid: str, typ: str) -> str:
    return b64url(canonical_bytes({"alg": "Ed25519", "kid": kid, "typ": typ}))


def verify_jws(token: str, keys: dict[str, OKPKey], typ: str) -> bytes:
    """Return the payload of a compact JWS signed by one of ``keys`` (by ``kid``) and of type ``typ``.

    Raises ``SignatureError`` for another algorithm, type or key, and for a signature that does not match.
    """
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
        if header.get("alg") not in ALGORITHMS or header.get("typ") != typ:
            raise SignatureError("not signed as this kind of document")
        return jws.deserialize_compact(token, keys[str(header.get("kid"))], algorithms=ALGORITHMS).payload
    except (JoseError, KeyError, TypeError, ValueError, RecursionError) as error:  # a hostile header can cause each
        raise SignatureError("the signature does not match") from error


class JwsVerifier:
    """Verifies many compact JWS of one key set, quicker than ``verify_jws`` and stricter.

    By libsodium: what OpenSSL makes of an Ed25519 signature (RFC 8032), it makes in half the time, and it takes no key of
    small order.
    A header is taken only when it is byte for byte one that ``sign_jws`` writes for a known key, so there is nothing in
    it to interpret. ``jwks`` is a JSON Web Key Set as ``KeyRing.jwks`` gives it, written by anyone: ``SignatureError``
    when it is anything else, holds a private key, or names a key by another ``kid`` than its RFC 7638 thumbprint.
    """

    def __init__(self, jwks: Any) -> None:
        if not isinstance(jwks, dict) or not isinstance(jwks.get("keys"), list) or not jwks["keys"]:
            raise SignatureError("not a set of public keys")
        self._keys: dict[tuple[str, bytes], tuple[str, bytes]] = {}
        for jwk in jwks["keys"]:
            kid, key = read_jwk(jwk)
            for typ in (RECEIPT_TYPE, STATEMENT_TYPE):
                header = canonical_bytes({"alg": "Ed25519", "kid": kid, "typ": typ})
                self._keys[typ, b64url(header).encode()] = kid, key.public_bytes_raw()

    def payload(self, token: str, typ: str) -> bytes:
        """Return the payload of ``token``, signed by a known key as ``typ``. ``SignatureError`` otherwise."""
        return self.open(token, typ)[1]

    def open(self, token: str, typ: str) -> tuple[str, bytes]:
        """Return the ``kid`` of the key that signed ``token`` as ``typ``, and its payload. ``SignatureError`` otherwise."""
        return self.open_bytes(token.encode("utf-8", "surrogatepass"), typ)

    def open_bytes(self, token: bytes, typ: str) -> tuple[str, bytes]:
        """Do as ``open`` with a token as it stands in a file."""
        if token.translate(None, JWS_LETTERS):
            is_known = (typ, token.partition(b".")[0]) in self._keys
            raise SignatureError(_NO_MATCH if is_known else _NOT_OURS)
        return self.open_letters(token, typ)

    def open_letters(self, token: bytes, typ: str) -> tuple[str, bytes]:
        """Do as ``open`` with a token that is known to have only ``JWS_LETTERS``."""
        signed, _, signature = token.rpartition(b".")
        header, _, payload = signed.partition(b".")
        kid, key = self._keys.get((typ, header), (None, None))
        if kid is None or key is None:
            raise SignatureError(_NOT_OURS)
        try:
            data, signed_by = b64url_decode_letters(payload), b64url_decode_letters(signature)
            if len(signed_by) != crypto_sign_BYTES:
                raise SignatureError(_NO_MATCH)
            crypto_sign_open(signed_by + signed, key)
        except (BadSignatureError, ValueError) as error:
            raise SignatureError(_NO_MATCH) from error
        return kid, data


def read_jwk(jwk: Any) -> tuple[str, Ed25519PublicKey]:
    """Read a public key as ``jwks.json`` has it, written by anyone: its ``kid`` (RFC 7638 thumbprint) and the key.

    Raises ``SignatureError`` for anything else, a private key included.
    """
    fixed = {"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "use": "sig"}
    if not isinstance(jwk, dict) or jwk.keys() != fixed.keys() | {"x", "kid"}:
        raise SignatureError("not a public Ed25519 key")
    try:
        key = Ed25519PublicKey.from_public_bytes(b64url_decode(jwk["x"]))
    except (TypeError, AttributeError, ValueError) as error:
        raise SignatureError("not a public Ed25519 key") from error
    thumbprint = {"crv": "Ed25519", "kty": "OKP", "x": jwk["x"]}
    kid = b64url(hashlib.sha256(canonical_bytes(thumbprint)).digest())
    if jwk != {**fixed, "x": jwk["x"], "kid": kid}:
        raise SignatureError("a key's kid is not its thumbprint")
    return kid, key


@dataclass(frozen=True)
class Shown:
    """What a shown token states: these bytes were on offer on that UTC day (``docs/receipts.md``, ``attested``)."""

    site: str
    version: int
    regime: str
    country: str | None
    region: str | None
    day: int


def mint_shown(keys: KeyRing, shown: Shown) -> str:
    """Sign a shown token: the same for everyone who is offered the same version in the same place on the same day."""
    return _serializer(keys, "shown").dumps(list(asdict(shown).values()))


def read_shown(keys: KeyRing, token: str | None, site: str, now: datetime) -> Shown | None:
    """Return what a shown token states, or ``None`` when it is forged, of another ``site`` or older than 48 h."""
    if not token:
        return None
    try:
        shown = Shown(*_serializer(keys, "shown").loads(token))
    except (BadData, TypeError, ValueError):  # ValueError: text that has no UTF-8 form
        return None
    age = utc_day(now) - shown.day
    return shown if shown.site == site and 0 <= age < SHOWN_VALID_DAYS else None


@dataclass(frozen=True)
class Form:
    """What the preferences page put before a visitor, and when (ms since 1970): its form brings that back, signed."""

    site: str
    version: int
    sha256: str
    lang: str
    notice: str
    shown_ms: int
    shown: str


def sign_form(keys: KeyRing, form: Form) -> str:
    """Sign what a form of the preferences page carries; whoever sends it back cannot say that something else was shown."""
    return _serializer(keys, "form").dumps(list(asdict(form).values()))


def read_form(keys: KeyRing, token: str | None, site: str) -> Form | None:
    """Return what was shown, or ``None`` when the token is forged or another ``site``'s."""
    try:
        form = Form(*_serializer(keys, "form").loads(token or ""))
    except (BadData, TypeError, ValueError):
        return None
    return form if form.site == site else None


def sign_done(keys: KeyRing, site: str, receipt_id: str | None) -> str:
    """Sign that a choice of the preferences page is done, so that no link can make one up. ``None``: without a receipt."""
    return _serializer(keys, "done").dumps([site, receipt_id])


def read_done(keys: KeyRing, token: str | None, site: str) -> tuple[bool, str | None]:
    """Return whether it is done, and the receipt's id if there is one."""
    try:
        signed, receipt_id = _serializer(keys, "done").loads(token or "")
    except (BadData, TypeError, ValueError):
        return False, None
    return (True, receipt_id) if signed == site else (False, None)


def mint_discovery(keys: KeyRing, site: str, now: datetime) -> str:
    """Sign the token of a link that opens discovery mode (``docs/discovery.md``) on ``site``, a public key, for an hour.

    It names the site and the time and nobody: it stands in an address, where other scripts of the page can read it.
    """
    return _serializer(keys, "discovery").dumps([site, int(now.timestamp())])


def is_discovery(keys: KeyRing, token: str | None, site: str, now: datetime) -> bool:
    """Whether ``token`` is one of ``mint_discovery`` for ``site``, and younger than an hour."""
    try:
        minted_for, minted_at = _serializer(keys, "discovery").loads(token or "")
        return bool(minted_for == site and 0 <= int(now.timestamp()) - minted_at < DISCOVERY_SECONDS)
    except (BadData, TypeError, ValueError):  # ValueError: text that has no UTF-8 form
        return False


def sign_auditor_link(keys: KeyRing, link_id: int) -> str:
    """Sign the token of a link that opens the desk for an auditor. Until when, where and whether still: the link's row."""
    return _serializer(keys, "auditor").dumps(link_id)


def read_auditor_link(keys: KeyRing, token: str | None) -> int | None:
    """Return the id of the link whose token this is, or ``None`` when no key of ours signed it."""
    try:
        link_id = _serializer(keys, "auditor").loads(token or "")
    except (BadData, ValueError):
        return None
    return link_id if type(link_id) is int else None


def _serializer(keys: KeyRing, use: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(keys.secret),
        salt=f"placet.{use}.v1".encode(),
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
