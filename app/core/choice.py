"""The visitor's choice as the browser keeps it: the grammar of ``docs/choice-cookie.md``, read and written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_CHOICE_LENGTH = 1000
_ID = r"[a-z][a-z0-9-]{0,31}"
_IDS = rf"(?:-|{_ID}(?:~{_ID})*)"
_CHOICE = re.compile(rf"1\.([0-9]{{1,9}})\.({_IDS})\.({_IDS})\.([0-9]{{1,6}})\.([0-9]{{1,6}})", re.ASCII)
SECONDS_PER_DAY = 86_400
FUTURE_DAYS = 1  # two clocks that are nearly right may stand on either side of midnight


@dataclass(frozen=True)
class Choice:
    """One choice: what was granted, under which config version, on which day, until which day (UTC days)."""

    version: int
    granted: frozenset[str]
    differs: frozenset[str]
    decided_day: int
    expires_day: int

    def grants(self, category: str, tracker: str, since: int = 0) -> bool:
        """Whether the choice says yes to ``tracker`` of ``category``.

        ``since`` is the version in which the tracker first stood as it stands now. What a visitor said of it by itself
        before that may have been said of it in another category: then it counts as a no, and never as a yes.
        """
        if self.version < since:
            return category in self.granted and tracker not in self.differs
        return (category in self.granted) != (tracker in self.differs)

    def is_in_force(self, day: int) -> bool:
        """Whether the choice holds on ``day`` (days since 1970-01-01 UTC): not run out, and not made after it.

        One from the future was made under a wrong clock, or is read under one: it would outlive its lifetime.
        """
        return self.decided_day <= day + FUTURE_DAYS and day < self.expires_day


def utc_day(moment: datetime) -> int:
    """Return the UTC day of an aware ``moment`` as days since 1970-01-01."""
    return int(moment.astimezone(UTC).timestamp() // SECONDS_PER_DAY)


def parse_choice(value: str | None) -> Choice | None:
    """Read a choice cookie's value. Anything that is not exactly the grammar is no choice: ``None``."""
    if not value or len(value) > MAX_CHOICE_LENGTH:
        return None
    match = _CHOICE.fullmatch(value)
    if match is None:
        return None
    version, granted, differs, decided, expires = match.groups()
    return Choice(int(version), _ids(granted), _ids(differs), int(decided), int(expires))


def format_choice(choice: Choice, order: Mapping[str, int] | None = None) -> str:
    """Write a choice in the cookie's grammar; ``order`` gives the position of each id (default: alphabetical)."""
    position = order or {}

    def joined(ids: frozenset[str]) -> str:
        return "~".join(sorted(ids, key=lambda name: (position.get(name, 0), name))) or "-"

    return f"1.{choice.version}.{joined(choice.granted)}.{joined(choice.differs)}.{choice.decided_day}.{choice.expires_day}"


def _ids(text: str) -> frozenset[str]:
    return frozenset() if text == "-" else frozenset(text.split("~"))
