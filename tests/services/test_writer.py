"""Many at once: the log has no gap and no fork, one bad receipt harms no other, and a failure is told."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.core.checkpoint import open_checkpoint
from app.core.errors import UnavailableError
from app.core.merkle import root_of
from app.core.note import vkey
from app.models import LogEntry, Receipt, Site
from app.services.receipts import Stored
from app.services.writer import ReceiptWriter
from tests.support.world import Visitor

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
    assert sorted(index for _, index in answers) == list(range(1, CLIENTS * EACH + 1))
    row = session.scalars(select(Site)).one()
    entries = session.scalars(select(LogEntry.entry).order_by(LogEntry.log_index)).all()
    note = app.test_client().get(f"/log/{site}/checkpoint").get_data(as_text=True)
    head = open_checkpoint(note, vkey(row.log_origin, here.keys.log[-1]))
    assert (head.size, head.root) == (CLIENTS * EACH + 1, root_of(bytes(entry) for entry in entries))


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


def test_a_batch_that_fails_tells_everyone_to_come_back_and_the_next_is_stored():
    told, fail = [], [True]

    def store(submissions):
        if fail.pop() if fail else False:
            raise OSError("the disk is full")
        return [Stored("id", "jws", 0, 1, repeat=False) for _ in submissions]

    writer = ReceiptWriter(store, told.append)
    with pytest.raises(UnavailableError) as caught:
        writer.submit(None)
    assert caught.value.retry_after > 0
    assert [str(error) for error in told] == ["the disk is full"]
    assert writer.submit(None).id == "id"


def test_what_queues_up_during_a_commit_is_stored_together():
    sizes, busy, release = [], threading.Event(), threading.Event()

    def store(submissions):
        sizes.append(len(submissions))
        busy.set()
        assert release.wait(10)
        return [Stored("id", "jws", 0, 1, repeat=False) for _ in submissions]

    writer = ReceiptWriter(store, pytest.fail)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(writer.submit, None)
        assert busy.wait(10)
        others = [pool.submit(writer.submit, None) for _ in range(8)]
        while len(writer._waiting) < 8:
            threading.Event().wait(0.001)
        release.set()
        assert all(future.result().id == "id" for future in (first, *others))
    assert sizes == [1, 8]
