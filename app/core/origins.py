"""Names of logs. A log's *origin* is ``<host>/log/<site>``; it names the log in every checkpoint, and is never reused.

When a site's log has to go on from an old backup, what was signed under its origin cannot be taken back: it goes on under
``<host>/log/<site>.2``, then ``.3`` …, so that no two inconsistent checkpoints ever bear one origin.
"""

import re
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.note import vkey

_NUMBERED = re.compile(r"(.*/log/[^/.]+)\.([2-9]|[1-9][0-9]{1,3})", re.ASCII | re.DOTALL)


def split_origin(origin: str) -> tuple[str, int]:
    """Return the origin that the site's log began with, and the how manieth log of the site this is (the first: 1)."""
    match = _NUMBERED.fullmatch(origin)
    return (match[1], int(match[2])) if match else (origin, 1)


def origin_after(origin: str, number: int) -> str:
    """Return the origin of the site's log that comes after its ``number``-th."""
    return f"{split_origin(origin)[0]}.{number + 1}"


def origins_until(origin: str) -> list[str]:
    """Return ``origin`` and those that the site's log had before, the newest first."""
    first, last = split_origin(origin)
    return [f"{first}.{number}" for number in range(last, 1, -1)] + [first]


def is_origin_of(origin: str, site: str) -> bool:
    """Whether ``origin`` is that of a log of the site with the key ``site``, on whatever host."""
    return split_origin(origin)[0].endswith(f"/log/{site}")


def log_vkeys(origin: str, log_keys: Sequence[Ed25519PrivateKey]) -> str:
    """Return the verifier keys of a log, one per line, newest key first: under ``origin``, then under those before it.

    ``log_keys`` are a key ring's, oldest first.
    """
    return "".join(f"{vkey(name, key)}\n" for name in origins_until(origin) for key in reversed(log_keys))
