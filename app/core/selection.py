"""Which receipts a bundle holds: those of a range of log indexes, and what that range covers (``docs/receipts.md``)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.core.receipt import rfc3339

MAX_STEP_BACK = timedelta(minutes=5)
"""Several server processes stamp receipts before one log orders them, so a little is no sign of anything."""


@dataclass(frozen=True)
class Selection:
    """The receipts from index ``first`` to ``last`` (both included; none: ``last`` is ``first - 1``).

    ``start`` (included) and ``end`` (excluded) are the times of receipt that were asked for, as ``rfc3339`` writes them;
    ``None``: open on that side.
    """

    start: str | None
    end: str | None
    first: int
    last: int

    @classmethod
    def of_period(cls, start: datetime | None, end: datetime | None, first: int, last: int) -> "Selection":
        """Return the selection of a period (aware UTC times) that was found to lie at ``first`` to ``last``."""
        return cls(_written(start), _written(end), first, last)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Selection":
        """Read what ``to_json`` gave, when it has that shape."""
        return cls(data["from"], data["to"], data["first"], data["last"])

    def to_json(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {"from": self.start, "to": self.end, "first": self.first, "last": self.last}

    def fits(self, size: int) -> bool:
        """Whether a log of ``size`` entries has such a range."""
        return 0 <= self.first <= self.last + 1 <= size

    def has(self, index: int) -> bool:
        """Whether the receipt at ``index`` belongs to it."""
        return self.first <= index <= self.last


class Margins:
    """Finds out whether what a selection leaves out can have been received in its period (``docs/receipts.md``).

    ``below`` is the highest index left out below the range, ``above`` the lowest above it (``None``: there is none).
    ``see`` every entry that is here; then ``is_early_shown`` says it of the side of ``start`` and ``is_late_shown`` of that
    of ``end``. It rests on the server's times, which along the log never step back by more than ``MAX_STEP_BACK``.
    """

    def __init__(self, selection: Selection, below: int | None, above: int | None) -> None:
        self.is_early_shown = below is None
        self.is_late_shown = above is None
        self._below, self._above = below, above
        self._early = _moved(selection.start, -MAX_STEP_BACK)
        self._late = _moved(selection.end, MAX_STEP_BACK)

    def see(self, index: int, at: str) -> None:
        """Take the time ``at`` of the entry at ``index`` into account."""
        if not self.is_early_shown and self._early and self._below is not None and index > self._below:
            self.is_early_shown = at < self._early
        if not self.is_late_shown and self._late and self._above is not None and index < self._above:
            self.is_late_shown = at >= self._late


def _moved(at: str | None, by: timedelta) -> str | None:
    try:
        return at and rfc3339(datetime.fromisoformat(at) + by)
    except OverflowError:  # the first or the last minutes of the calendar: no entry lies beyond
        return None


def _written(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)
