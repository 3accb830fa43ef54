"""YAML: the whole draft as one document, to download, edit and upload."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import ConflictError
from app.core.lint import ConfigError, Problem
from app.core.say import say
from app.schemas.config import read_config_yaml, write_config_yaml
from app.web.admin.access import Visit, desk
from app.web.admin.diff import DiffLine, diff_texts
from app.web.admin.drafts import OpenDraft, open_draft, problems_of, save


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/yaml", view_func=yaml_page, methods=["GET", "POST"])
    bp.add_url_rule("/sites/<handle>/draft.yaml", view_func=download_draft)


@desk("edit")
def yaml_page(visit: Visit) -> ResponseReturnValue:
    """Show and save the draft as YAML. It is saved when it is a mapping; lint does not keep it from being saved."""
    draft = open_draft(visit.place)
    if request.method == "GET":
        return _page(visit, draft, _text(draft), problems_of(draft.document) if draft.revision else [])
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        raw = upload.stream.read()
        text = raw.decode("utf-8", "replace")
    else:
        text = request.form.get("yaml", "").replace("\r\n", "\n")
        raw = text.encode()
    document, problems = _parse(raw)
    if problems:
        return _page(visit, draft, text, problems, refused=True), 422
    try:
        save(visit, document, request.form.get("revision", -1, type=int))
    except ConflictError:
        newest = open_draft(visit.place)
        return _page(visit, newest, text, [], conflict=diff_texts(_text(newest), text)), 409
    return redirect(url_for("admin.yaml_page", handle=visit.place.handle, done="saved"), 303)


@desk("edit")
def download_draft(visit: Visit) -> ResponseReturnValue:
    """The draft as a file."""
    response = Response(_text(open_draft(visit.place)), mimetype="application/yaml")
    response.headers.set("Content-Disposition", "attachment", filename=f"{visit.place.handle}-draft.yaml")
    return response


def _parse(raw: bytes) -> tuple[dict[str, Any], list[Problem]]:
    try:
        document = read_config_yaml(raw)
    except ConfigError as error:
        return {}, list(error.problems)
    if not isinstance(document, dict):
        return {}, [Problem("line 1", "wrong_type", say("A config is a mapping; it begins with `format: 1`."), "error")]
    return document, []


def _text(draft: OpenDraft) -> str:
    return write_config_yaml(draft.document)


def _page(
    visit: Visit,
    draft: OpenDraft,
    text: str,
    problems: list[Problem],
    *,
    refused: bool = False,
    conflict: list[DiffLine] | None = None,
) -> str:
    return render_template(
        "admin/yaml.html",
        visit=visit,
        place="yaml",
        draft=draft,
        text=text,
        problems=problems,
        refused=refused,
        conflict=conflict,
    )
