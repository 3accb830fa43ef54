"""Entries of the tracker catalog into a site's draft."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.core.catalog import Catalog, CatalogEntry
from app.core.catalog_draft import Addition, add_to_draft
from app.core.catalog_found import Thing, begin_tracker
from app.core.errors import ConflictError, NotAllowedError
from app.core.say import say
from app.models import Site
from app.services.configs import read_draft, save_draft

ATTEMPTS = 3
Told = TypeVar("Told")


def add_entries(
    session: Session, site: Site, catalog: Catalog, entries: Sequence[CatalogEntry], *, by: str, now: datetime
) -> list[Addition]:
    """Add ``entries`` to the end of the site's draft, all or none, and commit. Returns what each leaves to do.

    What others have saved meanwhile stays: an addition contradicts nothing of theirs. Raises ``NotAllowedError`` when the
    draft has one of them already or its lists are none, ``ConflictError`` when it never holds still.
    """

    def add(document: dict[str, Any]) -> tuple[dict[str, Any], list[Addition]]:
        additions: list[Addition] = []
        for entry in entries:
            additions.append(add_to_draft(catalog, entry, document))
            document = additions[-1].document
        return document, additions

    return _change(session, site, add, by=by, now=now)


def add_found(session: Session, site: Site, thing: Thing, *, by: str, now: datetime) -> str:
    """Add the beginning of a tracker that uses ``thing`` to the site's draft, and commit. Returns its id.

    Raises as ``add_entries`` does.
    """
    return _change(session, site, lambda document: begin_tracker(document, thing), by=by, now=now)


def _change(
    session: Session,
    site: Site,
    change: Callable[[dict[str, Any]], tuple[dict[str, Any], Told]],
    *,
    by: str,
    now: datetime,
) -> Told:
    for attempt in range(ATTEMPTS):
        draft = read_draft(session, site)
        document = json.loads(draft.document) if draft else {"format": 1}
        if not isinstance(document, dict):
            raise NotAllowedError(say("This draft is not a mapping. Mend it on the page YAML first."))
        document, told = change(document)
        try:
            save_draft(session, site, document, by=by, now=now, revision=draft.revision if draft else 0)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            session.rollback()
            continue
        return told
    raise AssertionError("the last attempt returns or raises")
