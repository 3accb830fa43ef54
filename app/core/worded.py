"""Values that every language writes in its own way: lengths of time, numbers, languages, countries (CLDR).

In core and services they are English texts; the desk words them anew for who reads (``app.web.admin.languages``).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, Self

from babel import Locale
from babel.numbers import get_decimal_symbol
from babel.units import format_unit

from app.core.durations import parse_duration
from app.core.languages import locale_for

Kind = Literal["duration", "ratio", "language", "country"]


class Worded(str):
    """A value in English words that still knows what it is: its ``kind``, and ``raw`` as configs write it."""

    kind: Kind
    raw: str

    def __new__(cls, kind: Kind, raw: str) -> Self:
        """Return ``raw`` in English words; what its kind does not know stays as it is."""
        worded = super().__new__(cls, word(kind, raw, "en"))
        worded.kind, worded.raw = kind, raw
        return worded

    def __getnewargs__(self) -> tuple[Kind, str]:  # type: ignore[override]  # for copies
        return self.kind, self.raw


def word(kind: Kind, raw: str, lang: str) -> str:
    """Return ``raw`` as the language ``lang`` (BCP 47) writes it; what its kind does not know stays as it is."""
    return _WORDS[kind](raw, locale_for(lang))


def duration_words(text: str) -> Worded:
    """Return an ISO 8601 duration of one unit as people say it: ``P6M`` is 6 months."""
    return Worded("duration", text)


def ratio_words(written: str) -> Worded:
    """Return a number with a decimal point, as ``written_ratio`` makes it."""
    return Worded("ratio", written)


def language_words(tag: str) -> Worded:
    """Return the name of a language (BCP 47): ``de`` is German."""
    return Worded("language", tag)


def country_words(code: str) -> Worded:
    """Return the name of a country (ISO 3166-1 alpha-2): ``IE`` is Ireland."""
    return Worded("country", code)


def _duration(text: str, locale: Locale) -> str:
    try:
        length = parse_duration(text)
    except ValueError:
        return text
    return format_unit(length.amount, f"duration-{length.unit}", length="long", locale=locale)


def _ratio(text: str, locale: Locale) -> str:
    return text.replace(".", get_decimal_symbol(locale))


def _language(tag: str, locale: Locale) -> str:
    own = locale_for(tag)
    if own.language != tag.split("-")[0].casefold():
        return tag
    return own.get_display_name(locale) or tag


def _country(code: str, locale: Locale) -> str:
    return str(locale.territories.get(code, code))


_WORDS: dict[Kind, Callable[[str, Locale], str]] = {
    "duration": _duration,
    "ratio": _ratio,
    "language": lru_cache(maxsize=512)(_language),
    "country": _country,
}
