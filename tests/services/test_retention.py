"""What is kept too long is removed under its rule, and the rest of the record stands as before."""

import io

import pytest
from sqlalchemy import select

from app.core.bundle import ZipBundle
from app.core.verify import verify_bundle
from app.models import Receipt, Site, Statement
from app.services.bundles import write_bundle
from app.services.retention import remove_expired
from app.services.sites import create_site
from tests.support.world import Visitor, payload


@pytest.fixture
def four_years(client, site, clock):
    """A receipt every hundred days, for four years."""
    for number in range(15):
        visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=FR").json, clock, f"visitor {number}")
        assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body(("analytics",))).status_code == 201
        clock.advance(days=100)


@pytest.fixture
def remove(session, here, clock, site):
    def remove_them(**options):
        row = session.scalars(select(Site).where(Site.key == site)).one()
        return remove_expired(session, row, keys=here.keys, now=clock(), random_bytes=here.desk.random_bytes, **options)

    return remove_them


def received(session):
    return list(session.scalars(select(Receipt.received_at).order_by(Receipt.log_index)))


def test_receipts_whose_retention_is_over_are_removed_under_a_statement(session, here, clock, site, four_years, remove):
    before = received(session)
    assert remove() == 5
    after = received(session)
    assert after == before[5:]
    assert all((clock() - at).days <= 3 * 365 for at in after)
    assert all((clock() - at).days > 3 * 365 for at in before[:5])
    said = session.scalars(select(Statement).where(Statement.kind == "receipts-removed")).one()
    data = payload(bytes(said.jws).decode())["data"]
    assert (data["count"], data["by"], data["rule"]) == (5, "operator", "retention P3Y")
    file = io.BytesIO()
    write_bundle(session, session.scalars(select(Site)).one(), file, keys=here.keys, now=clock())
    with ZipBundle(file) as files:
        report = verify_bundle(files)
    assert report.ok, report.to_text()
    assert "5 removed under a signed statement" in report.to_text().replace("\n    ", " ")


def test_nothing_is_stated_when_nothing_is_too_old(session, site, four_years, remove):
    assert remove() == 5
    assert remove() == 0
    assert len(session.scalars(select(Statement).where(Statement.kind == "receipts-removed")).all()) == 1


def test_many_are_removed_in_parts_oldest_first(session, site, four_years, remove):
    assert [remove(at_once=3) for _ in range(3)] == [3, 2, 0]
    ranges = [
        payload(bytes(row.jws).decode())["data"]["ranges"]
        for row in session.scalars(select(Statement).where(Statement.kind == "receipts-removed"))
    ]
    assert sum(last - first + 1 for part in ranges for first, last in part) == 5


def test_a_site_that_never_published_has_nothing_to_remove(session, here, clock):
    row = create_site(
        session, "empty", public_host="placet.example", keys=here.keys, now=clock(), random_bytes=here.desk.random_bytes
    )
    assert remove_expired(session, row, keys=here.keys, now=clock(), random_bytes=here.desk.random_bytes) == 0
