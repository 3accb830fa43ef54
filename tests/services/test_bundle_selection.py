"""Bundles of some days, what else lies in a bundle, and how it is written."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from app.core.bundle import ZipBundle
from app.core.canonical import sha256_hex
from app.core.receipt import rfc3339
from app.core.verify import verify_bundle
from app.db import begin_write
from app.models import ConfigSlice, Handover, KeptCheckpoint, LogHead, Picture, Receipt, Site, Statement, WidgetPart
from app.services import bundles
from app.services.audit import Period
from app.services.bundle_selection import Indexes
from app.services.bundles import bundle_chunks, write_bundle
from app.services.statements import state
from app.services.translog import close_logs, open_logs, read_checkpoint
from tests.support.world import START, Visitor


class Pipe:
    """A file that cannot go back, such as a response."""

    def __init__(self):
        self.pieces = []

    def write(self, data):
        self.pieces.append(bytes(data))
        return len(data)


@pytest.fixture
def record(client, site, clock, session):
    """Ten receipts an hour apart, the first at one o'clock; the sixth visitor erased theirs."""
    for number in range(10):
        clock.advance(hours=1)
        visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=FR").json, clock, f"visitor {number}")
        assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body(("analytics",))).status_code == 201
        if number == 5:
            client.delete(f"/v1/sites/{site}/subject", headers={"Authorization": f"Bearer {visitor.secret}"})
    return session.scalars(select(Site).where(Site.key == site)).one()


@pytest.fixture
def made(record, session, here, clock):
    """Make a bundle and return its report, its manifest and its files by name."""

    def make(selection=None, **options):
        pipe = Pipe()
        write_bundle(session, record, pipe, keys=here.keys, now=clock(), selection=selection, **options)
        content = io.BytesIO(b"".join(pipe.pieces))
        with ZipBundle(content) as files:
            report = verify_bundle(files)
            with zipfile.ZipFile(content) as packed:
                assert packed.testzip() is None
                found = {name: packed.read(name) for name in packed.namelist()}
        return report, json.loads(found["manifest.json"]), found

    return make


def at(hour):
    return START + timedelta(hours=hour)


def received(files):
    from tests.support.world import payload

    lines = files["receipts.jsonl"].splitlines()
    return [payload(json.loads(line)["jws"])["received_at"] for line in lines]


def test_a_bundle_of_everything_holds(made):
    report, manifest, files = made()
    assert report.ok, report.to_text()
    assert manifest["selection"] is None
    assert (manifest["receipts"], manifest["removed"], manifest["left_out"]) == (9, 1, 0)
    assert {name.split("/")[0] for name in files if "/" in name} >= {
        "configs",
        "notices",
        "loaders",
        "widgets",
        "parts",
    }


PERIODS = {
    "inside": (3, 4.5, [2, 3, 4, 5]),
    "an empty one": (3.5, 3.6, [3, 4]),
    "from the beginning": (None, 2.5, [1, 2, 3]),
    "to the end": (8, None, [7, 8, 9, 10]),
    "all of it": (0, 99, [1, 2, 3, 4, 5, 7, 8, 9, 10]),
    "with a removed one": (5.5, 7.5, [5, 7, 8]),
    "after everything": (50, 60, [10]),
    "before everything": (-60, -50, [1]),
    "within the margins": (3 + 4 / 60, 5 - 4 / 60, [2, 3, 4, 5, 7]),
}


def test_a_period_is_shown_to_be_whole(made):
    for what, (start, end, hours) in PERIODS.items():
        period = Period(None if start is None else at(start), None if end is None else at(end))
        report, manifest, files = made(period)
        assert report.ok, report.to_text()
        assert received(files) == [rfc3339(at(hour)) for hour in hours], what
        assert manifest["selection"]["from"] == (None if start is None else rfc3339(period.start))
        assert manifest["left_out"] == 9 - len(hours)
        assert "The receipts here are all that were received" in "\n".join(report.proven), what


def test_an_open_period_is_everything(made):
    assert made(Period())[1]["selection"] is None


def test_a_range_of_the_log_holds(made):
    for first, last in [(0, 0), (5, 9), (-3, 7), (6, 99), (99, 120), (7, 3), (0, 2**40)]:
        report, manifest, _ = made(Indexes(first, last))
        assert report.ok, report.to_text()
        assert max(first, 0) >= manifest["size"] or manifest["selection"]["first"] == max(first, 0)


def test_a_receipt_that_is_out_of_order_is_in_the_bundle_of_its_time(made, record, session):
    """The range is widened to it: a clock that was wrong hides nothing."""
    row = session.scalars(select(Receipt).where(Receipt.site_id == record.id).order_by(Receipt.log_index)).all()[2]
    row.received_at = at(9)
    session.commit()
    _, _, files = made(Period(at(8), at(9.5)))
    assert len(received(files)) >= 7
    _, _, files = made(Period(at(1.5), at(2.5)))
    assert rfc3339(at(2)) in received(files)


