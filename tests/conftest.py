import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.db import db, engine_options
from app.factory import create_app
from app.services import accounts, slices
from app.services.configs import Publication, publish, save_draft
from app.services.sites import create_site
from app.services.widgets import WidgetBuilds, register_widget
from app.web.runtime import EXTENSION, Runtime, Sources
from examples import load_config
from tests.support.databases import empty, migrate, schema_size
from tests.support.world import BUILD, BUILDS, SIGNING, Clock, CountedBytes, Visitor, make_keys, make_settings

# The same examples in every run, and no clock: a slow machine is no failure.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis_settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays for the whole run, and come less often: it took a sixth of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 10, 10)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> str:
    """The address of a PostgreSQL server."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail("TEST_POSTGRES_URL is not set: run the tests through scripts/with-postgres.sh")
        pytest.skip("no PostgreSQL here: scripts/with-postgres.sh pytest … brings one")
    return url


@pytest.fixture(scope="session")
def migrated_postgres(postgres) -> Iterator[Connection]:
    """A migrated database on PostgreSQL. There is one for all tests: to make one takes longer than most of them."""
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS placet_tests WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE placet_tests"))
    server.dispose()
    database = make_url(postgres).set(database="placet_tests")
    migrate(database.render_as_string(hide_password=False))
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_system(request) -> str:
    """The system that a test runs on: each in turn. Modules that have nothing to do with databases override it."""
    return str(request.param)


@pytest.fixture
def database_url(request, database_system, tmp_path, migrated_sqlite) -> Iterator[str]:
    """An empty, migrated database for each test, on both systems. Who changes its schema changes it back."""
    if database_system == "sqlite":
        path = tmp_path / "placet.db"
        shutil.copy(migrated_sqlite, path)
        yield f"sqlite:///{path}"
        return
    connection = request.getfixturevalue("migrated_postgres")
    before = schema_size(connection)
    yield connection.engine.url.render_as_string(hide_password=False)
    empty(connection)
    assert schema_size(connection) == before, "the test leaves another schema to the next"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch) -> None:
    """Hash passwords with the least that argon2id takes: the product's own parameters cost each log-in half a second.

    Modules that are about them override this fixture with one that does nothing.
    """
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", quick)
    monkeypatch.setattr(accounts, "_NOBODY", quick.hash("nobody's"))


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory) -> FileSystemBytecodeCache:
    """What every app would compile anew for itself."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session", autouse=True)
def compiled_addresses() -> Iterator[None]:
    """Compile once how each address is written, not once in every app: that is nine tenths of what making one takes."""
    known: dict[tuple[object, ...], object] = {}
    compile_builder = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> object:
        # What is compiled depends on nothing else, and gets its rule as an argument.
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[None]:
    """Compile a statement once for each system, not once for each test, which has an engine of its own."""
    known: dict[object, object] = {}

    def options_with_memory(url: str) -> dict[str, object]:
        return {**engine_options(url), "execution_options": {"compiled_cache": known}}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.factory.engine_options", options_with_memory)
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
            # A statement is remembered with its dialect; all of one class are set up alike and compile alike.
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(scope="session", autouse=True)
def written_slices() -> Iterator[None]:
    """Write once what visitors get of a version: nearly all tests publish the same fifteen."""
    known: dict[tuple[object, ...], dict[str, object]] = {}
    write = slices._slice

    def write_once(site, document, version, regime, lang, builtin) -> dict[str, object]:
        stands = (version.number, version.sha256, version.since, version.ask_since)
        key = (site.id, site.key, stands, id(regime), lang, id(builtin))
        if key not in known:
            # The last are kept, so that their ids remain theirs.
            known[key] = {**write(site, document, version, regime, lang, builtin), "": (regime, builtin)}
        return {name: value for name, value in known[key].items() if name}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slices, "_slice", write_once)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium for all tests of a run: to begin another takes longer than a test."""
    # Here, because most runs have none.
    from playwright.sync_api import sync_playwright

    from tests.e2e.conftest import CHROMIUM_ARGS

    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as driver, driver.chromium.launch(executable_path=path, args=CHROMIUM_ARGS) as browser:
        yield browser


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings_changes() -> dict[str, object]:
    """What a test module or class sets otherwise; to be overridden."""
    return {}


@pytest.fixture
def builds() -> WidgetBuilds:
    """The widget that is served: a tiny one, where a module does not bring the real one."""
    return BUILDS


@pytest.fixture
def app(database_url, tmp_path, clock, settings_changes, compiled_templates, builds) -> Iterator[Flask]:
    settings = make_settings(tmp_path, database_url, **settings_changes)
    sources = Sources(clock, clock.monotonic, CountedBytes("app"))
    app = create_app(settings, sources, make_keys(), builds)
    app.jinja_env.bytecode_cache = compiled_templates
    with app.app_context():
        register_widget(db.session(), BUILD, now=clock(), **SIGNING)
    yield app
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def here(app) -> Runtime:
    return app.extensions[EXTENSION]


@pytest.fixture
def session(app) -> Iterator[Session]:
    # Outside of any application context: a request made meanwhile must open its own.
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        yield session


@pytest.fixture
def publish_site(app, here, clock):
    """Make a site from an example's config, changed by ``change``, publish it and return its key."""

    def publish_it(handle: str = "saas-console", example: str = "saas-console", change=lambda config: None) -> str:
        with app.app_context(), Session(db.engine) as session:
            site = create_site(
                session,
                handle,
                public_host=here.settings.public_host,
                keys=here.keys,
                now=clock(),
                random_bytes=here.desk.random_bytes,
            )
            config = load_config(example)
            change(config)
            save_draft(session, site, config, by="tests", now=clock())
            publish(session, site, Publication("first version", "tests"), desk=here.desk, now=clock())
            return site.key

    return publish_it


@pytest.fixture
def site(publish_site) -> str:
    """The key of the published site `saas-console`."""
    return publish_site()


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def visitor(client, clock, site) -> Visitor:
    """A visitor of ``site`` in Germany."""
    return Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock)
