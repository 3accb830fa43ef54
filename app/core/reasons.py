"""Why somebody did something: a text that is asked for, and stands in the record for good."""

from typing import Final

from app.core.errors import NotAllowedError
from app.core.say import say

LONGEST: Final = 2000
"""Characters. A statement is signed, logged and downloaded by auditors, so it stays of a size that people read."""


def check_reason(text: str, missing: str) -> str:
    """Return a reason without outer space. Raises ``NotAllowedError``: ``missing`` where none is given; too long."""
    reason = text.strip()
    if not reason:
        raise NotAllowedError(missing)
    return check_length(reason)


def check_length(text: str) -> str:
    """Return a text that may be empty, without outer space. Raises ``NotAllowedError`` over 2,000 characters."""
    if len(text.strip()) > LONGEST:
        raise NotAllowedError(say("A reason has at most {number} characters.", number=LONGEST))
    return text.strip()
