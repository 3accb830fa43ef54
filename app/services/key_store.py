"""Where the keys are: in PLACET_KEYS or in a file that only its owner may read, never in the database."""

import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path

from app.core.errors import KeysError
from app.core.keys import KeyRing, Use, new_key_document, parse_key_document, with_new_key
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


def add_key(settings: Settings, use: Use, random_bytes: Callable[[int], bytes]) -> KeyRing:
    """Put a fresh key at the end of the key file's list ``use`` and return the ring.

    Who reads meanwhile reads the old file or the new one, which keeps mode and owner and is on the disk when this
    returns. Raises ``KeysError`` where the keys are not in a file, where there is none, and where it would change hands.
    """
    if settings.keys is not None:
        raise KeysError(
            "The keys stand in PLACET_KEYS, which no command can change. Put 32 random bytes in base64url "
            "(`openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`) at the end of its list "
            f"`{use}`, give that to every node, and restart it after `placet prepare`."
        )
    path = settings.keys_file
    load_keys(settings)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # two that add at once: neither loses the other's key
        document = with_new_key(path.read_text(), use, random_bytes)
        _replace(path, document)
        os.fsync(folder)
    finally:
        os.close(folder)
    return parse_key_document(document)


def _replace(path: Path, text: str) -> None:
    before = path.stat()
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except PermissionError as error:
        fresh.unlink(missing_ok=True)
        raise KeysError(f"{path} belongs to another user. Run this command as that user, or as root.") from error
