"""Pictures of the banner as it was published: desktop and phone, by hash in the log (CNIL 2020-092 ¶48)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.core.decision import NECESSARY
from app.core.documents import NoticeDocument
from app.core.errors import NotFoundError
from app.core.keys import KeyRing
from app.core.redraw import redraw
from app.core.say import say
from app.db import begin_write
from app.models import ConfigSlice, ConfigVersion, Picture, Site
from app.services.camera import Shot, opened
from app.services.statements import state
from app.services.translog import close_logs, open_logs
from app.services.widgets import WidgetBuilds

SHOTS = (Shot(390, 844), Shot(1280, 800))
MOST_SLICES = 60
BANNER = "placet-banner"
STRICT_REGIME = "eu"
NONCE = "picture"  # the page is on no server: nobody sends a policy with it

_Slice = tuple[str, str, dict[str, Any], NoticeDocument]
"""Regime, language, what the loader carries, notice."""


@dataclass(frozen=True)
class Studio:
    """What taking pictures needs: Chromium's path, the builds of the widget, keys and randomness."""

    chromium: str
    builds: WidgetBuilds
    keys: KeyRing
    random_bytes: Callable[[int], bytes]


def take_pictures(session: Session, site: Site, number: int, studio: Studio, *, clock: Callable[[], datetime]) -> int:
    """Take the pictures of version ``number`` that there are none of yet, state them in the log and commit.

    Pictured is the first layer, on a phone and on a desktop: every language under the first regime, and every regime in
    the first language. Returns how many pictures were taken; 0 when the version has its pictures. Raises
    ``CameraError``, after which nothing is kept; the next call begins anew.
    """
    site_id = site.id
    if _has_pictures(session, site_id, number):
        return 0
    slices = _slices(session, site_id, number)
    # Nothing of the database is held while Chromium works.
    session.rollback()
    rows = _take_all(slices, studio) if slices else []
    connection = begin_write(session)
    logs = open_logs(connection, [site_id])
    if not rows or _has_pictures(session, site_id, number):
        session.rollback()  # somebody else took them meanwhile
        return 0
    connection.execute(insert(Picture), [{"site_id": site_id, "version": number, **row} for row in rows])
    data = {
        "version": number,
        "pictures": [{name: row[name] for name in ("sha256", "regime", "lang", "width", "scheme")} for row in rows],
    }
    log = logs[site_id]
    keys, random_bytes = studio.keys, studio.random_bytes
    # The time of the entry, not that before Chromium set to work: receipts have been stored meanwhile.
    state(connection, log.append, site, "banner-pictured", data, keys=keys, random_bytes=random_bytes, now=clock())
    close_logs(connection, logs.values(), keys.log)
    session.commit()
    return len(rows)


def unpictured_versions(session: Session, site: Site) -> list[int]:
    """Return the newest version, if it has no pictures: earlier ones were drawn by builds that may be gone."""
    newest = session.scalar(
        select(ConfigVersion.number)
        .where(ConfigVersion.site_id == site.id)
        .order_by(ConfigVersion.number.desc())
        .limit(1)
    )
    return [newest] if newest is not None and not _has_pictures(session, site.id, newest) else []


def list_pictures(session: Session, site: Site, number: int) -> list[Picture]:
    """Return the pictures of a version, the first regime's languages first, phones before desktops."""
    query = select(Picture).where(Picture.site_id == site.id, Picture.version == number)
    return list(session.scalars(query.order_by(Picture.regime, Picture.lang, Picture.width)))


def find_picture(session: Session, site: Site, sha256: str) -> bytes:
    """Return one picture, a PNG. Raises ``NotFoundError``."""
    is_it = (Picture.site_id == site.id, Picture.sha256 == sha256, Picture.png.is_not(None))
    png = session.scalar(select(Picture.png).where(*is_it).limit(1))
    if png is None:
        raise NotFoundError(say("This site has no picture with that hash."))
    return bytes(png)


def _take_all(slices: Sequence[_Slice], studio: Studio) -> list[dict[str, Any]]:
    """Take the pictures; of regimes under which the banner is the same, one. Returns a row for each all the same."""
    rows: list[dict[str, Any]] = []
    taken: dict[tuple[bytes, Shot], bytes] = {}
    with opened(studio.chromium) as camera:
        for regime, lang, loader, notice in slices:
            build = studio.builds.of(loader)
            # Whatever tells regimes apart and is not drawn.
            hidden = {"regime": "", "lifetimes": {}, "notice": {**loader["notice"], "sha256": ""}}
            drawn = {**loader, **hidden}
            widget = {"version": build.version, "sha256": build.sha256}
            page = redraw(build.script, {}, drawn, notice, widget=widget, scheme="light", layer=1, nonce=NONCE)
            for shot in SHOTS:
                is_new = (page, shot) not in taken
                png = taken[page, shot] = camera.take(page, shot, BANNER) if is_new else taken[page, shot]
                row = {"regime": regime, "lang": lang, "width": shot.width, "scheme": shot.scheme}
                rows.append({**row, "sha256": sha256_hex(png), "png": png if is_new else None})
    return rows


def _has_pictures(session: Session, site_id: int, number: int) -> bool:
    query = select(Picture.version).where(Picture.site_id == site_id, Picture.version == number).limit(1)
    return session.scalar(query) is not None


def _slices(session: Session, site_id: int, number: int) -> list[_Slice]:
    """Return regime, language and loader of what is pictured, looking the same only once."""
    rows = session.execute(
        select(ConfigSlice.regime, ConfigSlice.lang, ConfigSlice.notice, ConfigSlice.loader).where(
            ConfigSlice.site_id == site_id, ConfigSlice.version == number
        )
    ).all()
    if not rows:
        raise NotFoundError(say("This site has no version {number}.", number=number))
    document = session.scalars(
        select(ConfigVersion.document).where(ConfigVersion.site_id == site_id, ConfigVersion.number == number)
    ).one()
    first_lang = json.loads(document)["languages"][0]
    regimes = {row.regime for row in rows}
    first_regime = STRICT_REGIME if STRICT_REGIME in regimes else min(regimes)
    wanted = [row for row in rows if row.regime == first_regime or row.lang == first_lang]
    wanted.sort(key=lambda row: (row.lang != first_lang, row.lang, row.regime))
    slices = [(row.regime, row.lang, json.loads(row.loader), json.loads(row.notice)) for row in wanted[:MOST_SLICES]]
    # Where there is nothing to choose, nothing is asked.
    return [item for item in slices if any(category["id"] != NECESSARY for category in item[2]["categories"])]
