"""The part of the draft that a form edits, as YAML: to read beside the form, and to edit in its place."""

from collections.abc import Collection, Mapping
from typing import Any

from app.core.lint import ConfigError, Problem
from app.core.paths import ABSENT, replaced, steps_of, value_at
from app.core.say import say
from app.schemas.config import fill_defaults, read_config_yaml
from app.schemas.config_yaml import in_order, write_yaml
from app.schemas.yaml_lines import line_of


def part_text(document: dict[str, Any], path: str, names: Collection[str], value: Mapping[str, Any]) -> str:
    """Return the part at ``path`` (empty: those of the keys ``names`` that there are) as it stands in the draft.

    What is not there yet is written as the form shows it: ``value``.
    """
    own = value_at(document, steps_of(path)) if path else {key: document[key] for key in names if key in document}
    return write_yaml(in_order(own, value) if isinstance(own, dict) and own else dict(value))


def read_part(text: str, path: str, names: Collection[str]) -> dict[str, Any]:
    """Read what was typed. Raises ``ConfigError`` (path ``line N``) when it is no YAML, no mapping or of another part."""
    part = read_config_yaml(text)
    if not isinstance(part, dict):
        raise ConfigError(
            [Problem("line 1", "wrong_type", say("This must be a mapping, such as: id: analytics"), "error")]
        )
    if strange := [] if path else [key for key in part if key not in names]:
        words = say("{key} is not of this page. The page YAML has the whole draft.", key=strange[0])
        raise ConfigError([Problem(f"line {line_of(text, [strange[0]])}", "unknown_key", words, "error")])
    return part


def put_part(document: dict[str, Any], path: str, names: Collection[str], part: dict[str, Any]) -> dict[str, Any]:
    """Return ``document`` with exactly ``part`` in its place, after the form's own ``put`` has written it there."""
    if path:
        return replaced(document, steps_of(path), part)  # type: ignore[no-any-return]
    return {**{key: value for key, value in document.items() if key not in names}, **part}


def shown_part(document: dict[str, Any], path: str, names: Collection[str]) -> dict[str, Any]:
    """Return the part in the right shape, so that the form can show it whatever it is."""
    filled = fill_defaults(document)
    found = value_at(filled, steps_of(path)) if path else ABSENT
    return found if isinstance(found, dict) else {name: value for name, value in filled.items() if name in names}
