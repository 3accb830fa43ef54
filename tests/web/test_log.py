"""Whoever mirrors a log by its tiles gets the tree that its checkpoint signs."""

from hashlib import sha256

import pytest
from sqlalchemy import select

from app.core.checkpoint import open_checkpoint
from app.core.merkle import root_of, tile_root
from app.core.tiles import Tile, tiles_of
from app.db import begin_write
from app.models import Site
from app.services.translog import close_logs, open_logs

IMMUTABLE = "public, max-age=31536000, immutable"
ENTRIES = 600


@pytest.fixture
def grown(session, here, site):
    """The site's log with 600 entries."""
    grow(session, here, site, ENTRIES)
    return site


def grow(session, here, site, size):
    row = session.scalars(select(Site).where(Site.key == site)).one()
    connection = begin_write(session)
    log = open_logs(connection, [row.id])[row.id]
    for number in range(log.first_new, size):
        log.append(f"entry.{number}")
    close_logs(connection, [log], here.keys.log)
    session.commit()


def head(client, name):
    vkeys = client.get(f"/log/{name}/vkey").text
    return open_checkpoint(client.get(f"/log/{name}/checkpoint").text, vkeys)


def entries_of(bundle):
    """Read a bundle of entries as C2SP says: 16 bits of length, then the entry."""
    entries = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return entries


def test_a_mirror_gets_the_tree_that_the_checkpoint_signs(client, grown):
    signed = head(client, grown)
    assert signed.size == ENTRIES
    entries = []
    for tile in tiles_of(signed.size):
        hashes = client.get(f"/log/{grown}/tile/{tile.path()}").data
        assert len(hashes) == 32 * tile.width
        if tile.level == 0:
            bundle = Tile(None, tile.index, tile.width)
            own = entries_of(client.get(f"/log/{grown}/tile/{bundle.path()}").data)
            assert hashes == b"".join(sha256(b"\0" + entry).digest() for entry in own)
            entries += own
        else:
            below = [client.get(f"/log/{grown}/tile/0/{at:03}").data for at in range(tile.width)]
            assert hashes == b"".join(
                tile_root([full[at : at + 32] for at in range(0, len(full), 32)]) for full in below
            )
    assert root_of(entries) == signed.root
    assert entries[-1] == sha256(f"entry.{ENTRIES - 1}".encode()).digest()


def test_what_stands_at_an_address_never_changes(client, grown, session, here):
    paths = ["0/000", "0/002.p/80", "0/002.p/3", "1/000.p/2", "entries/002.p/88", "entries/001"]
    before = {path: client.get(f"/log/{grown}/tile/{path}") for path in paths}
    grow(session, here, grown, 780)
    for path, answer in before.items():
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == IMMUTABLE
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert client.get(f"/log/{grown}/tile/{path}").data == answer.data, path
    assert client.get(f"/log/{grown}/tile/0/002").data.startswith(before["0/002.p/80"].data)


NOWHERE = (
    "0/003.p/1 0/002 0/002.p/89 1/000 1/000.p/3 2/000.p/1 entries/002 entries/002.p/89 63/000 0/x999/x999/x999/999 0/0 "
    "0/000.p/256 0/000.p/0 0/x000/000 64/000 data/000 0/000/ 0//000 0/%00"
)


def test_what_is_not_there_yet_or_no_address_is_not_found_and_not_kept(client, grown):
    for path in NOWHERE.split():
        answer = client.get(f"/log/{grown}/tile/{path}")
        assert (answer.status_code, answer.json["code"]) == (404, "not_found"), path
        assert answer.headers["Cache-Control"] == "no-store"


def test_an_unknown_log_has_no_tiles(client, site):
    unknown = "s_" + "A" * 22
    for name in (unknown, "s_nobody", f"{unknown}.2"):
        assert client.get(f"/log/{name}/tile/0/000.p/1").json["code"] == "unknown_site"
    assert client.get(f"/log/{site}.2/tile/0/000.p/1").json["code"] == "not_found"


def test_the_checkpoint_may_be_kept_for_seconds(client, site):
    answer = client.get(f"/log/{site}/checkpoint")
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
