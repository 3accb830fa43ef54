"""The auditor's bundle verifies as it is, and names the index of whatever is done to it."""

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from app.core.bundle import ZipBundle
from app.core.evidence import Evidence
from app.core.verify import verify_bundle
from app.models import LogHead, Receipt, Site
from app.services.bundles import write_bundle
from tests.support.two_sites import visit
from tests.support.world import BEGINNING, Visitor


@pytest.fixture
def record(client, site, clock, publish_site):
    """Some visitors, one of whom erased their record, at a site beside another one."""
    other = publish_site("portal", "account-management")
    visit(client, clock, (site, other), seconds=30)
    return site


@pytest.fixture
def bundle(record, session, here, clock) -> bytes:
    file = io.BytesIO()
    site = session.scalars(select(Site).where(Site.key == record)).one()
    write_bundle(session, site, file, keys=here.keys, now=clock())
    return file.getvalue()


def report_on(content: bytes, against=(), trusted_vkey=None):
    with ZipBundle(io.BytesIO(content)) as files:
        return verify_bundle(files, Evidence(tuple(against), trusted_vkey))


def changed(content: bytes, name: str, change) -> bytes:
    """Rewrite one file of the zip, and the manifest with it, as somebody with the database would."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        files = {info.filename: old.read(info) for info in old.infolist()}
        files[name] = change(files[name])
        for file, data in files.items():
            new.writestr(file, data)
    return out.getvalue()


def test_it_verifies(bundle):
    report = report_on(bundle)
    assert report.ok, report.to_text()
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        manifest = json.loads(files.read("manifest.json"))
    assert (manifest["size"], manifest["receipts"], manifest["statements"], manifest["removed"]) == (
        14 + BEGINNING,
        10,
        2 + BEGINNING,
        2,
    )


def test_it_verifies_against_a_checkpoint_kept_outside(client, record, bundle, session, here, clock):
    kept = client.get(f"/log/{record}/checkpoint").get_data(as_text=True)
    vkey = client.get(f"/log/{record}/vkey").get_data(as_text=True)
    visitor = Visitor(client.get(f"/v1/sites/{record}/config?country=FR").json, clock, "later")
    client.post(f"/v1/sites/{record}/receipts", json=visitor.body())
    file = io.BytesIO()
    write_bundle(
        session, session.scalars(select(Site).where(Site.key == record)).one(), file, keys=here.keys, now=clock()
    )
    assert report_on(file.getvalue(), against=[kept], trusted_vkey=vkey).ok
    assert not report_on(file.getvalue(), trusted_vkey=vkey.replace("placet.example", "placet.invalid")).ok


def test_one_receipt_dropped_names_its_index(bundle):
    report = report_on(
        changed(bundle, "receipts.jsonl", lambda data: b"".join(data.splitlines(True)[:4] + data.splitlines(True)[5:]))
    )
    assert not report.ok
    dropped = json.loads(zipfile.ZipFile(io.BytesIO(bundle)).read("receipts.jsonl").splitlines()[4])["index"]
    assert str(dropped) in report.to_text()


def test_two_receipts_reordered_are_named(bundle):
    def swap(data):
        first, second, *rest = (json.loads(line) for line in data.splitlines())
        first["jws"], second["jws"] = second["jws"], first["jws"]
        return b"".join(json.dumps(line).encode() + b"\n" for line in (first, second, *rest))

    report = report_on(changed(bundle, "receipts.jsonl", swap))
    assert not report.ok
    assert "1" in report.to_text()
    assert "2" in report.to_text()


@pytest.mark.parametrize("damage", ["x", "a.bm90IGpzb24.c", "a.e30.c", "é"])
def test_a_row_that_cannot_be_read_is_named_by_the_verifier_and_stops_nobody(record, session, here, clock, damage):
    site = session.scalars(select(Site).where(Site.key == record)).one()
    row = session.scalars(select(Receipt).where(Receipt.site_id == site.id).order_by(Receipt.log_index)).first()
    index = row.log_index
    row.jws = damage.encode()
    session.commit()
    file = io.BytesIO()
    write_bundle(session, site, file, keys=here.keys, now=clock())
    report = report_on(file.getvalue())
    assert not report.ok
    assert index in {failure.index for failure in report.failures}


def test_a_damaged_checkpoint_is_named_and_stops_nobody(record, session, here, clock):
    site = session.scalars(select(Site).where(Site.key == record)).one()
    session.get(LogHead, site.id).checkpoint = "nonsense"
    session.commit()
    file = io.BytesIO()
    write_bundle(session, site, file, keys=here.keys, now=clock())
    report = report_on(file.getvalue())
    assert "checkpoint" in report.to_text()
    assert not report.ok
