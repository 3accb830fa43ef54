"""Any two versions side by side, the draft too; and drafts that made room for a version, taken back."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotFoundError
from app.core.say import say
from app.db import request_session
from app.services.configs import document_of, find_version, list_versions
from app.services.former_drafts import take_back
from app.web.admin.access import Visit, desk
from app.web.admin.diff import compare_documents
from app.web.admin.drafts import open_draft
from app.web.runtime import runtime

DRAFT = "draft"


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/versions/compare", view_func=compare_versions)
    bp.add_url_rule(
        "/sites/<handle>/drafts/<int(max=999999999):number>/back", view_func=take_back_draft, methods=["POST"]
    )


@desk("versions")
def compare_versions(visit: Visit) -> ResponseReturnValue:
    """Compare ``from`` with ``to``, each the number of a version or ``draft``; left out, the newest with the one before."""
    numbers = [str(version.number) for version in list_versions(request_session(), visit.place.id)]
    choices = [*([DRAFT] if visit.may("edit") else []), *numbers]
    if not numbers:
        return redirect(url_for("admin.versions", handle=visit.place.handle), 303)
    to = request.args.get("to", choices[0] if len(numbers) < 2 else numbers[0])
    start = request.args.get("from", numbers[1 if len(numbers) > 1 else 0])
    for name in (start, to):
        if name not in choices:
            raise NotFoundError(say("This site has no version {name}.", name=name[:20]))
    return render_template(
        "admin/compare.html",
        visit=visit,
        place="versions",
        choices=choices,
        start=start,
        to=to,
        changes=compare_documents(_document(visit, start), _document(visit, to)),
    )


@desk("edit")
def take_back_draft(visit: Visit, number: int) -> ResponseReturnValue:
    """Put a draft that made room for another one in its place again; what stands there is kept in its turn."""
    how: dict[str, Any] = {"by": visit.email, "now": runtime().clock()}
    take_back(request_session(), visit.place, number, revision=request.form.get("revision", -1, type=int), **how)
    return redirect(url_for("admin.review_draft", handle=visit.place.handle, done="taken-back"), 303)


def _document(visit: Visit, name: str) -> Any:
    if name == DRAFT:
        return open_draft(visit.place).filled
    return document_of(find_version(request_session(), visit.place, int(name)))
