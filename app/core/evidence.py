"""What whoever verifies a bundle holds against it: what they have from elsewhere than its operator."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

StampReader = Callable[[bytes, str], tuple[datetime, str]]
"""Verify a time stamp (RFC 3161, DER) of a checkpoint's note: when, and by whom. ``ValueError`` when it does not hold."""


@dataclass(frozen=True)
class Evidence:
    """What whoever verifies has from elsewhere than the bundle.

    ``checkpoints`` are notes that were kept, ``vkeys`` the log's verifier keys (one per line), ``witnesses`` those of
    witnesses, ``read_stamp`` verifies time stamps under roots that they trust.
    """

    checkpoints: tuple[str, ...] = ()
    vkeys: str | None = None
    witnesses: tuple[str, ...] = ()
    read_stamp: StampReader | None = None


NO_EVIDENCE = Evidence()
