"""From the catalog into a draft: an entry as a config's tracker, and what its owner still has to look at."""

import re
from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from app.core.catalog import MEMORY, Catalog, CatalogEntry
from app.core.decision import NECESSARY
from app.core.documents import MOMENTS, Localized, Signals, Tracker
from app.core.errors import NotAllowedError
from app.core.languages import best_language
from app.core.regimes import STANDARD_CATEGORIES
from app.core.say import say, together

WRITTEN_IN = "en"
"""The language in which the entries' texts are written; the others are a machine's translations."""

_ASKED = re.compile(r'"\?([a-z][a-z0-9-]*)"')
_UNSURE = {
    "retention": say("how long the data are kept"),
    "recipients": say("who receives the data, and on which safeguard"),
    "hosts": say("the hosts it uses"),
    "storage": say("the names and lifetimes of what it stores"),
    "sale_share": say("whether it is sold or shared with a third party"),
    "stop": say("how it is stopped"),
}


@dataclass(frozen=True)
class Addition:
    """A draft with an entry in it. ``to_do``: sentences, what has to be filled in or compared by hand."""

    document: dict[str, Any]
    to_do: tuple[str, ...]


def as_tracker(entry: CatalogEntry, languages: Sequence[str], categories: Collection[str] | None = None) -> Tracker:
    """Return ``entry`` as a tracker of a config, with its texts in those of ``languages`` that it has.

    ``categories`` are the ids that there are: a signal that asks for the choice on another one is told that it is denied,
    since nobody is asked; ``None``: all of the signals stay as they are. What is necessary is not asked about, so its
    legal basis is not consent.
    """
    signals = deepcopy(entry.signals)
    if categories is not None:
        known = {*categories, entry.category, entry.id}
        for moment in MOMENTS:
            signals[moment] = [_without(step, known) for step in signals[moment]]
    return Tracker(
        id=entry.id,
        category=entry.category,
        kind=entry.kind,
        via=None,
        name=entry.name,
        vendor=entry.vendor.name,
        purpose=_in(languages, entry.purpose),
        legal_basis="legitimate_interest" if entry.category == NECESSARY else "consent",
        data=[{"name": _in(languages, item["name"]), "retention": item["retention"]} for item in entry.data],
        recipients=[recipient.copy() for recipient in entry.recipients],
        sale_share=entry.sale_share,
        match=[match.copy() for match in entry.match],
        storage=[item.copy() for item in entry.storage],
        stop=list(entry.stop),
        signals=signals,
        exempt_in=[],
    )


def doubts(entry: CatalogEntry) -> tuple[str, ...]:
    """Return in words what of ``entry`` has to be compared with the vendor's documents."""
    said = []
    if entry.checked == MEMORY:
        said.append(say("all of it, since it was written from general knowledge"))
    return (*said, *(_UNSURE[part] for part in entry.unsure))


def to_do(entry: CatalogEntry, languages: Sequence[str], categories: Collection[str]) -> tuple[str, ...]:
    """Return in sentences what is left to a person in a draft of these languages and category ids that has ``entry``."""
    said: list[str] = [say(line) for line in entry.left]
    found = {lang: best_language([lang], list(entry.purpose)) for lang in languages}
    missing = [lang for lang, own in found.items() if own is None]
    if missing:
        said.append(
            say(
                "Its texts are in {purpose} only: write them in {missing}.",
                purpose=", ".join(sorted(entry.purpose)),
                missing=", ".join(missing),
            )
        )
    translated = [lang for lang, own in found.items() if own not in (None, WRITTEN_IN)]
    if translated:
        said.append(
            say(
                "Its texts in {translated} were translated by a machine: read them before you publish.",
                translated=", ".join(translated),
            )
        )
    unasked = sorted({name for name in _asked(entry.signals) if name not in (*categories, entry.category, entry.id)})
    if unasked:
        said.append(
            say(
                "The draft has no category {unasked}, so the vendor is told that it is denied. When you add one, "
                "look at what the vendor is told again.",
                unasked=" or ".join(unasked),
            )
        )
    unsure = doubts(entry)
    if unsure:
        said.append(say("Compare before you publish: {unsure}.", unsure=together(unsure, "; ")))
    return tuple(said)


def add_to_draft(catalog: Catalog, entry: CatalogEntry, document: dict[str, Any]) -> Addition:
    """Return a copy of a draft, whatever shape it has, with ``entry`` at its end, and its category if that was missing.

    Raises ``NotAllowedError`` when the draft has a tracker of this id already, or something else where its lists belong.
    """
    document = deepcopy(document)
    trackers, categories = _list(document, "trackers"), _list(document, "categories")
    if entry.id in ids_in(trackers):
        raise NotAllowedError(
            say("The draft already has a tracker with the id {id}. Nothing was changed.", id=entry.id)
        )
    languages = _languages(document)
    if entry.category not in ids_in(categories):
        own = catalog.categories[entry.category]
        texts = {"name": _in(languages, own["name"]), "description": _in(languages, own["description"])}
        categories.insert(_place_of(entry.category, categories), {"id": entry.category, **texts, "follows": None})
    present = ids_in(categories)
    trackers.append(dict(as_tracker(entry, languages, present)))
    return Addition(document, to_do(entry, languages, present))


def ids_in(entries: Any) -> set[str]:
    """Return the ids in a list of a draft, whatever shape it has."""
    items = entries if isinstance(entries, list) else []
    return {item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)}


def _place_of(category: str, categories: list[Any]) -> int:
    """Where a standard category belongs: behind those that come before it everywhere."""
    earlier = STANDARD_CATEGORIES[: STANDARD_CATEGORIES.index(category)]
    places = [index for index, own in enumerate(categories) if isinstance(own, dict) and own.get("id") in earlier]
    return max(places, default=-1) + 1


def _in(languages: Sequence[str], texts: Localized) -> Localized:
    found = {lang: best_language([lang], list(texts)) for lang in languages}
    return {lang: texts[own] for lang, own in found.items() if own}


def _asked(signals: Signals) -> list[str]:
    return [name for moment in MOMENTS for step in signals[moment] for name in _ASKED.findall(step)]


def _without(step: str, known: Collection[str]) -> str:
    return _ASKED.sub(lambda asked: asked[0] if asked[1] in known else '"denied"', step)


def _list(document: dict[str, Any], name: str) -> list[Any]:
    found = document.setdefault(name, [])
    if not isinstance(found, list):
        raise NotAllowedError(say("In this draft `{name}` is not a list. Mend it on the page YAML first.", name=name))
    return found


def _languages(document: dict[str, Any]) -> list[str]:
    offered = document.get("languages")
    return [lang for lang in offered if isinstance(lang, str)] if isinstance(offered, list) and offered else ["en"]
