"""What was typed in one way and is kept in another is told on the next page: nothing is changed silently."""

from collections.abc import Iterable

from flask import flash

from app.core.say import say
from app.web.admin.languages import translated

MOST = 5
_LONGEST = 120


def tell_rewritten(rewritten: Iterable[tuple[str, str]]) -> None:
    """Have the next page that is shown say what became of what was typed: (typed, written)."""
    for typed, written in list(rewritten)[:MOST]:
        flash(translated(say("You typed {typed}. It became {written}.", typed=_short(typed), written=_short(written))))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
