"""Browsers of people, and what the database says of them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db
from app.models import Account, Membership
from tests.admin.browser import Browser


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def stranger(app) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def owner(site, login) -> Browser:
    return login("owner")


@pytest.fixture
def roles(app):
    """Read every role as (address, site's number or None, role)."""

    def read():
        with app.app_context(), Session(db.engine) as session:
            query = select(Account.email, Membership.site_id, Membership.role).join(
                Membership, Membership.account_id == Account.id
            )
            return sorted((tuple(row) for row in session.execute(query)), key=str)

    return read


@pytest.fixture
def number(app):
    """Return the number of an address's first role."""

    def find(email):
        with app.app_context(), Session(db.engine) as session:
            query = select(Membership.id).join(Account, Account.id == Membership.account_id)
            return session.scalars(query.where(Account.email == email)).first()

    return find
