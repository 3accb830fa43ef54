"""Reads the regime table line by line and collects everything that is wrong with it, so that it is told at once."""

import re
from collections.abc import Collection
from typing import Any, Literal, TypeVar, cast

from app.core.durations import duration_days

Word = TypeVar("Word", bound=str)

_ID = re.compile(r"[a-z][a-z0-9-]{0,15}")
_PLACE = re.compile(r"[A-Z]{2}(-([A-Z0-9]{1,3}|\?))?")
_NOT_LINES = {"label", "law", "extends", "exemptions"}
CHECKED = ("read", "seen", "secondary", "memory", "own")


class LineReader:
    """The whole table: ``sources`` by id, and ``regimes`` by id, each maybe extending another."""

    def __init__(self, data: Any) -> None:
        self.problems: list[str] = []
        table = data if isinstance(data, dict) else {}
        if set(table) != {"sources", "regimes"} or not all(isinstance(part, dict) for part in table.values()):
            raise ValueError("the regime table must have exactly `sources` and `regimes`, each a mapping")
        self._regimes: dict[str, Any] = table["regimes"]
        self.sources = {
            name: {"id": name, **source} for name, source in table["sources"].items() if self._is_source(name, source)
        }
        self.regime_ids = [name for name in self._regimes if self._is_regime(name)]
        if not self.regime_ids:
            self.note("regimes: there must be at least one")

    def note(self, problem: str) -> None:
        """Remember one problem."""
        self.problems.append(problem)

    def raise_problems(self) -> None:
        """Raise ``ValueError`` with all problems, one a line, if there are any."""
        if self.problems:
            raise ValueError("\n".join(["the regime table is wrong:", *self.problems]))

    def regime(self, regime_id: str) -> "RegimeLines":
        """Return the lines of one regime, those of the regime that it extends included."""
        return RegimeLines(self, f"regimes.{regime_id}", self._lines(regime_id, seen=()))

    def _lines(self, regime_id: str, seen: tuple[str, ...]) -> dict[str, Any]:
        own = self._regimes[regime_id]
        parent = own.get("extends")
        if parent is None:
            return dict(own)
        if parent not in self.regime_ids or parent in (*seen, regime_id):
            self.note(f"regimes.{regime_id}.extends: {parent!r} is not another regime of the table")
            return dict(own)
        inherited = self._lines(parent, (*seen, regime_id))
        return {**{key: line for key, line in inherited.items() if key not in ("label", "law", "places")}, **own}

    def _is_source(self, name: str, source: Any) -> bool:
        good = (
            isinstance(source, dict)
            and set(source) == {"law", "url", "checked"}
            and all(isinstance(value, str) and value for value in source.values())
            and source["url"].startswith(("https://", "docs/"))
            and source["checked"] in CHECKED
        )
        if not good:
            self.note(f"sources.{name}: needs law, url (https or docs/) and checked ({', '.join(CHECKED)})")
        return good

    def _is_regime(self, name: Any) -> bool:
        good = isinstance(name, str) and _ID.fullmatch(name) is not None and isinstance(self._regimes[name], dict)
        if not good:
            self.note(f"regimes.{name}: an id is a-z, 0-9 and -, at most 16 characters, and names a mapping")
        return good


