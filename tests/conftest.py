import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.db import db, prepare_engine
from app.factory import create_app
from app.services.configs import Publication, publish, save_draft
from app.services.schema import upgrade_database
from app.services.sites import create_site
from app.services.widgets import register_widget
from app.settings import MIGRATIONS
from app.web.runtime import EXTENSION, Runtime, Sources
from examples import load_config
from tests.support.world import BUILD, BUILDS, Clock, CountedBytes, Visitor, make_keys, make_settings

TEMPLATE = "placet_template"


def migrate(url: str) -> None:
    engine = create_engine(url)
    prepare_engine(engine)
    upgrade_database(engine, MIGRATIONS)
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that has a migrated template database."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail("TEST_POSTGRES_URL is not set: run the tests through scripts/with-postgres.sh")
        pytest.skip("no PostgreSQL here: scripts/with-postgres.sh pytest … brings one")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
    migrate(make_url(url).set(database=TEMPLATE).render_as_string(hide_password=False))
    yield url
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path, migrated_sqlite) -> Iterator[str]:
    """An empty, migrated database of its own for each test, on both systems."""
    if request.param == "sqlite":
        path = tmp_path / "placet.db"
        shutil.copy(migrated_sqlite, path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"placet_{abs(hash(request.node.nodeid)) % 10**12}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings_changes() -> dict[str, object]:
    """What a test module or class sets otherwise; to be overridden."""
    return {}


@pytest.fixture
def app(database_url, tmp_path, clock, settings_changes) -> Iterator[Flask]:
    settings = make_settings(tmp_path, database_url, **settings_changes)
    sources = Sources(clock, clock.monotonic, CountedBytes("app"))
    app = create_app(settings, sources, make_keys(), BUILDS)
    with app.app_context():
        register_widget(db.session(), BUILD, now=clock())
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
