"""Versions: what was published, word for word."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.differences import suggests_asking_again
from app.core.errors import UnpublishedError
from app.db import request_session
from app.schemas.config import write_config_yaml
from app.services.configs import current_version, document_of, find_version, list_versions
from app.services.former_drafts import list_former_drafts, roll_back
from app.services.pictures import list_pictures
from app.web.admin.access import Visit, desk
from app.web.admin.diff import compare_documents
from app.web.admin.drafts import open_draft
from app.web.admin.names import LAYERS, SCHEMES, WIDTHS
from app.web.admin.policy import WITH_FRAME
from app.web.admin.version_banner import banner_of
from app.web.runtime import runtime


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/versions/", view_func=versions)
    bp.add_url_rule("/sites/<handle>/versions/<int(max=999999999):number>", view_func=version)
    bp.add_url_rule("/sites/<handle>/versions/<int(max=999999999):number>.yaml", view_func=download_version)
    bp.add_url_rule(
        "/sites/<handle>/versions/<int(max=999999999):number>/copy", view_func=copy_version, methods=["POST"]
    )


@desk("versions")
def versions(visit: Visit) -> ResponseReturnValue:
    """List all versions, newest first."""
    may_edit = visit.may("edit")
    return render_template(
        "admin/versions.html",
        visit=visit,
        place="versions",
        draft=open_draft(visit.place) if may_edit else None,
        former=list_former_drafts(request_session(), visit.place) if may_edit else [],
        versions=list_versions(request_session(), visit.place.id),
        live=_live_number(visit),
        now=runtime().clock(),
    )


@desk("versions")
def version(visit: Visit, number: int) -> ResponseReturnValue:
    """Show one version, and what it changed."""
    session, site = request_session(), visit.place
    found = find_version(session, site, number)
    before = document_of(find_version(session, site, number - 1)) if number > 1 else None
    page = render_template(
        "admin/version.html",
        visit=visit,
        place="versions",
        version=found,
        text=write_config_yaml(document_of(found)),
        reasons=suggests_asking_again(before, document_of(found)),
        changes=compare_documents(before, document_of(found)),
        live=_live_number(visit),
        draft=open_draft(site) if visit.may("edit") else None,
        is_new=request.args.get("done") == "published",
        pictures=list_pictures(session, site, number),
        banner=banner_of(found),
        choices={"width": WIDTHS, "scheme": SCHEMES, "layer": LAYERS},
        now=runtime().clock(),
    )
    response = Response(page)
    response.headers["Content-Security-Policy"] = WITH_FRAME
    return response


@desk("versions")
def download_version(visit: Visit, number: int) -> ResponseReturnValue:
    """One version as a YAML file."""
    found = find_version(request_session(), visit.place, number)
    response = Response(write_config_yaml(document_of(found)), mimetype="application/yaml")
    name = f"{visit.place.handle}-version-{number}.yaml"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@desk("edit")
def copy_version(visit: Visit, number: int) -> ResponseReturnValue:
    """Put a published version in the draft's place and lead to Publish; nothing is published by it, nothing is lost."""
    how: dict[str, Any] = {"by": visit.email, "now": runtime().clock()}
    roll_back(request_session(), visit.place, number, revision=request.form.get("revision", -1, type=int), **how)
    return redirect(url_for("admin.review_draft", handle=visit.place.handle, back=number), 303)


def _live_number(visit: Visit) -> int | None:
    try:
        return current_version(request_session(), visit.place.id, runtime().clock()).number
    except UnpublishedError:
        return None
