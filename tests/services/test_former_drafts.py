"""A version takes the draft's place, and the draft is kept."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import ConflictError, NotFoundError
from app.models import Site
from app.services.configs import read_draft, save_draft
from app.services.former_drafts import MOST_KEPT, list_former_drafts, roll_back, take_back


def test_what_makes_room_is_kept_and_comes_back(session: Session, site, clock):
    row = session.scalars(select(Site)).one()
    how = {"by": "ada@example.com", "now": clock()}
    assert roll_back(session, row, 1, revision=1, **how) == 2
    assert list_former_drafts(session, row) == [], "it was the same"
    save_draft(session, row, {"name": "mine"}, by="max@example.com", now=clock(), revision=2)
    with pytest.raises(ConflictError):
        roll_back(session, row, 1, revision=2, **how)
    assert roll_back(session, row, 1, revision=3, **how) == 4
    (kept,) = list_former_drafts(session, row)
    assert (kept.revision, kept.updated_by, kept.replaced_by, kept.version) == (
        3,
        "max@example.com",
        "ada@example.com",
        1,
    )
    with pytest.raises(ConflictError):
        take_back(session, row, 3, revision=3, **how)
    assert take_back(session, row, 3, revision=4, **how) == 5
    assert json.loads(read_draft(session, row).document) == {"name": "mine"}
    assert [own.revision for own in list_former_drafts(session, row)] == [4]
    with pytest.raises(NotFoundError):
        take_back(session, row, 3, revision=5, **how)
    for revision in range(5, 5 + 2 * MOST_KEPT, 2):
        roll_back(session, row, 1, revision=revision, **how)
        save_draft(session, row, {"name": revision}, by="max@example.com", now=clock())
    kept_now = [own.revision for own in list_former_drafts(session, row)]
    assert len(kept_now) == MOST_KEPT
    assert kept_now == sorted(kept_now, reverse=True)
    assert 4 not in kept_now, "the oldest made room"
