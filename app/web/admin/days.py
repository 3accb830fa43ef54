"""UTC days as they are typed, for lists and downloads of the record."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import request

from app.core.say import read_day, say
from app.services.audit import Period


@dataclass(frozen=True)
class Days:
    """Two UTC days as typed, both inclusive; ``problem`` says what could not be read."""

    first: str
    last: str
    period: Period
    problem: str = ""

    @property
    def span(self) -> str:
        """What of a file's name says which days it has, e.g. ``-2026-11-22-2026-11-23``; empty for all."""
        return "".join(f"-{day}" for day in (self.first, self.last) if day)


def asked_days() -> Days:
    """Read ``from`` and ``to`` of the present request; either may be missing."""
    first, last = request.args.get("from", "").strip(), request.args.get("to", "").strip()
    try:
        start = _midnight(first) if first else None
        end = _midnight(last) + timedelta(days=1) if last else None
    except (ValueError, OverflowError):
        return Days(first, last, Period(), say("Write days as 2026-11-22."))
    if start and end and start >= end:
        return Days(first, last, Period(start, end), say("The first day is after the last one."))
    return Days(first, last, Period(start, end))


def days_words(first: str | None, last: str | None) -> str:
    """Say which days, to go on with in a sentence: `` from 22 Nov 2026 to 23 Nov 2026``; empty for all."""
    if first and last:
        return say(" from {first} to {last}", first=read_day(first), last=read_day(last))
    if first:
        return say(" from {first}", first=read_day(first))
    return say(" to {last}", last=read_day(last)) if last else ""


def _midnight(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
