"""Which keys a site's log names: what it has to say of a new one, and who may sign that.

A log names keys by what does not change with its origin: a receipt key by its RFC 7638 thumbprint (``kid``), a log key by
the last part of every vkey of it. ``stated`` is a text of such names with spaces between; ``!`` before one: retired.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.errors import KeysError
from app.core.keys import KeyRing, ReceiptKey, public_jwk
from app.core.note import NoteError, Vkey, base64_bytes, base64_text, key_id, parse_vkey, vkey

RETIRED = "!"
_ED25519 = b"\x01"  # with which the key in a vkey begins


@dataclass(frozen=True)
class Addition:
    """A statement ``key-added`` that a log lacks: of which key, what it says, and the key that signs it."""

    name: str
    data: dict[str, Any]
    signer: ReceiptKey


def name_of(key: ReceiptKey | Ed25519PrivateKey) -> str:
    """Return the name of a key in ``stated``."""
    return key.kid if isinstance(key, ReceiptKey) else _log_name(key.public_key().public_bytes_raw())


def is_named(stated: str, name: str) -> bool:
    """Whether a log names the key, and does not call it retired."""
    return name in stated.split(" ")


def is_retired(stated: str, name: str) -> bool:
    """Whether a log calls the key retired."""
    return RETIRED + name in stated.split(" ")


def find_name(text: str, stated: Iterable[str]) -> str:
    """Return the name, in one of ``stated``, of the key that ``text`` is the kid, the vkey or the end of a vkey of.

    Raises ``KeysError`` when no log names such a key.
    """
    try:
        name = _log_name(parse_vkey(text.strip()).public)
    except NoteError:
        name = text.strip()
    if not any(own.removeprefix(RETIRED) == name for line in stated for own in line.split(" ")):
        raise KeysError(f"No log names a key {text.strip()}. `placet keys list` shows all.")
    return name


def retirement_of(name: str, origin: str) -> dict[str, Any]:
    """Return what a ``key-retired`` in the log of ``origin`` says of the key, but for the reason."""
    try:
        public = base64_bytes(name)[1:]
    except ValueError:  # a thumbprint is base64url without padding
        return {"use": "receipt", "kid": name}
    return {"use": "log", "vkey": str(Vkey(origin, key_id(origin, _ED25519, public), public))}


def log_name_in(data: dict[str, Any]) -> str | None:
    """Return the name of the log key that a statement on keys is about, ``None`` where it is about another."""
    try:
        return _log_name(parse_vkey(data["vkey"]).public)
    except (KeyError, NoteError):
        return None


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


def _log_name(public: bytes) -> str:
    return base64_text(_ED25519 + public)
