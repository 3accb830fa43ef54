"""The log in the database gives the same roots and proofs as the whole tree computed anew."""

import hashlib

import pytest
from sqlalchemy import insert, select

from app.core.checkpoint import open_checkpoint
from app.core.merkle import leaf_hash, root_of, tile_root, verify_consistency, verify_inclusion
from app.core.note import vkey
from app.db import begin_write
from app.models import LogEntry, LogHead, LogTile, Site
from app.services.translog import (
    close_logs,
    create_log,
    open_logs,
    prove_consistency,
    prove_inclusion,
    read_checkpoint,
)
from tests.support.world import make_keys


@pytest.fixture
def log(session, here, clock):
    """A site whose log is empty, which none that ``create_site`` has made ever is."""
    origin = "placet.example/log/s_log"
    connection = begin_write(session)
    new = insert(Site).values(key="s_log", handle="log", log_origin=origin, created_at=clock())
    site_id = connection.execute(new.returning(Site.id)).scalar_one()
    create_log(connection, site_id, origin, here.keys.log)
    session.commit()
    return site_id, origin


def append(session, here, site_id, count, start=0):
    connection = begin_write(session)
    logs = open_logs(connection, [site_id])
    for number in range(start, start + count):
        logs[site_id].append(f"entry.{number}")
    close_logs(connection, logs.values(), here.keys.log)
    session.commit()


def entries(count):
    return [hashlib.sha256(f"entry.{number}".encode()).digest() for number in range(count)]


def test_a_new_log_is_empty_and_signed(session, here, log):
    site_id, origin = log
    head = open_checkpoint(read_checkpoint(session.connection(), site_id), vkey(origin, here.keys.log[-1]))
    assert (head.origin, head.size, head.root) == (origin, 0, root_of([]))


@pytest.mark.parametrize("sizes", [(1,), (1, 1, 1), (255, 1), (256,), (300, 213), (600, 1)])
def test_root_and_proofs_are_those_of_the_whole_tree(session, here, log, sizes):
    site_id, origin = log
    total = 0
    for size in sizes:
        append(session, here, site_id, size, total)
        total += size
    root = root_of(entries(total))
    head = open_checkpoint(read_checkpoint(session.connection(), site_id), vkey(origin, here.keys.log[-1]))
    assert (head.size, head.root) == (total, root)
    for index in {0, 1, total // 2, 254, 255, 256, total - 1} & set(range(total)):
        proof = prove_inclusion(session.connection(), site_id, index)
        verify_inclusion(entries(total)[index], index, total, proof.hashes, root)


def test_full_tiles_are_kept_and_partial_ones_are_not(session, here, log):
    site_id, _ = log
    append(session, here, site_id, 255)
    assert session.scalars(select(LogTile.tile_index)).all() == []
    append(session, here, site_id, 300, 255)
    tiles = session.scalars(select(LogTile).order_by(LogTile.tile_index)).all()
    assert [(tile.level, tile.tile_index) for tile in tiles] == [(0, 0), (0, 1)]
    hashes = [leaf_hash(entry) for entry in entries(555)[256:512]]
    assert tiles[1].hashes == b"".join(hashes)
    assert tiles[1].root == tile_root(hashes)


def test_every_beginning_of_the_log_is_proven_to_be_one(session, here, log):
    site_id, _ = log
    append(session, here, site_id, 300)
    append(session, here, site_id, 230, 300)
    whole = entries(530)
    connection = session.connection()
    for old in (0, 1, 7, 255, 256, 257, 300, 511, 512, 529, 530):
        for new in {old, 300, 512, 513, 530} - set(range(old)):
            proof = prove_consistency(connection, site_id, old, new)
            verify_consistency(old, root_of(whole[:old]), new, root_of(whole[:new]), proof)


def test_nothing_is_proven_of_a_log_that_is_not_there_yet(session, here, log):
    site_id, _ = log
    append(session, here, site_id, 3)
    for old, new in ((3, 4), (3, 2)):
        with pytest.raises(ValueError, match="entries"):
            prove_consistency(session.connection(), site_id, old, new)


def test_every_key_of_the_ring_signs(session, here, log):
    site_id, origin = log
    ring = [*here.keys.log, *make_keys("newer").log]
    connection = begin_write(session)
    opened = open_logs(connection, [site_id])
    opened[site_id].append("entry.0")
    close_logs(connection, opened.values(), ring)
    session.commit()
    note = read_checkpoint(session.connection(), site_id)
    for key in ring:
        assert open_checkpoint(note, vkey(origin, key)).size == 1
    assert note.count("\n\u2014 ") == 2


@pytest.mark.long
def test_a_third_level_of_tiles(session, here, log):
    site_id, _ = log
    append(session, here, site_id, 256 * 256 + 3)
    assert session.scalars(select(LogTile.level).where(LogTile.level == 1)).all() == [1]
    proof = prove_inclusion(session.connection(), site_id, 70)
    verify_inclusion(entries(71)[70], 70, 256 * 256 + 3, proof.hashes, root_of(entries(256 * 256 + 3)))


def test_the_origin_is_fixed_when_the_site_is_made(session, log):
    site = session.scalars(select(Site)).one()
    assert site.log_origin == f"placet.example/log/{site.key}"


def test_nothing_is_written_without_a_commit(session, here, log):
    site_id, _ = log
    connection = begin_write(session)
    logs = open_logs(connection, [site_id])
    logs[site_id].append("entry.0")
    close_logs(connection, logs.values(), here.keys.log)
    session.rollback()
    assert session.scalars(select(LogEntry.log_index)).all() == []
    assert session.scalars(select(LogHead.size)).one() == 0
