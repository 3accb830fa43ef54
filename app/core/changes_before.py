"""What changes in what is taken over from another tool, in a sentence."""

from collections.abc import Mapping
from typing import Any

from app.core.changes_words import Change
from app.core.documents import ConfigDocument
from app.core.say import read_day, say
from app.core.take_over import TOOLS


def tell_take_over(old: ConfigDocument, new: ConfigDocument) -> list[Change]:
    """Return one change: what is taken over by the new document, whatever of it is different."""
    before, after = (document.get("take_over") for document in (old, new))
    if not isinstance(after, Mapping) and not isinstance(before, Mapping):
        return []  # neither does; one of them only says so
    if not isinstance(after, Mapping):
        return [Change(say("What visitors chose with another tool is not taken over any more: they are asked."))]
    words = say(
        "What visitors chose with {tool} is taken over until {day}: a no wholly, a yes only for these trackers.",
        tool=TOOLS[after["from"]].title if after["from"] in TOOLS else after["from"],
        day=read_day(after["until"]),
    )
    return [Change(words, _names(before, old), _names(after, new))]


def _names(take: Any, document: ConfigDocument) -> str:
    if not isinstance(take, Mapping):
        return ""
    names = {tracker["id"]: tracker["name"] for tracker in document["trackers"]}
    return ", ".join(names.get(item["id"], item["id"]) for item in take["trackers"])
