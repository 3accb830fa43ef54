"""Config documents as YAML: read with suspicion, written for people. YAML 1.2 in spirit: ``NO`` is a country."""

import json
import re
from functools import lru_cache
from typing import Any

import yaml

from app.core.lint import ConfigError, Problem
from app.core.say import say
from app.schemas.yaml_words import parser_words

MAX_YAML_BYTES = 1_000_000
MAX_DEPTH = 16
WIDTH = 120

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one where PyYAML was built with it


class _ConfigLoader(_Base):  # type: ignore[misc]  # chosen at run time
    """A safe loader that knows only texts, numbers, true, false and null, and refuses a repeated key."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Construct a mapping; a key that stands twice would silently win, so it is refused."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, say("A key must be a text."), key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, say("The key {key!r} stands twice.", key=key), key_node.start_mark
                )
            seen.add(key)
        return {
            self.construct_object(key_node, deep=True): self.construct_object(value_node, deep=deep)
            for key_node, value_node in node.value
        }


def _construct_mapping(loader: _ConfigLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node, deep=True)


_ConfigLoader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_ConfigLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf"))
_ConfigLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~|)\Z"), ["n", "~", ""])
_ConfigLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?[0-9]{1,15}\Z"), list("-0123456789"))


def read_config_yaml(text: str | bytes) -> Any:
    """Parse YAML into plain values. Raises ``ConfigError`` (path ``line N``) when it is not YAML that we take.

    Refused: more than 1 MB, not UTF-8, repeated keys, keys that are no text, aliases and anchors (a few lines can
    unfold to gigabytes), nesting deeper than 16, several documents, tags of any kind.
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > MAX_YAML_BYTES:
        raise _refused(1, "too_large", say("A config has at most 1 MB."))
    try:
        clean = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(line, "not_utf8", say("This is not UTF-8.")) from error
    try:
        _check_events(clean)
        return yaml.load(clean, Loader=_ConfigLoader)  # noqa: S506 (a safe loader, only stricter)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refused(mark.line + 1 if mark else 1, "not_yaml", parser_words(error.problem)) from error
    except yaml.reader.ReaderError as error:
        line = clean.count("\n", 0, int(error.position)) + 1
        raise _refused(line, "not_yaml", say("There is a character here that YAML does not allow.")) from error


def write_yaml(document: Any) -> str:
    """Write a document, or a part of one, as YAML: keys in their own order, short entries on one line."""
    return _written(json.dumps(document))


# The desk writes the same few documents again and again, to compare them, and each takes a twentieth of a second.
@lru_cache(maxsize=64)
def _written(document: str) -> str:
    return yaml.dump(
        _laid_out(json.loads(document)),
        Dumper=_ConfigDumper,
        sort_keys=False,
        allow_unicode=True,
        width=WIDTH,
        default_flow_style=False,
    )


class _Flow(dict[str, Any]):
    """A mapping to be written on one line."""


class _FlowList(list[Any]):
    """A list to be written on one line."""


class _ConfigDumper(yaml.SafeDumper):
    """Writes lists indented under their key, and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal values out each time: aliases are refused on reading."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        """Indent list items under their key, as docs/config.md does."""
        return super().increase_indent(flow, False)


_ConfigDumper.add_representer(
    _Flow, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)
)
_ConfigDumper.add_representer(
    _FlowList, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)


def _laid_out(document: Any) -> dict[str, Any]:
    """Mark what is short enough for one line; who is responsible, and each category and tracker, take several."""
    return {
        key: {name: _flowing(item) for name, item in value.items()}
        if key == "controller" and isinstance(value, dict)
        else [
            {name: _flowing(item) for name, item in entry.items()} if isinstance(entry, dict) else _flowing(entry)
            for entry in value  # a draft may hold anything
        ]
        if key in ("categories", "trackers") and isinstance(value, list)
        else _flowing(value)
        for key, value in document.items()
    }


def _flowing(value: Any) -> Any:
    if isinstance(value, dict | list) and value and _one_line_length(value) > WIDTH - 20:
        if isinstance(value, dict):
            return {key: _flowing(item) for key, item in value.items()}
        return [_flowing(item) for item in value]
    return _flow(value)


def _flow(value: Any) -> Any:
    if isinstance(value, dict):
        return _Flow({key: _flow(item) for key, item in value.items()})
    return _FlowList([_flow(item) for item in value]) if isinstance(value, list) else value


def _one_line_length(value: Any) -> int:
    if isinstance(value, dict):
        return sum(len(key) + 4 + _one_line_length(item) for key, item in value.items())
    if isinstance(value, list):
        return sum(2 + _one_line_length(item) for item in value)
    return len(str(value))


def in_order(value: Any, model: Any) -> Any:
    """Return ``value`` with its keys in the order of ``model``, those that are not there last."""
    if isinstance(value, dict) and isinstance(model, dict):
        keys = [*(key for key in model if key in value), *(key for key in value if key not in model)]
        return {key: in_order(value[key], model.get(key)) for key in keys}
    if isinstance(value, list) and isinstance(model, list):
        models = [*model, *[None] * len(value)]
        return [in_order(item, models[index]) for index, item in enumerate(value)]
    return value


def _check_events(text: str) -> None:
    """Refuse aliases, anchors, tags and deep nesting before anything is built from them."""
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(problem=say("Anchors and aliases are not taken."), problem_mark=mark)
        if getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem=say("Tags are not taken."), problem_mark=mark)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem=say("This is nested too deeply."), problem_mark=mark)


def _refused(line: int, code: str, message: str) -> ConfigError:
    return ConfigError([Problem(f"line {line}", code, message, "error")])
