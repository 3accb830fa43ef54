"""A problem of a config document, where it is, and the error that carries all of them."""

import re
from dataclasses import dataclass
from typing import Literal

from app.core.errors import PlacetError
from app.core.say import say

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong (``error``: cannot be published) or worth a look (``warning``).

    ``path`` is like ``trackers[3].purpose.en``, ``code`` stable, ``message`` says what is expected;
    ``in_yaml`` is what whoever writes the document by hand puts there, where that cannot be known otherwise.
    """

    path: str
    code: str
    message: str
    level: Literal["error", "warning"]
    in_yaml: str = ""


class ConfigError(PlacetError):
    """A config document cannot be taken. ``problems`` are all of its errors, and its warnings beside them."""

    code = "invalid_config"
    message = say("The config cannot be taken as it is. Nothing was changed.")

    def __init__(self, problems: list[Problem]) -> None:
        lines = [
            f"{problem.path or 'document'}: {problem.message}" + (f" ({problem.in_yaml})" if problem.in_yaml else "")
            for problem in problems
            if problem.level == "error"
        ]
        super().__init__("\n".join([type(self).message, *lines]))
        self.problems = problems


def error(path: str, code: str, message: str) -> Problem:
    """Return a problem that forbids publishing."""
    return Problem(path, code, message, "error")


def warning(path: str, code: str, message: str) -> Problem:
    """Return a problem that is worth a look."""
    return Problem(path, code, message, "warning")


def path_order(path: str, fields: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return a sort key that puts paths in the order of the document: top-level ``fields``, then position, then name."""
    steps = [(int(index), "") if index else (0, name) for index, name in _STEP.findall(path)]
    if not steps:
        return ()
    top = steps[0][1]
    return ((fields.index(top) if top in fields else len(fields), top), *steps[1:])
