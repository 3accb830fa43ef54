"""Widget builds: what was served is kept, because receipts cite it."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.core.errors import NotFoundError, PlacetError
from app.db import begin_write
from app.models import WidgetRelease


class WidgetBuildError(PlacetError):
    """The widget is not built, or its files do not belong together."""

    code = "widget_build"


@dataclass(frozen=True)
class WidgetBuild:
    """A build as ``docs/widget.md`` describes it; hashes are SHA-256 in hex."""

    version: str
    sha256: str
    script: bytes
    preferences: bytes
    preferences_sha256: str


def read_widget_build(folder: Path) -> WidgetBuild:
    """Read ``placet.js``, ``preferences.js`` and ``build.json``. Raises ``WidgetBuildError``."""
    try:
        stated = json.loads((folder / "build.json").read_text())
        script, preferences = (folder / "placet.js").read_bytes(), (folder / "preferences.js").read_bytes()
        build = WidgetBuild(str(stated["version"]), sha256_hex(script), script, preferences, sha256_hex(preferences))
    except (OSError, ValueError, KeyError) as error:
        raise WidgetBuildError(f"The widget is not built in {folder}: run `npm ci && npm run build`.") from error
    if (stated["sha256"], stated["preferences"]) != (build.sha256, build.preferences_sha256):
        raise WidgetBuildError(f"The files in {folder} do not belong to one build: run `npm run build` again.")
    return build


def register_widget(session: Session, build: WidgetBuild, *, now: datetime) -> bool:
    """Keep a build for ever and commit; returns whether it was new."""
    known = select(WidgetRelease.sha256).where(WidgetRelease.sha256 == build.sha256)
    if session.scalar(known) is not None:
        return False
    connection = begin_write(session)
    # Another process may prepare at the same moment; SQLAlchemy spells this clause once per system.
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    added = connection.execute(
        insert(WidgetRelease)
        .values(
            sha256=build.sha256,
            version=build.version,
            script=build.script,
            preferences=build.preferences,
            preferences_sha256=build.preferences_sha256,
            released_at=now,
        )
        .on_conflict_do_nothing(index_elements=[WidgetRelease.sha256])
        .returning(WidgetRelease.sha256)
    ).first()
    session.commit()
    return added is not None


def read_widget_script(session: Session, sha256: str) -> bytes:
    """Return a build without config. Raises ``NotFoundError``."""
    return _found(session.scalar(select(WidgetRelease.script).where(WidgetRelease.sha256 == sha256)))


def read_preferences_script(session: Session, prefix: str) -> bytes:
    """Return the preferences part whose own hash begins with ``prefix`` (hex). Raises ``NotFoundError``."""
    query = select(WidgetRelease.preferences).where(
        WidgetRelease.preferences_sha256.startswith(prefix, autoescape=True)
    )
    return _found(session.scalar(query.limit(1)))


def _found(content: bytes | None) -> bytes:
    if content is None:
        raise NotFoundError("This server never released a widget with that hash.")
    return bytes(content)
