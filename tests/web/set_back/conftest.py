"""A site whose database was set back to an old backup, and the command line beside it."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.cli import cli
from app.core.keys import new_key_document
from app.db import db
from app.models import Site
from tests.support.backups import backup_of, restore
from tests.support.world import CountedBytes, Visitor


@pytest.fixture
def engine(app):
    with app.app_context():
        return db.engine


@pytest.fixture
def post(client, site, clock):
    """Post one visitor's receipt: a new one, or what an earlier call gave."""
    count = iter(range(100))

    def post_it(body=None):
        config = client.get(f"/v1/sites/{site}/config?country=FR").json
        body = body or Visitor(config, clock, f"visitor {next(count)}").body(("analytics",))
        return body, client.post(f"/v1/sites/{site}/receipts", json=body)

    return post_it


@pytest.fixture
def row(session, site):
    return session.scalars(select(Site).where(Site.key == site)).one()


@pytest.fixture
def lost(engine, post, client, site):
    """Two receipts are stored, a backup is made, two more are stored, the backup is restored. Returns what there was."""
    kept = [post()[0] for _ in range(2)]
    backup, at_backup = backup_of(engine), client.get(f"/log/{site}/checkpoint").text
    gone = [post() for _ in range(2)]
    newest = client.get(f"/log/{site}/checkpoint").text
    restore(engine, backup)
    return {
        "backup": backup,
        "checkpoint": at_backup,
        "kept": kept,
        "gone": [body for body, _ in gone],
        "answers": [answer.json for _, answer in gone],
        "newest": newest,
    }


@pytest.fixture
def placet(database_url, tmp_path):
    """Run a command of ``placet`` in this process; ``data``: on another machine."""

    def run(*arguments, data=tmp_path):
        environ = {
            "PLACET_ENV": "development",
            "PLACET_DATA": str(data),
            "DATABASE_URL": database_url,
            "PLACET_PUBLIC_URL": "http://placet.example",
            "PLACET_KEYS": new_key_document(CountedBytes("keys")),
        }
        done = CliRunner().invoke(cli, arguments, env=environ)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run
