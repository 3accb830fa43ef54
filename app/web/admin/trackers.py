"""Categories & trackers: the list of both, and one tracker."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.blocks import tracker_of
from app.core.catalog_draft import ids_in, to_do
from app.core.documents import Tracker
from app.core.errors import NotFoundError
from app.core.say import say
from app.core.signals import rename_in_signals
from app.core.tracker_search import search_trackers
from app.db import request_session
from app.services.blocks import targets_at
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import (
    OpenDraft,
    base_revision,
    digest,
    find,
    list_in,
    open_draft,
    problems_of,
    reference,
    save,
)
from app.web.admin.fields import blank
from app.web.admin.forms import PartForm, answer
from app.web.admin.shared import shared_part
from app.web.admin.stops import stoppable, stops_of
from app.web.admin.tracker_fields import tracker_fields
from app.web.runtime import runtime


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    both = ["GET", "POST"]
    bp.add_url_rule("/sites/<handle>/trackers/", view_func=trackers)
    bp.add_url_rule("/sites/<handle>/trackers/new", view_func=new_tracker, methods=both)
    bp.add_url_rule("/sites/<handle>/trackers/<ref>", view_func=edit_tracker, methods=both)
    bp.add_url_rule("/sites/<handle>/trackers/<ref>/delete", view_func=delete_tracker, methods=both)


@desk("edit")
def trackers(visit: Visit) -> ResponseReturnValue:
    """List the draft's categories, each with its trackers; ``?q=`` only those in which its words stand."""
    draft = open_draft(visit.place)
    query = request.args.get("q", "").strip()
    found = set(search_trackers(draft.filled, query))
    categories, entries = draft.filled["categories"], draft.filled["trackers"]
    problems = problems_of(draft.document) if draft.revision else []
    rows = [
        {
            "tracker": tracker,
            "ref": reference([*entries], index),
            "errors": sum(
                problem.level == "error" and problem.path.startswith((f"trackers[{index}].", f"trackers[{index}]["))
                for problem in problems
            ),
        }
        for index, tracker in enumerate(entries)
        if index in found
    ]
    known = {category["id"] for category in categories}
    groups = [
        {
            "category": category,
            "ref": reference([*categories], index),
            "rows": [row for row in rows if row["tracker"]["category"] == category["id"]],  # type: ignore[index]
        }
        for index, category in enumerate(categories)
    ]
    homeless = [row for row in rows if row["tracker"]["category"] not in known]  # type: ignore[index]
    return render_template(
        "admin/trackers.html",
        visit=visit,
        place="trackers",
        draft=draft,
        groups=[group for group in groups if group["rows"]] if query else groups,
        query=query,
        found=len(rows),
        homeless=homeless,
        shared={tracker_of(target) for target in targets_at(request_session(), visit.place.id)},
        stops=stops_of(visit),
        stoppable=stoppable(visit) if visit.may("publish") else (),
    )


@desk("edit")
def new_tracker(visit: Visit) -> ResponseReturnValue:
    """Add a tracker to the draft; ``?category=`` says where."""
    return answer(visit, lambda draft: _form(visit, draft, len(draft.filled["trackers"]), say("Add a tracker")))


@desk("edit")
def edit_tracker(visit: Visit, ref: str) -> ResponseReturnValue:
    """Edit a tracker of the draft."""

    def make(draft: OpenDraft) -> PartForm:
        index = find(_items(draft), ref)
        if index is not None:
            return _form(visit, draft, index, _title(draft, index))
        if request.method == "GET":
            raise NotFoundError(say("The draft has no tracker {ref}.", ref=ref))
        return _form(visit, draft, len(draft.filled["trackers"]), say("Add a tracker"), gone=ref)

    return answer(visit, make)


