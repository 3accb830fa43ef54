"""Reading a bundle's files, each once, and holding each against the manifest on the way."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from app.core.bundle import (
    CHECKPOINTS,
    MANIFEST,
    MAX_DOCUMENT_BYTES,
    RECEIPTS,
    REQUIRED,
    VERIFY_PAGE,
    BundleError,
    BundleFiles,
    cited_kind,
    parse_json,
)
from app.core.payload import is_canonical, manifest_problem
from app.core.report import Findings, said


class BundleReader:
    """The files of a bundle. What is missing, unlisted, strange or not what the manifest says becomes a failure.

    ``manifest`` is the manifest's content, ``None`` when it cannot be read; ``is_readable`` says whether the bundle
    could be opened at all. ``on_progress`` is told of each piece of the receipts how many bytes it had.
    """

    def __init__(
        self, files: BundleFiles, findings: Findings, on_progress: Callable[[int], None] | None = None
    ) -> None:
        self.findings = findings
        self._on_progress = on_progress
        self.is_readable = True
        self._files = files
        self._read: set[str] = set()
        self._names = self._list_names()
        self.manifest = self._read_manifest() if self.is_readable else None
        self._listed: dict[str, Any] = self.manifest["files"] if self.manifest else {}
        self._check_names()

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of ``name``; nothing when it is missing. Raises ``BundleError`` where it cannot be read."""
        self._read.add(name)
        if name not in self._names:
            return
        digest, size = sha256(), 0
        for chunk in self._files.chunks(name):
            digest.update(chunk)
            size += len(chunk)
            yield chunk
            if self._on_progress is not None and name == RECEIPTS:
                self._on_progress(len(chunk))
        if name in self._listed and self._listed[name] != {"sha256": digest.hexdigest(), "bytes": size}:
            self.findings.fail("files", f"its content is not what {MANIFEST} lists.", name)

    def content(self, name: str, limit: int = MAX_DOCUMENT_BYTES) -> bytes | None:
        """Return the whole content of ``name``, at most ``limit`` bytes; ``None`` after recording why there is none."""
        if name not in self._names:
            return None
        data = bytearray()
        try:
            for chunk in self.chunks(name):
                data += chunk
                if len(data) > limit:
                    raise BundleError(f"it is larger than {limit} bytes")
        except BundleError as error:
            self.findings.fail("files", f"{error}.", name)
            return None
        return bytes(data)

    def text(self, name: str) -> str | None:
        """Return the content of ``name`` as UTF-8 text; ``None`` after recording why there is none."""
        data = self.content(name)
        if data is None:
            return None
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            self.findings.fail("files", "it is not UTF-8 text.", name)
            return None

    def cited_documents(self) -> Iterator[tuple[str, str, str, bytes]]:
        """Yield name, folder, hash (as its name gives it) and content of every config, notice and widget."""
        for name in sorted(self._names):
            kind = cited_kind(name)
            if kind is not None and (data := self.content(name)) is not None:
                yield name, *kind, data

    def read_the_rest(self) -> None:
        """Hold what nobody has read yet (e.g. the page that verifies) against the manifest too."""
        for name in sorted(self._names - self._read):
            if _belongs(name):
                self.content(name, limit=MAX_DOCUMENT_BYTES)

    def _list_names(self) -> frozenset[str]:
        try:
            return frozenset(self._files.names())
        except BundleError as error:
            self.is_readable = False
            self.findings.fail("files", f"The bundle cannot be read: {error}.")
            return frozenset()

    def _read_manifest(self) -> dict[str, Any] | None:
        # `content` compares with what the manifest lists, and the manifest does not list itself.
        self._listed = {}
        data = self.content(MANIFEST)
        if data is None:
            return None
        try:
            manifest = parse_json(data)
        except BundleError as error:
            self.findings.fail("files", f"{error}.", MANIFEST)
            return None
        if problem := manifest_problem(manifest):
            self.findings.fail("files", f"its field {said(problem)} is not as it must be.", MANIFEST)
            return None
        if not is_canonical(manifest, data):
            self.findings.fail("files", "it is not in its one form (RFC 8785).", MANIFEST)
        checked: dict[str, Any] = manifest
        return checked

    def _check_names(self) -> None:
        if not self.is_readable:
            return
        for name in REQUIRED:
            if name not in self._names:
                self.findings.fail("files", "it is missing.", name)
        for name in sorted(self._names - set(REQUIRED)):
            if not _belongs(name):
                self.findings.fail("files", f"the file {said(name)} does not belong in a bundle.")
        if self.manifest is None:
            return
        for name in sorted(self._names - self._listed.keys() - {MANIFEST}):
            self.findings.fail("files", f"{MANIFEST} does not list it.", said(name) if not _belongs(name) else name)
        for name in sorted(self._listed.keys() - self._names - set(REQUIRED)):
            self.findings.fail("files", f"{MANIFEST} lists {said(name)}, which is not in the bundle.")


def _belongs(name: str) -> bool:
    return name in REQUIRED or name in (VERIFY_PAGE, CHECKPOINTS) or cited_kind(name) is not None
