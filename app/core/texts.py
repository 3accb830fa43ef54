"""The widget's texts: what ships in each language, what a site puts in their place, and which keys a language needs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.core.canonical import canonical_bytes, sha256_hex
from app.core.documents import ConfigDocument
from app.core.languages import PLURAL_FORMS, best_language, plural_forms

REFERENCE = "en"
PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
# What a person has read is named by the beginning of its hash: enough to tell it from what a later release ships.
_DIGEST_LENGTH = 12
_COUNTED = re.compile(rf"(\w+)_({'|'.join(PLURAL_FORMS)})")


@dataclass(frozen=True)
class BuiltinLanguage:
    """What ships in one language: texts by group (``first_layer``, ``preferences``) and key.

    ``name`` is what the language calls itself; ``reviewed``: whether a person who speaks it has found the texts right.
    """

    name: str
    reviewed: bool
    groups: Mapping[str, Mapping[str, str]]

    @cached_property
    def texts(self) -> dict[str, str]:
        """All texts by key; no key stands in two groups."""
        return {key: text for group in self.groups.values() for key, text in group.items()}

    @cached_property
    def digest(self) -> str:
        """What names these very texts: the beginning of the SHA-256 of their canonical bytes."""
        return sha256_hex(canonical_bytes(self.texts))[:_DIGEST_LENGTH]


BuiltinTexts = Mapping[str, BuiltinLanguage]
"""What ships, by BCP 47 tag."""


def builtin_language(lang: str, builtin: BuiltinTexts) -> BuiltinLanguage | None:
    """Return what ships in a language: in exactly it, in what the tag means, in its main language; else ``None``."""
    found = best_language([lang], list(builtin))
    return builtin[found] if found else None


def builtin_texts(lang: str, builtin: BuiltinTexts) -> dict[str, str]:
    """Return the built-in texts of a language by key; none where nothing ships in it."""
    own = builtin_language(lang, builtin)
    return own.texts if own else {}


def merged_texts(document: ConfigDocument, lang: str, builtin: BuiltinTexts) -> dict[str, str]:
    """Return the built-in texts of a language with the site's own in their place, not yet filled in."""
    return {**builtin_texts(lang, builtin), **document["texts"].get(lang, {})}


def reference_key(key: str, reference: Mapping[str, str]) -> str | None:
    """Return the key of ``reference`` (the English texts) that tells what ``key`` is: for a plural form its ``_other``."""
    if key in reference:
        return key
    counted = _COUNTED.fullmatch(key)
    other = f"{counted[1]}_other" if counted else ""
    return other if other in reference else None


def needed_keys(lang: str, reference: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys of every text that a language needs, in the order of ``reference``: of what is counted, each form."""
    forms = plural_forms(lang)
    for key in reference:
        counted = _COUNTED.fullmatch(key)
        if not counted or f"{counted[1]}_other" not in reference:
            yield key
        elif counted[2] == "other":
            yield from (f"{counted[1]}_{form}" for form in forms)


def unread_language(document: ConfigDocument, lang: str, builtin: BuiltinTexts) -> BuiltinLanguage | None:
    """Return what ships in ``lang`` when the site would show some of it and no person has found it right, else ``None``.

    Found right it is by whoever keeps Placet (``reviewed``), or for this site (``texts_read``).
    """
    own = builtin_language(lang, builtin)
    if own is None or own.reviewed or document["texts_read"].get(lang) == own.digest:
        return None
    written = document["texts"].get(lang, {})
    is_shown = any(not written.get(key, "").strip() for key in needed_keys(lang, builtin[REFERENCE].texts))
    return own if is_shown else None
