"""Widget builds and their parts: what was served is kept, because receipts cite it and old loaders fetch it."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.core.documents import MOMENTS
from app.core.errors import NotFoundError, PlacetError
from app.core.keys import KeyRing
from app.db import Base, begin_write
from app.models import WidgetPart, WidgetRelease, WidgetReleasePart
from app.services.upkeep import all_sites, hold_all_logs, state_installation

NAMES = ("placet", "signals", "gpp", "pinned")
_OTHERS = ("discovery", "bootstrap", "take-over")
_PART_NAME = re.compile("[a-z]{1,32}")


class WidgetBuildError(PlacetError):
    """The widget is not built, or its files do not belong together."""

    code = "widget_build"


@dataclass(frozen=True)
class WidgetBuild:
    """A build as ``docs/widget.md`` describes it. ``sha256`` is that of ``script`` in hex, ``parts`` are scripts by name."""

    version: str
    sha256: str
    script: bytes
    parts: dict[str, bytes]
    name: str | None = None
    """Which of a release's builds it is: one of ``NAMES``."""


@dataclass(frozen=True)
class WidgetBuilds:
    """What ``npm run build`` makes: for sites whose trackers have signals, the same with the Global Privacy Platform, for
    pages that pin it and have the config fetched, and ``placet`` for all others.
    """

    placet: WidgetBuild
    signals: WidgetBuild
    gpp: WidgetBuild
    pinned: WidgetBuild
    take_over: WidgetBuild
    """What stands before the widget in the loader of a site that takes choices over from another tool. Released like a build
    as soon as it is served; no receipt cites it as its widget."""
    discovery: bytes
    """The script of discovery mode: it belongs to whatever is served now, and no receipt cites it."""
    bootstrap: bytes
    """The inline script of *strict automatic*: the site's pages carry it, no receipt cites it."""
    verify_page: bytes | None = None
    """The page that verifies bundles in a browser (``verify.html``); ``None``: it was not built."""

    def of(self, loader: Mapping[str, Any]) -> WidgetBuild:
        """Return the one that what a loader carries (``app.core.rules.widget_config``, and ``gpp``) needs."""
        build: WidgetBuild = getattr(self, build_name(loader))
        return build

    def __iter__(self) -> Iterator[WidgetBuild]:
        return iter((self.placet, self.signals, self.gpp, self.pinned))


def build_name(loader: Mapping[str, Any]) -> str:
    """Return which build what a loader carries needs."""
    if loader.get("gpp"):
        return "gpp"
    # A version that was published before there were signals has none.
    tells = any(tracker.get("signals", {}).get(moment) for tracker in loader["trackers"] for moment in MOMENTS)
    return "signals" if tells else "placet"


def read_widget_builds(folder: Path) -> WidgetBuilds:
    """Read ``build.json`` and the builds and parts that it states. Raises ``WidgetBuildError``."""
    try:
        stated = json.loads((folder / "build.json").read_text())
        version = str(stated["version"])
        parts = {_part_name(name): (folder / "parts" / f"{name}.js").read_bytes() for name in dict(stated["parts"])}
        scripts = {name: (folder / f"{name}.js").read_bytes() for name in NAMES}
        discovery, bootstrap, taker = ((folder / f"{name}.js").read_bytes() for name in _OTHERS)
        page = folder / "verify.html"
        verify_page = page.read_bytes() if page.exists() else None
        builds = {
            name: WidgetBuild(version, sha256_hex(script), script, parts, name) for name, script in scripts.items()
        }
        take_over = WidgetBuild(version, sha256_hex(taker), taker, {})
        found: dict[str, Any] = {
            "builds": {name: build.sha256 for name, build in builds.items()},
            "parts": {name: sha256_hex(part) for name, part in parts.items()},
            "discovery": sha256_hex(discovery),
            "take-over": take_over.sha256,
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WidgetBuildError(f"The widget is not built in {folder}: run `npm ci && npm run build`.") from error
    if any(stated.get(name) != hashes for name, hashes in found.items()):
        raise WidgetBuildError(f"The files in {folder} do not belong to one build: run `npm run build` again.")
    return WidgetBuilds(
        **builds, take_over=take_over, discovery=discovery, bootstrap=bootstrap, verify_page=verify_page
    )


def register_widget(
    session: Session, build: WidgetBuild, *, keys: KeyRing, random_bytes: Callable[[int], bytes], now: datetime
) -> bool:
    """Keep a build and its parts for ever, state it in every site's log, and commit once; returns whether it was new.

    So a build is in the logs before anybody is served it, and before any receipt cites it.
    """
    known = select(WidgetRelease.sha256).where(WidgetRelease.sha256 == build.sha256)
    if session.scalar(known) is not None:
        return False
    connection = _hold(session)
    added = _keep(connection, build, now)
    state_installation(connection, all_sites(session), keys=keys, random_bytes=random_bytes, now=now)
    session.commit()
    return added


def bring_up_to_date(
    session: Session,
    builds: Iterable[WidgetBuild],
    *,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> int:
    """Keep ``builds``, have every site's log name all keys and builds, and commit once; returns how many statements it took.

    Safe with many processes at once and as often as anybody likes: what is there already is left alone.
    """
    connection = _hold(session)
    for build in builds:
        _keep(connection, build, now)
    made = state_installation(connection, all_sites(session), keys=keys, random_bytes=random_bytes, now=now)
    session.commit()
    return made


def _hold(session: Session) -> Connection:
    connection = begin_write(session)
    hold_all_logs(connection)
    return connection


def _keep(connection: Connection, build: WidgetBuild, now: datetime) -> bool:
    parts = [(sha256_hex(script), name, script) for name, script in build.parts.items()]
    for sha256, name, script in parts:
        _add(connection, WidgetPart, sha256=sha256, name=name, script=script)
    added = _add(
        connection,
        WidgetRelease,
        sha256=build.sha256,
        version=build.version,
        name=build.name,
        script=build.script,
        released_at=now,
    )
    if build.name is not None:
        own = (WidgetRelease.sha256 == build.sha256, WidgetRelease.name.is_(None))
        connection.execute(update(WidgetRelease).where(*own).values(name=build.name))
    for sha256, _, _ in parts:
        _add(connection, WidgetReleasePart, release_sha256=build.sha256, part_sha256=sha256)
    return added


def _add(connection: Connection, model: type[Base], **values: Any) -> bool:
    """Insert a row unless it is there, and return whether it was not: another process may prepare at the same moment."""
    # SQLAlchemy spells this clause once per system.
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(model).values(**values).on_conflict_do_nothing().returning(literal(1))
    return connection.execute(statement).first() is not None


def read_widget_script(session: Session, sha256: str) -> bytes:
    """Return a build without config. Raises ``NotFoundError``."""
    return _found(session.scalar(select(WidgetRelease.script).where(WidgetRelease.sha256 == sha256)))


def read_part_script(session: Session, name: str, prefix: str) -> bytes:
    """Return the part of that name whose own hash begins with ``prefix`` (hex). Raises ``NotFoundError``."""
    query = select(WidgetPart.script).where(
        WidgetPart.name == name, WidgetPart.sha256.startswith(prefix, autoescape=True)
    )
    return _found(session.scalar(query.limit(1)))


def _part_name(name: str) -> str:
    if not _PART_NAME.fullmatch(name):
        raise ValueError(f"not a part's name: {name!r}")
    return name


def _found(content: bytes | None) -> bytes:
    if content is None:
        raise NotFoundError("This server never released a widget with that hash.")
    return bytes(content)
