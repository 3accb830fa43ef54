"""Cosignatures: what a witness signs of a checkpoint, and when (C2SP tlog-cosignature, https://c2sp.org/tlog-cosignature).

Of that standard this is ``cosignature/v1``: Ed25519, type byte 0x04. A witness states with it that it has seen this
checkpoint at that time, and that it has never signed one of the same log that is not consistent with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.core.note import NoteError, Signature, base64_text, key_id, parse_signatures, read_vkey, split_note

_COSIGNATURE = b"\x04"
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_LAST_TIME = 253_402_300_799  # the last second of the year 9999


class UnknownWitnessError(NoteError):
    """No signature line is by a known witness."""


@dataclass(frozen=True)
class WitnessKey:
    """A witness's verifier key: its name, the 4 bytes that stand before its cosignatures, and 32 bytes of public key."""

    name: str
    key_id: bytes
    public: bytes

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64_text(_COSIGNATURE + self.public)}"


class Cosignature(NamedTuple):
    """That the witness ``name`` has signed a checkpoint, and when by its own clock (UTC, whole seconds)."""

    name: str
    at: datetime


def witness_key(name: str, key: Ed25519PrivateKey | Ed25519PublicKey) -> WitnessKey:
    """Return the verifier key of a witness called ``name``. ``NoteError`` for a name that cannot stand in a note."""
    public = (key.public_key() if isinstance(key, Ed25519PrivateKey) else key).public_bytes_raw()
    return WitnessKey(name, key_id(name, _COSIGNATURE, public), public)


def parse_witness_key(text: str) -> WitnessKey:
    """Read a witness's verifier key: ``name+hash+base64``, type byte 4. ``NoteError`` when it is not one."""
    return WitnessKey(*read_vkey(text, _COSIGNATURE, "a witness's (its type byte is 4: Ed25519 cosignature/v1)"))


def cosign(note: str, name: str, key: Ed25519PrivateKey, at: datetime) -> str:
    """Return the line, ended by a newline, with which the witness ``name`` signs the checkpoint ``note`` at ``at``.

    This is a witness's side: Placet itself only verifies. ``NoteError`` for a malformed note or a bad name.
    """
    text, _ = split_note(note)
    seconds = int(at.timestamp())
    signature = key.sign(_message(text, seconds))
    line = Signature(name, witness_key(name, key).key_id, seconds.to_bytes(_TIME_BYTES, "big") + signature)
    return f"{line}\n"


def open_cosignatures(note: str, witnesses: Sequence[WitnessKey]) -> list[Cosignature]:
    """Return the cosignatures of ``witnesses`` under the checkpoint ``note``, in the note's order; empty: none has signed.

    What others have signed, the log itself included, is passed over: ``app.core.checkpoint`` opens the checkpoint.
    Raises ``NoteError`` when the note is malformed, and when a known witness's cosignature does not match.
    """
    text, signatures = split_note(note)
    known = {(key.name, key.key_id): key for key in witnesses}
    return [
        _open(known[line.name, line.key_id], line.signature, text)
        for line in signatures
        if (line.name, line.key_id) in known
    ]


def add_cosignatures(note: str, lines: str, witnesses: Sequence[WitnessKey]) -> tuple[str, list[Cosignature]]:
    """Return the checkpoint ``note`` with those of the signature ``lines`` that ``witnesses`` made, and these alone.

    A witness that has signed the note already stays with its first time. What no known witness signed is left out.
    Raises ``NoteError`` when a line is malformed or a known witness's does not match, ``UnknownWitnessError`` when none is
    by a known witness.
    """
    text, signed = split_note(note)
    known = {(key.name, key.key_id): key for key in witnesses}
    has_signed = {(line.name, line.key_id) for line in signed}
    found: list[Cosignature] = []
    for line in parse_signatures(lines):
        who = (line.name, line.key_id)
        if who not in known:
            continue
        found.append(_open(known[who], line.signature, text))
        if who not in has_signed:
            has_signed.add(who)
            note += f"{line}\n"
    if not found:
        raise UnknownWitnessError("no line is a cosignature by a known witness")
    return note, found


def own_note(note: str) -> str:
    """Return the checkpoint ``note`` as its log signed it, without the lines of others: what is time-stamped.

    Cosignatures come later, so a time stamp is over the bytes that never change. ``NoteError`` when it is malformed.
    """
    text, signatures = split_note(note)
    origin = text.partition("\n")[0]
    return "\n".join([text, *(str(line) for line in signatures if line.name == origin), ""])


def _open(key: WitnessKey, data: bytes, text: str) -> Cosignature:
    if len(data) != _TIME_BYTES + _SIGNATURE_BYTES:
        raise NoteError(f"the cosignature of {key.name} is not {_TIME_BYTES + _SIGNATURE_BYTES} bytes long")
    seconds = int.from_bytes(data[:_TIME_BYTES], "big")
    if seconds > _LAST_TIME:
        raise NoteError(f"the cosignature of {key.name} names no time before the year 10000")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(data[_TIME_BYTES:], _message(text, seconds))
    except (InvalidSignature, ValueError) as error:
        raise NoteError(f"the cosignature of {key.name} does not match the checkpoint") from error
    return Cosignature(key.name, datetime.fromtimestamp(seconds, UTC))


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
