"""Categories: what a visitor decides on."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.decision import NECESSARY
from app.core.errors import NotAllowedError, NotFoundError
from app.core.say import say
from app.core.signals import rename_in_signals
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft, base_revision, digest, find, list_in, open_draft, reference, save
from app.web.admin.fields import Field, blank
from app.web.admin.forms import PartForm, answer

FIELDS = (
    Field(
        "id",
        say("Id"),
        hint=say(
            "a-z, 0-9 and -, at most 32 characters. Pages and receipts name the category by it: a new id is "
            "a new category, and visitors are asked for it."
        ),
    ),
    Field("name", say("Name"), "localized", hint=say("What the visitor reads beside the switch.")),
    Field("description", say("Description"), "localized", hint=say("What it is for, in a sentence or two."), long=True),
    Field(
        "follows",
        say("Rule"),
        "select",
        hint=say("For a category of your own: whose rule of the law it takes. The standard categories have their own."),
        options=(
            ("", say("Its own, as a standard category")),
            ("functional", say("As functional")),
            ("analytics", say("As analytics")),
            ("marketing", say("As marketing")),
        ),
        nullable=True,
    ),
)


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    both = ["GET", "POST"]
    bp.add_url_rule("/sites/<handle>/categories/new", view_func=new_category, methods=both)
    bp.add_url_rule("/sites/<handle>/categories/<ref>", view_func=edit_category, methods=both)
    bp.add_url_rule("/sites/<handle>/categories/<ref>/delete", view_func=delete_category, methods=both)


@desk("edit")
def new_category(visit: Visit) -> ResponseReturnValue:
    """Add a category to the draft."""
    return answer(visit, lambda draft: _form(visit, draft, len(draft.filled["categories"]), say("Add a category")))


@desk("edit")
def edit_category(visit: Visit, ref: str) -> ResponseReturnValue:
    """Edit a category of the draft."""

    def make(draft: OpenDraft) -> PartForm:
        index = find(_items(draft), ref)
        if index is not None:
            return _form(visit, draft, index, _title(draft, index))
        if request.method == "GET":
            raise NotFoundError(say("The draft has no category {ref}.", ref=ref))
        return _form(visit, draft, len(draft.filled["categories"]), say("Add a category"), gone=ref)

    return answer(visit, make)


@desk("edit")
def delete_category(visit: Visit, ref: str) -> ResponseReturnValue:
    """Ask, then delete a category that holds no tracker any more."""
    draft = open_draft(visit.place)
    index = find(_items(draft), ref)
    if index is None:
        raise NotFoundError(say("The draft has no category {ref}.", ref=ref))
    own = draft.filled["categories"][index]["id"]
    behind = [tracker["name"] or tracker["id"] for tracker in draft.filled["trackers"] if tracker["category"] == own]
    if request.method == "GET":
        return render_template(
            "admin/delete.html",
            visit=visit,
            place="trackers",
            draft=draft,
            title=say("Delete the category {name}?", name=_title(draft, index)),
            button=say("Delete {name}", name=_title(draft, index)),
            obstacle=_obstacle(own, behind),
            part=digest(_items(draft)[index]),
            back=url_for("admin.edit_category", handle=visit.place.handle, ref=ref),
        )
    if behind or own == NECESSARY:
        raise NotAllowedError(_obstacle(own, behind))
    document = draft.copy()
    del list_in(document, "categories")[index]
    save(visit, document, base_revision(draft, _items(draft)[index]))
    return redirect(url_for("admin.trackers", handle=visit.place.handle, done="deleted"), 303)


def _obstacle(own: str, behind: list[str]) -> str:
    if own == NECESSARY:
        return say("`necessary` must be there: it tells visitors what is always on.")
    if not behind:
        return ""
    return say(
        "These trackers are in it: {behind}. Move them to another category or delete them first.",
        behind=", ".join(behind),
    )


def _items(draft: OpenDraft) -> list[Any]:
    return [*draft.filled["categories"]]


def _title(draft: OpenDraft, index: int) -> str:
    category = draft.filled["categories"][index]
    return category["name"].get(draft.languages[0]) or category["id"] or say("without a name")


def _form(visit: Visit, draft: OpenDraft, index: int, title: str, gone: str = "") -> PartForm:
    handle = visit.place.handle
    items = _items(draft)
    is_new = index >= len(items)
    stored: dict[str, Any] = blank(FIELDS) if is_new else {**items[index]}

    def put(document: dict[str, Any], typed: dict[str, Any]) -> None:
        entries = list_in(document, "categories")
        if is_new:
            entries.append(typed)
            return
        before = entries[index] if isinstance(entries[index], dict) else {}
        entries[index] = {**before, **typed}
        if before.get("id") != typed.get("id"):
            _rename(document, before.get("id"), typed.get("id"))

    return PartForm(
        place="trackers",
        title=title,
        fields=FIELDS,
        path=f"categories[{index}]",
        stored=stored,
        put=put,
        after=lambda typed: url_for("admin.trackers", handle=handle, done="saved"),
        back=url_for("admin.trackers", handle=handle),
        delete="" if is_new else url_for("admin.delete_category", handle=handle, ref=reference(items, index)),
        gone=gone,
        as_yaml=True,
        action=url_for("admin.new_category", handle=handle),
    )


def _rename(document: dict[str, Any], old: Any, new: Any) -> None:
    """Take a category's trackers along when its id changes, and the signals that ask for it."""
    for tracker in list_in(document, "trackers"):
        if not isinstance(tracker, dict) or not old or not isinstance(new, str):
            continue
        rename_in_signals(tracker, old, new)
        if tracker.get("category") == old:
            tracker["category"] = new
