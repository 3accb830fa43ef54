"""Documents as people read and compare them: as YAML in the order of ``docs/config.md``, and line by line."""

import json
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Literal

from app.core.changes import ChangeGroup, count_changes, tell_changes
from app.schemas.config import fill_defaults, write_config_yaml
from app.schemas.config_yaml import in_order, write_yaml
from app.web.admin.text_words import TEXT_WORDS
from app.web.runtime import runtime

Mark = Literal["+", "-", " ", "@"]
CONTEXT_LINES = 3


@dataclass(frozen=True)
class DiffLine:
    """One line. ``mark`` is ``+`` new, ``-`` gone, a blank for context, ``@`` between two places."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Comparison:
    """What lies between two documents: told for people, and as lines of YAML."""

    groups: list[ChangeGroup]
    lines: list[DiffLine]

    @property
    def seen(self) -> int:
        """How many changes visitors see."""
        return count_changes(self.groups, seen=True)

    @property
    def unseen(self) -> int:
        """How many they do not see."""
        return count_changes(self.groups, seen=False)

    @property
    def changed_lines(self) -> int:
        """How many lines of YAML are new or gone."""
        return sum(line.mark in ("+", "-") for line in self.lines)


def compare_documents(old: Any, new: Any) -> Comparison:
    """Compare two documents, filled in. ``old`` is ``None`` before the first version."""
    before, after = (fill_defaults(document) if document else None for document in (old, new))
    names = {key: label for key, (label, _) in TEXT_WORDS.items()}
    groups = tell_changes(before, after, runtime().desk.texts, names) if after else []
    return Comparison(groups, diff_documents(old, new))


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
