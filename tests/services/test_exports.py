"""The record in every format, from both databases: whole, in order, from one state, and in slices of it."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime

import pytest
from pyld import jsonld
from sqlalchemy import select, update

from app.models import LogEntry, Receipt, Site
from app.services import exports
from app.services.audit import Period
from app.services.configs import Publication, document_of, latest_version, publish, save_draft
from app.services.exports import FORMATS, Selection
from tests.core.test_exports import KANTARA, RECORD, no_network
from tests.support.two_sites import visit
from tests.support.world import Visitor, payload

BASE = "https://consent.example"
EVERYTHING = Selection()


@pytest.fixture(autouse=True)
def small_slices(monkeypatch):
    """So that a handful of receipts spans several."""
    monkeypatch.setattr(exports, "SLICE", 3)
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 2)


@pytest.fixture
def record(client, site, clock, publish_site):
    """Eleven receipts of six visitors in two countries, of whom one erased two, beside another site."""
    other = publish_site("portal", "account-management")
    visit(client, clock, (site, other), ("country=FR", "country=US&region=CA"), hours=6)
    return site


@pytest.fixture
def told(record, session):
    """Export the record in one format."""

    def export(name, selection=EVERYTHING):
        site = session.scalars(select(Site).where(Site.key == record)).one()
        return b"".join(FORMATS[name].lines(session, site, selection, BASE))

    return export


@pytest.fixture
def stored(record, session):
    """What is stored of the site: (log index, JWS), in log order."""
    query = select(Receipt.log_index, Receipt.jws).join(Site).where(Site.key == record).order_by(Receipt.log_index)
    return [(index, bytes(jws).decode()) for index, jws in session.execute(query)]


def lines_of(content):
    return [json.loads(line) for line in content.splitlines()]


def indexes(name, content):
    """The log indexes that an export carries."""
    if name == "csv":
        return [int(row["log_index"]) for row in csv.DictReader(io.StringIO(content.decode(), newline=""))]
    if name == "jsonld":
        return [node["schema:position"] for node in json.loads(content)["@graph"]]
    return [line["index"] for line in lines_of(content)]


def granting(stored):
    return [(index, jws) for index, jws in stored if payload(jws)["choices"]["analytics"]]


def test_json_lines_are_the_stored_bytes(told, stored):
    lines = lines_of(told("jsonl"))
    assert [(line["index"], line["jws"]) for line in lines] == stored
    assert len(stored) == 10
    for line in lines:
        assert line["payload"] == payload(line["jws"])
        canonical = json.dumps(line["payload"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        assert f'"payload":{canonical}}}'.encode() in told("jsonl")


def test_the_table_has_every_category_of_every_version(told, stored, session, here, clock, record):
    site = session.scalars(select(Site).where(Site.key == record)).one()
    before = indexes("csv", told("csv")), told("csv").split(b"\r\n")[0]
    document = dict(document_of(latest_version(session, site.id)))
    first = {"id": "social", "name": {"en": "Social"}, "description": {"en": "Buttons."}, "follows": "marketing"}
    document["categories"] = [document["categories"][0], first, *document["categories"][1:]]
    save_draft(session, site, document, by="tests", now=clock())
    publish(session, site, Publication("a category", "tests", ask_again=True), desk=here.desk, now=clock())
    after = indexes("csv", told("csv")), told("csv").split(b"\r\n")[0]
    assert after[0] == before[0] == [index for index, _ in stored]
    assert after[1] == before[1] + b",choice:social", "what is there stays where it is"


def test_consent_records_are_json_ld_and_have_what_the_standard_demands(told, stored):
    document = json.loads(told("jsonld"))
    assert [error.message for error in RECORD.iter_errors(document)] == []
    records = jsonld.expand(document, {"documentLoader": no_network})
    assert [node["@id"] for node in records] == [f"urn:uuid:{payload(jws)['id']}" for _, jws in stored]
    assert indexes("jsonld", told("jsonld")) == [index for index, _ in stored]
    assert {node["https://w3id.org/dpv#hasJurisdiction"][0]["@id"] for node in records} == {
        "https://w3id.org/dpv/loc#FR",
        "https://w3id.org/dpv/loc#US-CA",
    }


def test_kantara_receipts_are_of_what_was_granted(told, stored):
    lines = lines_of(told("kantara.jsonl"))
    assert [(line["index"], line["receipt"]["consentReceiptID"]) for line in lines] == [
        (index, payload(jws)["id"]) for index, jws in granting(stored)
    ]
    for line in lines:
        assert [error.message for error in KANTARA.iter_errors(line["receipt"])] == []


def test_it_goes_on_behind_an_index(told, stored):
    for name in FORMATS:
        every = indexes(name, told(name))
        for index in (-1, every[0], every[3], every[-1], 10_000):
            rest = told(name, Selection(after=index))
            if name == "csv" and index >= 0:
                rest = told(name).split(b"\r\n")[0] + b"\r\n" + rest
            if name == "jsonld":
                assert [error.message for error in RECORD.iter_errors(json.loads(rest))] == []
            assert indexes(name, rest) == [own for own in every if own > index], name


def test_days_bound_it(told, session, record):
    site = session.scalars(select(Site).where(Site.key == record)).one()
    start, end = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    query = select(Receipt.log_index).where(
        Receipt.site_id == site.id, Receipt.received_at >= start, Receipt.received_at < end
    )
    within = set(session.scalars(query))
    assert 0 < len(within) < 10
    for name in FORMATS:
        every = indexes(name, told(name))
        found = told(name, Selection(Period(start, end)))
        assert indexes(name, found) == [index for index in every if index in within], name


def test_a_row_that_cannot_be_read_stops_nobody(told, session, record):
    every = {name: indexes(name, told(name)) for name in FORMATS}
    row = session.scalars(select(Receipt).join(Site).where(Site.key == record).order_by(Receipt.log_index)).first()
    index = row.log_index
    for damage in ("x", "a.bm90IGpzb24.c", "a.e30.c", "a.W10.c", "é", 'a."}\n{.c'):
        row.jws = damage.encode()
        session.commit()
        lines = lines_of(told("jsonl"))
        assert [line["index"] for line in lines] == every["jsonl"]
        assert lines[0]["payload"] in (None, {}), damage
        assert all(line["payload"] == payload(line["jws"]) for line in lines[1:])
        assert indexes("csv", told("csv")) == every["csv"]
        for name in ("jsonld", "kantara.jsonl"):
            assert indexes(name, told(name)) == [own for own in every[name] if own != index], damage


def test_a_row_whose_entry_was_changed_with_it_spoils_no_other_line(told, session, record, stored):
    site_id = session.scalars(select(Site.id).where(Site.key == record)).one()
    index = stored[0][0]
    for damage in ("x", "a.bm90IGpzb24.c", "a.W10.c", "a.ewoK.c", "a.!.c", 'a."}\n{.c', "a.eyJhIjox\n.c"):
        entry = hashlib.sha256(damage.encode()).digest()
        for table, values in ((Receipt, {"jws": damage.encode()}), (LogEntry, {"entry": entry})):
            session.execute(update(table).where(table.site_id == site_id, table.log_index == index).values(**values))
        session.commit()
        lines = lines_of(told("jsonl"))
        assert (lines[0]["index"], lines[0]["jws"], lines[0]["payload"]) == (index, damage, None)
        assert [(line["index"], line["jws"]) for line in lines[1:]] == stored[1:]


def test_a_row_whose_entry_was_changed_is_read_with_care(told, session, record, stored):
    """Then nothing says that this server wrote it: it is not copied into the line unread."""
    site = session.scalars(select(Site).where(Site.key == record)).one()
    session.execute(update(LogEntry).where(LogEntry.site_id == site.id).values(entry=bytes(32)))
    session.commit()
    lines = lines_of(told("jsonl"))
    assert [(line["index"], line["payload"]) for line in lines] == [(index, payload(jws)) for index, jws in stored]


def test_it_is_of_one_state_of_the_database(record, session, client, clock):
    site = session.scalars(select(Site).where(Site.key == record)).one()
    chunks = FORMATS["jsonl"].lines(session, site, Selection(), BASE)
    begun = next(chunks)
    visitor = Visitor(client.get(f"/v1/sites/{record}/config?country=FR").json, clock, "late")
    body = visitor.body()
    assert client.post(f"/v1/sites/{record}/receipts", json=body).status_code == 201, "no export keeps receipts out"
    lines = lines_of(begun + b"".join(chunks))
    assert len(lines) == 10 and body["id"] not in {line["payload"]["id"] for line in lines}
