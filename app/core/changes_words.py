"""One change in words, and the words of values in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.core.say import say

Form = Literal["text", "duration", "regime"]


@dataclass(frozen=True)
class Change:
    """One change: a sentence, what stood before and what stands then (empty: nothing), and what belongs to it.

    ``lang`` is the BCP 47 tag of the language that both are in, where there is one; ``form`` is how they are to be read:
    as they are, as a duration (ISO 8601, ``session`` or ``persistent``), or as the id of a regime.
    """

    words: str
    before: str = ""
    after: str = ""
    lang: str = ""
    form: Form = "text"
    details: tuple["Change", ...] = ()


def named(texts: Mapping[str, str], lang: str, otherwise: str) -> str:
    """Return a text in ``lang``, in any language where there is none in it, or ``otherwise``."""
    return texts.get(lang) or next((text for text in texts.values() if text), otherwise)


def listed(value: Any) -> str:
    """Return a value of a config as people read it: lists and mappings by their values, nothing for what is empty."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, Mapping):
        return ", ".join(filter(None, map(listed, value.values())))
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(listed, value)))
    return str(value)
