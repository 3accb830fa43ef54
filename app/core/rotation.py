"""Which keys a site's log names: what it has to say of a new one, and who may sign that.

A log names keys by what does not change with its origin: a receipt key by its RFC 7638 thumbprint (``kid``), a log key by
the last part of every vkey of it. ``stated`` is a text of such names with spaces between; ``!`` before one: retired.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.errors import KeysError
from app.core.keys import KeyRing, ReceiptKey, public_jwk
from app.core.note import vkey

RETIRED = "!"


@dataclass(frozen=True)
class Addition:
    """A statement ``key-added`` that a log lacks: of which key, what it says, and the key that signs it."""

    name: str
    data: dict[str, Any]
    signer: ReceiptKey


def name_of(key: ReceiptKey | Ed25519PrivateKey) -> str:
    """Return the name of a key in ``stated``."""
    return key.kid if isinstance(key, ReceiptKey) else vkey("-", key).rpartition("+")[2]


def is_named(stated: str, name: str) -> bool:
    """Whether a log names the key, and does not call it retired."""
    return name in stated.split(" ")


def is_retired(stated: str, name: str) -> bool:
    """Whether a log calls the key retired."""
    return RETIRED + name in stated.split(" ")


def with_retired(stated: str, name: str) -> str:
    """Return ``stated`` after the key has been retired."""
    return " ".join(RETIRED + name if own == name else own for own in stated.split(" "))


def check_signer(stated: str, keys: KeyRing) -> bool:
    """Say whether the key that this process signs with is named in the log already.

    Raises ``KeysError`` when it is retired there: the process was started before its keys were changed.
    """
    newest = keys.receipt[-1].kid
    if is_retired(stated, newest):
        raise KeysError(
            f"The log says that the receipt key {newest} is retired, and this process still signs with it. "
            "Give it the present key file and restart it."
        )
    return is_named(stated, newest)


def log_signers(stated: str, log_keys: Sequence[Ed25519PrivateKey]) -> list[Ed25519PrivateKey]:
    """Return those of ``log_keys`` that the log does not call retired. Raises ``KeysError`` where none is left."""
    left = [key for key in log_keys if not is_retired(stated, name_of(key))]
    if not left:
        raise KeysError("The log says that every log key of this process is retired. Give it the present key file.")
    return left


def additions(keys: KeyRing, stated: str, origin: str) -> list[Addition]:
    """Return what the log of ``origin`` has to say of the ring: receipt keys, then log keys, each oldest first.

    Signed by the newest key of the ring that the log names by then; the very first one, by itself.
    """
    return list(_additions(keys, stated, origin))


def _additions(keys: KeyRing, stated: str, origin: str) -> Iterator[Addition]:
    known = set(stated.split(" "))
    signers = [key for key in keys.receipt if key.kid in known]
    for key in keys.receipt:
        if not known & {key.kid, RETIRED + key.kid}:
            yield Addition(key.kid, {"use": "receipt", "jwk": public_jwk(key.jwk)}, (signers or [key])[-1])
            signers = [own for own in keys.receipt if own in signers or own is key]
    for own in keys.log:
        name = name_of(own)
        if not known & {name, RETIRED + name}:
            yield Addition(name, {"use": "log", "vkey": vkey(origin, own)}, signers[-1])
