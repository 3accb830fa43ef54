"""Threads with engines of their own append to one log and to two at once: no gap, no fork, no entry lost."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.core.checkpoint import open_checkpoint
from app.core.merkle import root_of
from app.core.origins import log_vkeys
from app.db import begin_write, prepare_engine
from app.models import LogEntry, LogTile, Site
from app.services.heads import Heads, remember_heads
from app.services.sites import create_site
from app.services.translog import close_logs, open_logs, read_checkpoint
from tests.support.world import CountedBytes, make_keys

KEYS = make_keys()
THREADS, BATCHES = 6, 8
ENTRIES = 9  # of each batch, for each log: in all some more than one tile


@pytest.fixture
def engines(database_url, tmp_path):
    made = []

    def make(machine):
        engine = create_engine(database_url)
        prepare_engine(engine)
        remember_heads(engine, Heads(tmp_path / machine))
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.dispose()


@pytest.mark.parametrize("machines", ["one machine", "two machines"])
def test_whoever_appends_at_once_leaves_one_log(engines, clock, machines):
    random_bytes = CountedBytes("sites")
    with Session(engines("here")) as session:
        sites = [
            create_site(
                session, handle, public_host="placet.example", keys=KEYS, now=clock(), random_bytes=random_bytes
            ).id
            for handle in ("one", "two")
        ]
        before = {site: open_checkpoint_of(session, site).size for site in sites}
    gate = threading.Barrier(THREADS)

    def work(number):
        engine = engines("here" if machines == "one machine" or number % 2 else "there")
        wanted = (sites, sites[::-1], sites[:1])[number % 3]
        seen = []
        gate.wait()
        for batch in range(BATCHES):
            with Session(engine) as session:
                connection = begin_write(session)
                logs = open_logs(connection, wanted)
                for site in wanted:
                    for entry in range(ENTRIES):
                        index = logs[site].append(f"{number}.{batch}.{entry}")
                        seen.append((site, index, f"{number}.{batch}.{entry}"))
                close_logs(connection, logs.values(), KEYS.log)
                if batch % 4 == 3:
                    session.rollback()  # what was not committed never was
                    seen = seen[: -ENTRIES * len(wanted)]
                else:
                    session.commit()
            with Session(engine) as session:
                seen.append((wanted[-1], None, open_checkpoint_of(session, wanted[-1])))
        return seen

    with ThreadPoolExecutor(THREADS) as pool:
        seen = [item for found in pool.map(work, range(THREADS)) for item in found]
    with Session(engines("here")) as session:
        for site in sites:
            entries = session.scalars(
                select(LogEntry.entry).where(LogEntry.site_id == site).order_by(LogEntry.log_index)
            ).all()
            head = open_checkpoint_of(session, site)
            appended = {index: entry for of, index, entry in seen if of == site and index is not None}
            assert sorted(appended) == list(range(before[site], head.size)), "every index once"
            assert (head.size, head.root) == (len(entries), root_of(entries))
            for index, entry in appended.items():
                assert entries[index] == hashlib.sha256(entry.encode()).digest()
            for of, index, older in seen:
                if of == site and index is None:
                    assert root_of(entries[: older.size]) == older.root, "what was signed once is still its beginning"
            tiles = session.scalars(select(LogTile.tile_index).where(LogTile.site_id == site, LogTile.level == 0)).all()
            assert sorted(tiles) == list(range(head.size // 256))


def open_checkpoint_of(session, site_id):
    origin = session.get_one(Site, site_id).log_origin
    return open_checkpoint(read_checkpoint(session.connection(), site_id), log_vkeys(origin, KEYS.log))
