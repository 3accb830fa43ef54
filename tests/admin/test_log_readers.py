"""A log that its site keeps to its auditors: they read it at the desk's login, and nobody else does."""

import pytest
from sqlalchemy import select

from app.models import Site
from app.services.tiles import set_tiles_public

ADDRESSES = ("checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1")


@pytest.fixture
def closed(site, session):
    row = session.scalars(select(Site)).one()
    set_tiles_public(session, row, public=False)
    return site


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_get_nothing(client, closed, address):
    answer = client.get(f"/log/{closed}/{address}")
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("admin", 200), ("owner", 200), ("editor", 403)])
def test_those_who_may_audit_read_it_and_no_cache_keeps_it(closed, login, role, status):
    browser = login(role, "saas-console")
    for address in ADDRESSES:
        answer = browser.get(f"/log/{closed}/{address}")
        assert answer.status_code == status, address
        assert "public" not in answer.headers["Cache-Control"]
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_auditor_of_another_site_is_a_stranger(closed, login, publish_site):
    publish_site("portal", "account-management")
    browser = login("auditor", "portal")
    assert browser.get(f"/log/{closed}/checkpoint").status_code == 403


def test_keys_stay_public_and_other_logs_too(client, closed, publish_site):
    other = publish_site("portal", "account-management")
    assert client.get(f"/log/{closed}/vkey").status_code == 200
    assert client.get(f"/log/{other}/checkpoint").status_code == 200


def test_it_can_be_made_public_again(client, closed, session):
    row = session.scalars(select(Site)).one()
    set_tiles_public(session, row, public=True)
    assert client.get(f"/log/{closed}/tile/0/000.p/1").status_code == 200
