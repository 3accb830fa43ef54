"""The data that Placet ships: the table of regimes and the widget's own texts."""

from functools import cache
from importlib import resources
from typing import Any

import yaml

from app.core.regimes import RegimeTable

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one where PyYAML was built with it


@cache
def load_regimes() -> RegimeTable:
    """Return the table of regimes. ``ValueError`` names everything that is wrong with it."""
    return RegimeTable.from_data(_read("regimes.yaml"))


@cache
def load_texts() -> dict[str, dict[str, dict[str, str]]]:
    """Return the built-in texts by language, group and key. ``ValueError`` when a file is not that."""
    texts = {}
    for file in sorted((resources.files(__name__) / "texts").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            texts[file.name.removesuffix(".yaml")] = _checked_texts(file.name, _read("texts", file.name))
    return texts


def _read(*names: str) -> Any:
    return yaml.load(resources.files(__name__).joinpath(*names).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (safe loader)


def _checked_texts(name: str, groups: Any) -> dict[str, dict[str, str]]:
    """Keys must differ between groups, since a site overrides a text by its key alone."""
    if not isinstance(groups, dict) or set(groups) != {"first_layer", "preferences"}:
        raise ValueError(f"texts/{name} must have exactly the groups first_layer and preferences")
    pairs = [(key, text) for group in groups.values() for key, text in group.items()]
    wrong = [str(key) for key, text in pairs if not isinstance(key, str) or not isinstance(text, str)]
    if wrong or len(dict(pairs)) != len(pairs):
        raise ValueError(f"texts/{name}: every key is a text and stands once; wrong: {', '.join(wrong) or 'a repeat'}")
    return groups
