"""The bundle: the auditor's download, one zip with receipts, log and everything that verifies them offline.

``receipts.jsonl`` and ``statements.jsonl`` (one ``line_bytes`` each, indexes ascending), ``entries.bin`` (the log's
32-byte entries from index 0), the documents that receipts cite and statements name by hash, the public keys, the
checkpoint and earlier ones, and ``manifest.json`` with the hash and size of every other file. What is read here was
written by anyone: a file may be huge, odd or broken, and then a ``BundleError`` says so.
"""

import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from app.core.canonical import canonical_bytes
from app.core.note import base64_text
from app.core.receipt import rfc3339
from app.core.selection import Selection

RECEIPTS = "receipts.jsonl"
STATEMENTS = "statements.jsonl"
ENTRIES = "entries.bin"
JWKS = "jwks.json"
VKEY = "vkey"
CHECKPOINT = "checkpoint"
MANIFEST = "manifest.json"
VERIFY_PAGE = "verify.html"
CHECKPOINTS = "checkpoints.jsonl"
REQUIRED = (MANIFEST, CHECKPOINT, VKEY, JWKS, ENTRIES, STATEMENTS, RECEIPTS)

MAX_NAMES = 100_000
MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
MAX_LINE_BYTES = 8 * 1024 * 1024  # a receipt takes some kB; a statement that removes scattered receipts takes more
_MAX_GROWTH = 100  # what is hashes and signatures packs by half at best; a zip bomb grows a thousandfold
_ALWAYS_ALLOWED_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_ENDINGS = {
    "configs": "json",
    "notices": "json",
    "loaders": "json",
    "widgets": "js",
    "parts": "js",
    "pictures": "png",
}
_CITED = re.compile(r"([a-z]+)/([0-9a-f]{64})\.([a-z]+)", re.ASCII)


class BundleError(ValueError):
    """A file of a bundle cannot be read as what it must be."""


class BundleFiles(Protocol):
    """A bundle's files by name, each read from its beginning in chunks. Both methods raise ``BundleError``."""

    def names(self) -> Sequence[str]:
        """Return every file's name once."""

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of file ``name``, which is one of ``names``."""


@dataclass(frozen=True)
class FileFacts:
    """What the manifest says of one file: SHA-256 in lower-case hex, and size in bytes."""

    sha256: str
    bytes: int


def config_name(sha256: str) -> str:
    """Return the file name of the config with this hash (hex)."""
    return _name("configs", sha256)


def notice_name(sha256: str) -> str:
    """Return the file name of the notice with this hash (hex)."""
    return _name("notices", sha256)


def loader_name(sha256: str) -> str:
    """Return the file name of what a loader carries, with this hash (hex)."""
    return _name("loaders", sha256)


def widget_name(sha256: str) -> str:
    """Return the file name of the widget build with this hash (hex)."""
    return _name("widgets", sha256)


def part_name(sha256: str) -> str:
    """Return the file name of the widget's part with this hash (hex)."""
    return _name("parts", sha256)


def picture_name(sha256: str) -> str:
    """Return the file name of the picture with this hash (hex)."""
    return _name("pictures", sha256)


def _name(folder: str, sha256: str) -> str:
    return f"{folder}/{sha256}.{_ENDINGS[folder]}"


def cited_kind(name: str) -> tuple[str, str] | None:
    """Return the folder and hash of a cited or named document's file ``name``; ``None`` when it is not such a name."""
    match = _CITED.fullmatch(name)
    return (match[1], match[2]) if match is not None and _ENDINGS.get(match[1]) == match[3] else None


def line_bytes(index: int, jws: str) -> bytes:
    """Return one line of ``receipts.jsonl`` or ``statements.jsonl``, newline included."""
    return json.dumps({"index": index, "jws": jws}, separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True)
class Counts:
    """What the indexes of a log are: a receipt of the bundle, a statement, removed, or left out by the selection."""

    receipts: int
    statements: int
    removed: int
    left_out: int = 0


def manifest_bytes(
    *,
    site: str,
    origin: str,
    root: bytes,
    counts: Counts,
    made_at: datetime,
    files: Mapping[str, FileFacts],
    selection: Selection | None = None,
) -> bytes:
    """Return ``manifest.json`` in its one form (RFC 8785).

    ``counts`` add up to the log's entries, ``root`` is the checkpoint's, ``made_at`` an aware UTC time, ``files`` every
    file but the manifest itself, ``selection`` which receipts are here (``None``: all).
    """
    return canonical_bytes(
        {
            "v": 1,
            "site": site,
            "origin": origin,
            "size": sum(asdict(counts).values()),
            "root": base64_text(root),
            **asdict(counts),
            "selection": None if selection is None else selection.to_json(),
            "made_at": rfc3339(made_at),
            "files": {name: {"sha256": facts.sha256, "bytes": facts.bytes} for name, facts in files.items()},
        }
    )


def parse_json(data: bytes) -> Any:
    """Read JSON that was written by anyone. ``BundleError`` for whatever is not strict UTF-8 JSON of sane depth."""
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BundleError("it is not JSON") from error


def lines_of(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file without their newlines. ``BundleError`` for an endless or an unfinished line."""
    pieces: list[bytes] = []  # of the line that is not finished yet
    length = 0
    for chunk in chunks:
        head, *lines = chunk.split(b"\n")
        pieces.append(head)
        length += len(head)
        if lines:
            yield b"".join(pieces)
            yield from lines[:-1]
            pieces, length = lines[-1:], len(lines[-1])
        if length > MAX_LINE_BYTES:
            raise BundleError(f"a line is longer than {MAX_LINE_BYTES} bytes")
    if length:
        raise BundleError("the last line is cut off")


class ZipBundle:
    """A bundle in a zip file, read in place: nothing is unpacked to disk, and a file's name is never used as a path.

    ``OSError`` when the file itself cannot be opened; what is wrong inside is told by ``BundleError`` when it is read.
    """

    def __init__(self, file: Path | BinaryIO) -> None:
        self._file = file.open("rb") if isinstance(file, Path) else file
        self._zip: zipfile.ZipFile | None = None

    def __enter__(self) -> "ZipBundle":
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()
        self._file.close()

    def names(self) -> Sequence[str]:
        """Return the names of the files inside. ``BundleError`` for a broken zip, twin names or a zip bomb."""
        try:
            members = self._archive().infolist()
            packed = self._file.seek(0, 2)
        except _ZIP_ERRORS as error:
            raise BundleError("it is not a whole zip file") from error
        names = [member.filename for member in members]
        if len(names) > MAX_NAMES or len(set(names)) != len(names):
            raise BundleError("the zip holds two files of one name, or too many files")
        if sum(member.file_size for member in members) > max(_ALWAYS_ALLOWED_BYTES, packed * _MAX_GROWTH):
            raise BundleError("the zip unpacks to far more than a bundle can: it is not read")
        return names

    def size(self, name: str) -> int:
        """Return how many bytes the file ``name`` says it has; 0 when it cannot be told."""
        try:
            return self._archive().getinfo(name).file_size
        except _ZIP_ERRORS:
            return 0

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of file ``name``; the zip's own check sum is checked on the way."""
        try:
            with self._archive().open(name) as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    yield chunk
        except _ZIP_ERRORS as error:
            raise BundleError("the zip is damaged here") from error

    def _archive(self) -> zipfile.ZipFile:
        if self._zip is None:
            self._zip = zipfile.ZipFile(self._file)
        return self._zip


# All that zipfile lets through for damaged, encrypted or unknown members, besides its own error.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    KeyError,
    IndexError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
