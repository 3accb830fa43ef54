"""Languages as BCP 47 tags: which of those on offer suits a visitor, how it counts, lists and runs across a line (CLDR)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global, parse_locale
from babel.numbers import format_decimal

PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")

# What else a language is asked by (in small letters), and which of its kinds a bare tag means: CLDR's aliases and likely
# subtags.
_MEANS = {
    "no": "nb",
    "nn": "nb",
    "iw": "he",
    "pt": "pt-BR",
    "zh": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
}
_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"}
_RIGHT_TO_LEFT_SCRIPTS = {"arab", "hebr", "nkoo", "syrc", "thaa"}
_ARABIC_COMMA = {"ar", "ckb", "fa", "ks", "ps", "sd", "ug", "ur"}
_IDEOGRAPHIC_COMMA = {"ja", "zh"}


def best_language(wanted: Iterable[str], offered: Sequence[str]) -> str | None:
    """Return which of ``offered`` suits somebody who wants the first of ``wanted`` most; ``None``: none of them does.

    A tag finds itself, then what it means (``zh-TW`` is ``zh-Hant``), then the same language in the same script.
    """
    by_tag = {tag.casefold(): tag for tag in reversed(offered)}
    for tag in wanted:
        for name in _wider(tag):
            if name.casefold() in by_tag:
                return by_tag[name.casefold()]
        # Only for a language that is on offer at all: to ask CLDR for what a browser has made up takes its time.
        main = _meant_language(tag)
        for own in offered:
            if _meant_language(own) == main and _written(own) == _written(tag):
                return own
    return None


def locale_for(lang: str) -> Locale:
    """Return the CLDR locale of a language tag, of its main language, or English where CLDR has neither."""
    for tag in (lang, lang.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def name_of_language(lang: str) -> str:
    """Return what a language calls itself (CLDR); the tag where CLDR does not know it."""
    locale = locale_for(lang)
    return (locale.get_display_name(locale) if locale.language == lang.split("-")[0] else None) or lang


def plural_forms(lang: str) -> tuple[str, ...]:
    """Return the plural forms that a language has for whole numbers and others, in CLDR's order; ``other`` is always one."""
    known = locale_for(lang).plural_form.tags | {"other"}
    return tuple(form for form in PLURAL_FORMS if form in known)


def plural_form(count: int, lang: str) -> str:
    """Return the plural form that a language uses for ``count``."""
    return locale_for(lang).plural_form(count)


def number_in_words(count: int, lang: str) -> str:
    """Write a whole number with the digits and groups of a language."""
    return format_decimal(count, locale=locale_for(lang))


def joined(items: Iterable[str], lang: str) -> str:
    """Join names to a list without an "and", which would have to be in the right case."""
    main = lang.split("-")[0]
    comma = "، " if main in _ARABIC_COMMA else "、" if main in _IDEOGRAPHIC_COMMA else ", "
    return comma.join(items)


def script_direction(lang: str) -> Literal["ltr", "rtl"]:
    """Return ``rtl`` for a language that is written from right to left, else ``ltr`` (by subtags of BCP 47)."""
    subtags = lang.lower().split("-")
    scripts = [subtag for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if subtags[0] in _RIGHT_TO_LEFT else "ltr"


def _wider(tag: str) -> list[str]:
    """The tag, and what remains when its last subtags go, each followed by what it means."""
    subtags = tag.split("-")
    names = []
    for length in range(len(subtags), 0, -1):
        own = "-".join(subtags[:length])
        names.append(own)
        meant = _MEANS.get(own.casefold())
        if meant:
            names.append(meant)
        # A script is never left out: who asks for one cannot be taken to read the other.
        if meant or (len(subtags[length - 1]) == 4 and subtags[length - 1].isalpha()):
            break
    return names


def _meant_language(tag: str) -> str:
    main = tag.split("-")[0].casefold()
    return _MEANS.get(main, main).split("-")[0]


@lru_cache(maxsize=1024)  # browsers send what they like
def _written(tag: str) -> tuple[str, str | None]:
    """The language, and the script that a tag says or that the language is usually written in."""
    meant = next((_MEANS[name.casefold()] for name in _wider(tag) if name.casefold() in _MEANS), tag)
    language = meant.split("-")[0].casefold()
    locale = locale_for(meant)
    if locale.language != language:
        return language, None
    return language, locale.script or parse_locale(get_global("likely_subtags").get(language, language))[2]
