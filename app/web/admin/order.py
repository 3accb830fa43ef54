"""The order of categories and trackers, one step up or down, and a tracker made from another. No mouse is needed."""

import copy
from typing import Any, Literal, cast

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import ConflictError, NotAllowedError, NotFoundError
from app.core.say import say
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft, base_revision, digest, find, list_in, open_draft, reference, save
from app.web.admin.policy import WITH_SAVING
from app.web.admin.stops import stoppable

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
    return _page(visit, open_draft(visit.place))


@desk("edit")
def move(visit: Visit) -> ResponseReturnValue:
    """Move one category or one tracker: ``move`` is ``<kind>:<way>:<ref>``, where the way is up or down, one step, or to:

    before the one that ``before`` names, at the end where it is empty. A tracker stays in its category.
    """
    draft = open_draft(visit.place)
    kind, _sep, rest = request.form.get("move", "").partition(":")
    way, _sep, ref = rest.partition(":")
    if kind not in ("categories", "trackers") or way not in ("up", "down", "to"):
        raise NotAllowedError(say("Nothing says what to move where."))
    items = _items(draft, cast(Kind, kind))
    index = find(items, ref)
    if index is None:
        raise NotFoundError(say("The draft has no {ref} any more.", ref=ref))
    places = [at for at, item in enumerate(items) if kind != "trackers" or item["category"] == items[index]["category"]]
    wanted = _moved(places, index, way, _before(items, places))
    if wanted != places:
        document = draft.copy()
        entries = list_in(document, kind)
        entries[:] = _reordered(entries, places, wanted)
        try:
            save(visit, document, base_revision(draft, _part(draft)))
        except ConflictError:
            return _page(visit, open_draft(visit.place), is_late=True)
        # What an address names by its place has another one now.
        ref = f"@{places[wanted.index(index)]}" if ref.startswith("@") else ref
    return redirect(url_for("admin.order", handle=visit.place.handle, moved=f"{kind}:{way}:{ref}"), 303)


def _before(items: list[Any], places: list[int]) -> int | None:
    """The place before which something is put down. Raises ``NotFoundError`` when what stood there is gone."""
    ref = request.form.get("before", "")
    at = find(items, ref) if ref else None
    if ref and at not in places:
        raise NotFoundError(say("The draft has no {ref} there any more.", ref=ref))
    return at


def _moved(places: list[int], index: int, way: str, before: int | None) -> list[int]:
    """Return ``places`` in the order that they are wanted in."""
    at = places.index(index)
    others = [place for place in places if place != index]
    if way == "to":
        target = at if before == index else others.index(before) if before is not None else len(others)
    else:
        target = max(at - 1, 0) if way == "up" else at + 1
    return [*others[:target], index, *others[target:]]


def _reordered(entries: list[Any], places: list[int], wanted: list[int]) -> list[Any]:
    """Return ``entries`` with those at ``places`` in the wanted order, and all others where they were."""
    made = list(entries)
    for place, source in zip(places, wanted, strict=True):
        made[place] = entries[source]
    return made


def _page(visit: Visit, draft: OpenDraft, *, is_late: bool = False) -> Response:
    lang = draft.languages[0]
    categories, trackers = _items(draft, "categories"), _items(draft, "trackers")
    groups = [
        {
            "ref": reference(categories, index),
            "title": category["name"].get(lang) or category["id"] or say("without a name"),
            "rows": [
                {
                    "ref": reference(trackers, own),
                    "id": tracker["id"],
                    "title": tracker["name"] or tracker["id"] or say("without a name"),
                }
                for own, tracker in enumerate(trackers)
                if tracker["category"] == category["id"]
            ],
        }
        for index, category in enumerate(categories)
    ]
    page = render_template(
        "admin/order.html",
        visit=visit,
        place="trackers",
        draft=draft,
        groups=groups,
        stoppable=stoppable(visit) if visit.may("publish") else (),
        base={"revision": draft.revision, "part": digest(_part(draft))},
        moved=request.args.get("moved", ""),
        is_late=is_late,
    )
    response = Response(page, 409 if is_late else 200)
    response.headers["Content-Security-Policy"] = WITH_SAVING
    return response


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


def _free_id(own: str, taken: set[str]) -> str:
    number = 2
    while (name := f"{own[: ID_LENGTH - len(str(number)) - 1] or 'tracker'}-{number}") in taken:
        number += 1
    return name
