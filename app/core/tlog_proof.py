"""The proof that an entry stands in a log as one file: C2SP ``tlog-proof`` (https://c2sp.org/tlog-proof)."""

from collections.abc import Sequence
from typing import Final

from app.core.note import base64_text

HEADER: Final = "c2sp.org/tlog-proof@v1"
EXTENSION: Final = "tlog-proof"


def tlog_proof(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """Return the file: the entry's ``index``, the inclusion proof's ``hashes`` (RFC 6962 §2.1.1), the signed checkpoint.

    The entry itself is not in it: it is the SHA-256 of the compact JWS.
    """
    lines = [HEADER, f"index {index}", *(base64_text(hash_) for hash_ in hashes)]
    return "\n".join(lines) + "\n\n" + checkpoint
