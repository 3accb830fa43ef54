"""The database: one SQLAlchemy object, its types, and how a writing transaction begins.

SQLite runs in WAL mode with ``synchronous=FULL`` (acknowledged means durable). The driver's own transaction mode is
switched off, because with it a SELECT opens no transaction and two writers could read the same log head: every
transaction begins explicitly, writing ones with ``BEGIN IMMEDIATE``. Its busy handler sleeps longer and longer between two
looks at the lock, so that a writer among many may come last: processes that write all the time take turns by
``writers_turn`` instead.

PostgreSQL ends a writing transaction that waits for a lock, works or does nothing for too long.
"""

import fcntl
import os
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Engine, MetaData, Table, event, func, select
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import PoolResetState
from sqlalchemy.types import TypeDecorator

WRITES = "placet_writes"
_BINARY = "placet_binary"
_FORMAT = 1  # libpq: text is 0, binary 1
_AFTER_COMMIT = "placet_after_commit"
BUSY_TIMEOUT_MS = 10_000
POOL_TIMEOUT_SECONDS = 10

# PostgreSQL, writing: a lock that somebody holds, one statement, and silence of a process that hangs with locks held.
LOCK_TIMEOUT_MS = 3_000
STATEMENT_TIMEOUT_MS = 10_000
IDLE_TIMEOUT_MS = 30_000
# PostgreSQL, the connection: a server that is gone without a word is noticed within half a minute, not in two hours.
_LIBPQ: dict[str, int] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


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


def engine_options(url: str) -> dict[str, object]:
    """Return how connections are kept: checked before use on PostgreSQL, where a restart must not cost a request.

    What the URL says itself (``?connect_timeout=2``) holds. Errors never carry the values of a statement.
    """
    parsed = make_url(url)
    options: dict[str, object] = {
        "pool_size": 5,
        "max_overflow": 15,
        "pool_timeout": POOL_TIMEOUT_SECONDS,
        "hide_parameters": True,
    }
    if parsed.get_backend_name() == "postgresql":
        options["pool_pre_ping"] = True
        options["connect_args"] = {name: value for name, value in _LIBPQ.items() if name not in parsed.query}
    return options


def prepare_engine(engine: Engine) -> None:
    """Set an engine up as the module's docstring says. To be called once per engine."""
    event.listen(engine, "reset", _end_transaction)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "before_cursor_execute", _ask_for_binary)


@contextmanager
def driver_rows(connection: Connection, query: Any) -> Iterator[Any]:
    """Yield the driver's own cursor (DB API) over what ``query`` finds; for many rows of bytes and numbers.

    What SQLAlchemy makes of a row takes as long as reading it. PostgreSQL sends them in binary: bytes written as hexadecimal
    cost three times as much, on both sides.
    """
    result = connection.execute(query, execution_options={_BINARY: True})
    try:
        yield result.cursor
    finally:
        result.close()


def begin_write(session: Session) -> Connection:
    """Begin a writing transaction on a ``Session`` and return its connection.

    Whatever the session has read before is let go: what decides is read again inside the transaction. Raises
    ``RuntimeError`` when the session holds changes that would be lost.
    """
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("begin_write on a session with pending changes")
    session.rollback()
    connection: Connection = session.connection(execution_options={WRITES: True})
    session.info[_AFTER_COMMIT] = connection.info[_AFTER_COMMIT] = []
    if connection.dialect.name == "postgresql":
        # For this transaction only, in one round trip; a pooler between us and the database keeps nothing of it.
        connection.execute(
            select(
                func.set_config("lock_timeout", str(LOCK_TIMEOUT_MS), True),
                func.set_config("statement_timeout", str(STATEMENT_TIMEOUT_MS), True),
                func.set_config("idle_in_transaction_session_timeout", str(IDLE_TIMEOUT_MS), True),
            )
        )
    return connection


def after_commit(connection: Connection, call: Callable[[], None]) -> None:
    """Have ``call`` made when the writing transaction of ``connection`` is durable, before ``session.commit()`` returns.

    It is not made when the commit raises, whether or not the database kept it.
    """
    connection.info[_AFTER_COMMIT].append(call)


@event.listens_for(Session, "after_commit")
def _make_calls(session: Session) -> None:
    for call in session.info.pop(_AFTER_COMMIT, ()):
        call()


@contextmanager
def writers_turn(engine: Engine) -> Iterator[None]:
    """Hold the turn to write, which processes on one SQLite file pass on; others wait in the kernel, without sleeping.

    The turn is a lock on a file beside the database (``placet.db-turn``), which the system lets go when its holder dies.
    It orders only those who ask for it: what makes writing safe is still ``BEGIN IMMEDIATE``. Elsewhere a no-op.
    """
    file = database_file(engine)
    if file is None:
        yield
        return
    descriptor = os.open(f"{file}-turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def database_file(engine: Engine) -> Path | None:
    """Return the file of an SQLite database; ``None`` for one in memory, and for every other system."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


def describe_error(error: BaseException) -> str:
    """Return an error, its causes and their stacks as Python prints them, but without the words of the database.

    Those quote what was to be stored (PostgreSQL: ``Failing row contains (…)``). What stays is class and code: SQLSTATE,
    or SQLite's name of the error.
    """
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    quoting: list[BaseException] = []
    for found in links:
        # A connection that could not be made quotes nothing: its words say what to mend.
        if isinstance(found, StatementError) and (found.statement is not None or _code(found)):
            quoting += [found] if found.orig is None else [found, found.orig]
    return "\nwhich led to\n".join(_describe(found, found in quoting) for found in reversed(links))


def _describe(error: BaseException, quotes: bool) -> str:
    stack = "".join(traceback.format_tb(error.__traceback__))
    if not quotes:
        return stack + "".join(traceback.format_exception_only(error)).rstrip()
    return f"{stack}{type(error).__module__}.{type(error).__qualname__}: {_code(error) or 'no code'}"


def _code(error: BaseException) -> str | None:
    source = error.orig if isinstance(error, StatementError) else error
    return getattr(source, "sqlstate", None) or getattr(source, "sqlite_errorname", None)


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _end_transaction(connection: Any, _record: Any, state: PoolResetState) -> None:
    # A commit that fails may leave its transaction open. SQLAlchemy takes it for ended when the connection goes back, and
    # whoever gets that next would be inside it.
    if not state.terminate_only:
        connection.rollback()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _ask_for_binary(_connection: Connection, cursor: Any, *rest: Any) -> None:
    *_, context, _executemany = rest
    if context is not None and context.execution_options.get(_BINARY):
        cursor.format = type(cursor.format)(_FORMAT)


def request_session() -> Session:
    """Return the session of the present request or command; the application closes it with the context."""
    return db.session()


def begin_snapshot(session: Session) -> Connection:
    """Begin a reading transaction that sees one state of the database however long it lasts, and return its connection."""
    session.rollback()
    if session.get_bind().dialect.name == "sqlite":
        return session.connection()
    return session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
