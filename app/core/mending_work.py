"""What every mending works with, and what it returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.core.catalog import Catalog
from app.core.paths import ABSENT, Step, replaced, value_at
from app.core.problems import Problem
from app.core.regimes import STANDARD_CATEGORIES, RegimeTable
from app.core.texts import BuiltinTexts


@dataclass(frozen=True)
class Means:
    """What mending takes from outside of the draft: the law, the built-in texts, and the catalog, which has the words of
    the standard categories, too.
    """

    table: RegimeTable
    texts: BuiltinTexts
    catalog: Catalog


@dataclass(frozen=True)
class Mending:
    """A button: ``label`` says what it does (a verb first), ``document`` is the draft after it."""

    label: str
    document: dict[str, Any]


@dataclass(frozen=True)
class Work:
    """One problem at hand: ``steps`` is its path split, ``document`` the draft as it was saved."""

    problem: Problem
    steps: list[Step]
    document: dict[str, Any]
    means: Means

    @property
    def value(self) -> Any:
        """What stands where the problem is, or ``ABSENT``."""
        return value_at(self.document, self.steps)

    @property
    def text(self) -> str:
        """The text where the problem is. Raises ``ValueError`` when none is there."""
        if not isinstance(self.value, str):
            raise ValueError("no text stands there")
        return self.value

    def put(self, label: str, value: Any, steps: Sequence[Step] | None = None) -> Mending:
        """Return the mending that puts ``value`` where the problem is, or at ``steps``. ``ABSENT`` takes away."""
        return Mending(label, replaced(self.document, self.steps if steps is None else steps, value))

    def languages(self) -> list[str]:
        """The languages that the site offers."""
        found = self.document.get("languages")
        return [lang for lang in found if isinstance(lang, str)] if isinstance(found, list) else []

    def ids(self, kind: str) -> list[str]:
        """The ids of all ``categories`` or ``trackers``, an empty one where an entry has none."""
        found = self.document.get(kind)
        entries = found if isinstance(found, list) else []
        ids = [entry.get("id") if isinstance(entry, dict) else "" for entry in entries]
        return [own if isinstance(own, str) else "" for own in ids]


def with_category(work: Work, document: dict[str, Any], category: str) -> dict[str, Any]:
    """Return ``document`` with a standard category in it, in the words that there are for it, in its usual place.

    Raises ``ValueError`` when it is none, or lacks words in a language that the site offers.
    """
    if category in work.ids("categories"):
        return document
    words, languages = work.means.catalog.categories.get(category), work.languages()
    if words is None or any(lang not in words[key] for lang in languages for key in ("name", "description")):
        raise ValueError(f"there are no words for {category} in a language that the site offers")
    made = {"id": category, **{key: {lang: words[key][lang] for lang in languages} for key in ("name", "description")}}
    entries = value_at(document, ["categories"])
    if entries is ABSENT:
        entries = []
    if not isinstance(entries, list):
        raise ValueError("categories are no list")
    earlier = STANDARD_CATEGORIES[: STANDARD_CATEGORIES.index(category)]
    places = [index for index, own in enumerate(work.ids("categories")) if own in earlier]
    at = max(places, default=-1) + 1
    return {**document, "categories": [*entries[:at], made, *entries[at:]]}
