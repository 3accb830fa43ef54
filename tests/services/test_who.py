"""Whoever acts is looked at in the transaction that acts."""

import pytest

from app.core.errors import ForbiddenError
from app.models import DeskEvent, Membership, Site
from app.services.accounts import create_account
from app.services.reviews import record_review, set_review_interval
from app.services.who import Who, role_at


def test_the_stronger_role_counts_at_a_site_and_there_alone():
    roles = {None: "auditor", 1: "editor", 2: "owner"}
    assert [role_at(roles, site_id) for site_id in (1, 2, 3, None)] == ["editor", "owner", "auditor", "auditor"]
    assert role_at({1: "owner"}, 2) is None


@pytest.mark.parametrize("role", ["auditor", None])
def test_a_role_that_was_taken_a_moment_ago_reviews_nothing(session, publish_site, clock, role):
    made = create_account(session, "ada@example.com", "a password of some length", "admin", now=clock())
    who = Who(made.id, made.email)
    publish_site("apple")
    session.rollback()
    own = session.query(Membership).filter_by(account_id=who.account_id)
    own.update({"role": role}) if role else own.delete()
    session.commit()
    site = session.query(Site).one()
    for attempt in (
        lambda: record_review(session, site, "all is well", who=who, now=clock()),
        lambda: set_review_interval(session, site, 6, who=who, now=clock()),
    ):
        with pytest.raises(ForbiddenError):
            attempt()
        session.rollback()
    assert site.reviewed_at is None
    assert site.review_months == 12
    assert session.query(DeskEvent).count() == 0
