"""Drafts that made room for another one: putting a version in the draft's place loses nothing that stood there."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.core.say import say
from app.db import begin_write
from app.models import Draft, FormerDraft, Site
from app.schemas.config import fill_defaults
from app.services.configs import document_of, find_version, write_draft

MOST_KEPT = 10
"""So many are kept of each site; the oldest makes room."""


def roll_back(session: Session, site: Site, number: int, *, by: str, now: datetime, revision: int) -> int:
    """Put version ``number`` in the draft's place, keep what stood there, and commit. Returns the new revision.

    Nothing is published. Raises ``NotFoundError``, and ``ConflictError`` when somebody else has saved since ``revision``.
    """
    connection = begin_write(session)
    document = dict(document_of(find_version(session, site, number)))
    made = _replace(connection, site, document, by=by, now=now, revision=revision, version=number)
    session.commit()
    return made


def take_back(session: Session, site: Site, former: int, *, by: str, now: datetime, revision: int) -> int:
    """Put a former draft (by the revision it had) in the draft's place, keep what stood there, and commit.

    Returns the new revision. Raises ``NotFoundError`` and ``ConflictError``.
    """
    connection = begin_write(session)
    is_it = (FormerDraft.site_id == site.id, FormerDraft.revision == former)
    document = connection.execute(select(FormerDraft.document).where(*is_it)).scalar_one_or_none()
    if document is None:
        raise NotFoundError(say("This draft is not kept any more."))
    connection.execute(delete(FormerDraft).where(*is_it))
    made = _replace(connection, site, json.loads(document), by=by, now=now, revision=revision, version=None)
    session.commit()
    return made


def list_former_drafts(session: Session, site: Site) -> list[FormerDraft]:
    """Return the drafts that made room for another, the newest first."""
    query = select(FormerDraft).where(FormerDraft.site_id == site.id).order_by(FormerDraft.revision.desc())
    return list(session.scalars(query))


def _replace(
    connection: Connection, site: Site, document: Any, *, by: str, now: datetime, revision: int, version: int | None
) -> int:
    stands = connection.execute(
        select(Draft.document, Draft.revision, Draft.updated_at, Draft.updated_by)
        .where(Draft.site_id == site.id)
        .with_for_update()
    ).first()
    made = write_draft(connection, site, document, by=by, now=now, revision=revision)
    if stands is not None and not _says_the_same(json.loads(stands.document), document):
        kept = {"document": stands.document, "updated_at": stands.updated_at, "updated_by": stands.updated_by}
        row = {
            "site_id": site.id,
            "revision": stands.revision,
            "replaced_at": now,
            "replaced_by": by,
            "version": version,
        }
        connection.execute(insert(FormerDraft).values(**row, **kept))
        own = select(FormerDraft.revision).where(FormerDraft.site_id == site.id)
        oldest = connection.execute(own.order_by(FormerDraft.revision.desc()).offset(MOST_KEPT).limit(1)).scalar()
        if oldest is not None:
            too_old = (FormerDraft.site_id == site.id, FormerDraft.revision <= oldest)
            connection.execute(delete(FormerDraft).where(*too_old))
    return made


def _says_the_same(one: Any, other: Any) -> bool:
    """A draft leaves out what a version has filled in."""
    if one == other:
        return True
    return isinstance(one, dict) and isinstance(other, dict) and fill_defaults(one) == fill_defaults(other)
