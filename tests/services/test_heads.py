"""What a machine remembers of the heads it let out: in memory and in files, and what a database set back meets with."""

import logging

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.core.checkpoint import Checkpoint, sign_checkpoint
from app.core.errors import LogRolledBackError
from app.core.heads import Head
from app.db import begin_write, prepare_engine
from app.models import LogEntry, LogHead, Site
from app.services.heads import Heads, remember_heads
from app.services.sites import create_site
from app.services.translog import close_logs, open_logs, prove_inclusion, read_checkpoint
from tests.support.databases import restore_backup, take_backup
from tests.support.world import CountedBytes, make_keys

KEYS = make_keys()
ORIGIN = "placet.example/log/s_sRSzIamv06xOyadUL-yPdA"
SITE = ORIGIN.rpartition("/")[2]


def head(size, origin=ORIGIN, root=b"\1" * 32):
    checkpoint = Checkpoint(origin, size, root)
    return Head(checkpoint, sign_checkpoint(checkpoint, KEYS.log))


class Process:
    """An engine with a memory, as a process has one."""

    def __init__(self, url, site_id, heads):
        self.heads, self._site_id = heads, site_id
        self.engine = create_engine(url)
        prepare_engine(self.engine)
        remember_heads(self.engine, heads)

    def append(self, *entries):
        with Session(self.engine) as session:
            connection = begin_write(session)
            log = open_logs(connection, [self._site_id])[self._site_id]
            for entry in entries:
                log.append(entry)
            close_logs(connection, [log], KEYS.log)
            session.commit()

    def read(self):
        with Session(self.engine) as session:
            return read_checkpoint(session.connection(), self._site_id)

    def prove(self, index):
        with Session(self.engine) as session:
            return prove_inclusion(session.connection(), self._site_id, index)

    @property
    def remembered(self):
        return self.heads.newest(self.site).checkpoint.size

    @property
    def site(self):
        with Session(self.engine) as session:
            return session.scalars(select(Site.key)).one()

    def backup(self):
        with self.engine.connect() as connection:
            return take_backup(connection)

    def restore(self, backup):
        with self.engine.begin() as connection:
            restore_backup(connection, backup)


@pytest.fixture
def start(database_url, clock, tmp_path):
    """Start a process on one database: on this machine, or on another, which shares no folder with it."""
    engine = create_engine(database_url)
    prepare_engine(engine)
    with Session(engine) as session:
        site_id = create_site(
            session, "log", public_host="placet.example", keys=KEYS, now=clock(), random_bytes=CountedBytes("site")
        ).id
    processes = []

    def start(machine="here"):
        processes.append(Process(database_url, site_id, Heads(tmp_path / machine if machine else None)))
        return processes[-1]

    yield start
    engine.dispose()
    for process in processes:
        process.engine.dispose()


@pytest.fixture
def size(database_url):
    """The size of the log, read by nobody who remembers."""
    engine = create_engine(database_url)

    def read():
        with Session(engine) as session:
            return session.scalars(select(LogHead.size)).one()

    yield read
    engine.dispose()


def test_what_is_committed_is_remembered_before_commit_returns(start, size):
    process = start()
    process.append("a", "b")
    assert process.remembered == start().remembered == size()


def test_what_is_read_is_remembered_before_it_is_let_out(start, size):
    writer = start(None)
    writer.append("a")
    start().read()
    assert start().remembered == size()
    writer.append("b")
    start().prove(0)
    assert start().remembered == size()


def test_what_was_not_committed_is_not_remembered(start):
    process = start()
    process.append("a")
    before = process.remembered
    with Session(process.engine) as session:
        connection = begin_write(session)
        logs = open_logs(connection, [1])
        logs[1].append("never")
        close_logs(connection, logs.values(), KEYS.log)
        session.rollback()
    assert start().remembered == before
    process.append("b")
    assert process.remembered == before + 1


@pytest.mark.parametrize("is_new", [False, True], ids=["the same process", "the next process"])
def test_a_database_set_back_takes_nothing(start, size, is_new, caplog):
    process = start()
    process.append("a")
    backup = process.backup()
    process.append("b", "c")
    process.restore(backup)
    stands, later = size(), start() if is_new else process
    for _ in range(2):
        with pytest.raises(LogRolledBackError) as caught:
            later.append("b")
    assert (size(), later.remembered) == (stands, stands + 2)
    assert f"had {stands + 2} entries" in caught.value.why
    assert str(stands + 2) not in str(caught.value)
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 1, "once, not at every receipt"
    assert "placet log restart" in told[0].getMessage()
    assert later.read() == process.read(), "it can still be read"
    assert later.remembered == stands + 2


def test_a_backup_of_the_newest_state_is_no_loss(start):
    process = start()
    process.append("a", "b")
    process.restore(process.backup())
    process.append("c")
    start().append("d")


@pytest.mark.parametrize(
    "others", [("x", "y"), ("x", "y", "z"), ("b", "y", *"1234")], ids=["as long", "longer", "later"]
)
@pytest.mark.parametrize("is_new", [False, True], ids=["the same process", "the next process"])
def test_another_log_of_the_same_size_or_larger_is_told_too(start, size, is_new, others):
    process = start()
    process.append("a")
    backup = process.backup()
    process.append("b", "c")
    process.restore(backup)
    start("elsewhere").append(*others)
    later = start() if is_new else process
    remembered = process.remembered
    with pytest.raises(LogRolledBackError) as caught:
        later.append("d")
    assert "are others" in caught.value.why
    later.read()
    assert later.remembered == remembered, "what proves it is not replaced"


def test_many_others_after_it_are_told_from_the_tree(start):
    process = start()
    process.append(*(f"entry {number}" for number in range(300)))
    backup = process.backup()
    process.append("b")
    process.restore(backup)
    start("elsewhere").append(*(f"other {number}" for number in range(900)))
    with pytest.raises(LogRolledBackError):
        process.append("c")


def test_an_entry_changed_in_the_database_is_told_to_the_next_process(start):
    process = start()
    process.append(*(f"entry {number}" for number in range(30)))
    with Session(process.engine) as session:
        entry = session.get(LogEntry, (1, 17))
        entry.entry = bytes(32)
        session.commit()
    with pytest.raises(LogRolledBackError) as caught:
        start().append("b")
    assert "are others" in caught.value.why


@pytest.mark.parametrize("machines", [("here", "here"), ("here", "there"), (None, "there")])
def test_processes_that_take_turns_alarm_nobody(start, size, machines):
    processes = [start(machine) for machine in machines]
    before, expected = size(), 0
    for turn in range(8):
        entries = [f"{turn}.{number}" for number in range(1 if turn % 3 else 140)]
        processes[turn % 2].append(*entries)
        processes[1 - turn % 2].read()
        expected += len(entries)
    processes[0].append(*(f"many {number}" for number in range(600)))
    processes[1].append("after many")
    assert size() == before + expected + 601


def test_who_remembers_nothing_notices_nothing(start, size):
    process = start()
    process.append("a")
    backup = process.backup()
    process.append("b")
    process.restore(backup)
    stands = size()
    start("a new machine").append("other")
    assert size() == stands + 1
