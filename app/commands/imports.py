"""Import of what other consent tools keep, at the command line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.orm import Session

OpenSession = Callable[[], AbstractContextManager[tuple[Flask, Session]]]
MARKS = {"taken": "+", "left": "-", "empty": "?"}


def import_command(open_session: OpenSession, name: str) -> click.Command:
    """Make the command; ``open_session`` opens the application and a session, ``name`` is by whom a draft is saved."""
    from app.core.imports import KINDS

    @click.command("import-from")
    @click.argument("kind", type=click.Choice(list(KINDS)))
    @click.argument("handle")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--lang", help="The language of texts that do not say theirs; default: the draft's first, else en.")
    @click.option("--dry-run", is_flag=True, help="Only say what would be taken; save nothing.")
    def import_from(kind: str, handle: str, file: Path, lang: str | None, dry_run: bool) -> None:
        """Add what another tool keeps in FILE to the draft of site HANDLE: + taken, - left out, ? not said."""
        with open_session() as (app, session):
            _import(app, session, kind, handle, file, lang, dry_run, name)

    return import_from


def _import(
    app: Flask, session: Session, kind: str, handle: str, file: Path, lang: str | None, dry_run: bool, name: str
) -> None:
    import json

    from app.core.imports import merge_import, read_import
    from app.services.configs import read_draft, save_draft
    from app.services.sites import find_site_by_handle
    from app.web.admin.importing import added
    from app.web.decoding import decoded
    from app.web.runtime import EXTENSION

    site = find_site_by_handle(session, handle)
    draft = read_draft(session, site)
    document: Any = json.loads(draft.document) if draft else {"format": 1}
    revision = draft.revision if draft else 0
    languages = document.get("languages") if isinstance(document.get("languages"), list) else []
    imported = read_import(kind, decoded(file.read_bytes()), lang or next(iter(languages), "en"))
    _, notes = merge_import(document, imported)
    for note in notes:
        click.echo(f"{MARKS[note.level]} {note.where}: {note.words}")
    if dry_run:
        return
    now = app.extensions[EXTENSION].clock()
    save_draft(session, site, added(document, imported), by=name, now=now, revision=revision)
    click.echo(f"{handle}: draft saved with {len(imported.document['trackers'])} trackers. Nothing is published.")
