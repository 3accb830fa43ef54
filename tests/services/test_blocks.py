"""Shared blocks on both databases: all drafts change together, and of two who edit at once one is told."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import ConflictError, ForbiddenError, NotFoundError
from app.db import db
from app.models import BlockUse, Draft, Membership, Site
from app.services.accounts import create_account
from app.services.blocks import detach, edit_block, find_block, make_block, use_block
from app.services.configs import Publication, save_draft
from app.services.together import Wanted, publish_together
from app.services.who import Who

KEY = "k" * 16


@pytest.fixture
def who(session, clock):
    made = create_account(session, "ada@example.com", "a password of some length", "admin", now=clock())
    return Who(made.id, made.email)


@pytest.fixture
def pair(session, publish_site, who, clock):
    """Two sites that share the tracker clickstream."""
    for handle in ("apple", "zebra"):
        publish_site(handle)
    session.rollback()
    apple, zebra = session.scalars(select(Site).order_by(Site.handle))
    make_block(session, apple, "tracker", "clickstream", "Clicks", key=KEY, who=who, now=clock())
    use_block(session, KEY, zebra, who=who, now=clock())
    return apple, zebra


@pytest.fixture
def drafts(session):
    """The vendor of clickstream and the revision, in every draft."""

    def read():
        session.rollback()
        rows = session.execute(select(Draft.document, Draft.revision).order_by(Draft.site_id)).all()
        return [(json.loads(row.document)["trackers"], row.revision) for row in rows]

    def vendors():
        return [(next(own["vendor"] for own in found if own["id"] == "clickstream"), at) for found, at in read()]

    return vendors


def test_one_edit_changes_every_draft_and_each_site_publishes_its_own(session, pair, who, here, clock, drafts):
    apple, zebra = pair
    body = {**find_block(session, who, KEY).body, "vendor": "Another Ltd"}
    assert edit_block(session, KEY, body, revision=1, who=who, now=clock()) == []
    assert drafts() == [("Another Ltd", 2), ("Another Ltd", 2)]
    with pytest.raises(ConflictError):
        edit_block(session, KEY, body, revision=1, who=who, now=clock())
    save_draft(
        session, zebra, {"format": 1, "trackers": [{"id": "clickstream", "vendor": "By hand"}]}, by="x", now=clock()
    )
    assert edit_block(session, KEY, {**body, "vendor": "A third"}, revision=2, who=who, now=clock()) == ["zebra"]
    assert drafts() == [("A third", 3), ("By hand", 3)], "what was changed by hand is left"
    wanted = {handle: Wanted(3, Publication("a reason", who.name)) for handle in ("zebra", "apple")}
    outcomes = publish_together(session, who, KEY, wanted, desk=here.desk, now=clock())
    assert [(one.handle, one.number, bool(one.problem)) for one in outcomes] == [
        ("apple", 2, False),
        ("zebra", 0, True),
    ]
    assert not detach(session, KEY, zebra, who=who)
    assert detach(session, KEY, apple, who=who), "nobody uses it any more"
    with pytest.raises(NotFoundError):
        find_block(session, who, KEY)


def test_a_role_that_was_taken_a_moment_ago_edits_nothing(session, pair, who, clock, drafts):
    _, zebra = pair
    body = {**find_block(session, who, KEY).body, "vendor": "Another Ltd"}
    session.query(Membership).filter_by(account_id=who.account_id).update({"site_id": zebra.id})
    session.commit()
    before = drafts()
    assert find_block(session, who, KEY).hidden == 1
    with pytest.raises(ForbiddenError):
        edit_block(session, KEY, body, revision=1, who=who, now=clock())
    with pytest.raises(ForbiddenError):
        detach(session, KEY, session.scalars(select(Site).where(Site.handle == "apple")).one(), who=who)
    assert drafts() == before
    assert session.query(BlockUse).count() == 2


def test_of_two_who_edit_at_once_one_is_told(session, pair, who, app, clock, drafts):
    body = find_block(session, who, KEY).body
    session.rollback()
    gate = threading.Barrier(2)
    with app.app_context():
        engine = db.engine

    def edit(vendor):
        with Session(engine) as own:
            gate.wait()
            try:
                edit_block(own, KEY, {**body, "vendor": vendor}, revision=1, who=who, now=clock())
            except ConflictError:
                return None
            return vendor

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(edit, ("One", "Two")))
    winner = next(vendor for vendor in told if vendor)
    assert sorted(told, key=bool)[0] is None
    assert drafts() == [(winner, 2), (winner, 2)]
