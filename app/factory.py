"""Puts the application together: settings, keys, database, law, widget build, blueprints."""

import logging
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from app import data
from app.core.keys import KeyRing
from app.core.limits import Rate
from app.db import db, prepare_engine
from app.services.configs import Desk
from app.services.key_store import load_keys
from app.services.receipts import Outcome, Submission, store_batch
from app.services.widgets import WidgetBuild, read_widget_build
from app.services.writer import ReceiptWriter
from app.settings import Settings, read_settings
from app.web import register_web
from app.web.cache import Caches
from app.web.limits import Limits
from app.web.location import Locator
from app.web.runtime import EXTENSION, Runtime, Sources

log = logging.getLogger("placet")

WIDGET = Path(__file__).parent.parent / "widget" / "dist"
POOL_TIMEOUT_SECONDS = 10
MAX_REQUEST_BYTES = 2 * 1024 * 1024


def create_app(
    settings: Settings | None = None,
    sources: Sources | None = None,
    keys: KeyRing | None = None,
    build: WidgetBuild | None = None,
) -> Flask:
    """Make the application that gunicorn serves; whatever is not given comes from the environment.

    Raises ``SettingsError``, ``KeysError`` or ``WidgetBuildError``: the start is refused rather than half done.
    """
    settings = settings or read_settings()
    sources = sources or Sources()
    keys = keys or load_keys(settings)
    app = Flask("app", root_path=str(Path(__file__).parent), template_folder="web/templates", static_folder=None)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        PROVIDE_AUTOMATIC_OPTIONS=False,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SECRET_KEY=keys.secret[-1],
        SECRET_KEY_FALLBACKS=list(keys.secret[:-1]),
    )
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    prepare_engine(engine)
    app.extensions[EXTENSION] = Runtime(
        settings=settings,
        desk=Desk(data.load_regimes(), data.load_texts(), keys, sources.random_bytes),
        clock=sources.clock,
        monotonic=sources.monotonic,
        build=build or read_widget_build(WIDGET),
        writer=_writer(engine, keys, sources),
        limits=Limits(
            Rate(settings.network_burst, settings.network_per_second),
            Rate(settings.site_burst, settings.site_per_second),
            sources.monotonic,
            sources.random_bytes,
        ),
        locator=Locator(settings),
        caches=Caches(sources.monotonic),
    )
    register_web(app, settings)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def engine_options(url: str) -> dict[str, object]:
    """Return how connections are kept: checked before use on PostgreSQL, where a restart must not cost a request."""
    return {
        "pool_pre_ping": not url.startswith("sqlite"),
        "pool_size": 5,
        "max_overflow": 15,
        "pool_timeout": POOL_TIMEOUT_SECONDS,
    }


def _writer(engine: Engine, keys: KeyRing, sources: Sources) -> ReceiptWriter:
    def store(submissions: Sequence[Submission]) -> list[Outcome]:
        with Session(engine) as session:
            return store_batch(session, submissions, keys=keys, now=sources.clock(), random_bytes=sources.random_bytes)

    def report(error: Exception) -> None:
        log.error("a batch of receipts was not stored; browsers will send them again", exc_info=error)

    return ReceiptWriter(store, report)
