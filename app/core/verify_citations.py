"""What receipts cite and statements name: published and released before, and here byte for byte."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from app.core.bundle import (
    RECEIPTS,
    STATEMENTS,
    BundleError,
    config_name,
    loader_name,
    notice_name,
    parse_json,
    part_name,
    picture_name,
    widget_name,
)
from app.core.facts import Cites
from app.core.report import Findings
from app.core.verify_files import BundleReader

_PARSED = ("configs", "notices", "loaders")


@dataclass(frozen=True)
class _Publication:
    """A ``config-published``. ``slices`` maps regime, language and notice to the loader; ``None``: it names none."""

    sha256: str
    index: int
    slices: dict[tuple[str, str, str], str] | None


class _Verdict(NamedTuple):
    """On what equal citations depend: they hold after these indexes (``None``: never), but for ``words``."""

    published: int | None
    released: int | None
    words: tuple[str, ...]


class Citations:
    """Reads the documents, then takes in statements (``state``), then checks receipts, then ``check_unnamed``."""

    def __init__(self, reader: BundleReader, findings: Findings) -> None:
        self._reader = reader
        self._fail = findings.fail
        self._documents: dict[str, tuple[Any, Any, Any]] = {}
        self._published: dict[int, _Publication] = {}
        self._released: dict[tuple[str, str], tuple[int, list[str]]] = {}
        self._first_release: int | None = None
        self._named: set[str] = set()
        self._pictures: set[str] = set()
        self._verdicts: dict[Cites, _Verdict] = {}

    def read_documents(self) -> None:
        """Hold every cited document against the hash that its name gives; keep of each notice its site, language
        and regime."""
        for name, folder, digest, data in self._reader.cited_documents():
            if sha256(data).hexdigest() != digest:
                self._fail("citations", "its content does not have the hash that its name gives.", name)
                continue
            self._documents[name] = (None, None, None)
            try:
                document = parse_json(data) if folder in _PARSED else None
            except BundleError as error:
                self._fail("citations", f"{error}.", name)
                continue
            if folder == "notices" and isinstance(document, dict):
                self._documents[name] = (document.get("site"), document.get("lang"), document.get("regime"))

    def state(self, kind: str, data: dict[str, Any], index: int) -> None:
        """Take in a statement that has the shape of its kind; those that receipts do not cite are passed over."""
        if kind == "config-published":
            self._publish(index, data)
        elif kind == "widget-released":
            if self._first_release is None:
                self._first_release = index
            for build in data["builds"]:
                parts = list(build["parts"].values())
                self._released.setdefault((build["version"], build["sha256"]), (index, parts))
                self._named.update(part_name(part) for part in parts)
        elif kind == "banner-pictured":
            self._pictures.update(picture_name(picture["sha256"]) for picture in data["pictures"])

    def holds(self, cites: Cites, index: int) -> bool:
        """Whether ``check`` has nothing to say."""
        verdict = self._verdict(cites)
        return not verdict.words and self._is_published(verdict, index) and self._is_released(verdict, cites, index)

    def check(self, cites: Cites, index: int) -> None:
        """Check what the receipt at ``index`` cites."""
        verdict = self._verdict(cites)
        if not self._is_published(verdict, index):
            words = f"no statement before it published config version {cites.config_version} with the hash it cites."
            self._fail("citations", words, RECEIPTS, index)
        if not self._is_released(verdict, cites, index):
            words = "no statement before it released the widget that it cites, with that version and hash."
            self._fail("citations", words, RECEIPTS, index)
        for words in verdict.words:
            self._fail("citations", words, RECEIPTS, index)

    def check_unnamed(self) -> None:
        """Name what lies in ``loaders/``, ``parts/`` and ``pictures/`` without a statement that names it."""
        for name in sorted(self._documents.keys() - self._named - self._pictures):
            if name.startswith(("loaders/", "parts/", "pictures/")):
                self._fail("citations", "no statement names it.", name)

    @property
    def pictures(self) -> tuple[int, int]:
        """How many pictures statements name, and how many of these are here."""
        return len(self._pictures), len(self._pictures & self._documents.keys())

    def _publish(self, index: int, data: dict[str, Any]) -> None:
        slices = data.get("slices")
        by_notice = None
        if slices is not None:
            by_notice = {(item["regime"], item["lang"], item["notice"]): item["loader"] for item in slices}
            self._named.update(loader_name(item["loader"]) for item in slices)
        first = self._published.setdefault(data["version"], _Publication(data["sha256"], index, by_notice))
        if first.sha256 != data["sha256"]:
            words = f"config version {data['version']} is published a second time, with other content."
            self._fail("citations", words, STATEMENTS, index)

    def _is_published(self, verdict: _Verdict, index: int) -> bool:
        return verdict.published is not None and verdict.published < index

    def _is_released(self, verdict: _Verdict, cites: Cites, index: int) -> bool:
        """Whether the widget it cites was stated before; nothing is stated before the log's first release."""
        is_stated = self._first_release is not None and index > self._first_release
        is_due = cites.widget_sha256 is not None and is_stated
        return not is_due or (verdict.released is not None and verdict.released < index)

    def _verdict(self, cites: Cites) -> _Verdict:
        verdict = self._verdicts.get(cites)
        if verdict is None:
            verdict = self._verdicts[cites] = self._judge(cites)
        return verdict

    def _judge(self, cites: Cites) -> _Verdict:
        names = [config_name(cites.config_sha256), notice_name(cites.notice_sha256)]
        words: list[str] = []
        released: int | None = None
        if cites.widget_version is not None and cites.widget_sha256 is not None:
            names.append(widget_name(cites.widget_sha256))
            released, parts = self._released.get((cites.widget_version, cites.widget_sha256), (None, []))
            names += [part_name(part) for part in parts]
        published = self._published.get(cites.config_version)
        if published is not None and published.sha256 != cites.config_sha256:
            published = None
        if published is not None and published.slices is not None:
            loader = published.slices.get((cites.regime, cites.lang, cites.notice_sha256))
            if loader is None:
                words.append("the notice it cites is none that its config version was published with.")
            else:
                names.append(loader_name(loader))
        words += [
            f"it cites {name}, which is not here with that content." for name in names if name not in self._documents
        ]
        shown = self._documents.get(notice_name(cites.notice_sha256))
        if shown is not None and shown != (cites.site, cites.lang, cites.regime):
            words.append("the notice it cites is of another site, language or regime.")
        return _Verdict(None if published is None else published.index, released, tuple(words))
