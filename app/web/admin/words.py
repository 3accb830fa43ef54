"""What the templates need to say things: times, durations, choices, links from a problem to where it is mended."""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, url_for

from app.core.durations import parse_duration
from app.core.lint import Problem
from app.web.admin.access import Visit
from app.web.admin.drafts import OpenDraft, reference
from app.web.admin.fields import input_name

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
DONE = {
    "saved": "Saved in the draft. Visitors see it when it is published.",
    "deleted": "Deleted from the draft. Visitors see it when it is published.",
    "copied": "Copied into the draft. Nothing is published yet.",
}
_PART = re.compile(r"(categories|trackers)\[(\d+)\]\.?(.*)")
_TEXT = re.compile(r"texts\.([A-Za-z0-9-]+)(?:\.(.*))?")


def register_words(app: Flask, static: Path) -> None:
    """Give the templates their words; a static file's address carries its hash, so that it can be kept for long."""
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in static.iterdir()}
    app.jinja_env.filters.update(
        moment=moment, day=day, machine=machine, duration=duration, choice=choice, number=number, pretty=pretty
    )
    app.jinja_env.globals.update(
        asset=lambda name: url_for("admin.static", filename=name, v=hashes[name]),
        mend=mend,
        done_words=lambda key: DONE.get(key, ""),
    )


def moment(at: datetime) -> str:
    """Say a UTC time: ``22 Nov 2026, 12:00 UTC``."""
    return f"{day(at)}, {at:%H:%M} UTC"


def day(at: datetime) -> str:
    """Say a UTC day: ``22 Nov 2026``."""
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def machine(at: datetime) -> str:
    """Write a time for ``<time datetime>``."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def duration(text: str) -> str:
    """Say an ISO 8601 duration, or ``session`` and ``persistent``, in words; anything else stays as it is."""
    try:
        length = parse_duration(text)
    except ValueError:
        return text
    return f"{length.amount} {length.unit}" + ("" if length.amount == 1 else "s")


def number(value: int) -> str:
    """Write a number with thin groups: 1,204."""
    return f"{value:,}"


def pretty(value: Any) -> str:
    """Write a value as indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def choice(payload: dict[str, Any]) -> str:
    """Say what was chosen: the granted categories, and trackers decided otherwise. ``necessary`` is not a choice."""
    optional = {name: yes for name, yes in payload["choices"].items() if name != "necessary"}
    granted = [name for name, yes in optional.items() if yes]
    if not granted:
        said = "nothing"
    elif len(granted) == len(optional):
        said = "everything"
    else:
        said = ", ".join(granted)
    differing = [f"{name} {'yes' if yes else 'no'}" for name, yes in payload["trackers"].items()]
    return said + (f"; {', '.join(differing)}" if differing else "")


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
        return url_for("admin.texts", handle=handle, lang=text[1], _anchor=_anchor(text[2] or ""))
    top = problem.path.split(".")[0].split("[")[0]
    if top in ("categories", "trackers"):
        return url_for("admin.trackers", handle=handle)
    if problem.code == "unknown_key" or top in ("", "format", "texts"):
        return url_for("admin.yaml_page", handle=handle)
    return url_for("admin.rules", handle=handle, _anchor=_anchor(problem.path))


def _anchor(path: str) -> str | None:
    return f"f-{input_name(path)}" if path else None
