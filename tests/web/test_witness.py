"""Kept checkpoints by HTTP: read by everybody or by auditors, cosigned by the operator's witnesses and nobody else."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from app.core.checkpoint import open_checkpoint
from app.core.cosignature import cosign, open_cosignatures, witness_key
from app.core.outside import Outside, Witness
from app.models import Site
from app.services.tiles import set_tiles_public
from app.services.witnesses import keep_checkpoint

NAME = "witness.example/w1"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96)))
WITNESS = witness_key(NAME, KEY)


@pytest.fixture
def settings_changes():
    return {"outside": Outside(witnesses=(Witness(WITNESS, "http://127.0.0.1:9"),)), "network_burst": 40}


@pytest.fixture
def kept(site, session, clock):
    """The site's kept checkpoint: its address and its note."""
    row = session.scalars(select(Site).where(Site.key == site)).one()
    found = keep_checkpoint(session, row.id, now=clock())
    return f"/log/{site}/checkpoints/{found.size}", found.note


@pytest.fixture
def closed(kept, session):
    row = session.scalars(select(Site)).one()
    set_tiles_public(session, row, public=False)
    return kept


def code(answer):
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.json["code"]


def test_a_kept_checkpoint_is_read_by_its_size(client, kept, site):
    address, note = kept
    answer = client.get(address)
    assert (answer.status_code, answer.text) == (200, note)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-cache"
    open_checkpoint(answer.text, client.get(f"/log/{site}/vkey").text)
    for size in (0, 999, 2**31, 10**30):
        assert code(client.get(f"/log/{site}/checkpoints/{size}")) == (404, "unknown_checkpoint")
    assert code(client.get("/log/s_AAAAAAAAAAAAAAAAAAAAAA/checkpoints/1")) == (404, "unknown_site")


def test_a_witness_brings_its_cosignature(client, kept, site, clock):
    address, note = kept
    assert code(client.get(f"/log/{site}/witnessed")) == (404, "unknown_checkpoint")
    line = cosign(note, NAME, KEY, clock())
    for _ in range(2):
        answer = client.post(address, data=line)
        assert (answer.status_code, answer.text) == (200, note + line)
    assert client.get(address).text == client.get(f"/log/{site}/witnessed").text == note + line
    assert open_cosignatures(note + line, [WITNESS]) == [(NAME, clock())]


def test_what_does_not_vouch_for_this_checkpoint_is_refused(client, kept, clock):
    address, note = kept
    other = note.replace("\n", "\n1", 1)
    for body, told in (
        (cosign(note, "stranger.example", STRANGER, clock()), (403, "unknown_witness")),
        (cosign(other, NAME, KEY, clock()), (422, "false_cosignature")),
        (other + cosign(other, NAME, KEY, clock()), (409, "other_checkpoint")),
        ("", (422, "false_cosignature")),
        (b"\xff\xfe", (422, "false_cosignature")),
        (b"\n" * 16384, (422, "false_cosignature")),
        (b"\n" * 16385, (413, "too_large")),
    ):
        assert code(client.post(address, data=body)) == told, body[:40]
    assert client.get(address).text == note


def test_nobody_can_ask_for_endless_work(client, kept, clock):
    address, note = kept
    statuses = [client.post(address, data="x\n").status_code for _ in range(30)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_a_log_for_auditors_shows_its_checkpoints_to_them_alone(client, closed, site, clock):
    address, note = closed
    for path in (address, f"/log/{site}/witnessed", f"/log/{site}/checkpoints/999"):
        answer = client.get(path)
        assert code(answer) == (403, "forbidden")
        assert "Access-Control-Allow-Origin" not in answer.headers
    line = cosign(note, NAME, KEY, clock())
    assert code(client.post(f"/log/{site}/checkpoints/999", data=line)) == (403, "forbidden")
    answer = client.post(address, data=line)
    assert (answer.status_code, answer.text) == (200, note + line)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer.headers
