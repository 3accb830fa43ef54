"""What a receipt says was on the screen: the build, the config and the notice that it cites. Nothing here writes."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.documents import NoticeDocument
from app.core.errors import NotFoundError
from app.core.say import say
from app.models import ConfigSlice, Site, WidgetPart, WidgetRelease, WidgetReleasePart


@dataclass(frozen=True)
class Shown:
    """The cited build (script, and parts by name), what its loader carried of the config, and the notice."""

    script: bytes
    parts: dict[str, bytes]
    loader: dict[str, Any]
    notice: NoticeDocument


def read_shown(session: Session, site: Site, payload: dict[str, Any]) -> Shown:
    """Return what is needed to draw the banner of a receipt again. Raises ``NotFoundError``, which says what is missing."""
    if payload["widget"] is None:
        raise NotFoundError(say("A client without our widget showed it: how it looked is not on record."))
    if payload["layout"] == "page":
        raise NotFoundError(say("The choice was made on the page without a script, which is not drawn here."))
    if payload["layer"] is None:
        raise NotFoundError(say("Nothing was shown."))
    sha256, notice = payload["widget"]["sha256"], payload["notice"]
    found = session.execute(
        select(ConfigSlice.loader, ConfigSlice.notice)
        .where(
            ConfigSlice.site_id == site.id,
            ConfigSlice.version == payload["config"]["version"],
            ConfigSlice.lang == notice["lang"],
            ConfigSlice.notice_sha256 == notice["sha256"],
        )
        .limit(1)
    ).first()
    if found is None:
        raise NotFoundError(say("The version that this receipt cites is not stored here any more."))
    build = read_build(session, sha256)
    if build is None:
        raise NotFoundError(say("The build of the widget that this receipt cites is not stored here any more."))
    return Shown(*build, json.loads(found.loader), json.loads(found.notice))


def read_build(session: Session, sha256: str) -> tuple[bytes, dict[str, bytes]] | None:
    """Return the script of a build and its parts by name; ``None`` when it is not stored here."""
    script = session.scalar(select(WidgetRelease.script).where(WidgetRelease.sha256 == sha256))
    if script is None:
        return None
    parts = session.execute(
        select(WidgetPart.name, WidgetPart.script)
        .join(WidgetReleasePart, WidgetReleasePart.part_sha256 == WidgetPart.sha256)
        .where(WidgetReleasePart.release_sha256 == sha256)
        .order_by(WidgetPart.name.desc())
    )
    return bytes(script), {row.name: bytes(row.script) for row in parts}
