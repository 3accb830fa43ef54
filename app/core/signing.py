"""Signing. Ed25519 as compact JWS for what others must believe; itsdangerous for what only this server must.

JWS: RFC 7515, ``alg: "Ed25519"`` by RFC 9864, checked against an explicit allow-list.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from app.core.canonical import canonical_bytes
from app.core.choice import utc_day
from app.core.keys import KeyRing

ALGORITHMS: Final = ["Ed25519"]
RECEIPT_TYPE: Final = "consent-receipt+jwt"
STATEMENT_TYPE: Final = "consent-statement+jwt"
SHOWN_VALID_DAYS: Final = 2


class SignatureError(ValueError):
    """A signature, or what it covers, is not what it must be."""


def sign_jws(payload: dict[str, Any], key: OKPKey, typ: str) -> str:
    """Sign ``payload`` (in its RFC 8785 form) and return the compact JWS; ``kid`` is the key's RFC 7638 thumbprint."""
    header = {"alg": "Ed25519", "kid": key.thumbprint(), "typ": typ}
    return jws.serialize_compact(header, canonical_bytes(payload), key, algorithms=ALGORITHMS)


def verify_jws(token: str, keys: dict[str, OKPKey], typ: str) -> bytes:
    """Return the payload of a compact JWS signed by one of ``keys`` (by ``kid``) and of type ``typ``.

    Raises ``SignatureError`` for another algorithm, type or key, and for a signature that does not match.
    """
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
        if header.get("alg") not in ALGORITHMS or header.get("typ") != typ:
            raise SignatureError("not signed as this kind of document")
        return jws.deserialize_compact(token, keys[str(header.get("kid"))], algorithms=ALGORITHMS).payload
    except (JoseError, KeyError, ValueError) as error:
        raise SignatureError("the signature does not match") from error


@dataclass(frozen=True)
class Shown:
    """What a shown token states: these bytes were on offer on that UTC day (design §6, ``attested``)."""

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
    except (BadData, TypeError):
        return None
    age = utc_day(now) - shown.day
    return shown if shown.site == site and 0 <= age < SHOWN_VALID_DAYS else None


def _serializer(keys: KeyRing, use: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(keys.secret),
        salt=f"placet.{use}.v1".encode(),
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
