"""What browsers and site servers read: the version in effect, its slices, and what receipts cite."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.documents import ConfigDocument
from app.core.errors import NotFoundError
from app.core.receipt import rfc3339
from app.core.regimes import UNKNOWN as UNKNOWN_REGIME
from app.core.stopping import with_stopped
from app.models import ConfigSlice, ConfigVersion
from app.services.configs import current_version, document_of, waiting_version
from app.services.sites import find_site
from app.services.stops import list_stopped


@dataclass(frozen=True)
class LiveSite:
    """A site and the config version in effect. ``next`` tells of a published version that waits.

    ``stopped``: ids of the trackers that may not load whatever the version says.
    """

    id: int
    key: str
    version: int
    sha256: str
    document: ConfigDocument
    since: dict[str, int]
    ask_since: int
    effective_at: str
    next: dict[str, Any] | None
    stopped: tuple[str, ...] = ()

    @property
    def languages(self) -> list[str]:
        """Languages on offer; the first is the default."""
        return self.document["languages"]


@dataclass(frozen=True)
class Slice:
    """One version in one language under one regime, as made at publish, with what is stopped held."""

    regime: str
    notice_sha256: str
    loader: dict[str, Any]
    public: dict[str, Any]


def read_live_site(session: Session, key: str, now: datetime) -> LiveSite:
    """Return the site with its version in effect. Raises ``UnknownSiteError``, ``UnpublishedError``."""
    site = find_site(session, key)
    version = current_version(session, site.id, now)
    waiting = waiting_version(session, site.id, now)
    return LiveSite(
        site.id,
        site.key,
        version.number,
        version.sha256,
        document_of(version),
        json.loads(version.since),
        version.ask_since,
        rfc3339(version.effective_at),
        _announcement(waiting, version.ask_since) if waiting else None,
        tuple(own.tracker for own in list_stopped(session, site.id)),
    )


def _announcement(version: ConfigVersion, ask_since: int) -> dict[str, Any]:
    return {
        "version": version.number,
        "sha256": version.sha256,
        "effective_at": rfc3339(version.effective_at),
        # What came before the first version is none of those who have been asked by us.
        "asks_again": version.ask_since > max(ask_since, 1),
    }


def read_slice(
    session: Session, site_id: int, version: int, regime: str, lang: str, stopped: Collection[str] = ()
) -> Slice:
    """Return a slice. A regime that this version was published before gets the strictest of all, ``unknown``.

    ``stopped`` are ids of trackers. Raises ``NotFoundError`` when the version does not have the language either.
    """
    for regime_id in (regime, UNKNOWN_REGIME):
        row = session.get(ConfigSlice, (site_id, version, regime_id, lang))
        if row is not None:
            loader, public = (with_stopped(json.loads(text), stopped) for text in (row.loader, row.public))
            return Slice(row.regime, row.notice_sha256, loader, public)
    raise NotFoundError("This version was published before that regime was known. Publish the config again.")


def read_config(session: Session, site_id: int, sha256: str) -> bytes:
    """Return the canonical bytes of a published version, by their hash. Raises ``NotFoundError``."""
    content = session.scalar(
        select(ConfigVersion.document).where(ConfigVersion.site_id == site_id, ConfigVersion.sha256 == sha256).limit(1)
    )
    if content is None:
        raise NotFoundError("This site never published a config with that hash.")
    return bytes(content)


def read_notice(session: Session, site_id: int, sha256: str) -> bytes:
    """Return the canonical bytes of a notice, by their hash. Raises ``NotFoundError``."""
    content = session.scalar(
        select(ConfigSlice.notice).where(ConfigSlice.site_id == site_id, ConfigSlice.notice_sha256 == sha256).limit(1)
    )
    if content is None:
        raise NotFoundError("This site never showed a notice with that hash.")
    return bytes(content)
