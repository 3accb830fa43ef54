"""How the privacy page says what a config holds: durations, countries, and the widget's own words."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]

TEXTS = Path(__file__).parent.parent / "app" / "data" / "texts" / "en.yaml"
"""The widget's English texts, so that page and banner use the same words."""

COUNTRIES = {
    "CA": "Canada",
    "DE": "Germany",
    "ES": "Spain",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "IN": "India",
    "LU": "Luxembourg",
    "NL": "Netherlands",
    "US": "United States",
}
"""The countries that the examples' configs name, as browsers name them in English."""

REFUSED_IN_THE_USA = "P13M"
"""How long a no is kept there before anyone is asked again, whatever the config says (``app/data/regimes.yaml``)."""

_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "TH": "hour", "TM": "minute", "TS": "second"}
_DAYS = {"Y": 365, "M": 30.44, "W": 7, "D": 1, "TH": 1 / 24, "TM": 1 / 1440, "TS": 1 / 86400}


def days(duration: str) -> int:
    """How many days an ISO 8601 duration of one unit takes, at least one: ``P6M`` → 183.

    Raises ``ValueError`` for anything else.
    """
    count, unit = _parts(duration)
    if unit not in _DAYS:
        raise ValueError(f"{duration!r} is no duration of one unit.")
    return max(1, round(count * _DAYS[unit]))


def in_words(duration: str) -> str:
    """A duration of a config for people, as the widget says it: ``P6M`` → ``6 months``, ``session`` → ``until …``.

    What is no ISO 8601 duration of one unit stands as it is.
    """
    lasting = widget_texts().get(f"lifetime_{duration}")
    count, unit = _parts(duration)
    if lasting or unit not in _UNITS:
        return lasting or duration
    return f"{count} {_UNITS[unit]}{'' if count == 1 else 's'}"


def country(code: str) -> str:
    """The English name of an ISO 3166-1 alpha-2 country; a code that no example uses stands as it is."""
    return COUNTRIES.get(code, code)


def said(text: dict[str, str]) -> str:
    """A text of a config, by language: in English, or else in the first language that it has."""
    return text.get("en") or next(iter(text.values()), "")


def words_of(config: Document) -> dict[str, str]:
    """The widget's English texts by key, with what ``config`` puts in their place."""
    own: dict[str, dict[str, str]] = config.get("texts") or {}
    return {**widget_texts(), **own.get("en", {})}


@cache
def widget_texts() -> dict[str, str]:
    """The widget's English texts by key, as they are shipped."""
    layers: dict[str, dict[str, str]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return {**layers["first_layer"], **layers["preferences"]}


def asked_again(config: Document) -> str:
    """When a visitor who has chosen is asked again, in words that follow “You are asked again”."""
    granted, refused = config["lifetimes"]["granted"], config["lifetimes"]["refused"]
    if granted == refused:
        sentence = f"after {in_words(granted)}"
    else:
        sentence = f"{in_words(granted)} after a yes, {in_words(refused)} after a no"
    # Only by location can the law of the USA apply; it lengthens what is shorter.
    if config.get("regime") == "location" and days(refused) < days(REFUSED_IN_THE_USA):
        sentence += f"; some laws keep a no longer ({in_words(REFUSED_IN_THE_USA)} in the USA)"
    return sentence


def _parts(duration: str) -> tuple[int, str]:
    parts = re.fullmatch(r"P(T?)(\d+)([YMWDHS])", duration)
    return (int(parts[2]), parts[1] + parts[3]) if parts else (0, "")
