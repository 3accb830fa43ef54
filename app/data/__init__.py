"""The data that Placet ships: the table of regimes, the tracker catalog, the widget's own texts, what a new site has."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from app.core.catalog import Catalog
from app.core.catalog_read import read_catalog
from app.core.gpp import GppTable
from app.core.regimes import RegimeTable
from app.core.texts import BuiltinLanguage, BuiltinTexts

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one where PyYAML was built with it
_GROUPS = ["first_layer", "preferences"]


@cache
def load_regimes() -> RegimeTable:
    """Return the table of regimes. ``ValueError`` names everything that is wrong with it."""
    return RegimeTable.from_data(_read("regimes.yaml"))


@cache
def load_gpp() -> GppTable:
    """Return the sections of the Global Privacy Platform. ``ValueError`` when the file lacks something."""
    return GppTable(_read("gpp.yaml"))


@cache
def load_texts() -> BuiltinTexts:
    """Return the built-in texts. A language is read when it is first asked for: ``ValueError`` when its file is wrong."""
    return _ShippedTexts()


@cache
def load_catalog() -> Catalog:
    """Return the tracker catalog. ``ValueError`` names everything that is wrong with it, with file and field."""
    files = (resources.files(__name__) / "catalog").iterdir()
    names = [file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")]
    entries = {name: _read("catalog", f"{name}.yaml") for name in names}
    return read_catalog(entries, _read("catalog_words.yaml"), load_standard()["categories"])


@cache
def load_standard() -> dict[str, Any]:
    """Return what a new site begins with: ``categories`` by id, and what Placet itself stores (``own``)."""
    standard: dict[str, Any] = _read("categories.yaml")
    return standard


class _ShippedTexts(Mapping[str, BuiltinLanguage]):
    """More than fifty languages, of which a server needs a few."""

    def __init__(self) -> None:
        files = (resources.files(__name__) / "texts").iterdir()
        self._tags = sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))
        self._read: dict[str, BuiltinLanguage] = {}

    def __getitem__(self, tag: str) -> BuiltinLanguage:
        if tag not in self._tags:
            raise KeyError(tag)
        if tag not in self._read:
            self._read[tag] = _language(f"{tag}.yaml")
        return self._read[tag]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tags)

    def __len__(self) -> int:
        return len(self._tags)


def _read(*names: str) -> Any:
    return yaml.load(resources.files(__name__).joinpath(*names).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (safe loader)


def _language(name: str) -> BuiltinLanguage:
    """Keys must differ between groups, since a site overrides a text by its key alone."""
    data = _read("texts", name)
    if not isinstance(data, dict) or list(data) != ["about", *_GROUPS]:
        raise ValueError(f"texts/{name} must have exactly about, {' and '.join(_GROUPS)}")
    about, groups = data["about"], {group: data[group] for group in _GROUPS}
    if set(about) != {"name", "reviewed"} or not isinstance(about["reviewed"], bool):
        raise ValueError(f"texts/{name}: about has exactly a name and reviewed (true or false)")
    pairs = [(key, text) for group in groups.values() for key, text in group.items()]
    wrong = [str(key) for key, text in pairs if not isinstance(key, str) or not isinstance(text, str)]
    if wrong or len(dict(pairs)) != len(pairs):
        raise ValueError(f"texts/{name}: every key is a text and stands once; wrong: {', '.join(wrong) or 'a repeat'}")
    return BuiltinLanguage(about["name"], about["reviewed"], groups)
