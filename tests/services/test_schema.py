"""Preparing: many at once, and files that only their owner may read."""

import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.db import Base, begin_write, engine_options, prepare_engine
from app.factory import create_app
from app.models import WidgetPart, WidgetRelease, WidgetReleasePart
from app.services.key_store import create_keys
from app.services.schema import upgrade_database
from app.services.widgets import read_part_script, read_widget_script, register_widget
from app.settings import MIGRATIONS
from tests.support.world import BUILD, BUILDS, PARTS, SCRIPT, SIGNING, make_keys, make_settings

AT_ONCE = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgres")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS placet_empty WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE placet_empty"))
    yield make_url(server).set(database="placet_empty").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE placet_empty WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engines(request):
    """Engines on one database, as many as there are processes that prepare it."""
    made = []

    def make(url, count=AT_ONCE):
        for _ in range(count):
            engine = create_engine(url, **engine_options(url))
            prepare_engine(engine)
            made.append(engine)
        return made

    yield make
    for engine in made:
        engine.dispose()


def all_at_once(work, arguments):
    gate = threading.Barrier(len(arguments))

    def run(argument):
        gate.wait()
        return work(argument)

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


def test_two_processes_may_prepare_a_database_at_once(empty_url, engines):
    script = "import sys\nfrom tests.support.databases import migrate\nmigrate(sys.argv[1])"

    command = [sys.executable, "-c", script, empty_url]
    running = [subprocess.Popen(command, cwd=MIGRATIONS.parent, stderr=subprocess.PIPE) for _ in range(3)]
    told = [process.communicate(timeout=60)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], told
    assert "receipts" in inspect(engines(empty_url, 1)[0]).get_table_names()


