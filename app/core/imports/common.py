"""What the readers of JavaScript configs share: finding the config, its shapes, the cookie that keeps a choice."""

import re
from typing import Any

from app.core.imports.gathering import Gathering, ImportFormatError, brief
from app.core.imports.js_literal import Literal, LiteralError, read_objects
from app.core.say import say, say_number

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9-]+")
LONGEST_DAYS = 99_999


def objects_of(text: str) -> list[Literal]:
    """Return the objects of a script or of JSON. Raises ``ImportFormatError``."""
    try:
        return read_objects(text)
    except LiteralError as error:
        raise ImportFormatError(str(error)) from error


def config_of(text: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """Return the object of a script that has one of ``keys``, the one with most of them. Raises ``ImportFormatError``."""
    found = [(sum(key in known.value for key in keys), known.value) for known in objects_of(text)]
    found += [(sum(key in inner for key in keys), inner) for _, outer in found for inner in _inner(outer)]
    best = max(found, key=lambda pair: pair[0], default=(0, {}))
    if not best[0]:
        expected = " or ".join(f"`{key}`" for key in keys)
        raise ImportFormatError(
            say(
                "Nothing in this is a config: there is no object with {expected}. Paste the whole of it.",
                expected=expected,
            )
        )
    return best[1]


def _inner(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [inner for inner in value.values() if isinstance(inner, dict)]


def as_dict(value: Any) -> dict[str, Any]:
    """Return ``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return ``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def language_of(value: Any) -> str | None:
    """Return a language tag as BCP 47 has it; ``None`` for what is none."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value) or value in ("zz",):
        return None
    main, *rest = value.replace("_", "-").split("-")
    return "-".join([main, *(part.upper() if len(part) == 2 else part for part in rest)])


def choice_cookie(made: Gathering, options: dict[str, Any], *, days: str, domain: str) -> None:
    """Take over how long a choice is remembered, and for which domain."""
    length, place = options.get(days), options.get(domain)
    if isinstance(length, int) and not isinstance(length, bool) and 0 < length <= LONGEST_DAYS:
        made.document["lifetimes"] = {"granted": f"P{length}D", "refused": f"P{length}D"}
        made.take(say("How long a choice is remembered"), say_number("{number} day", "{number} days", length))
    elif length is not None:
        made.leave(days, say("It is no number of days: {said}", said=brief(length)))
    if isinstance(place, str) and _DOMAIN.fullmatch(place.lower().lstrip(".")):
        made.document["cookie_domain"] = place.lower().lstrip(".")
        made.take(say("Cookie domain"), place)
    elif place:
        made.leave(domain, say("It is no domain: {said}", said=brief(place)))
