"""Import: what another consent tool keeps, looked at first, then added to the draft. Nothing that stands there is lost."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import ConflictError
from app.core.imports import KINDS, Imported, ImportFormatError, merge_import, read_import
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft, base_revision, digest, open_draft, save
from app.web.admin.standard import add_standard
from app.web.decoding import decoded


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/import", view_func=import_page)
    bp.add_url_rule("/sites/<handle>/import", endpoint="import_config", view_func=import_config, methods=["POST"])


@desk("edit")
def import_page(visit: Visit) -> ResponseReturnValue:
    """Ask which tool it was and what it has."""
    return _page(visit, open_draft(visit.place), "", "")


@desk("edit")
def import_config(visit: Visit) -> ResponseReturnValue:
    """Show what was understood; with ``save``, add it to the draft that was looked at."""
    draft = open_draft(visit.place)
    kind, text = request.form.get("kind", ""), request.form.get("text", "").replace("\r\n", "\n")
    upload = request.files.get("file")
    try:
        if upload is not None and upload.filename:
            text = decoded(upload.read())
        imported = read_import(kind, text, draft.languages[0])
    except ImportFormatError as error:
        return _page(visit, draft, kind, text, wrong=error.message), 422
    if "save" not in request.form:
        return _page(visit, draft, kind, text, imported=imported)
    try:
        save(visit, added(draft.document, imported), base_revision(draft, draft.document))
    except ConflictError:
        return _page(visit, open_draft(visit.place), kind, text, imported=imported, is_newer=True), 409
    return redirect(url_for("admin.trackers", handle=visit.place.handle, done="imported"), 303)


def added(document: dict[str, Any], imported: Imported) -> dict[str, Any]:
    """Return the draft with what was imported, and the standard categories in it with their words."""
    merged, _ = merge_import(document, imported)
    ids = [
        entry["id"] for entry in merged["categories"] if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    ]
    add_standard(merged, {"categories": ids})
    return merged


def _page(
    visit: Visit,
    draft: OpenDraft,
    kind: str,
    text: str,
    *,
    wrong: str = "",
    imported: Imported | None = None,
    is_newer: bool = False,
) -> str:
    notes = merge_import(draft.document, imported)[1] if imported else []
    return render_template(
        "admin/import.html",
        visit=visit,
        place="import",
        draft=draft,
        kinds=KINDS,
        kind=kind,
        text=text,
        wrong=wrong,
        imported=imported,
        notes={level: [note for note in notes if note.level == level] for level in ("taken", "left", "empty")},
        is_newer=is_newer,
        base={"revision": draft.revision, "part": digest(draft.document)},
    )
