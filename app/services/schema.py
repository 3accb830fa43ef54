"""The database's own version: Alembic's migrations, run in one transaction by one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, func, select

from app.db import WRITES, database_file

LOCK = 0x706C61636574  # "placet": the advisory lock that processes that prepare one PostgreSQL database queue for


def upgrade_database(engine: Engine, migrations: Path) -> None:
    """Bring the database to the newest schema. ``migrations`` is the folder with ``env.py``.

    A new SQLite file is made so that only its owner may read it; SQLite gives the files beside it the same mode.
    """
    file = database_file(engine)
    if file is not None:
        file.touch(mode=0o600)
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
