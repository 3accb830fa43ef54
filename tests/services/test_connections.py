"""How connections are made and end, how long a transaction may take, and who writes when."""

import threading

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import db as database
from app.db import begin_write, engine_options, writers_turn
from app.models import Site
from app.services.sites import create_site
from tests.support.batches import PATIENCE_SECONDS


def test_a_server_that_is_gone_without_a_word_is_noticed_and_the_url_has_the_last_word():
    arguments = engine_options("postgresql+psycopg://db/placet?connect_timeout=2")["connect_args"]
    assert "connect_timeout" not in arguments
    assert arguments["keepalives"] == 1
    assert engine_options("postgresql+psycopg://db/placet")["connect_args"]["connect_timeout"] == 5
    assert "connect_args" not in engine_options("sqlite:///placet.db")


@pytest.mark.parametrize("database_system", ["postgresql"])
def test_a_writing_transaction_waits_for_nobody_for_long_and_a_reading_one_is_as_it_was(session):
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")

    def shown():
        return [session.execute(text(f"SHOW {name}")).scalar_one() for name in names]

    before = shown()
    begin_write(session)
    assert shown() == ["3s", "10s", "30s"]
    session.rollback()
    assert shown() == before == ["0", "0", "0"]


def test_the_writer_s_engine_has_one_connection_and_is_nobody_else_s(app):
    with app.app_context():
        engine, writer = database.db.engine, database.db.engines["writer"]
    assert writer is not engine
    assert (writer.pool.size(), writer.pool._max_overflow) == (1, 0)
    assert writer.url == engine.url


def test_processes_on_one_sqlite_file_write_in_turns(tmp_path):
    order = []
    engine = create_engine(f"sqlite:///{tmp_path / 'placet.db'}")
    came, done = threading.Event(), threading.Event()

    def other():
        came.set()
        with writers_turn(engine):
            order.append("other")
        done.set()

    with writers_turn(engine):
        thread = threading.Thread(target=other)
        thread.start()
        assert came.wait(PATIENCE_SECONDS)
        assert not done.wait(0.05)
        order.append("first")
    thread.join(PATIENCE_SECONDS)
    assert order == ["first", "other"]
    assert (tmp_path / "placet.db-turn").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql+psycopg://nowhere/placet"])
def test_elsewhere_everyone_may_write_at_once(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    engine = create_engine(url)
    with writers_turn(engine), writers_turn(engine):
        assert list(tmp_path.iterdir()) == []


def test_a_commit_that_fails_leaves_no_transaction_for_the_next_who_gets_its_connection(app, here, clock, monkeypatch):
    with app.app_context():
        engine = database.db.engines["writer"]  # its pool has one connection

    def fail(_connection):
        raise engine.dialect.loaded_dbapi.OperationalError("the disk is full")

    def make(handle):
        with Session(engine) as session:
            create_site(
                session,
                handle,
                public_host="placet.example",
                keys=here.keys,
                now=clock(),
                random_bytes=here.desk.random_bytes,
            )

    with monkeypatch.context() as patched:
        patched.setattr(engine.dialect, "do_commit", fail)
        with pytest.raises(OperationalError):
            make("lost")
    make("stored")
    with Session(engine) as session:
        assert session.scalars(select(Site.handle)).all() == ["stored"]