class RegimeLines:
    """One regime's lines, each ``{is: value, source: id}`` and maybe ``uncertain: why``."""

    def __init__(self, reader: LineReader, path: str, lines: dict[str, Any], known: Collection[str] = ()) -> None:
        self._reader = reader
        self._path = path
        self._lines = lines
        self._known: set[str] = {*known}

    def expect(self, condition: bool, name: str, problem: str) -> None:
        """Note ``problem`` at line ``name`` (empty: the regime) unless ``condition`` holds."""
        if not condition:
            self._reader.note(f"{self._path}{'.' * bool(name)}{name}: {problem}")

    def name(self, kind: Literal["label", "law"]) -> str:
        """Return a name of the regime for people: of the place, or of its law."""
        name = self._lines.get(kind)
        self.expect(isinstance(name, str) and bool(name), kind, "must be a text")
        return str(name)

    def one_of(self, name: str, words: tuple[Word, ...], *, default: Word) -> Word:
        """Return a required line that is one of ``words``; ``default`` stands in while problems are collected."""
        value = self._value(name)
        self.expect(value in words, name, f"must be one of {', '.join(words)}")
        return cast(Word, value) if value in words else default

    def some_of(self, name: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return a line that lists some of ``words``; empty when absent."""
        values = self.texts(name)
        self.expect(set(values) <= set(words), name, f"may list only {', '.join(words)}")
        return values

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a line that is a list of texts; empty when absent."""
        value = self._value(name)
        good = value is None or (isinstance(value, list) and all(isinstance(text, str) and text for text in value))
        self.expect(good, name, "must be a list of texts")
        return tuple(value) if good and value else ()

    def places(self) -> tuple[str, ...]:
        """Return the places of the regime: `FR`, `US-CA`, or `US-?` for a country whose region is not known."""
        places = self.texts("places")
        self.expect(bool(places), "places", "must list at least one")
        wrong = [place for place in places if not _PLACE.fullmatch(place)]
        self.expect(not wrong, "places", f"not ISO 3166 (in quotes, so that NO is not false): {', '.join(wrong)}")
        return places

    def duration(self, name: str) -> str | None:
        """Return a line that is an ISO 8601 duration of at least a day; ``None`` when absent."""
        value = self._value(name)
        if value is None:
            return None
        try:
            good = isinstance(value, str) and duration_days(value) > 0
        except ValueError:
            good = False
        self.expect(good, name, "must be a duration of one unit, such as P6M")
        return value if good else None

    def flag(self, name: str) -> bool:
        """Return a line that is true or false; false when absent."""
        value = self._value(name)
        self.expect(value is None or isinstance(value, bool), name, "must be true or false")
        return value is True

    def exemptions(self, *, allowed: tuple[str, ...]) -> dict[str, "RegimeLines"]:
        """Return the exemptions by category. Their lines share one source, and conditions are obligatory."""
        self._known.add("exemptions")
        entries = self._lines.get("exemptions", {})
        self.expect(isinstance(entries, dict) and set(entries) <= set(allowed), "exemptions", f"only {allowed}")
        result = {}
        for category, entry in entries.items() if isinstance(entries, dict) else ():
            path = f"{self._path}.exemptions.{category}"
            if not isinstance(entry, dict) or not entry.get("conditions"):
                self._reader.note(f"{path}: must be a mapping with conditions that an admin can confirm")
                continue
            source = {"source": entry.get("source")}
            lines = {key: {"is": value, **source} for key, value in entry.items() if key not in ("source", "uncertain")}
            result[category] = RegimeLines(self._reader, path, lines)
        return result

    def sources(self) -> dict[str, dict[str, str]]:
        """Return the source of each line by its name; a line without a known source is noted."""
        found: dict[str, dict[str, str]] = {}
        for name, line in self._cited():
            source = line.get("source") if isinstance(line, dict) else None
            self.expect(source in self._reader.sources, name, f"cites no known source: {source!r}")
            if source in self._reader.sources:
                found[name] = self._reader.sources[source]
        return found

    def uncertain(self) -> dict[str, str]:
        """Return what is said about lines that are not sure, by their name."""
        return {
            name: line["uncertain"] for name, line in self._cited() if isinstance(line, dict) and "uncertain" in line
        }

    def refuse_unknown_lines(self) -> None:
        """Note every line that nothing reads: a misspelt rule must not pass as no rule."""
        for name in self._lines.keys() - self._known - _NOT_LINES:
            self.expect(False, name, "is not a line of a regime")

    def _cited(self) -> list[tuple[str, Any]]:
        exemptions = self._lines.get("exemptions")
        nested = exemptions.items() if isinstance(exemptions, dict) else ()
        own = [(name, line) for name, line in self._lines.items() if name not in _NOT_LINES]
        return own + [(f"exemptions.{category}", entry) for category, entry in nested]

    def _value(self, name: str) -> Any:
        self._known.add(name)
        line = self._lines.get(name)
        return line.get("is") if isinstance(line, dict) else None
