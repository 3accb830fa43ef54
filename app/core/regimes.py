"""Regimes: which law's rule holds for which visitor. The table itself is data (``app/data/regimes.yaml``).

How to read and extend the table, and how ``unknown`` is computed: ``docs/regimes.md``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.documents import GpcEffect, Model
from app.core.durations import duration_days
from app.core.regime_table import LineReader
from app.core.say import Said, later, say, together

LOCATION = "location"
UNKNOWN = "unknown"
STANDARD_CATEGORIES = ("necessary", "functional", "analytics", "recording", "marketing")
OPTIONAL_STANDARD = STANDARD_CATEGORIES[1:]
MODEL_STRICTNESS: dict[Model, int] = {"none": 0, "optout": 1, "optin": 2}
GPC_STRENGTH: dict[GpcEffect, int] = {"no": 0, "honour": 1, "legal_optout": 2}
FIRST_LAYER = (
    "who",
    "purposes",
    "recipients",
    "accept",
    "reject",
    "choose",
    "policy",
    "withdraw",
    "optout_link",
    "gpc_status",
)
LAWS_TOLD = 4
REQUIRABLE = ("controller.dpo", "controller.authority")


@dataclass(frozen=True)
class Source:
    """Where a line of the table comes from. ``checked`` says how it was read: read, seen, secondary or memory."""

    id: str
    law: str
    url: str
    checked: str


@dataclass(frozen=True)
class Exemption:
    """A softer rule that holds only for a tracker whose conditions an admin has confirmed (``exempt_in``).

    ``max_storage`` and ``max_retention`` are ISO 8601; ``processors_only``: every recipient must be a processor.
    """

    model: Model
    conditions: tuple[str, ...]
    max_storage: str | None = None
    max_retention: str | None = None
    processors_only: bool = False


@dataclass(frozen=True)
class Regime:
    """The rule of one jurisdiction: ``label`` names the place, ``law`` its law in a sentence. Durations are ISO 8601.

    ``sources`` and ``uncertain`` go by line of the table.
    """

    id: str
    label: str
    law: str
    places: tuple[str, ...]
    gpc: GpcEffect
    models: Mapping[str, Model]
    exemptions: Mapping[str, Exemption] = field(default_factory=dict)
    max_granted: str | None = None
    max_refused: str | None = None
    min_refused: str | None = None
    keep_records: str | None = None
    first_layer: tuple[str, ...] = ()
    required_fields: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    uncertain: Mapping[str, str] = field(default_factory=dict)

    @property
    def max_granted_days(self) -> int | None:
        """How long a yes may be remembered, in days; ``None``: the law gives no number."""
        return _days(self.max_granted)

    @property
    def max_refused_days(self) -> int | None:
        """How long a no may be remembered, in days; ``None``: as long as the site likes."""
        return _days(self.max_refused)

    @property
    def min_refused_days(self) -> int:
        """How long a no must be respected before the visitor may be asked again, in days."""
        return _days(self.min_refused) or 0

    @property
    def asks_first(self) -> bool:
        """Whether nothing optional runs before a yes (exemptions aside)."""
        return all(self.models[category] == "optin" for category in OPTIONAL_STANDARD)


class RegimeTable:
    """All regimes, and who falls under which."""

    def __init__(self, regimes: Iterable[Regime]) -> None:
        self._regimes = {regime.id: regime for regime in regimes}
        self._regimes[UNKNOWN] = strictest(list(self._regimes.values()))
        self._places = {place: regime for regime in self._regimes.values() for place in regime.places}

    @classmethod
    def from_data(cls, data: Any) -> "RegimeTable":
        """Build the table from the parsed YAML. ``ValueError`` names every problem, one a line."""
        reader = LineReader(data)
        regimes = [_regime(reader, regime_id) for regime_id in reader.regime_ids]
        _check_places(reader, regimes)
        reader.raise_problems()
        return cls(regimes)

    def __iter__(self) -> Iterator[Regime]:
        return iter(self._regimes.values())

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all regimes, ``unknown`` last."""
        return tuple(self._regimes)

    def get(self, regime_id: str) -> Regime:
        """Return the regime with this id. ``KeyError`` when there is none."""
        return self._regimes[regime_id]

    def resolve(self, country: str | None, region: str | None) -> Regime:
        """Return the regime for a visitor in ``country`` (ISO 3166-1) and ``region`` (ISO 3166-2, `CA` or `US-CA`).

        The region decides first; a country whose regions differ takes its strictest (`US-?`) when the region is not
        known or not listed. A country that is not in the table, or no country, is ``unknown``.
        """
        land = (country or "").strip().upper()
        part = (region or "").strip().upper().removeprefix(f"{land}-")
        for place in (f"{land}-{part}", f"{land}-?", land):
            if place in self._places:
                return self._places[place]
        return self._regimes[UNKNOWN]

    def has_regions(self, country: str | None) -> bool:
        """Whether the regime differs between the regions of ``country``; elsewhere a region need not be known."""
        return any(place.startswith(f"{country}-") for place in self._places)

    def served(self, setting: str) -> list[Regime]:
        """Return the regimes that a config's ``regime`` setting can lead to. ``KeyError`` for an unknown id."""
        return list(self._regimes.values()) if setting == LOCATION else [self.get(setting)]

    def for_visitor(self, setting: str, country: str | None, region: str | None) -> Regime:
        """Return the regime that holds for a visitor under a config's ``regime`` setting."""
        return self.resolve(country, region) if setting == LOCATION else self.get(setting)


