"""Many at once: the log has no gap and no fork, one bad receipt harms no other, and a failure is told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app import db as database
from app.core.checkpoint import open_checkpoint
from app.core.errors import UnavailableError
from app.core.merkle import root_of
from app.core.note import vkey
from app.models import LogEntry, LogHead, Receipt, Site
from app.services.receipts import store_batch
from app.services.writer import ReceiptWriter
from app.web.runtime import EXTENSION
from tests.support.batches import PATIENCE_SECONDS, Held, wait_until
from tests.support.world import BEGINNING, CountedBytes, Visitor

CLIENTS = 20
EACH = 5


@pytest.fixture
def settings_changes():
    return {"network_burst": 10_000, "site_burst": 10_000}


def test_twenty_clients_at_once_leave_a_log_without_gap_or_fork(app, session, here, site, clock):
    config = app.test_client().get(f"/v1/sites/{site}/config?country=DE").json
    gate = threading.Barrier(CLIENTS)

    def visit(number):
        client, visitor = app.test_client(), Visitor(config, clock, f"client {number}")
        gate.wait()
        answers = [client.post(f"/v1/sites/{site}/receipts", json=visitor.body()) for _ in range(EACH)]
        return [(answer.status_code, answer.json["log"]["index"]) for answer in answers]

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for found in pool.map(visit, range(CLIENTS)) for answer in found]
    assert {status for status, _ in answers} == {201}
    assert sorted(index for _, index in answers) == list(range(BEGINNING + 1, BEGINNING + CLIENTS * EACH + 1))
    row = session.scalars(select(Site)).one()
    entries = session.scalars(select(LogEntry.entry).order_by(LogEntry.log_index)).all()
    note = app.test_client().get(f"/log/{site}/checkpoint").get_data(as_text=True)
    head = open_checkpoint(note, vkey(row.log_origin, here.keys.log[-1]))
    assert (head.size, head.root) == (BEGINNING + 1 + CLIENTS * EACH, root_of(bytes(entry) for entry in entries))


def test_the_same_receipt_from_many_tabs_is_stored_once(app, session, site, clock):
    visitor = Visitor(app.test_client().get(f"/v1/sites/{site}/config?country=DE").json, clock)
    body = visitor.body()
    gate = threading.Barrier(8)

    def send(_):
        gate.wait()
        return app.test_client().post(f"/v1/sites/{site}/receipts", json=body)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json["receipt"] for answer in answers}) == 1
    assert len(session.scalars(select(Receipt.id)).all()) == 1


@pytest.mark.parametrize("database_system", ["postgresql"])
def test_a_head_that_another_session_has_locked_holds_up_its_own_site_only(
    app, here, database_url, publish_site, session, clock, monkeypatch
):
    monkeypatch.setattr(database, "LOCK_TIMEOUT_MS", 200)
    locked, free = publish_site("locked"), publish_site("free")
    ids = {site.key: site.id for site in session.scalars(select(Site))}
    session.rollback()
    random_bytes = CountedBytes("writer")

    def store(submissions):
        with Session(session.get_bind()) as writing:
            return store_batch(writing, submissions, keys=here.keys, now=clock(), random_bytes=random_bytes)

    held, told = Held(store), []
    writer = ReceiptWriter(held, told.append)
    app.extensions[EXTENSION] = replace(here, writer=writer)

    def send(site, name):
        config = app.test_client().get(f"/v1/sites/{site}/config?country=DE").json
        body = Visitor(config, clock, name).body()
        return app.test_client().post(f"/v1/sites/{site}/receipts", json=body).status_code

    engine = create_engine(database_url)
    with engine.connect() as other, ThreadPoolExecutor(3) as pool:
        other.execute(select(LogHead).where(LogHead.site_id == ids[locked]).with_for_update())
        first = pool.submit(send, free, "first")
        assert held.has_one.wait(PATIENCE_SECONDS)
        stopped, passed = pool.submit(send, locked, "stopped"), pool.submit(send, free, "passed")
        wait_until(lambda: writer.waiting == 2)
        held.may_go_on.set()
        assert (first.result(), passed.result(), stopped.result()) == (201, 201, 503)
    engine.dispose()
    assert {error.orig.sqlstate for error in told} == {"55P03"}
    assert send(locked, "later") == 201


def test_pages_and_exports_that_hold_every_connection_do_not_stop_receipts(app, here, client, visitor, site):
    kept = []

    class Keeper:
        def submit(self, submission):
            kept.append(submission)
            raise UnavailableError(1)

    app.extensions[EXTENSION] = replace(here, writer=Keeper())
    assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body()).status_code == 503
    with app.app_context():
        pool = database.db.engine.pool
    held = [pool.connect() for _ in range(pool.size() + pool._max_overflow)]
    try:
        assert here.writer.submit(kept[0]).index == BEGINNING + 1
    finally:
        for connection in held:
            connection.close()
