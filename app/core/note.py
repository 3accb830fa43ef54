"""Signed notes (C2SP signed-note, https://c2sp.org/signed-note) with Ed25519 keys: what a checkpoint is wrapped in.

A note is its text (lines, each ended by a newline), an empty line, and one line per signature.
"""

import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_MAX_SIGNATURES = 100  # the standard asks for at least 16
_MARK = "\u2014 "  # an em dash and a space begin every signature line


class NoteError(ValueError):
    """A note or a verifier key is malformed, or nothing vouches for the note."""


@dataclass(frozen=True)
class Vkey:
    """A verifier key: the signer's name, the 4 bytes that stand before its signatures, and 32 bytes of public key."""

    name: str
    key_id: bytes
    public: bytes

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64_text(_ED25519 + self.public)}"

    def under(self, name: str) -> "Vkey":
        """Return the same key under another name. ``NoteError`` for a name that cannot stand in a note."""
        return Vkey(name, key_id(name, _ED25519, self.public), self.public)


@dataclass(frozen=True)
class Signature:
    """A signature line of a note: who signed under which key id (4 bytes), and what the key's kind puts after it."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_MARK}{self.name} {base64_text(self.key_id + self.signature)}"


def vkey(name: str, key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """Return the verifier key of ``key`` under ``name`` as text: ``name+hash+base64``. ``NoteError`` for a bad name."""
    return str(_vkey(name, key))


def parse_vkey(text: str) -> Vkey:
    """Read a verifier key's text form. ``NoteError`` when it is not one, or not Ed25519."""
    return Vkey(*read_vkey(text, _ED25519, "an Ed25519 key"))


def read_vkey(text: str, kind: bytes, what: str) -> tuple[str, bytes, bytes]:
    """Read a verifier key of ``kind`` (the standard's byte for an algorithm): its name, key id and 32 bytes of key.

    ``NoteError`` when it is none, or of another kind; ``what`` says in words which was wanted.
    """
    name, _, rest = text.partition("+")
    shown_id, _, encoded = rest.partition("+")
    try:
        data = base64_bytes(encoded)
    except ValueError as error:
        raise NoteError("the verifier key is not name+hash+base64") from error
    if data[:1] != kind or len(data) != 1 + PUBLIC_KEY_BYTES:
        raise NoteError(f"the verifier key is not {what}")
    found = key_id(name, kind, data[1:])
    if found.hex() != shown_id:
        raise NoteError("the verifier key's hash does not match its name and key")
    return name, found, data[1:]


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """Return the 4 bytes that stand before a key's signatures. ``NoteError`` for a name that cannot stand in a note."""
    _check_name(name)
    return sha256(name.encode() + b"\n" + kind + public).digest()[:KEY_ID_BYTES]


def sign_note(text: str, name: str, *keys: Ed25519PrivateKey) -> str:
    """Return ``text`` as a note signed by each of ``keys`` under ``name``, one signature line per key, in their order.

    Raises ``NoteError`` when ``text`` does not end in a newline or holds control characters, or the name is bad.
    """
    _check_text(text)
    if not text.endswith("\n"):
        raise NoteError("a note's text ends in a newline")
    signed = text.encode()
    signatures = (base64_text(_vkey(name, key).key_id + key.sign(signed)) for key in keys)
    return f"{text}\n" + "".join(f"{_MARK}{name} {signature}\n" for signature in signatures)


def open_note(note: str, vkeys: Sequence[Vkey]) -> str:
    """Return the text of ``note``, for which at least one of ``vkeys`` has signed.

    Signatures of unknown keys are passed over, as the standard asks. Raises ``NoteError`` when the note is malformed,
    when a known key's signature does not match, and when no known key has signed.
    """
    text, signatures = split_note(note)
    known = {(key.name, key.key_id): key for key in vkeys}
    is_signed = False
    for line in signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            _check_signature(key, line.signature, text)
            is_signed = True
    if not is_signed:
        raise NoteError("no signature of the note is by a known key")
    return text


def split_note(note: str) -> tuple[str, list[Signature]]:
    """Return the text of ``note`` and its signatures, none of which is checked. ``NoteError`` when it is malformed."""
    _check_text(note)
    text, blank, lines = note.rpartition("\n\n")
    if not blank:
        raise NoteError("the note has no signatures")
    return text + "\n", parse_signatures(lines)


def parse_signatures(lines: str) -> list[Signature]:
    """Read signature lines, at least one and each ended by a newline. ``NoteError`` when one is malformed."""
    if not lines.endswith("\n"):
        raise NoteError("the note has no signatures")
    found = lines[:-1].split("\n")
    if len(found) > _MAX_SIGNATURES:
        raise NoteError(f"the note has more than {_MAX_SIGNATURES} signatures")
    return [_parse_signature(line) for line in found]


def base64_text(data: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 §4)."""
    return b64encode(data).decode("ascii")


def base64_bytes(text: str) -> bytes:
    """Read standard base64 with padding. ``ValueError`` when it is not exactly what ``base64_text`` writes."""
    data = b64decode(text, validate=True)
    if base64_text(data) != text:
        raise ValueError("not base64 in its one form")
    return data


@lru_cache(maxsize=1024)
def _vkey(name: str, key: Ed25519PrivateKey | Ed25519PublicKey) -> Vkey:
    public = (key.public_key() if isinstance(key, Ed25519PrivateKey) else key).public_bytes_raw()
    return Vkey(name, key_id(name, _ED25519, public), public)


def _parse_signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not space:
        raise NoteError("a signature line is malformed")
    _check_name(name)
    try:
        data = base64_bytes(encoded)
    except ValueError as error:
        raise NoteError("a signature is not base64") from error
    if len(data) <= KEY_ID_BYTES:
        raise NoteError("a signature is too short")
    return Signature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def _check_signature(key: Vkey, signature: bytes, text: str) -> None:
    if len(signature) != _SIGNATURE_BYTES:
        raise NoteError(f"the signature of {key.name} is not {_SIGNATURE_BYTES} bytes long")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise NoteError(f"the signature of {key.name} does not match the text") from error


def _check_name(name: str) -> None:
    if not name or "+" in name or any(char.isspace() or not char.isprintable() for char in name):
        raise NoteError("a signer's name is not empty and has no spaces, no plus sign and no control characters")


def _check_text(text: str) -> None:
    if text.isascii() and text.replace("\n", "").isprintable():
        return
    if any(unicodedata.category(char) in ("Cc", "Cs") and char != "\n" for char in text):
        raise NoteError("a note is UTF-8 text without control characters")
