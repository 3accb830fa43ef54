"""From when a version holds: at once, after the notice period, or on a later day that somebody chose."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from app.core.documents import ConfigDocument
from app.core.durations import duration_days
from app.core.errors import NotAllowedError
from app.core.say import say


class DayError(NotAllowedError):
    """A version cannot hold from the day that was chosen."""

    code = "bad_day"


Urgency = Literal["none", "law", "emergency"]
LONGEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Publication:
    """How a version is published: whether visitors are asked again, why, and whether it may not wait.

    ``holds_on``: the UTC day from which it holds, where that is later than it must be; ``against``: why visitors are asked
    or not, where Placet proposed the other (``app.core.differences``); ``approved_by``: the second person.
    """

    reason: str
    by: str
    ask_again: bool = False
    urgency: Urgency = "none"
    holds_on: date | None = None
    against: str = ""
    approved_by: str | None = None


@dataclass(frozen=True)
class Newest:
    """The newest version so far: what it says, and from when it holds."""

    document: ConfigDocument
    effective_at: datetime


def notice_period(document: ConfigDocument, newest: Newest | None) -> str:
    """Return how long (ISO 8601) a version that asks again is announced: the longer of the old period and the new one.

    A shorter one holds from the next version on: nobody gets round what visitors were promised by changing the promise.
    """
    periods = [document["notice_period"], *([newest.document["notice_period"]] if newest else [])]
    return max(periods, key=duration_days)


def earliest(document: ConfigDocument, newest: Newest | None, publication: Publication, now: datetime) -> datetime:
    """Return when a version published at ``now`` may take effect at the earliest.

    Where there is no ``newest`` there is nobody who could be told. A version that asks again waits for the notice period,
    and none overtakes one that waits, but for law or emergency.
    """
    if newest is None or publication.urgency != "none":
        return now
    days = duration_days(notice_period(document, newest)) if publication.ask_again else 0
    return max(now + timedelta(days=days), newest.effective_at)


def effective_at(document: ConfigDocument, newest: Newest | None, publication: Publication, now: datetime) -> datetime:
    """Return when it takes effect: at the earliest, or at the beginning of the day that was chosen, if that is later."""
    first = earliest(document, newest, publication, now)
    day = publication.holds_on
    return max(first, datetime(day.year, day.month, day.day, tzinfo=UTC)) if day else first


def check_day(day: date | None, first: datetime, now: datetime) -> None:
    """Raise ``DayError`` for a day before that of ``first``, or more than a year ahead."""
    if day is None:
        return
    if day < first.date():
        if first.date() == now.date():
            raise DayError(say("{day} is over. Choose today or a later day.", day=day))
        raise DayError(
            say(
                "{day} is too early: the notice period ends, or another version takes effect, on {first}.",
                day=day,
                first=first.date(),
            )
        )
    if day > now.date() + LONGEST_AHEAD:
        raise DayError(say("{day} is more than a year ahead.", day=day))