def migrate_to(engine, direction, revision):
    """Run migrations as ``upgrade_database`` does, but up or down to a revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(placet_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        direction(config, revision)


def columns_of(engine, table):
    return {column["name"]: column["nullable"] for column in inspect(engine).get_columns(table)}


def test_the_migrations_make_what_the_models_say(empty_url, engines):
    engine = engines(empty_url, 1)[0]
    migrate_to(engine, command.upgrade, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


# Two builds of before there were parts, with one and the same preferences.
OLD_BUILDS = {sha256_hex(script): script for script in (SCRIPT, b"(function(config){})(0);\n")}
OLD_PREFERENCES = PARTS["preferences"]


def old_releases(engine):
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT sha256, script, preferences, preferences_sha256 FROM widget_releases"))
        return {row.sha256: (bytes(row.script), bytes(row.preferences), row.preferences_sha256) for row in rows}


def test_the_preferences_of_old_builds_become_parts_and_back(empty_url, engines, clock):
    engine = engines(empty_url, 1)[0]
    migrate_to(engine, command.upgrade, "0001")
    before = columns_of(engine, "widget_releases"), inspect(engine).get_indexes("widget_releases")
    with engine.begin() as connection:
        for sha256, script in OLD_BUILDS.items():
            connection.execute(
                text("INSERT INTO widget_releases VALUES (:sha256, '0.0.1', :script, :part, :part_sha256, :now)"),
                {
                    "sha256": sha256,
                    "script": script,
                    "part": OLD_PREFERENCES,
                    "part_sha256": sha256_hex(OLD_PREFERENCES),
                    "now": clock().replace(tzinfo=None),
                },
            )

    migrate_to(engine, command.upgrade, "head")
    assert not {"preferences", "preferences_sha256"} & columns_of(engine, "widget_releases").keys()
    with Session(engine) as session:
        assert read_part_script(session, "preferences", sha256_hex(OLD_PREFERENCES)[:16]) == OLD_PREFERENCES
        assert {sha256: read_widget_script(session, sha256) for sha256 in OLD_BUILDS} == OLD_BUILDS
        assert session.query(WidgetPart).count() == 1
        assert session.query(WidgetReleasePart).count() == len(OLD_BUILDS)
        # A build of today, which came after.
        register_widget(session, replace(BUILD, sha256="0" * 64), now=clock(), **SIGNING)

    migrate_to(engine, command.downgrade, "0001")
    assert (columns_of(engine, "widget_releases"), inspect(engine).get_indexes("widget_releases")) == before
    assert "widget_parts" not in inspect(engine).get_table_names()
    kept = (OLD_PREFERENCES, sha256_hex(OLD_PREFERENCES))
    builds = {**OLD_BUILDS, "0" * 64: SCRIPT}
    assert old_releases(engine) == {sha256: (script, *kept) for sha256, script in builds.items()}


def test_a_downgrade_keeps_sites_and_accounts_and_what_refers_to_them(empty_url, engines, clock):
    engine = engines(empty_url, 1)[0]
    migrate_to(engine, command.upgrade, "0002")
    rows = {
        "accounts": "(1, 'o@example.com', 'x', 1, 0, NULL, :now)",
        "sites": "(1, 'key', 'handle', 'log.example/1', :now)",
        "memberships": "(1, 1, 1, 'owner')",
        "drafts": "(1, '{}', 1, :now, 'o@example.com')",
        "log_heads": "(1, 0, :none, '')",
    }
    before = {table: columns_of(engine, table) for table in rows}
    with engine.begin() as connection:
        for table, values in rows.items():
            values_of = {"now": clock().replace(tzinfo=None), "none": b""}
            connection.execute(text(f"INSERT INTO {table} VALUES {values}"), values_of)  # noqa: S608 (all written above)

    migrate_to(engine, command.upgrade, "head")
    migrate_to(engine, command.downgrade, "0002")
    assert {table: columns_of(engine, table) for table in rows} == before
    with engine.connect() as connection:
        assert {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in rows} == (  # noqa: S608
            dict.fromkeys(rows, 1)
        )


def test_a_widget_build_that_many_register_at_once_is_new_to_one_of_them(database_url, engines, clock):
    def register(engine):
        with Session(engine) as session:
            return register_widget(session, replace(BUILD, sha256="0" * 64), now=clock(), **SIGNING)

    made = engines(database_url)
    assert sorted(all_at_once(register, made)) == [False] * (AT_ONCE - 1) + [True]
    with Session(made[0]) as session:
        assert session.query(WidgetRelease).count() == 1


def test_a_build_that_came_between_look_and_insert_is_no_error(database_url, engines, clock, monkeypatch):
    mine, others, *_ = engines(database_url)
    real = begin_write

    def late(session):
        monkeypatch.undo()
        with Session(others) as other:
            assert register_widget(other, BUILD, now=clock(), **SIGNING)
        return real(session)

    monkeypatch.setattr("app.services.widgets.begin_write", late)
    with Session(mine) as session:
        assert not register_widget(session, BUILD, now=clock(), **SIGNING)


def test_the_embedded_database_may_be_read_by_its_owner_only(tmp_path, engines):
    path = tmp_path / "placet.db"
    engine = engines(f"sqlite:///{path}", 1)[0]
    upgrade_database(engine, MIGRATIONS)
    with Session(engine) as session:
        begin_write(session).execute(text("DELETE FROM accounts"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {"placet.db": 0o600, "placet.db-wal": 0o600, "placet.db-shm": 0o600}


@pytest.mark.parametrize("database_system", ["sqlite"])
@pytest.mark.parametrize(
    "file, folder, development, warns",
    [
        (0o644, 0o755, False, True),
        (0o600, 0o755, False, False),
        (0o644, 0o700, False, False),
        (0o644, 0o755, True, False),
    ],
)
def test_a_start_warns_when_everybody_may_read_the_database(
    database_url, tmp_path, caplog, file, folder, development, warns
):
    (tmp_path / "placet.db").chmod(file)
    tmp_path.chmod(folder)
    create_app(make_settings(tmp_path, database_url, development=development), keys=make_keys(), builds=BUILDS)
    assert ("chmod 600" in caplog.text) is warns


def test_a_data_folder_that_we_make_is_its_owner_s(tmp_path):
    create_keys(tmp_path / "data" / "keys.json", bytes)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
