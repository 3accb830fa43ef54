"""Acknowledged means durable: `kill -9` during load loses nothing that was answered 201."""

import io
import json
import threading
import urllib.request
from base64 import b64decode
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPException

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.bundle import ENTRIES, MANIFEST, ZipBundle
from app.core.checkpoint import open_checkpoint
from app.core.keys import new_key_document
from app.core.merkle import root_of, verify_inclusion
from app.core.origins import log_vkeys
from app.core.verify import verify_bundle
from app.db import db
from app.models import ConfigVersion, Receipt, Site
from app.services.bundles import write_bundle
from tests.support.server import Server
from tests.support.world import Clock, CountedBytes, Visitor

CLIENTS = 20
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


def ask(url, body=None, secret=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {secret}"} if secret else {})
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status, answer.read().decode()


@dataclass(frozen=True)
class Acknowledged:
    """A receipt for which the server has answered 201 or 200."""

    body: dict
    jws: str
    index: int


class Load:
    """Clients that post without pause until the server is gone, or ``is_over`` is set.

    Remembers what was acknowledged (``enough`` is set when there is that much of it), and what was sent and not answered.
    """

    def __init__(self, url, config, clock, name, clients=CLIENTS, enough=ACKNOWLEDGED_PER_ROUND):
        self.acknowledged, self.unanswered = {}, {}
        self.enough, self.is_over = threading.Event(), threading.Event()
        self._url, self._config, self._clock, self._enough = url, config, clock, enough
        self._threads = [threading.Thread(target=self._run, args=(f"{name} {n}",)) for n in range(clients)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, name):
        visitor = Visitor(self._config, self._clock, name)
        while not self.is_over.is_set():
            body = visitor.body(widget=None)
            try:
                status, answer = ask(self._url, body)
            except (OSError, HTTPException):  # the latter: an answer that broke off
                self.unanswered[body["id"]] = body
                return
            assert status == 201
            said = json.loads(answer)
            self.acknowledged[body["id"]] = Acknowledged(body, said["receipt"], said["log"]["index"])
            if len(self.acknowledged) >= self._enough:
                self.enough.set()


def prove(url, site, receipts):
    """Have the server prove that each receipt stands in its log, as a visitor can."""
    vkeys = ask(f"{url}/log/{site}/vkey")[1]
    for receipt in receipts:
        own = f"{url}/v1/sites/{site}/receipts/{receipt.body['id']}"
        proof = json.loads(ask(f"{own}/proof", secret=receipt.body["secret"])[1])
        head = open_checkpoint(proof["checkpoint"], vkeys)
        entry = sha256(receipt.jws.encode()).digest()
        verify_inclusion(entry, proof["index"], head.size, [b64decode(item) for item in proof["hashes"]], head.root)
        assert proof["index"] == receipt.index


def read_record(app, here, clock, site, notes):
    """Verify a site's bundle and every checkpoint that was read before; returns the entries, and how many are receipts."""
    file = io.BytesIO()
    with app.app_context(), Session(db.engine) as session:
        row = session.scalars(select(Site).where(Site.key == site)).one()
        write_bundle(session, row, file, keys=here.keys, now=clock())
        vkeys = log_vkeys(row.log_origin, here.keys.log)
    with ZipBundle(file) as files:
        report = verify_bundle(files)
        data = b"".join(files.chunks(ENTRIES))
        manifest = json.loads(b"".join(files.chunks(MANIFEST)))
    assert report.ok, report.to_text()
    entries = [data[at : at + 32] for at in range(0, len(data), 32)]
    for note in notes:
        head = open_checkpoint(note, vkeys)
        assert root_of(entries[: head.size]) == head.root, "what was signed once is the beginning of what there is now"
    return entries, manifest["receipts"]


@pytest.mark.faults
@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.long)])
def test_kill_9_during_load_loses_no_acknowledged_receipt(app, server, site, session, here, clock, kills):
    config = app.test_client().get(f"/v1/sites/{site}/config?country=DE").json
    url = f"{server.url}/v1/sites/{site}/receipts"
    acknowledged, unanswered, notes = {}, {}, []
    for kill in range(kills):
        server.start()
        notes.append(ask(f"{server.url}/log/{site}/checkpoint")[1])
        with Load(url, config, clock, f"round {kill}") as load:
            assert load.enough.wait(60)
            server.kill()
        acknowledged.update(load.acknowledged)
        unanswered.update(load.unanswered)
    server.start()
    stored = set(session.scalars(select(Receipt.id)))
    assert acknowledged.keys() <= stored
    for body in unanswered.values():
        assert ask(url, body)[0] in (200, 201), "what was not acknowledged is sent again, and is there once"
    prove(server.url, site, list(acknowledged.values())[:: len(acknowledged) // 12])
    server.stop()
    session.rollback()
    assert set(session.scalars(select(Receipt.id))) == acknowledged.keys() | unanswered.keys()
    entries, receipts = read_record(app, here, clock, site, notes)
    assert receipts == len(acknowledged) + len(unanswered)
    for receipt in acknowledged.values():
        assert entries[receipt.index] == sha256(receipt.jws.encode()).digest(), "it stands where the answer said"


PUBLISH = """
import sys
from app.cli import cli
for handle in sys.argv[1:]:
    cli(["site", "publish", handle, "--reason", "at once", "--ask-again", "--urgency", "law"], standalone_mode=False)
"""


@pytest.mark.faults
@pytest.mark.parametrize("database_system", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def test_two_workers_and_the_command_line_write_to_two_logs_at_once(app, server, publish_site, session, here, clock):
    def change(config):
        config["regime"] = "eu"

    sites = [publish_site(change=change), publish_site("portal", "account-management", change)]
    server.start()
    loads, notes = [], {site: [] for site in sites}
    with ExitStack() as all_at_once:
        for site in sites:
            config = app.test_client().get(f"/v1/sites/{site}/config?country=DE").json
            url = f"{server.url}/v1/sites/{site}/receipts"
            loads.append(all_at_once.enter_context(Load(url, config, clock, site, clients=2)))
        handles = ("portal", "saas-console", "saas-console", "portal")
        publisher = threading.Thread(target=server.python, args=(PUBLISH, *handles))
        publisher.start()
        while publisher.is_alive():
            for site in sites:
                notes[site].append(ask(f"{server.url}/log/{site}/checkpoint")[1])
            publisher.join(0.2)
        for load in loads:
            assert load.enough.wait(60)
    server.stop()
    for site, load in zip(sites, loads, strict=True):
        entries, receipts = read_record(app, here, clock, site, notes[site])
        assert (receipts, load.unanswered) == (len(load.acknowledged), {})
        for receipt in load.acknowledged.values():
            assert entries[receipt.index] == sha256(receipt.jws.encode()).digest()
    published = session.execute(select(ConfigVersion.number, func.count()).group_by(ConfigVersion.number)).all()
    assert sorted(published) == [(number, 2) for number in range(1, 4)], "two more of each site"
