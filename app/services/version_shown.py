"""The banner of a version: the build that was served when it took effect, and what that carried. Nothing here writes."""

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.core.say import say
from app.models import ConfigSlice, ConfigVersion, WidgetRelease
from app.services.shown import Shown, read_build
from app.services.widgets import WidgetBuilds, build_name


@dataclass(frozen=True)
class VersionShown:
    """What the banner of a version is drawn from. ``widget`` is how receipts name the build.

    ``is_then``: the build is the one that was served when the version took effect; else the present one.
    """

    shown: Shown
    widget: dict[str, str]
    is_then: bool


def list_slices(session: Session, version: ConfigVersion) -> list[tuple[str, str]]:
    """Return the (regime, language) pairs that a version was made for, in one order."""
    rows = session.execute(
        select(ConfigSlice.regime, ConfigSlice.lang)
        .where(ConfigSlice.site_id == version.site_id, ConfigSlice.version == version.number)
        .order_by(ConfigSlice.regime, ConfigSlice.lang)
    )
    return [(row.regime, row.lang) for row in rows]


def read_version_shown(
    session: Session, version: ConfigVersion, regime: str, lang: str, present: WidgetBuilds
) -> VersionShown:
    """Return what is needed to draw the banner of a version in one language under one regime.

    The build is the newest of its kind that was released before the version took effect. Of those that were kept before
    their kind was written down nobody knows that; then the ``present`` one stands in. Raises ``NotFoundError``.
    """
    found = session.get(ConfigSlice, (version.site_id, version.number, regime, lang))
    if found is None:
        raise NotFoundError(say("This version has no banner in that language under that law."))
    loader, notice = json.loads(found.loader), json.loads(found.notice)
    release = session.execute(
        select(WidgetRelease.sha256, WidgetRelease.version)
        .where(WidgetRelease.name == build_name(loader), WidgetRelease.released_at <= version.effective_at)
        .order_by(WidgetRelease.released_at.desc(), WidgetRelease.sha256)
        .limit(1)
    ).first()
    kept = read_build(session, release.sha256) if release else None
    if release is None or kept is None:
        build = present.of(loader)
        widget = {"version": build.version, "sha256": build.sha256}
        return VersionShown(Shown(build.script, build.parts, loader, notice), widget, is_then=False)
    widget = {"version": release.version, "sha256": release.sha256}
    return VersionShown(Shown(*kept, loader, notice), widget, is_then=True)
