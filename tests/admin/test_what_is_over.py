"""What somebody held before does not open what is somebody else's now: old cookies, and old links to set a password."""

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import db
from app.models import Account, Membership
from app.services.people import remove
from app.services.who import Who
from tests.admin.browser import Browser


@pytest.fixture
def change(app):
    """Do something to the database, with the ids of accounts by address."""

    def do(work):
        with app.app_context(), Session(db.engine) as session:
            return work(session, dict(session.execute(select(Account.email, Account.id)).all()))

    return do


@pytest.fixture
def link(change, login, site):
    """The path of a link by which an admin of all sites lets an editor set a new password."""
    login("owner")
    login("editor", "saas-console")
    admin = login("admin")
    number = change(
        lambda session, ids: session.scalars(
            select(Membership.id).where(Membership.account_id == ids["editor-saas-console@example.com"])
        ).one()
    )
    answer = admin.send(admin.form(f"/admin/people/{number}", 1))
    found = re.search(r"http://placet\.example(/admin/password/[^<\s]+)", answer.text)
    assert found, answer.text
    return found[1]


def test_the_cookie_of_somebody_who_is_gone_opens_nobody_else_s_account(change, login, account, site):
    login("owner")
    gone = login("editor", "saas-console")
    assert gone.get("/admin/").status_code == 200

    def removed(session, ids):
        number = session.scalars(
            select(Membership.id).where(Membership.account_id == ids["editor-saas-console@example.com"])
        ).one()
        remove(session, Who(ids["owner-all@example.com"], "owner-all@example.com"), number)

    change(removed)
    account("owner", "saas-console")
    assert gone.get("/admin/").status_code == 303, "SQLite gives the same number again"


def test_a_link_holds_while_who_made_it_may_do_so(link, app):
    assert Browser(app.test_client()).get(link).status_code == 200


def test_a_link_is_over_when_the_account_gets_a_role_that_its_maker_does_not_manage(link, app, change):
    change(
        lambda session, ids: (
            session.execute(
                update(Membership)
                .where(Membership.account_id == ids["editor-saas-console@example.com"])
                .values(role="owner", site_id=None)
            ),
            session.commit(),
        )
    )
    stranger = Browser(app.test_client())
    assert stranger.get(link).status_code == 404


def test_a_link_is_over_when_its_maker_has_no_role_any_more(link, app, change):
    def dismissed(session, ids):
        number = session.scalars(
            select(Membership.id).where(Membership.account_id == ids["admin-all@example.com"])
        ).one()
        remove(session, Who(ids["owner-all@example.com"], "owner-all@example.com"), number)

    change(dismissed)
    assert Browser(app.test_client()).get(link).status_code == 404
