"""A zip that is sent while it is written, and remembers the hash and size of what it holds."""

import hashlib
import zipfile
from collections.abc import Generator, Iterable
from datetime import datetime
from typing import BinaryIO, cast

from app.core.bundle import MANIFEST, FileFacts

_STORED = (".bin", ".png")  # hashes and pictures do not get smaller
# Level 1: what stands in a JWS is base64, of which a higher level makes 1 % less in a third more time.
_LEVEL = 1


class Sink:
    """A file that only grows, and hands over what was written to it. ``zipfile`` sees that it cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.waiting = 0

    def write(self, data: bytes) -> int:
        """Take ``data``."""
        self._parts.append(bytes(data))
        self.waiting += len(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: ``take`` is what hands over."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        data, self._parts, self.waiting = b"".join(self._parts), [], 0
        return data


class ZipWriter:
    """Writes files into ``sink``, one after another. ``facts`` are hash and size of each, the manifest excepted."""

    def __init__(self, sink: Sink, now: datetime) -> None:
        self._zip = zipfile.ZipFile(cast(BinaryIO, sink), "w", allowZip64=True)
        self._date = (max(now.year, 1980), now.month, now.day, now.hour, now.minute, now.second)
        self.facts: dict[str, FileFacts] = {}

    def stream(self, name: str, chunks: Iterable[bytes]) -> Generator[None]:
        """Write ``chunks`` as one file, and stop after each: what is waiting in the sink can be sent."""
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name, self._date)
        info.external_attr = 0o100644 << 16  # a plain file that its owner may write and everybody read
        info.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
        info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001  # Python 3.13 has a public name for it
        with self._zip.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                yield
        if name != MANIFEST:
            self.facts[name] = FileFacts(digest.hexdigest(), size)

    def close(self) -> None:
        """Write the zip's table of contents."""
        self._zip.close()
