"""Lengths of time as people write them ("1 year 1 month", "Session", "30 Tage"), as ISO 8601 of one unit."""

import re
from typing import Final

SESSION: Final = {
    "session",
    "sessions",
    "sitzung",
    "session cookie",
    "end of session",
    "when browser closes",
    "browser session",
}
PERSISTENT: Final = {
    "persistent",
    "permanent",
    "never",
    "never expires",
    "unlimited",
    "no expiry",
    "dauerhaft",
    "unbegrenzt",
}
_UNITS = {
    "S": "second seconds sec secs s sekunde sekunden seconde secondes",
    "H": "hour hours hr hrs h stunde stunden heure heures",
    "MIN": "minute minutes min mins minuten",
    "D": "day days d tag tage tagen jour jours",
    "W": "week weeks w woche wochen semaine semaines",
    "M": "month months mo monat monate monaten mois",
    "Y": "year years yr yrs y jahr jahre jahren an ans annee annees",
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_PART = re.compile(r"(\d{1,5}|an?|one|ein|eine|einem|un|une)\s*([a-zäöüéè]+)")
_DAYS = {"D": 1, "W": 7, "M": 30, "Y": 365}
_SECONDS = {"S": 1, "MIN": 60, "H": 3600}


def duration_in_words(said: str) -> str | None:
    """Return ``P13M`` for "1 year 1 month", ``session`` and ``persistent`` for what means them; ``None``: not understood.

    Several units become one that holds them: years and months months, days among them days (a month is 30, a year 365).
    """
    text = " ".join(said[:100].lower().replace("é", "e").replace(",", " ").split()).strip(" .()")
    if text in SESSION:
        return "session"
    if text in PERSISTENT:
        return "persistent"
    text = re.sub(r"^(?:less than|up to|max\.?|about|ca\.?|bis zu|jusqu'a) ", "", text)
    parts = [(match[1], _UNIT.get(match[2])) for match in _PART.finditer(text)]
    left = re.sub(r"\b(?:and|und|et)\b", "", _PART.sub("", text)).strip()
    if not parts or left or any(unit is None for _, unit in parts):
        return None
    amounts = [(int(amount) if amount.isdigit() else 1, unit or "") for amount, unit in parts]
    units = {unit for _, unit in amounts}
    if len(amounts) == 1:
        return _written(*amounts[0])
    if units <= {"Y", "M"}:
        return _written(sum(amount * (12 if unit == "Y" else 1) for amount, unit in amounts), "M")
    if units <= _DAYS.keys():
        return _written(sum(amount * _DAYS[unit] for amount, unit in amounts), "D")
    if units <= _SECONDS.keys():
        return _written(-(-sum(amount * _SECONDS[unit] for amount, unit in amounts) // 60), "MIN")
    return _written(sum(amount * _DAYS.get(unit, 0) for amount, unit in amounts) + 1, "D")


def _written(amount: int, unit: str) -> str | None:
    if not 0 <= amount <= 99_999:
        return None
    if unit in ("S", "H", "MIN"):
        return f"PT{amount}{'M' if unit == 'MIN' else unit}"
    return f"P{amount}{unit}"
