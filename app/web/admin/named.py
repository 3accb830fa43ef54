"""Names for what configs write as codes: languages, countries and regimes, in the language of the desk."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from app.core.languages import locale_for, name_of_language
from app.core.say import Said, say
from app.core.worded import word
from app.web.admin.languages import spoken
from app.web.runtime import runtime

Options = tuple[tuple[str, str], ...]
"""What there is to choose from: each the value, and its name."""


def language_name(tag: str) -> str:
    """Name a language (BCP 47) as it calls itself, and in the language of the desk where that is another word."""
    own, here = name_of_language(tag), word("language", tag, spoken())
    return here if own.casefold() == here.casefold() else f"{here} ({own})"


def language_names(tags: Iterable[str]) -> dict[str, str]:
    """Return the names of languages by their tags, in the same order."""
    return {tag: language_name(tag) for tag in tags}


def regime_name(regime: str) -> str | Said:
    """Name a regime as people do; one that this release does not know keeps its id."""
    table = runtime().regimes
    return say(table.get(regime).label) if regime in table.ids else regime


def regime_names(ids: Iterable[str]) -> dict[str, str | Said]:
    """Return the names of regimes by their ids, in the same order."""
    return {own: regime_name(own) for own in ids}


def language_options() -> Options:
    """Return the languages that texts are built in for, by name."""
    return _sorted_languages(spoken(), tuple(runtime().desk.texts))


def country_options() -> Options:
    """Return all countries (ISO 3166-1), by name."""
    return _countries(spoken())


@lru_cache(maxsize=8)
def _sorted_languages(lang: str, tags: tuple[str, ...]) -> Options:
    return tuple(sorted(language_names(tags).items(), key=lambda option: option[1].casefold()))


@lru_cache(maxsize=8)
def _countries(lang: str) -> Options:
    found = {code: name for code, name in locale_for(lang).territories.items() if _is_country(code)}
    return tuple(sorted(found.items(), key=lambda option: _collated(option[1])))


# What CLDR lists besides countries: groups of them, places that are none, and parts that ISO 3166-1 counts to others.
_NO_COUNTRY = frozenset(("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"))


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY


def _collated(name: str) -> str:
    """Sort Åland and Österreich where people look for them."""
    plain = unicodedata.normalize("NFD", name.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
