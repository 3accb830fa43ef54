"""Lengths of time as configs write them: ISO 8601 with one unit (``P6M``, ``P30D``, ``PT30M``), counted in days."""

import re
from dataclasses import dataclass
from typing import Literal

Unit = Literal["year", "month", "week", "day", "hour", "minute", "second"]

DAYS_PER: dict[Unit, int] = {"year": 365, "month": 30, "week": 7, "day": 1}
SECONDS_PER: dict[Unit, int] = {"hour": 3600, "minute": 60, "second": 1}
SECONDS_PER_DAY = 86_400

_DURATION = re.compile(r"P(?:([0-9]{1,5})([YMWD])|T([0-9]{1,5})([HMS]))", re.ASCII)
_DATE_UNITS: dict[str, Unit] = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_TIME_UNITS: dict[str, Unit] = {"H": "hour", "M": "minute", "S": "second"}


@dataclass(frozen=True)
class Duration:
    """A whole number of one unit, e.g. 13 months; what a display needs to say it in words."""

    amount: int
    unit: Unit

    @property
    def days(self) -> int:
        """Length in days: a month is 30, a year 365 (12 months are 360), a part of a day counts as one."""
        if self.unit in DAYS_PER:
            return self.amount * DAYS_PER[self.unit]
        return -(-self.amount * SECONDS_PER[self.unit] // SECONDS_PER_DAY)


def parse_duration(text: str) -> Duration:
    """Read an ISO 8601 duration of one unit and at most five digits. ``ValueError`` for anything else."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"not a duration of one unit, such as P6M, P30D or PT30M: {text!r}")
    amount, unit, time_amount, time_unit = match.groups()
    if amount is not None:
        return Duration(int(amount), _DATE_UNITS[unit])
    return Duration(int(time_amount), _TIME_UNITS[time_unit])


def duration_days(text: str) -> int:
    """Return the length of an ISO 8601 duration in days, hours and less rounded up. ``ValueError`` as above."""
    return parse_duration(text).days
