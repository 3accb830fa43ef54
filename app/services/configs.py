"""Drafts and published config versions of a site."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from app.core.canonical import canonical_bytes, sha256_hex
from app.core.catalog import Catalog
from app.core.differences import goes_against, suggests_asking_again
from app.core.documents import ConfigDocument
from app.core.effect import Newest, check_day, earliest, effective_at
from app.core.effect import Publication as Publication
from app.core.effect import Urgency as Urgency
from app.core.errors import ConflictError, NotAllowedError, NotFoundError, UnpublishedError
from app.core.keys import KeyRing
from app.core.lint import Problem
from app.core.regimes import RegimeTable
from app.core.rules import since_map
from app.core.say import say
from app.core.take_over import since_before
from app.core.texts import BuiltinTexts
from app.db import begin_write
from app.models import ConfigVersion, Draft, Site
from app.schemas.config import parse_config
from app.services.four_eyes import needs_second
from app.services.slices import what_is_stated, write_slices
from app.services.statements import state
from app.services.translog import OpenLog, close_logs, open_logs


@dataclass(frozen=True)
class Desk:
    """What publishing needs besides the site: the law, the built-in texts, keys, randomness, and the catalog when asked."""

    regimes: RegimeTable
    texts: BuiltinTexts
    keys: KeyRing
    random_bytes: Callable[[int], bytes]
    catalog: Callable[[], Catalog]


@dataclass(frozen=True)
class Ready:
    """A draft that lint lets pass, as it is published, and the newest version so far."""

    document: ConfigDocument
    content: bytes
    sha256: str
    warnings: list[Problem]
    previous: ConfigVersion | None


def read_draft(session: Session, site: Site) -> Draft | None:
    """Return the editable config of ``site``, if any was saved yet."""
    return session.get(Draft, site.id)


def save_draft(
    session: Session, site: Site, document: Any, *, by: str, now: datetime, revision: int | None = None
) -> int:
    """Save ``document`` (any JSON object: a draft may be unfinished) and commit. Returns the new revision.

    Raises ``ConflictError`` when ``revision`` is given and somebody else has saved since.
    """
    made = write_draft(begin_write(session), site, document, by=by, now=now, revision=revision)
    session.commit()
    return made


def write_draft(
    connection: Connection, site: Site, document: Any, *, by: str, now: datetime, revision: int | None = None
) -> int:
    """Do what ``save_draft`` does as part of the transaction of ``connection``."""
    stands = connection.execute(
        select(Draft.revision).where(Draft.site_id == site.id).with_for_update()
    ).scalar_one_or_none()
    if revision is not None and revision != (stands or 0):
        words = say("Somebody else changed this config meanwhile. Nothing was saved: reload and edit again.")
        raise ConflictError(words)
    values = {"document": json.dumps(document, ensure_ascii=False), "updated_at": now, "updated_by": by}
    if stands is None:
        connection.execute(insert(Draft).values(site_id=site.id, revision=1, **values))
    else:
        connection.execute(update(Draft).where(Draft.site_id == site.id).values(revision=stands + 1, **values))
    return (stands or 0) + 1


def check_draft(session: Session, site: Site, desk: Desk) -> tuple[ConfigDocument, list[Problem]]:
    """Lint the draft. Returns it with its defaults, and its warnings.

    Raises ``ConfigError`` with all problems, ``UnpublishedError`` when there is no draft.
    """
    return parse_config(read_draft_document(session, site), desk.regimes, desk.texts, desk.catalog())


def publish(
    session: Session,
    site: Site,
    publication: Publication,
    *,
    desk: Desk,
    now: datetime,
    revision: int | None = None,
    alone: bool = False,
) -> ConfigVersion:
    """Publish the draft as the next version: canonical bytes once, a slice per regime and language, a statement, commit.

    A version that asks again takes effect after the site's notice period, unless it is the first, or law or an
    emergency demands it now; no version overtakes one that waits, but for those two. Raises ``ConfigError`` (lint),
    ``NotAllowedError`` (nothing changed, no reason given, too early a day, a site that needs a second person, where
    ``alone`` does not override that), ``ConflictError`` when ``revision`` is given and the draft is another by now than
    the one that was looked at.
    """
    connection = begin_write(session)
    log = open_logs(connection, [site.id])[site.id]
    if not alone and needs_second(connection, site.id):
        raise NotAllowedError(say("Here a second person approves what is published: propose it instead."))
    ready = check_publication(session, site, publication, desk=desk, now=now, revision=revision)
    version = add_version(session, connection, log, site, publication, ready, desk=desk, now=now)
    close_logs(connection, [log], desk.keys.log)
    session.commit()
    return version


def check_publication(
    session: Session, site: Site, publication: Publication, *, desk: Desk, now: datetime, revision: int | None = None
) -> Ready:
    """Return the draft as it would be published so. Raises as ``publish`` says."""
    if not publication.reason.strip():
        raise NotAllowedError(say("Say why this version is published: the reason is kept with it."))
    draft = read_draft(session, site)
    if revision is not None and draft is not None and draft.revision != revision:
        raise ConflictError(say("Somebody else changed this draft meanwhile. Nothing was published: look at it again."))
    ready = read_ready(session, site, desk)
    previous = ready.previous
    if previous is not None and previous.sha256 == ready.sha256 and not publication.ask_again:
        raise NotAllowedError(say("Nothing has changed since version {number}.", number=previous.number))
    check_day(publication.holds_on, earliest(ready.document, newest_of(previous), publication, now), now)
    return ready


def read_ready(session: Session, site: Site, desk: Desk) -> Ready:
    """Return the draft as it is published from now on. Raises ``ConfigError`` and ``UnpublishedError``."""
    document, warnings = check_draft(session, site, desk)
    content = canonical_bytes(document)
    return Ready(document, content, sha256_hex(content), warnings, latest_version(session, site.id))


def add_version(
    session: Session,
    connection: Connection,
    log: OpenLog,
    site: Site,
    publication: Publication,
    ready: Ready,
    *,
    desk: Desk,
    now: datetime,
) -> ConfigVersion:
    """Publish as part of the transaction of ``connection``, which holds ``log``; what may be, has been checked.

    Why it was decided otherwise than proposed is recorded: where nobody said it apart, the reason is why.
    """
    before = document_of(ready.previous) if ready.previous else None
    reasons = suggests_asking_again(before, ready.document)
    is_against = goes_against(publication.ask_again, reasons, is_first=before is None)
    if is_against and not publication.against.strip():
        publication = replace(publication, against=publication.reason)
    version = _next_version(
        ready.document,
        ready.previous,
        publication,
        site=site,
        content=ready.content,
        digest=ready.sha256,
        now=now,
    )
    session.add(version)
    session.flush()
    slices = write_slices(connection, site, ready.document, version, desk.regimes, desk.texts)
    data = what_is_stated(version, ready.warnings, slices, reasons)
    state(
        connection, log.append, site, "config-published", data, keys=desk.keys, random_bytes=desk.random_bytes, now=now
    )
    return version


def latest_version(session: Session, site_id: int) -> ConfigVersion | None:
    """Return the newest published version, in effect or not."""
    return session.scalar(
        select(ConfigVersion).where(ConfigVersion.site_id == site_id).order_by(ConfigVersion.number.desc()).limit(1)
    )


def current_version(session: Session, site_id: int, now: datetime) -> ConfigVersion:
    """Return the version in effect at ``now``. Raises ``UnpublishedError`` when there is none yet."""
    version = session.scalar(
        select(ConfigVersion)
        .where(ConfigVersion.site_id == site_id, ConfigVersion.effective_at <= now)
        .order_by(ConfigVersion.number.desc())
        .limit(1)
    )
    if version is None:
        raise UnpublishedError
    return version


def waiting_version(session: Session, site_id: int, now: datetime) -> ConfigVersion | None:
    """Return the published version that is not yet in effect, if there is one."""
    version = latest_version(session, site_id)
    return version if version is not None and version.effective_at > now else None


def newest_of(version: ConfigVersion | None) -> Newest | None:
    """Return what ``app.core.effect`` asks of the newest version."""
    return Newest(document_of(version), version.effective_at) if version else None


def list_versions(session: Session, site_id: int) -> list[ConfigVersion]:
    """Return all versions, newest first."""
    return list(
        session.scalars(
            select(ConfigVersion).where(ConfigVersion.site_id == site_id).order_by(ConfigVersion.number.desc())
        )
    )


def find_version(session: Session, site: Site, number: int) -> ConfigVersion:
    """Return one published version. Raises ``NotFoundError``."""
    version = session.get(ConfigVersion, (site.id, number))
    if version is None:
        raise NotFoundError(say("This site has no version {number}.", number=number))
    return version


def read_draft_document(session: Session, site: Site) -> Any:
    """Return the draft as it was saved, finished or not. Raises ``UnpublishedError`` when there is none."""
    draft = read_draft(session, site)
    if draft is None:
        raise UnpublishedError(say("This site has no draft yet. Import a config first."))
    return json.loads(draft.document)


def document_of(version: ConfigVersion) -> ConfigDocument:
    """Return what a version says."""
    return cast(ConfigDocument, json.loads(version.document))


def _next_version(
    document: ConfigDocument,
    previous: ConfigVersion | None,
    publication: Publication,
    *,
    site: Site,
    content: bytes,
    digest: str,
    now: datetime,
) -> ConfigVersion:
    number = previous.number + 1 if previous else 1
    old_document = document_of(previous) if previous else None
    old_since = json.loads(previous.since) if previous else None
    asks = publication.ask_again or previous is None
    since = since_map(number, document, old_document, old_since)
    since, ask_since = since_before(since, number if previous is None or asks else previous.ask_since, document)
    return ConfigVersion(
        site_id=site.id,
        number=number,
        sha256=digest,
        document=content,
        since=json.dumps(since),
        ask_since=ask_since,
        ask_again=asks,
        reason=publication.reason.strip(),
        effective_at=effective_at(document, newest_of(previous), publication, now),
        published_at=now,
        published_by=publication.by,
        approved_by=publication.approved_by,
        against=publication.against.strip() or None,
    )
