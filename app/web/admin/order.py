"""The order of categories and trackers, one step up or down, and a tracker made from another. No mouse is needed."""

import copy
from typing import Any, Literal, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotAllowedError, NotFoundError
from app.core.say import say
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft, base_revision, digest, find, list_in, open_draft, reference, save

ID_LENGTH = 32
Kind = Literal["categories", "trackers"]


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/order", view_func=order)
    bp.add_url_rule("/sites/<handle>/order", endpoint="move", view_func=move, methods=["POST"])
    bp.add_url_rule("/sites/<handle>/trackers/<ref>/duplicate", view_func=duplicate_tracker, methods=["POST"])


@desk("edit")
def order(visit: Visit) -> ResponseReturnValue:
    """Show categories and trackers as visitors see them, with a button for each step."""
    draft = open_draft(visit.place)
    lang = draft.languages[0]
    categories, trackers = _items(draft, "categories"), _items(draft, "trackers")
    groups = [
        {
            "ref": reference(categories, index),
            "title": category["name"].get(lang) or category["id"] or say("without a name"),
            "rows": [
                {"ref": reference(trackers, own), "title": tracker["name"] or tracker["id"] or say("without a name")}
                for own, tracker in enumerate(trackers)
                if tracker["category"] == category["id"]
            ],
        }
        for index, category in enumerate(categories)
    ]
    return render_template(
        "admin/order.html",
        visit=visit,
        place="trackers",
        draft=draft,
        groups=groups,
        base={"revision": draft.revision, "part": digest(_part(draft))},
        moved=request.args.get("moved", ""),
    )


@desk("edit")
def move(visit: Visit) -> ResponseReturnValue:
    """Move one category or one tracker a step: ``move`` is ``<kind>:<up or down>:<ref>``."""
    draft = open_draft(visit.place)
    kind, _, rest = request.form.get("move", "").partition(":")
    way, _, ref = rest.partition(":")
    if kind not in ("categories", "trackers") or way not in ("up", "down"):
        raise NotAllowedError(say("Nothing says what to move where."))
    items = _items(draft, cast(Kind, kind))
    index = find(items, ref)
    if index is None:
        raise NotFoundError(say("The draft has no {ref} any more.", ref=ref))
    other = _neighbour(items, index, way, same="category" if kind == "trackers" else "")
    if other is not None:
        document = draft.copy()
        entries = list_in(document, kind)
        entries[index], entries[other] = entries[other], entries[index]
        save(visit, document, base_revision(draft, _part(draft)))
        # What an address names by its place has another one now.
        ref = f"@{other}" if ref.startswith("@") else ref
    return redirect(url_for("admin.order", handle=visit.place.handle, moved=f"{kind}:{way}:{ref}"), 303)


@desk("edit")
def duplicate_tracker(visit: Visit, ref: str) -> ResponseReturnValue:
    """Put a copy of a tracker right behind it, under an id of its own, and open it."""
    draft = open_draft(visit.place)
    items = _items(draft, "trackers")
    index = find(items, ref)
    if index is None:
        raise NotFoundError(say("The draft has no tracker {ref}.", ref=ref))
    document = draft.copy()
    entries = list_in(document, "trackers")
    made = copy.deepcopy(entries[index]) if isinstance(entries[index], dict) else {}
    made["id"] = _free_id(items[index]["id"], {item["id"] for item in items})
    made["name"] = f"{items[index]['name']} (copy)".strip()
    entries.insert(index + 1, made)
    save(visit, document, base_revision(draft, _part(draft)))
    return redirect(url_for("admin.edit_tracker", handle=visit.place.handle, ref=made["id"], done="duplicated"), 303)


def _items(draft: OpenDraft, kind: Kind) -> list[Any]:
    return [*draft.filled[kind]]


def _part(draft: OpenDraft) -> list[Any]:
    """What a move is made from: which entries there are, in which order and in which category."""
    return [
        [category["id"] for category in draft.filled["categories"]],
        [[tracker["id"], tracker["category"]] for tracker in draft.filled["trackers"]],
    ]


def _neighbour(items: list[Any], index: int, way: str, same: str) -> int | None:
    """The entry to change places with: the next one that way, of the same category."""
    candidates = range(index - 1, -1, -1) if way == "up" else range(index + 1, len(items))
    return next((at for at in candidates if not same or items[at][same] == items[index][same]), None)


def _free_id(own: str, taken: set[str]) -> str:
    number = 2
    while (name := f"{own[: ID_LENGTH - len(str(number)) - 1] or 'tracker'}-{number}") in taken:
        number += 1
    return name
