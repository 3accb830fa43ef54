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
from app.services.blocks import By, detach, edit_block, find_block, make_block, use_block
from app.services.configs import Publication, save_draft
from app.services.four_eyes import Who
from app.services.together import Wanted, publish_together

KEY = "k" * 16


@pytest.fixture
def by(session, clock):
    made = create_account(session, "ada@example.com", "a password of some length", "admin", now=clock())
    return By(made.id, "ada@example.com", clock())


@pytest.fixture
def pair(session, publish_site, by):
    """Two sites that share the tracker clickstream."""
    for handle in ("apple", "zebra"):
        publish_site(handle)
    session.rollback()
    apple, zebra = session.scalars(select(Site).order_by(Site.handle))
    make_block(session, apple, "tracker", "clickstream", "Clicks", key=KEY, by=by)
    use_block(session, KEY, zebra, by=by)
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


def test_one_edit_changes_every_draft_and_each_site_publishes_its_own(session, pair, by, here, clock, drafts):
    apple, zebra = pair
    body = {**find_block(session, by.account, KEY).body, "vendor": "Another Ltd"}
    assert edit_block(session, KEY, body, revision=1, by=by) == []
    assert drafts() == [("Another Ltd", 2), ("Another Ltd", 2)]
    with pytest.raises(ConflictError):
        edit_block(session, KEY, body, revision=1, by=by)
    save_draft(
        session, zebra, {"format": 1, "trackers": [{"id": "clickstream", "vendor": "By hand"}]}, by="x", now=clock()
    )
    assert edit_block(session, KEY, {**body, "vendor": "A third"}, revision=2, by=by) == ["zebra"]
    assert drafts() == [("A third", 3), ("By hand", 3)], "what was changed by hand is left"
    wanted = {handle: Wanted(3, Publication("a reason", by.email)) for handle in ("zebra", "apple")}
    outcomes = publish_together(session, Who(by.account, by.email), KEY, wanted, desk=here.desk, now=clock())
    assert [(one.handle, one.number, bool(one.problem)) for one in outcomes] == [
        ("apple", 2, False),
        ("zebra", 0, True),
    ]
    assert not detach(session, KEY, zebra, by=by)
    assert detach(session, KEY, apple, by=by), "nobody uses it any more"
    with pytest.raises(NotFoundError):
        find_block(session, by.account, KEY)


def test_a_role_that_was_taken_a_moment_ago_edits_nothing(session, pair, by, drafts):
    _, zebra = pair
    body = {**find_block(session, by.account, KEY).body, "vendor": "Another Ltd"}
    session.query(Membership).filter_by(account_id=by.account).update({"site_id": zebra.id})
    session.commit()
    before = drafts()
    assert find_block(session, by.account, KEY).hidden == 1
    with pytest.raises(ForbiddenError):
        edit_block(session, KEY, body, revision=1, by=by)
    with pytest.raises(ForbiddenError):
        detach(session, KEY, session.scalars(select(Site).where(Site.handle == "apple")).one(), by=by)
    assert drafts() == before
    assert session.query(BlockUse).count() == 2


def test_of_two_who_edit_at_once_one_is_told(session, pair, by, app, drafts):
    body = find_block(session, by.account, KEY).body
    session.rollback()
    gate = threading.Barrier(2)
    with app.app_context():
        engine = db.engine

    def edit(vendor):
        with Session(engine) as own:
            gate.wait()
            try:
                edit_block(own, KEY, {**body, "vendor": vendor}, revision=1, by=by)
            except ConflictError:
                return None
            return vendor

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(edit, ("One", "Two")))
    winner = next(vendor for vendor in told if vendor)
    assert sorted(told, key=bool)[0] is None
    assert drafts() == [(winner, 2), (winner, 2)]
