"""Puts what was imported into a draft. Nothing that stands there is overwritten: what is there already is left, and told."""

import copy
from typing import Any

from app.core.errors import NotAllowedError
from app.core.imports.gathering import Imported, Note
from app.core.say import say

_LISTS = ("categories", "trackers")


def merge_import(document: dict[str, Any], imported: Imported) -> tuple[dict[str, Any], list[Note]]:
    """Return a copy of a draft with what was imported in it, and the import's notes with what the draft has already.

    Raises ``NotAllowedError`` when the draft's categories or trackers are no lists.
    """
    merged, notes = copy.deepcopy(document), list(imported.notes)
    for name in _LISTS:
        if not isinstance(merged.setdefault(name, []), list):
            raise NotAllowedError(
                say("In this draft `{name}` is not a list. Mend it on the page YAML first.", name=name)
            )
    for name, value in imported.document.items():
        if name in _LISTS:
            continue
        if merged.get(name) in (None, "", [], value):
            merged[name] = copy.deepcopy(value)
        else:
            notes.append(
                Note("left", name, say("The draft says {merged}, and that stays.", merged=_shown(merged[name])))
            )
    for category in imported.document["categories"]:
        before = _named(merged["categories"], category["id"])
        if before is None:
            merged["categories"].append(copy.deepcopy(category))
            continue
        for key in ("name", "description"):
            if isinstance(before.setdefault(key, {}), dict):
                before[key] = {**category[key], **before[key]}
    for tracker in imported.document["trackers"]:
        if _named(merged["trackers"], tracker["id"]) is None:
            merged["trackers"].append(copy.deepcopy(tracker))
        else:
            notes.append(
                Note(
                    "left",
                    tracker["name"],
                    say("The draft has a tracker `{id}` already, and that stays.", id=tracker["id"]),
                )
            )
    return merged, notes


def _named(entries: list[Any], own: str) -> dict[str, Any] | None:
    return next((entry for entry in entries if isinstance(entry, dict) and entry.get("id") == own), None)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)[:80]