@desk("edit")
def delete_tracker(visit: Visit, ref: str) -> ResponseReturnValue:
    """Ask, then delete a tracker from the draft."""
    draft = open_draft(visit.place)
    index = find(_items(draft), ref)
    if index is None:
        raise NotFoundError(say("The draft has no tracker {ref}.", ref=ref))
    if request.method == "GET":
        return render_template(
            "admin/delete.html",
            visit=visit,
            place="trackers",
            draft=draft,
            title=say("Delete the tracker {name}?", name=_title(draft, index)),
            button=say("Delete {name}", name=_title(draft, index)),
            obstacle="",
            part=digest(_items(draft)[index]),
            back=url_for("admin.edit_tracker", handle=visit.place.handle, ref=ref),
        )
    document = draft.copy()
    del list_in(document, "trackers")[index]
    save(visit, document, base_revision(draft, _items(draft)[index]))
    return redirect(url_for("admin.trackers", handle=visit.place.handle, done="deleted"), 303)


def _items(draft: OpenDraft) -> list[Any]:
    return [*draft.filled["trackers"]]


def _title(draft: OpenDraft, index: int) -> str:
    tracker = draft.filled["trackers"][index]
    return tracker["name"] or tracker["id"] or say("without a name")


def _stop_address(visit: Visit, tracker: str) -> str:
    """Where the tracker is stopped now; empty where it cannot be, or not by this person."""
    may = visit.may("publish") and tracker in stoppable(visit)
    return url_for("admin.stop", handle=visit.place.handle, tracker=tracker) if may else ""


def _form(visit: Visit, draft: OpenDraft, index: int, title: str, gone: str = "") -> PartForm:
    handle = visit.place.handle
    items = _items(draft)
    is_new = index >= len(items)
    fields = tracker_fields(draft, runtime().regimes, index)
    stored: dict[str, Any] = {**blank(fields), **({} if is_new else items[index])}
    entry = None if is_new else runtime().desk.catalog().entry_of(items[index])
    if entry is not None and entry.lacks_host(items[index]["match"]) and not items[index]["match"]:
        stored["match"] = [{"host": "", "path": "/"}]  # a row to write it into
    if is_new and request.args.get("category"):
        stored["category"] = request.args["category"]

    def put(document: dict[str, Any], typed: dict[str, Any]) -> None:
        entries = list_in(document, "trackers")
        if is_new:
            entries.append(typed)
            return
        before = entries[index] if isinstance(entries[index], dict) else {}
        entries[index] = {**before, **typed}
        if before.get("id") != typed.get("id"):
            _rename(entries, before.get("id"), typed.get("id"))

    return PartForm(
        place="trackers",
        title=title,
        fields=fields,
        path=f"trackers[{index}]",
        stored=stored,
        put=put,
        after=lambda typed: url_for("admin.trackers", handle=handle, done="saved"),
        back=url_for("admin.trackers", handle=handle),
        delete="" if is_new else url_for("admin.delete_tracker", handle=handle, ref=reference(items, index)),
        stop="" if is_new else _stop_address(visit, items[index]["id"]),
        gone=gone,
        shared=None if is_new else shared_part(visit, "tracker", items[index]["id"]),
        as_yaml=True,
        left=() if is_new else _left(draft, items[index]),
        action=url_for("admin.new_tracker", handle=handle),
    )


def _left(draft: OpenDraft, tracker: Tracker) -> tuple[str, ...]:
    """What the catalog leaves to a person at a tracker that was made of an entry."""
    entry = runtime().desk.catalog().get(tracker["id"])
    if entry is None:
        return ()
    lines = to_do(entry, draft.languages, ids_in(draft.document.get("categories")))
    is_done = entry.missing_host and not entry.lacks_host(tracker["match"])
    return lines[1:] if is_done else lines


def _rename(entries: list[Any], old: Any, new: Any) -> None:
    """Take along what a loader brings when its id changes, and the signals that ask for it."""
    for tracker in entries:
        if not isinstance(tracker, dict) or not old or not isinstance(new, str):
            continue
        rename_in_signals(tracker, old, new)
        if tracker.get("via") == old:
            tracker["via"] = new
