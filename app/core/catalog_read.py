"""Reads the tracker catalog's files and collects everything that is wrong with them, so that it is told at once."""

import re
from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from app.core.catalog import MEMORY, Catalog, CatalogEntry, Vendor
from app.core.documents import (
    MOMENTS,
    Category,
    DataItem,
    Localized,
    Match,
    Recipient,
    RecipientRole,
    Signals,
    StorageItem,
    StorageKind,
    TrackerKind,
)
from app.core.durations import duration_days
from app.core.regimes import STANDARD_CATEGORIES

LANGUAGES = ("en", "de")
"""The languages in which every entry has its texts; others are welcome beside them."""

Unsure = Literal["retention", "recipients", "hosts", "storage", "sale_share", "stop"]
UNSURE: tuple[str, ...] = get_args(Unsure)

_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_URL = re.compile(r"https://[^\s/]+(/\S*)?")
_NEEDED = ("name", "vendor", "category", "purpose", "data", "recipients", "sale_share", "sources", "checked")
_OPTIONAL = (
    "kind",
    "match",
    "storage",
    "signals",
    "stop",
    "missing_host",
    "by_hand",
    "unsure",
    "shares_with",
    "found_as",
)


def read_catalog(files: Mapping[str, Any], words: Any, categories: Mapping[str, Any]) -> Catalog:
    """Build the catalog from the parsed files by id.

    ``words`` are the texts of data items, by key; ``categories`` those of the standard categories, ``name`` and
    ``description`` by id, for a draft that lacks one.

    ``ValueError`` names every problem with its file and field, one a line.
    """
    problems: list[str] = []
    data = _Part(words, "catalog_words", problems)
    items = {name: data.localized(name) for name in data.data}
    entries = [_entry(name, _Part(data, f"catalog/{name}", problems), items) for name, data in sorted(files.items())]
    for entry in entries:
        for other in entry.shares_with:
            if other not in files or other == entry.id:
                problems.append(f"catalog/{entry.id}.shares_with: {other} is not another entry")
    if problems:
        raise ValueError("\n".join(["the tracker catalog is wrong:", *problems]))
    own = {
        name: Category(id=name, name=said["name"], description=said["description"], follows=None)
        for name, said in categories.items()
    }
    return Catalog(entries, own)


