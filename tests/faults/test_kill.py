"""Acknowledged means durable: `kill -9` during load loses nothing that was answered 201."""

import io
import json
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.bundle import ZipBundle
from app.core.keys import new_key_document
from app.core.verify import verify_bundle
from app.db import db
from app.models import Receipt, Site
from app.services.bundles import write_bundle
from tests.support.server import Server
from tests.support.world import Clock, CountedBytes, Visitor

CLIENTS = 6
ACKNOWLEDGED_PER_ROUND = 60


@pytest.fixture
def clock():
    # The servers below have the real clock; what was published in 2020 is in effect for them.
    return Clock(datetime(2020, 1, 1, tzinfo=UTC))


@pytest.fixture
def server(database_url, tmp_path):
    server = Server(
        {
            "PLACET_ENV": "development",
            "PLACET_DATA": str(tmp_path),
            "DATABASE_URL": database_url,
            "PLACET_KEYS": new_key_document(CountedBytes("keys")),
            "PLACET_NETWORK_BURST": "1000000",
        },
        tmp_path / "gunicorn.log",
    )
    yield server
    server.kill()


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status


class Load:
    """Clients that post without pause until the server is gone; remembers what was sent and what was acknowledged."""

    def __init__(self, url, config, clock, name):
        self.acknowledged, self.unanswered = {}, {}
        self.enough = threading.Event()
        self._url, self._config, self._clock = url, config, clock
        self._threads = [threading.Thread(target=self._run, args=(f"{name} {n}",)) for n in range(CLIENTS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for thread in self._threads:
            thread.join()

    def _run(self, name):
        visitor = Visitor(self._config, self._clock, name)
        while True:
            body = visitor.body(widget=None)
            try:
                assert post(self._url, body) in (200, 201)
            except (urllib.error.URLError, OSError):
                self.unanswered[body["id"]] = body
                return
            self.acknowledged[body["id"]] = body
            if len(self.acknowledged) >= ACKNOWLEDGED_PER_ROUND:
                self.enough.set()


@pytest.mark.faults
@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.long)])
def test_kill_9_during_load_loses_no_acknowledged_receipt(app, server, site, session, here, clock, kills):
    config = app.test_client().get(f"/v1/sites/{site}/config?country=DE").json
    url = f"{server.url}/v1/sites/{site}/receipts"
    acknowledged, unanswered = {}, {}
    for kill in range(kills):
        server.start()
        with Load(url, config, clock, f"round {kill}") as load:
            assert load.enough.wait(60)
            server.kill()
        acknowledged.update(load.acknowledged)
        unanswered.update(load.unanswered)
    server.start()
    stored = set(session.scalars(select(Receipt.id)))
    assert acknowledged.keys() <= stored
    for body in unanswered.values():
        assert post(url, body) in (200, 201), "what was not acknowledged is sent again, and is there once"
    server.stop()
    session.rollback()
    assert set(session.scalars(select(Receipt.id))) == acknowledged.keys() | unanswered.keys()
    file = io.BytesIO()
    with app.app_context(), Session(db.engine) as reading:
        row = reading.scalars(select(Site)).one()
        write_bundle(reading, row, file, keys=here.keys, now=clock())
    with ZipBundle(file) as files:
        report = verify_bundle(files)
    assert report.ok, report.to_text()
