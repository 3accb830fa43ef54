"""Finds the words of the data files that the desk shows and translates, for ``make words`` (a Babel extractor)."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import yaml

Found = tuple[int, None, str, list[str]]


def regime_words(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Found]:
    """Yield the names of the regimes and their laws, and the conditions of their exemptions."""
    for regime in yaml.safe_load(file)["regimes"].values():
        yield from ((1, None, regime[name], []) for name in ("label", "law") if name in regime)
        for exemption in regime.get("exemptions", {}).values():
            yield from ((1, None, condition, []) for condition in exemption["conditions"])


def catalog_words(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Found]:
    """Yield what an entry of the catalog leaves to be done by hand, and why it shares an address."""
    entry = yaml.safe_load(file)
    for text in (
        *filter(None, [entry.get("missing_host")]),
        *entry.get("by_hand", ()),
        *entry.get("shares_with", {}).values(),
    ):
        yield 1, None, text, []
