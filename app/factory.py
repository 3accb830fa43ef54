"""Puts the application together: settings, keys, database, law, widget build, blueprints."""

import logging
import stat
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from app import data
from app.core.keys import KeyRing
from app.core.limits import Rate
from app.db import database_file, db, describe_error, engine_options, prepare_engine, writers_turn
from app.services.chromium import find_chromium
from app.services.configs import Desk
from app.services.heads import Heads, remember_heads
from app.services.key_store import load_keys
from app.services.pictures import Studio
from app.services.receipts import Outcome, Submission, store_batch
from app.services.widgets import WidgetBuilds, read_widget_builds
from app.services.writer import ReceiptWriter
from app.settings import Settings, read_settings
from app.web import register_web
from app.web.cache import Caches
from app.web.limits import Limits
from app.web.location import Locator
from app.web.runtime import EXTENSION, Runtime, Sources

log = logging.getLogger("placet")

WIDGET = Path(__file__).parent.parent / "widget" / "dist"
MAX_REQUEST_BYTES = 2 * 1024 * 1024
WRITER = "writer"


def create_app(
    settings: Settings | None = None,
    sources: Sources | None = None,
    keys: KeyRing | None = None,
    builds: WidgetBuilds | None = None,
) -> Flask:
    """Make the application that gunicorn serves; whatever is not given comes from the environment.

    Raises ``SettingsError``, ``KeysError`` or ``WidgetBuildError``: the start is refused rather than half done.
    """
    settings = settings or read_settings()
    sources = sources or Sources()
    keys = keys or load_keys(settings)
    options = engine_options(settings.database_url)
    app = Flask("app", root_path=str(Path(__file__).parent), template_folder="web/templates", static_folder=None)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=options,
        # The writer's own connection: however many pages and exports hold one, receipts are stored.
        SQLALCHEMY_BINDS={WRITER: {**options, "url": settings.database_url, "pool_size": 1, "max_overflow": 0}},
        PROVIDE_AUTOMATIC_OPTIONS=False,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SECRET_KEY=keys.secret[-1],
        SECRET_KEY_FALLBACKS=list(keys.secret[:-1]),
    )
    db.init_app(app)
    with app.app_context():
        engine, writer_engine = db.engine, db.engines[WRITER]
    heads = Heads(settings.data / "heads")
    for made in (engine, writer_engine):
        prepare_engine(made)
        remember_heads(made, heads)
    _warn_of_readers(engine, settings)
    builds = builds or read_widget_builds(WIDGET)
    chromium = find_chromium(settings.chromium)
    app.extensions[EXTENSION] = Runtime(
        settings=settings,
        desk=Desk(data.load_regimes(), data.load_texts(), keys, sources.random_bytes, data.load_catalog),
        clock=sources.clock,
        monotonic=sources.monotonic,
        builds=builds,
        writer=_writer(writer_engine, keys, sources, settings.threads),
        limits=Limits(
            Rate(settings.network_burst, settings.network_per_second),
            Rate(settings.site_burst, settings.site_per_second),
            sources.monotonic,
            sources.random_bytes,
        ),
        locator=Locator(settings),
        caches=Caches(sources.monotonic),
        studio=Studio(chromium, builds, keys, sources.random_bytes) if chromium else None,
    )
    register_web(app, settings)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _writer(engine: Engine, keys: KeyRing, sources: Sources, threads: int) -> ReceiptWriter:
    def store(submissions: Sequence[Submission]) -> list[Outcome]:
        with writers_turn(engine), Session(engine) as session:
            return store_batch(session, submissions, keys=keys, now=sources.clock(), random_bytes=sources.random_bytes)

    def report(error: Exception) -> None:
        # That the database is away needs no stack, many times a second.
        what = type(error).__name__ if isinstance(error, OperationalError) else describe_error(error)
        log.error("a batch of receipts was not stored; browsers will send them again\n%s", what)

    return ReceiptWriter(store, report, most_stuck=max(1, threads // 2))


def _warn_of_readers(engine: Engine, settings: Settings) -> None:
    """Say so when everybody on this machine may read the embedded database; its folder may still keep them out."""
    file = database_file(engine)
    if settings.development or file is None or not file.exists():
        return
    if file.stat().st_mode & stat.S_IROTH and file.parent.stat().st_mode & stat.S_IXOTH:
        log.warning(
            "everybody on this machine may read %s, receipts and password hashes too. Run: chmod 600 %s", file, file
        )
