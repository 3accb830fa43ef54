"""Databases for tests: migrating one, and emptying one on PostgreSQL for the next test."""

from sqlalchemy import Connection, Row, create_engine, text

import app.models  # noqa: F401 (for the names of all tables)
from app.db import Base, prepare_engine
from app.services.schema import upgrade_database
from app.settings import MIGRATIONS


def migrate(url: str) -> None:
    """Bring a database to the newest schema."""
    engine = create_engine(url)
    prepare_engine(engine)
    upgrade_database(engine, MIGRATIONS)
    engine.dispose()


def empty(connection: Connection) -> None:
    """End whatever else still works in this PostgreSQL database, and delete all rows."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))


Backup = dict[str, list[dict[str, object]]]


def take_backup(connection: Connection) -> Backup:
    """Return all rows of all tables."""
    tables = Base.metadata.sorted_tables
    return {table.name: [dict(row) for row in connection.execute(table.select()).mappings()] for table in tables}


def restore_backup(connection: Connection, backup: Backup) -> None:
    """Put the rows of all tables back to what they were then, as an operator does with an old backup."""
    tables = Base.metadata.sorted_tables
    for table in reversed(tables):
        connection.execute(table.delete())
    for table in tables:
        if backup[table.name]:
            connection.execute(table.insert(), backup[table.name])


def schema_size(connection: Connection) -> Row:
    """How many columns, constraints and triggers this PostgreSQL database has: a test should leave as many as it found."""
    counts = (f"(SELECT count(*) FROM {catalog})" for catalog in ("pg_attribute", "pg_constraint", "pg_trigger"))
    return connection.execute(text(f"SELECT {', '.join(counts)}")).one()
