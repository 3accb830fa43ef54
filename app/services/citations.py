"""What a claim cites: versions, notices and widgets that this server once published."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import UnknownNoticeError, UnknownVersionError, UnknownWidgetError
from app.core.receipt import Claim, Offer
from app.core.regimes import Regime
from app.core.rules import offer_of
from app.models import ConfigSlice, ConfigVersion, WidgetRelease
from app.services.configs import document_of


def find_offer(session: Session, site_id: int, version: int, regime: Regime) -> Offer:
    """Return what a published version offered under ``regime``. Raises ``UnknownVersionError``."""
    published = session.get(ConfigVersion, (site_id, version))
    if published is None:
        raise UnknownVersionError
    return offer_of(document_of(published), regime, json.loads(published.since))


def check_citations(session: Session, site_id: int, claim: Claim) -> str:
    """Return the regime of the notice that a claim cites: the rule under which its visitor was asked.

    Any version ever published will do. Raises ``UnknownVersionError``, ``UnknownNoticeError`` or ``UnknownWidgetError``
    when the claim cites what never was.
    """
    version = select(ConfigVersion.number).where(
        ConfigVersion.site_id == site_id,
        ConfigVersion.number == claim.config_version,
        ConfigVersion.sha256 == claim.config_sha256,
    )
    if session.scalar(version) is None:
        raise UnknownVersionError
    notice = select(ConfigSlice.regime).where(
        ConfigSlice.site_id == site_id,
        ConfigSlice.version == claim.config_version,
        ConfigSlice.lang == claim.notice.label,
        ConfigSlice.notice_sha256 == claim.notice.sha256,
    )
    regime = session.scalar(notice.limit(1))
    if regime is None:
        raise UnknownNoticeError
    if claim.widget is None:
        return regime
    widget = select(WidgetRelease.sha256).where(
        WidgetRelease.sha256 == claim.widget.sha256, WidgetRelease.version == claim.widget.label
    )
    if session.scalar(widget) is None:
        raise UnknownWidgetError
    return regime
