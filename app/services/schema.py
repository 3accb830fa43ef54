"""The database's own version: Alembic's migrations, run in one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def upgrade_database(engine: Engine, migrations: Path) -> None:
    """Bring the database to the newest schema. ``migrations`` is the folder with ``env.py``."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