class _Part:
    """A mapping in a file. What is wrong is noted, and something harmless stands in for it until the reader raises."""

    def __init__(self, data: Any, path: str, problems: list[str]) -> None:
        self.path, self._problems = path, problems
        given = data.items() if isinstance(data, dict) else ()
        self.data: dict[str, Any] = {name: value for name, value in given if value is not None}
        self._is_there = isinstance(data, dict)
        if data is not None and not self._is_there:
            self.note("", "must be a mapping")

    @property
    def is_empty(self) -> bool:
        """Whether it is there and has nothing in it."""
        return self._is_there and not self.data

    def note(self, name: str, problem: str) -> None:
        self._problems.append(f"{self.path}{'.' * bool(name)}{name}: {problem}")

    def keys(self, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        """Note what is missing (the readers below do not say so again) and what is nothing that is read."""
        for name in needed:
            if name not in self.data and self._is_there:
                self.note(name, "is missing")
        for name in self.data:
            if name not in needed and name not in optional:
                self.note(str(name), "is not a field of an entry")

    def text(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self.data.get(name)
        if name not in self.data:
            return ""
        if not isinstance(value, str) or not value.strip() or (pattern and not pattern.fullmatch(value)):
            self.note(name, f"must be a text{f' like {pattern.pattern}' if pattern else ''}")
            return ""
        return value

    def word(self, name: str, words: tuple[str, ...], default: str | None = None) -> str:
        value = self.data.get(name, default)
        if value not in words:
            if name in self.data:
                self.note(name, f"must be one of {', '.join(words)}")
            return words[0]
        return cast(str, value)

    def flag(self, name: str) -> bool:
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            self.note(name, "must be true or false")
        return value is True

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.note(name, "must be a list of texts")
            return ()
        return tuple(value)

    def localized(self, name: str) -> Localized:
        value = self.data.get(name)
        if name not in self.data:
            return {}
        good = isinstance(value, dict) and all(isinstance(text, str) and text.strip() for text in value.values())
        if not good or not set(LANGUAGES) <= set(cast(dict[str, str], value)):
            self.note(name, f"must have a text in {' and '.join(LANGUAGES)}")
            return {}
        return cast(Localized, value)

    def part(self, name: str) -> "_Part":
        return _Part(self.data.get(name), f"{self.path}.{name}", self._problems)

    def parts(self, name: str) -> list["_Part"]:
        value = self.data.get(name, [])
        if not isinstance(value, list):
            self.note(name, "must be a list")
            return []
        return [_Part(item, f"{self.path}.{name}[{index}]", self._problems) for index, item in enumerate(value)]

    def duration(self, name: str, others: tuple[str, ...] = ()) -> str:
        value = self.data.get(name)
        if name not in self.data:
            return "session"
        try:
            good = isinstance(value, str) and (value in others or duration_days(value) > 0)
        except ValueError:
            good = False
        if not good:
            self.note(name, f"must be a duration of one unit, such as P13M{''.join(f', or {word}' for word in others)}")
        return str(value)


def _entry(name: str, part: _Part, items: Mapping[str, Localized]) -> CatalogEntry:
    if part.data == {}:
        part.note("", "must be a mapping with the fields of an entry")
    part.keys(_NEEDED, _OPTIONAL)
    if not _ID.fullmatch(name) or name in STANDARD_CATEGORIES:
        part.note("", "an id is a-z, 0-9 and -, at most 32 characters, and no category's")
    vendor = part.part("vendor")
    vendor.keys(("name", "country", "policy"))
    shares = part.part("shares_with")
    checked, sources, unsure = part.text("checked"), part.texts("sources"), part.texts("unsure")
    if checked and checked != MEMORY and not _MONTH.fullmatch(checked):
        part.note("checked", f"must be a month, such as 2026-11, or {MEMORY}")
    if "sources" in part.data and (not sources or not all(_URL.fullmatch(source) for source in sources)):
        part.note("sources", "must list at least one address that begins with https://")
    if not set(unsure) <= set(UNSURE):
        part.note("unsure", f"may list only {', '.join(UNSURE)}")
    return CatalogEntry(
        id=name,
        name=part.text("name"),
        vendor=Vendor(vendor.text("name"), vendor.text("country", _COUNTRY), vendor.text("policy", _URL)),
        category=part.word("category", STANDARD_CATEGORIES),
        kind=cast(TrackerKind, part.word("kind", get_args(TrackerKind), "browser")),
        purpose=part.localized("purpose"),
        data=tuple(_data(part.part("data"), items)),
        recipients=tuple(map(_recipient, part.parts("recipients"))),
        sale_share=part.flag("sale_share"),
        match=tuple(map(_match, part.parts("match"))),
        storage=tuple(map(_stored, part.parts("storage"))),
        signals=_signals(part.part("signals")),
        stop=part.texts("stop"),
        missing_host=part.text("missing_host"),
        by_hand=part.texts("by_hand"),
        unsure=unsure,
        shares_with={other: shares.text(other) for other in shares.data},
        found_as=part.texts("found_as"),
        sources=sources,
        checked=checked,
    )


def _data(part: _Part, items: Mapping[str, Localized]) -> list[DataItem]:
    """Data items stand by their key, so that a translator finds each text once."""
    for name in part.data:
        if name not in items:
            part.note(name, "is no data item of catalog_words")
    if part.is_empty:
        part.note("", "must have at least one data item")
    return [DataItem(name=items.get(name, {}), retention=part.duration(name)) for name in part.data]


def _recipient(part: _Part) -> Recipient:
    part.keys(("name", "role", "country"), ("safeguard",))
    return Recipient(
        name=part.text("name"),
        role=cast(RecipientRole, part.word("role", get_args(RecipientRole))),
        country=part.text("country", _COUNTRY),
        safeguard=part.text("safeguard") if "safeguard" in part.data else None,
    )


def _match(part: _Part) -> Match:
    part.keys(("host",), ("path",))
    return Match(host=part.text("host"), path=part.text("path") if "path" in part.data else "/")


def _stored(part: _Part) -> StorageItem:
    part.keys(("name", "lifetime"), ("kind", "domain"))
    return StorageItem(
        kind=cast(StorageKind, part.word("kind", get_args(StorageKind), "cookie")),
        name=part.text("name"),
        lifetime=part.duration("lifetime", ("session", "persistent")),
        domain=part.text("domain") if "domain" in part.data else None,
    )


def _signals(part: _Part) -> Signals:
    part.keys((), (*MOMENTS, "gpp"))
    return Signals(
        default=list(part.texts("default")),
        decision=list(part.texts("decision")),
        granted=list(part.texts("granted")),
        gpp=part.flag("gpp"),
    )
