"""Where a problem of the draft is: in the words of the desk, and the address where it is mended."""

import re
from collections.abc import Iterable
from typing import Any

from flask import url_for

from app.core.lint import Problem
from app.core.say import say
from app.core.worded import language_words
from app.web.admin import categories, look, moving, rules, texts
from app.web.admin.access import Visit
from app.web.admin.drafts import OpenDraft, reference
from app.web.admin.fields import Field, input_name, label_of
from app.web.admin.tracker_fields import tracker_fields
from app.web.runtime import runtime

_PART = re.compile(r"(categories|trackers)\[(\d+)\]\.?(.*)")
_TEXT = re.compile(r"texts(?:_read)?\.([A-Za-z0-9-]+)(?:\.(.*))?")
_WHOLE = {
    "": say("The draft"),
    "categories": say("Categories"),
    "trackers": say("Trackers"),
    "texts": say("Texts"),
    "format": say("Format"),
}


def spot(draft: OpenDraft, problem: Problem) -> str:
    """Say where a problem is, as ``Session replay › Category``; what the desk has no words for keeps its path."""
    path = problem.path
    part, text = _PART.fullmatch(path), _TEXT.fullmatch(path)
    if part is not None:
        index, lang = int(part[2]), draft.languages[0]
        if part[1] == "categories":
            category = _entry(draft.filled["categories"], index)
            title = category and (category["name"].get(lang) or category["id"])
            return _within(title or say("Category {index}", index=index + 1), categories.FIELDS, part[3])
        tracker = _entry(draft.filled["trackers"], index)
        title = tracker and (tracker["name"] or tracker["id"])
        fields = tracker_fields(draft, runtime().regimes, index)
        return _within(title or say("Tracker {index}", index=index + 1), fields, part[3])
    if text is not None:
        own = draft.filled["texts"].get(text[1], {})
        return _within(
            say("Texts, {text}", text=language_words(text[1])), texts.text_fields(text[1], own), text[2] or ""
        )
    if path.startswith("look."):
        return _within(say("Look"), look.look_fields(), path.removeprefix("look."))
    if path.partition(".")[0] == "take_over":
        inner = path.removeprefix("take_over").lstrip(".")
        return _within(say("What visitors chose before"), moving.take_over_fields(draft), inner)
    return _WHOLE.get(path) or label_of(rules.rule_fields(runtime().regimes), input_name(path)) or path


def mend(visit: Visit, draft: OpenDraft, problem: Problem) -> str:
    """Return the address, with the field, where a problem of the draft is mended."""
    handle = visit.place.handle
    part, text = _PART.fullmatch(problem.path), _TEXT.fullmatch(problem.path)
    if part is not None:
        items: list[Any] = draft.filled["categories"] if part[1] == "categories" else draft.filled["trackers"]
        index = int(part[2])
        if index >= len(items):
            return url_for("admin.yaml_page", handle=handle)
        endpoint = "admin.edit_category" if part[1] == "categories" else "admin.edit_tracker"
        return url_for(endpoint, handle=handle, ref=reference(items, index), _anchor=_anchor(part[3]))
    if text is not None:
        return url_for("admin.texts", handle=handle, lang=text[1], _anchor=_text_anchor(problem.path, text[1], text[2]))
    top = problem.path.split(".")[0].split("[")[0]
    if top in ("categories", "trackers"):
        return url_for("admin.trackers", handle=handle)
    if problem.code == "unknown_key" or top in ("", "format", "texts"):
        return url_for("admin.yaml_page", handle=handle)
    if top == "look":
        return url_for("admin.look", handle=handle, _anchor=_anchor(problem.path.removeprefix("look").lstrip(".")))
    if top == "take_over":
        inner = problem.path.removeprefix("take_over").lstrip(".")
        return url_for("admin.take_over", handle=handle, _anchor=_anchor(inner))
    return url_for("admin.rules", handle=handle, _anchor=_anchor(problem.path))


def _entry(items: Any, index: int) -> Any:
    return items[index] if index < len(items) else None


def _within(title: str, fields: Iterable[Field], path: str) -> str:
    label = label_of(fields, input_name(path)) or path
    return say("{outer} › {inner}", outer=title, inner=label) if label else title


def _text_anchor(path: str, lang: str, key: str | None) -> str | None:
    if path.startswith("texts_read"):
        return f"f-read-{lang}"
    return f"f-{key}.{lang}" if key else None


def _anchor(path: str) -> str | None:
    return f"f-{input_name(path)}" if path else None
