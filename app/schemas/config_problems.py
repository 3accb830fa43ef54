"""What is wrong with the shape of a config document, in words and places of its own."""

from collections.abc import Iterator
from typing import Any

from app.core.lint import Problem
from app.schemas.config_fields import Coded


def shape_problems(messages: Any, path: str = "") -> Iterator[Problem]:
    """Flatten marshmallow's nested messages into problems with paths such as ``trackers[3].purpose.en``."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            own = key == "_schema"  # about the mapping itself
            step = "" if own else f"[{key}]" if isinstance(key, int) else f".{key}" if path else str(key)
            yield from shape_problems(inner, path + step)
        return
    for message in messages:
        code, words = (message.code, message.words) if isinstance(message, Coded) else message.partition(": ")[::2]
        yield Problem(path, code, words, "error")


def follows_from(path: str, wrong: set[str]) -> bool:
    """Whether a problem at ``path`` may be nothing but the echo of a wrong shape at it or above it."""
    return any(path == other or path.startswith((f"{other}.", f"{other}[")) for other in wrong)
