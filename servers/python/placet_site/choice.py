"""The choice cookie, read on a site's server: the grammar of ``docs/choice-cookie.md``, and which of several counts.

It is the visitor's own statement, unsigned, and tells categories, not the law of the place: which trackers may run is
``Placet.consent``'s to say. Held to ``tests/contract/choice.json`` and ``cookies.json``.
"""

import re
import time
from dataclasses import dataclass

MAX_CHOICE_LENGTH = 1000
SECONDS_PER_DAY = 86_400
FUTURE_DAYS = 1  # two clocks that are nearly right may stand on either side of midnight
NECESSARY = "necessary"

_ID = r"[a-z][a-z0-9-]{0,31}"
_IDS = rf"(-|{_ID}(?:~{_ID})*)"
_GRAMMAR = re.compile(rf"1\.([0-9]{{1,9}})\.{_IDS}\.{_IDS}\.([0-9]{{1,6}})\.([0-9]{{1,6}})", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """What a visitor says to have chosen; days are counted in UTC since 1970-01-01. ``value``: as it stood in the cookie."""

    value: str
    version: int
    granted: frozenset[str]
    differs: frozenset[str]
    decided: int
    expires: int

    def is_in_force(self, day: int | None = None) -> bool:
        """Whether it holds on ``day`` (default: today by this machine's clock): neither run out nor made after it."""
        today = int(time.time() // SECONDS_PER_DAY) if day is None else day
        return self.decided <= today + FUTURE_DAYS and today < self.expires

    def grants(self, category: str, day: int | None = None) -> bool:
        """Whether ``category`` was granted and the choice is in force. ``necessary`` is granted by nobody, and always on."""
        return category == NECESSARY or (category in self.granted and self.is_in_force(day))


def parse_choice(value: str | None) -> Choice | None:
    """Read one cookie's value. Anything that is not exactly the grammar is no choice: ``None``."""
    if not value or len(value) > MAX_CHOICE_LENGTH:
        return None
    match = _GRAMMAR.fullmatch(value)
    if match is None:
        return None
    version, granted, differs, decided, expires = match.groups()
    return Choice(value, int(version), _ids(granted), _ids(differs), int(decided), int(expires))


def read_choice(cookies: str | None, site: str) -> Choice | None:
    """Read the choice for ``site`` (its key) from a whole ``Cookie`` header (RFC 6265); ``None`` when there is none.

    Of several copies the one of the latest day counts, of two of one day the one that grants fewer categories, else
    the first: as the widget reads them.
    """
    best: Choice | None = None
    for pair in (cookies or "").split(";"):
        name, equals, value = pair.strip(" \t").partition("=")
        other = parse_choice(value) if equals and name == f"placet_{site}" else None
        if other and (best is None or _rank(other) > _rank(best)):
            best = other
    return best


def _rank(choice: Choice) -> tuple[int, int]:
    return choice.decided, -len(choice.granted)


def _ids(text: str) -> frozenset[str]:
    return frozenset() if text == "-" else frozenset(text.split("~"))
