"""Documents as people read and compare them: as YAML in the order of ``docs/config.md``, and line by line."""

import json
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Literal

from app.schemas.config import fill_defaults, write_config_yaml
from app.schemas.config_yaml import in_order, write_yaml

Mark = Literal["+", "-", " ", "@"]
CONTEXT_LINES = 3


@dataclass(frozen=True)
class DiffLine:
    """One line. ``mark`` is ``+`` new, ``-`` gone, a blank for context, ``@`` between two places."""

    mark: Mark
    text: str


def diff_documents(old: Any, new: Any) -> list[DiffLine]:
    """Return the difference of two documents, filled in; the order in which languages were typed does not count."""
    before, after = (write_config_yaml(fill_defaults(_sorted(document))) if document else "" for document in (old, new))
    return diff_texts(before, after)


def diff_parts(old: Any, new: Any) -> list[DiffLine]:
    """Return the difference of two parts of a document, keys in the order of ``new``."""
    before, after = (write_yaml(in_order(_sorted(part), new)) for part in (old, new))
    return diff_texts(before if old else "", after)


def diff_texts(old: str, new: str) -> list[DiffLine]:
    """Return the difference of two texts, line by line; empty when there is none."""
    lines = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=CONTEXT_LINES))[2:]
    return [_line(line) for line in lines]


def _sorted(value: Any) -> Any:
    return json.loads(json.dumps(value, sort_keys=True))


def _line(line: str) -> DiffLine:
    if line.startswith("@@"):
        return DiffLine("@", line.strip("@ "))
    mark: Mark = "+" if line[0] == "+" else "-" if line[0] == "-" else " "
    return DiffLine(mark, line[1:])