def test_slices_make_no_difference(made, monkeypatch):
    whole = made()[2]
    monkeypatch.setattr(bundles, "SLICE", 2)
    monkeypatch.setattr(bundles, "_ENTRIES_AT_ONCE", 3)
    assert made()[2] == whole


def test_it_comes_in_pieces_while_it_is_made(record, session, here, clock, monkeypatch):
    monkeypatch.setattr(bundles, "_SENT_BYTES", 500)
    pieces = list(bundle_chunks(session, record, keys=here.keys, now=clock()))
    assert len(pieces) > 5
    with ZipBundle(io.BytesIO(b"".join(pieces))) as files:
        assert verify_bundle(files).ok


def test_the_page_that_verifies_comes_along(made):
    report, _, files = made(page=b"<!doctype html>")
    assert report.ok
    assert files["verify.html"] == b"<!doctype html>"


def test_earlier_checkpoints_come_along_with_whom_they_were_handed_to(made, record, session):
    note = read_checkpoint(session.connection(), record.id)
    size = int(note.splitlines()[1])
    session.add(KeptCheckpoint(site_id=record.id, size=size, note=note, made_at=at(11)))
    for kind, to, answer, problem in [
        ("email", "auditor@example.com", None, None),
        ("timestamp", "https://tsa.example", b"a stamp", None),
        ("post", "https://down.example", None, "It did not answer."),
    ]:
        row = Handover(site_id=record.id, size=size, kind=kind, to=to, at=at(11), answer=answer, problem=problem)
        session.add(row)
    session.commit()
    report, _, files = made()
    assert report.ok, report.to_text()
    (line,) = [json.loads(line) for line in files["checkpoints.jsonl"].splitlines()]
    assert line == {
        "size": size,
        "note": note,
        "made_at": rfc3339(at(11)),
        "handed": [
            {"kind": "email", "to": "auditor@example.com", "at": rfc3339(at(11))},
            {"kind": "timestamp", "to": "https://tsa.example", "at": rfc3339(at(11))},
        ],
        "timestamps": ["YSBzdGFtcA=="],
    }


def test_pictures_of_the_cited_versions_come_along(made, record, session, here, clock):
    png = b"\x89PNG not really"
    facts = {"regime": "eu", "lang": "en", "width": 390, "scheme": "light", "sha256": sha256_hex(png)}
    connection = begin_write(session)
    logs = open_logs(connection, [record.id])
    data = {"version": 1, "pictures": [facts, {**facts, "regime": "us"}]}
    how = {"keys": here.keys, "random_bytes": here.desk.random_bytes, "now": clock()}
    state(connection, logs[record.id].append, record, "banner-pictured", data, **how)
    close_logs(connection, logs.values(), here.keys.log)
    session.add(Picture(site_id=record.id, version=1, png=png, **facts))
    session.add(Picture(site_id=record.id, version=1, png=None, **{**facts, "regime": "us"}))
    session.commit()
    report, _, files = made()
    assert report.ok, report.to_text()
    assert files[f"pictures/{sha256_hex(png)}.png"] == png
    _, _, files = made(Indexes(0, -1))
    assert not any(name.startswith("pictures/") for name in files)


# Damage is never an exception: it is written as it is, and the verifier names it.


def damage_loader(session, site):
    session.execute(update(ConfigSlice).where(ConfigSlice.site_id == site.id).values(loader='{"another":1}'))


def damage_notice(session, site):
    session.execute(update(ConfigSlice).where(ConfigSlice.site_id == site.id).values(notice=b"\xff"))


def damage_part(session, site):
    session.execute(update(WidgetPart).values(script=b"// another"))


def drop_slices(session, site):
    session.execute(delete(ConfigSlice).where(ConfigSlice.site_id == site.id))


def damage_frontier(session, site):
    session.execute(update(LogHead).where(LogHead.site_id == site.id).values(frontier=b"x"))


def damage_statement(session, site):
    session.execute(
        update(Statement).where(Statement.site_id == site.id, Statement.kind == "key-added").values(jws=b"\x00")
    )


def change_statement(session, site):
    session.execute(update(Statement).where(Statement.site_id == site.id).values(jws=b"a.e30.c"))


def drop_receipt(session, site):
    last = session.scalars(select(Receipt).where(Receipt.site_id == site.id).order_by(Receipt.log_index.desc())).first()
    session.delete(last)


def damage_kept(session, site):
    session.add(KeptCheckpoint(site_id=site.id, size=3, note="nonsense", made_at=at(11)))


@pytest.mark.parametrize(
    "damage",
    [damage_loader, damage_notice, damage_part, drop_slices, damage_frontier, damage_statement, change_statement,
     drop_receipt, damage_kept],
)  # fmt: skip
def test_damage_is_named_by_the_verifier_and_stops_nobody(made, record, session, damage):
    damage(session, record)
    session.commit()
    assert not made()[0].ok
    assert not made(Period(at(1), at(5)))[0].ok
