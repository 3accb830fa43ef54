"""Checkpoints: the signed head of a log (C2SP tlog-checkpoint, https://c2sp.org/tlog-checkpoint).

In Placet the name of the key that signs is the log's origin, so a checkpoint of one log never passes for another's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.merkle import HASH_BYTES
from app.core.note import NoteError, Vkey, base64_bytes, base64_text, open_note, parse_vkey, sign_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


class CheckpointError(ValueError):
    """A checkpoint is malformed, of another log, or not signed by a known key."""


@dataclass(frozen=True)
class Checkpoint:
    """A log's head: its ``origin`` (e.g. ``consent.example/log/s_…``), number of entries and Merkle root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64_text(self.root)}\n"


def sign_checkpoint(checkpoint: Checkpoint, log_keys: Sequence[Ed25519PrivateKey]) -> str:
    """Return the checkpoint as a note signed under the log's origin by each of ``log_keys`` (oldest first, as in a key
    ring): one signature line per key, the newest first, so that who knows only one of them still opens it.

    Raises ``CheckpointError`` when the origin cannot be a signer's name (spaces, a plus sign).
    """
    try:
        return sign_note(checkpoint.text(), checkpoint.origin, *reversed(log_keys))
    except NoteError as error:
        raise CheckpointError(f"the checkpoint cannot be signed: {error}") from error


def open_checkpoint(note: str, vkeys: str) -> Checkpoint:
    """Read a checkpoint that one of ``vkeys`` (text, one per line, any order) has signed under the checkpoint's origin.

    Extension lines are allowed and passed over, and so are signatures of others. Raises ``CheckpointError`` otherwise.
    """
    origin = note.partition("\n")[0]
    try:
        keys = [key for key in parse_vkeys(vkeys) if key.name == origin]
        text = open_note(note, keys)
    except NoteError as error:
        raise CheckpointError(f"the checkpoint does not hold: {error}") from error
    return _parse(text)


def parse_checkpoint(note: str) -> Checkpoint:
    """Read what a note says without asking who has signed it. Raises ``CheckpointError`` when it is no checkpoint."""
    text, blank, _ = note.rpartition("\n\n")
    if not blank:
        raise CheckpointError("the note has no signatures")
    return _parse(f"{text}\n")


def parse_vkeys(vkeys: str) -> list[Vkey]:
    """Read verifier keys, one per line. ``NoteError`` when a line is not one, or there is none."""
    lines = vkeys.splitlines()
    if not lines:
        raise NoteError("there is no verifier key")
    return [parse_vkey(line) for line in lines]


def _parse(text: str) -> Checkpoint:
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise CheckpointError("the checkpoint has fewer than three lines, or an empty one")
    origin, size, encoded = lines[:3]
    if _SIZE.fullmatch(size) is None:
        raise CheckpointError("the checkpoint's size is not a plain number")
    try:
        root = base64_bytes(encoded)
    except ValueError as error:
        raise CheckpointError("the checkpoint's root is not base64") from error
    if len(root) != HASH_BYTES:
        raise CheckpointError(f"the checkpoint's root is not {HASH_BYTES} bytes long")
    return Checkpoint(origin, int(size), root)
