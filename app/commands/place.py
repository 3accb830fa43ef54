"""Where a command does its work: the application, one session, and what the process holds besides."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

CLI_NAME = "placet command line"
"""Who has changed a draft, where no account did."""


@contextmanager
def application() -> Iterator[Flask]:
    """Make the application and stay in its context. Imported here: ``placet verify`` needs none of it."""
    from app.db import db
    from app.factory import create_app

    app = create_app()
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


@contextmanager
def session() -> Iterator[tuple[Flask, Session]]:
    """Make the application, and give the session of one command."""
    from app.db import request_session

    with application() as app:
        yield app, request_session()


def runtime_of(app: Flask) -> Any:
    """Return the ``app.web.runtime.Runtime`` of an application."""
    from app.web.runtime import EXTENSION

    return app.extensions[EXTENSION]
