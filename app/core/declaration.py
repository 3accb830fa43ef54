"""The declaration: what a published version lists, in words, for a page that needs no script.

The same rows as the widget's second layer draws (``widget/src/preferences/tracker.ts``), from the same notice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from babel import Locale
from babel.dates import format_date
from babel.units import format_unit

from app.core.documents import NoticeDocument, NoticeTracker
from app.core.durations import parse_duration
from app.core.languages import locale_for
from app.core.notices import fill


@dataclass(frozen=True)
class DeclaredTracker:
    """One tracker: rows of a term and its values, and remarks."""

    name: str
    rows: list[tuple[str, list[str]]]
    remarks: list[str]


@dataclass(frozen=True)
class DeclaredCategory:
    """A category and its trackers. ``required``: nothing of it waits for a choice."""

    name: str
    description: str
    required: bool
    trackers: list[DeclaredTracker]


def declare(notice: NoticeDocument) -> list[DeclaredCategory]:
    """Return the categories of a notice in words, in its order and language."""
    words = _Words(notice)
    return [
        DeclaredCategory(
            category["name"],
            category["description"],
            category["required"],
            [
                DeclaredTracker(own["name"], list(words.rows(own)), list(words.remarks(own)))
                for own in category["trackers"]
            ],
        )
        for category in notice["categories"]
    ]


def duration_in_words(duration: str, locale: Locale) -> str:
    """Write an ISO 8601 duration of one unit in words; anything else as it stands."""
    try:
        parsed = parse_duration(duration)
    except ValueError:
        return duration
    return format_unit(parsed.amount, f"duration-{parsed.unit}", locale=locale)


def date_in_words(time: str, lang: str) -> str:
    """Write the UTC day of an RFC 3339 time in a language."""
    return format_date(datetime.fromisoformat(time).astimezone(UTC), "long", locale=locale_for(lang))


def day_in_words(day: int, lang: str) -> str:
    """Write a UTC day (since 1970-01-01) in a language."""
    return format_date(date(1970, 1, 1) + timedelta(days=day), "long", locale=locale_for(lang))


class _Words:
    def __init__(self, notice: NoticeDocument) -> None:
        self._texts = notice["texts"]
        self._locale = locale_for(notice["lang"])

    def rows(self, tracker: NoticeTracker) -> Iterator[tuple[str, list[str]]]:
        """Yield who, why, on what ground, what, to whom, and what is stored."""
        texts = self._texts
        yield texts["vendor"], [tracker["vendor"]]
        yield texts["purpose"], [tracker["purpose"]]
        yield texts["legal_basis"], [texts[f"basis_{tracker['legal_basis']}"]]
        if tracker["data"]:
            kept = texts["kept_for"]
            yield (
                texts["data"],
                [
                    f"{item['name']} · {fill(kept, {'time': self._lasting(item['retention'])})}"
                    for item in tracker["data"]
                ],
            )
        if tracker["recipients"]:
            yield texts["recipients"], [" · ".join(filter(None, parts)) for parts in self._recipients(tracker)]
        stored = [
            " · ".join((item["name"], texts[f"kind_{item['kind']}"], self._lasting(item["lifetime"])))
            for item in tracker["storage"]
        ]
        yield texts["storage"], stored or [texts["storage_none"]]

    def remarks(self, tracker: NoticeTracker) -> Iterator[str]:
        """Yield what has to be said beside the rows."""
        if tracker["sale_share"]:
            yield self._texts["sale_share"]
        if tracker["kind"] in ("server", "declared"):
            yield self._texts[f"kind_{tracker['kind']}_note"]

    def _recipients(self, tracker: NoticeTracker) -> Iterator[tuple[str | None, ...]]:
        for recipient in tracker["recipients"]:
            country = self._locale.territories.get(recipient["country"], recipient["country"])
            yield recipient["name"], country, self._texts[f"role_{recipient['role']}"], recipient["safeguard"]

    def _lasting(self, lifetime: str) -> str:
        return self._texts.get(f"lifetime_{lifetime}") or duration_in_words(lifetime, self._locale)
