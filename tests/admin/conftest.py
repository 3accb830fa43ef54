import json

import pytest
from sqlalchemy.orm import Session

from app.core.signing import sign_auditor_link
from app.db import db
from app.models import Draft
from app.services.accounts import create_account
from app.services.auditor_links import make_link
from app.services.sites import find_site_by_handle
from tests.admin.browser import PASSWORD, Browser
from tests.support.world import Visitor


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database_system(request) -> str:
    """The desk is pages: what it asks of a database is tried on both systems where the services are."""
    return str(request.param)


@pytest.fixture
def account(app, clock):
    """Make an account with a role at one site (its handle) or at all, and return its address."""

    def make(role: str, handle: str | None = None) -> str:
        email = f"{role}-{handle or 'all'}@example.com"
        with app.app_context(), Session(db.engine) as session:
            site_id = find_site_by_handle(session, handle).id if handle else None
            create_account(session, email, PASSWORD, role, now=clock(), site_id=site_id)
        return email

    return make


@pytest.fixture
def login(app, account):
    """Log an account of a role in and return its browser."""

    def log_in(role: str, handle: str | None = None) -> Browser:
        browser = Browser(app.test_client())
        answer = browser.submit("/admin/login", email=account(role, handle), password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser

    return log_in


@pytest.fixture
def admin(site, login) -> Browser:
    return login("admin")


@pytest.fixture
def auditor(site, login) -> Browser:
    return login("auditor")


@pytest.fixture
def editor(site, login) -> Browser:
    return login("editor")


@pytest.fixture
def link(app, here, clock):
    """Make an auditor's link to a site and return its address."""

    def make(handle: str = "saas-console", label: str = "Audit & Co", days: int = 14) -> str:
        with app.app_context(), Session(db.engine) as session:
            site = find_site_by_handle(session, handle)
            made = make_link(session, site, label, days, by="ada@example.com", role="admin", now=clock())
            return f"/admin/auditor/{sign_auditor_link(here.keys, made.id)}"

    return make


@pytest.fixture
def come_by(app):
    """Come in by a link and return the browser."""

    def come(address: str) -> Browser:
        browser = Browser(app.test_client())
        answer = browser.submit(address)
        assert answer.status_code == 303, answer.text
        return browser

    return come


@pytest.fixture
def draft(app):
    """Read the draft as it is stored."""

    def read():
        with app.app_context():
            return json.loads(db.session.query(Draft).one().document)

    return read


@pytest.fixture
def store(client, site, clock):
    """Store a receipt of a visitor of their own and return its id."""

    def post(*granted: str, name: str = "visitor", **changes) -> str:
        visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock, name)
        body = visitor.body(granted, **changes)
        answer = client.post(f"/v1/sites/{site}/receipts", json=body)
        assert answer.status_code == 201, answer.json
        return body["id"]

    return post
