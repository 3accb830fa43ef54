"""The database: one SQLAlchemy object, its types, and how a writing transaction begins.

SQLite runs in WAL mode with ``synchronous=FULL`` (acknowledged means durable). The driver's own transaction mode is
switched off, because with it a SELECT opens no transaction and two writers could read the same log head: every
transaction begins explicitly, writing ones with ``BEGIN IMMEDIATE``.
"""

import sqlite3
from datetime import UTC, datetime
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Engine, MetaData, Table, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

WRITES = "placet_writes"
BUSY_TIMEOUT_MS = 10_000


class Base(DeclarativeBase):
    """Base of all tables; constraints are named, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite, which knows no zones, stores it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes; hand SQLite a naive one in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table_of(model: type[Base]) -> Table:
    """Return a model's table: statements over tables cost a third of those over models, which counts where it is hot."""
    return cast(Table, model.__table__)


def prepare_engine(engine: Engine) -> None:
    """Set an engine up as the module's docstring says. To be called once per engine; a no-op but for SQLite."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def begin_write(session: Session) -> Connection:
    """Begin a writing transaction on a ``Session`` and return its connection.

    Whatever the session has read before is let go: what decides is read again inside the transaction. Raises
    ``RuntimeError`` when the session holds changes that would be lost.
    """
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("begin_write on a session with pending changes")
    session.rollback()
    connection: Connection = session.connection(execution_options={WRITES: True})
    return connection


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def request_session() -> Session:
    """Return the session of the present request or command; the application closes it with the context."""
    return db.session()


def begin_snapshot(session: Session) -> Connection:
    """Begin a reading transaction that sees one state of the database however long it lasts, and return its connection."""
    session.rollback()
    if session.get_bind().dialect.name == "sqlite":
        return session.connection()
    return session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
