"""Several things in one sentence."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from app.core.say import say
from app.web.admin.languages import translated


def listed(parts: Sequence[Any]) -> Any:
    """Return ``one``, ``one and two``, ``one, two and three``; nothing of nothing."""
    return say("{some} and {last}", some=_some(parts), last=parts[-1]) if len(parts) > 1 else next(iter(parts), "")


def either(parts: Sequence[Any]) -> Any:
    """Return ``one``, ``one or two``, ``one, two or three``; nothing of nothing."""
    return say("{some} or {last}", some=_some(parts), last=parts[-1]) if len(parts) > 1 else next(iter(parts), "")


def _some(parts: Sequence[Any]) -> str:
    told = [translated(part) for part in parts[:-1]]
    return Markup(", ").join(told) if any(isinstance(part, Markup) for part in told) else ", ".join(told)
