"""Lengths of time in a form: a number and a unit, as people say them; configs keep ISO 8601 (``P6M``).

Whoever knows ISO 8601 may type it instead of the number. What a number and a unit cannot say stays as it is written.
"""

import re

from app.core.say import say

UNITS = (("D", say("days")), ("W", say("weeks")), ("M", say("months")), ("Y", say("years")))
"""The units of what is kept or holds: those of ISO 8601."""
SHORT_UNITS = (("TS", say("seconds")), ("TM", say("minutes")), ("TH", say("hours")))
ENDS = (("session", say("until the browser is closed")), ("persistent", say("until it is deleted")))
"""How long something is stored, where it is no length of time."""
LIFETIME_UNITS = (*SHORT_UNITS, *UNITS, *ENDS)
USUAL_UNIT = "M"
_WRITTEN = re.compile(r"P(?:(0|[1-9][0-9]{0,4})([YMWD])|T(0|[1-9][0-9]{0,4})([HMS]))", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)
_ENDS = tuple(value for value, _ in ENDS)


def time_parts(text: str, units: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """Return number and unit (one of ``units``) of what a config has; the text and no unit where those cannot say it."""
    known = [value for value, _ in units]
    if not text:
        return "", USUAL_UNIT
    if text in _ENDS and text in known:
        return "", text
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return text, ""
    number, unit = (match[1], match[2]) if match[1] is not None else (match[3], f"T{match[4]}")
    return (number, unit) if unit in known else (text, "")


def time_text(typed: str, unit: str) -> str:
    """Return what a config keeps of a typed number and its unit; what is no number stays as typed, ISO 8601 in capitals."""
    typed = typed.strip()
    if unit in _ENDS and (not typed or _NUMBER.fullmatch(typed)):
        return unit
    if _NUMBER.fullmatch(typed) and unit:
        part = "T" if len(unit) > 1 else ""
        return f"P{part}{int(typed)}{unit[-1]}"
    return typed.upper() if re.fullmatch(r"[pP][0-9tTyYmMwWdDhHsS]+", typed) else typed
