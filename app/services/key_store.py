"""Where the keys are: in PLACET_KEYS or in a file that only its owner may read, never in the database."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from app.core.errors import KeysError
from app.core.keys import KeyRing, new_key_document, parse_key_document
from app.settings import Settings


def load_keys(settings: Settings) -> KeyRing:
    """Read the installation's keys.

    Raises ``KeysError`` when they are missing, weak or, in production, readable by others.
    """
    if settings.keys is not None:
        return parse_key_document(settings.keys)
    path = settings.keys_file
    try:
        text = path.read_text()
        others = stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    except OSError as error:
        raise KeysError(
            f"There are no keys at {path}. Make them once with `placet keys create` and keep a backup outside this "
            "machine, or set PLACET_KEYS."
        ) from error
    if others & stat.S_IRWXO and not settings.development:
        raise KeysError(f"Everybody on this machine may read {path}. Run: chmod 600 {path}")
    return parse_key_document(text)


def create_keys(path: Path, random_bytes: Callable[[int], bytes]) -> None:
    """Make a key file that only its owner may read. Raises ``KeysError`` rather than replace one: receipts depend on it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeysError(f"{path} exists already and is left as it is. Move it away first if you mean it.") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(new_key_document(random_bytes))
        file.flush()
        os.fsync(file.fileno())
