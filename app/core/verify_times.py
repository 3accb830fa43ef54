"""The server's times along the log: where one steps back further than it may, and which entry that speaks against."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.core.report import Findings
from app.core.selection import MAX_STEP_BACK

_MINUTE = len("2026-01-01T00:00")


class _Entry(NamedTuple):
    file: str
    place: int
    at: str


_NONE = _Entry("", -1, "")


@dataclass
class _Run:
    """Entries in a row, from ``first`` to index ``last``, that are dated before an earlier one.

    ``latest`` has the latest time among them. ``is_peak_alone``: only one earlier entry is dated after ``first``.
    """

    first: _Entry
    count: int
    last: int
    latest: _Entry
    is_peak_alone: bool


class Times:
    """Takes every entry's time in the log's order (``see``), and names each step back of more than five minutes once.

    When several entries go on from a time before that of one single earlier entry, that one is named: its clock ran
    ahead, or it was put before what it came after. Otherwise those that are dated before an earlier entry are named, in a
    row as one.
    """

    def __init__(self, findings: Findings) -> None:
        self._fail = findings.fail
        self._peak = self._second = _NONE  # latest of all entries, and of all but that one
        self._run: _Run | None = None

    def see(self, at: str, file: str, index: int) -> None:
        """Hold the time ``at`` (``rfc3339``) of the entry at ``index``, a line of ``file``, against those before it."""
        entry = _Entry(file, index, at)
        if self._run is not None and not self._goes_on(self._run, entry):
            self._close(self._run)
        if self._run is None:
            self._compare(entry)

    def see_run(self, times: list[str], file: str, first: int) -> bool:
        """Do as ``see`` with entries in a row, from index ``first`` on; return whether that was done.

        It is not when one of them is a step back, or is to be held against one: they must be seen one by one.
        """
        if self._run is not None:
            return False
        peak, second = self._peak, self._second
        for index, at in enumerate(times, start=first):
            if at >= peak.at:
                second, peak = peak, _Entry(file, index, at)
            elif at > second.at or at[:_MINUTE] != peak.at[:_MINUTE]:
                entry = _Entry(file, index, at)
                if _is_step_back(peak, entry):
                    return False
                second = entry if at > second.at else second
        self._peak, self._second = peak, second
        return True

    def finish(self) -> None:
        """Say what is still open at the log's end."""
        if self._run is not None:
            self._close(self._run)

    def _compare(self, entry: _Entry) -> None:
        if entry.at >= self._peak.at:
            self._second, self._peak = self._peak, entry
        elif _is_step_back(self._peak, entry):
            self._run = _Run(entry, 1, entry.place, entry, not _is_step_back(self._second, entry))
        elif entry.at > self._second.at:
            self._second = entry

    def _goes_on(self, run: _Run, entry: _Entry) -> bool:
        if not _is_step_back(self._peak, entry) or _is_step_back(run.latest, entry):
            return False
        run.count, run.last = run.count + 1, entry.place
        run.latest = max(run.latest, entry, key=lambda one: one.at)
        return True

    def _close(self, run: _Run) -> None:
        self._run = None
        first, peak = run.first, self._peak
        if run.is_peak_alone and run.count > 1:
            words = (
                f"its time, {peak.at}, is ahead of the entries after it, which go on from {first.at} at index "
                f"{first.place}: its clock ran ahead, or it was put before what it came after."
            )
            self._fail("times", words, peak.file, peak.place)
            # Of the others only the latest time is known, not how many have it: so none of them counts as alone.
            self._peak = self._second = max(self._second, run.latest, key=lambda one: one.at)
            return
        more = "" if run.count == 1 else f", and so are those of the {run.count - 1} after it, up to index {run.last}"
        words = (
            f"its time, {first.at}, is before that of an earlier entry, {peak.at} at index {peak.place}{more}: "
            "back-dated, put after what it came before, or a clock was wrong."
        )
        self._fail("times", words, first.file, first.place)


def _is_step_back(before: _Entry, entry: _Entry) -> bool:
    if entry.at >= before.at:
        return False
    return datetime.fromisoformat(before.at) - datetime.fromisoformat(entry.at) > MAX_STEP_BACK