def strictest(regimes: list[Regime]) -> Regime:
    """Compute ``unknown``: line by line the strictest of ``regimes``, and no exemption."""
    return Regime(
        id=UNKNOWN,
        label=later("Place not known, or no regime in the table"),
        law=later("the strictest of all laws"),
        places=(),
        gpc=max((regime.gpc for regime in regimes), key=GPC_STRENGTH.__getitem__),
        models={
            category: max((regime.models[category] for regime in regimes), key=MODEL_STRICTNESS.__getitem__)
            for category in STANDARD_CATEGORIES
        },
        max_granted=_shortest(regime.max_granted for regime in regimes),
        max_refused=_shortest(regime.max_refused for regime in regimes),
        min_refused=_longest(regime.min_refused for regime in regimes),
        keep_records=_longest(regime.keep_records for regime in regimes),
        first_layer=tuple(item for item in FIRST_LAYER if any(item in regime.first_layer for regime in regimes)),
    )


def laws_of(regimes: Sequence[Regime]) -> Said:
    """Name the laws of ``regimes`` as people do, at most four of them; ``unknown`` is not told where others are."""
    told = [regime for regime in regimes if regime.id != UNKNOWN] or list(regimes)
    if len(told) <= LAWS_TOLD:
        return together(say(regime.law) for regime in told)
    named = together(say(regime.law) for regime in told[: LAWS_TOLD - 1])
    return say("{laws} and {number} more", laws=named, number=len(told) - LAWS_TOLD + 1)


def _days(duration: str | None) -> int | None:
    return None if duration is None else duration_days(duration)


def _shortest(durations: Iterable[str | None]) -> str | None:
    return min((text for text in durations if text), key=duration_days, default=None)


def _longest(durations: Iterable[str | None]) -> str | None:
    return max((text for text in durations if text), key=duration_days, default=None)


def _regime(reader: LineReader, regime_id: str) -> Regime:
    """Read one regime. What is wrong is noted at the reader, and something harmless stands in for it until it raises."""
    line = reader.regime(regime_id)
    models: dict[str, Model] = {
        category: line.one_of(category, tuple(MODEL_STRICTNESS), default="optin") for category in STANDARD_CATEGORIES
    }
    line.expect(models["necessary"] == "none", "necessary", "must be none")
    line.expect("none" not in [models[name] for name in OPTIONAL_STANDARD], "", "only necessary may be none")
    line.expect(
        models["recording"] == "optin", "recording", "must be optin: session recording is asked first everywhere"
    )
    exemptions = {
        category: Exemption(
            model=entry.one_of("is", ("optout",), default="optout"),
            conditions=entry.texts("conditions"),
            max_storage=entry.duration("max_storage"),
            max_retention=entry.duration("max_retention"),
            processors_only=entry.flag("processors_only"),
        )
        for category, entry in line.exemptions(allowed=("functional", "analytics", "marketing")).items()
    }
    for category in exemptions:
        line.expect(models.get(category) == "optin", f"exemptions.{category}", "softens nothing: the rule is not optin")
    regime = Regime(
        id=regime_id,
        label=line.name("label"),
        law=line.name("law"),
        places=line.places(),
        gpc=line.one_of("gpc", tuple(GPC_STRENGTH), default="no"),
        models=models,
        exemptions=exemptions,
        max_granted=line.duration("max_granted"),
        max_refused=line.duration("max_refused"),
        min_refused=line.duration("min_refused"),
        keep_records=line.duration("keep_records"),
        first_layer=line.some_of("first_layer", FIRST_LAYER),
        required_fields=line.some_of("required_fields", REQUIRABLE),
        languages=line.texts("languages"),
        sources={name: Source(**source) for name, source in line.sources().items()},
        uncertain=line.uncertain(),
    )
    line.expect(bool(regime.first_layer), "first_layer", "must say what the first layer has to show")
    if regime.max_refused_days is not None:
        line.expect(regime.min_refused_days <= regime.max_refused_days, "min_refused", "is above max_refused")
    line.refuse_unknown_lines()
    return regime


def _check_places(reader: LineReader, regimes: list[Regime]) -> None:
    """Two regimes must not claim one place, and ``unknown`` is computed, never written."""
    claimed: dict[str, str] = {}
    for regime in regimes:
        if regime.id in (UNKNOWN, LOCATION):
            reader.note(f"regimes.{regime.id}: this id is taken; unknown is computed from all others")
        for place in regime.places:
            if place in claimed:
                reader.note(f"regimes.{regime.id}.places: {place} belongs to {claimed[place]} already")
            claimed[place] = regime.id
