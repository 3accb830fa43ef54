"""Checks of a site's pages: which pages may be opened, one check at a time a site, the report kept and maybe stated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urldefrag, urlsplit

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.core.catalog import Catalog
from app.core.documents import ConfigDocument
from app.core.errors import (
    ConflictError,
    LogRolledBackError,
    NotAllowedError,
    NotFoundError,
    PlacetError,
    UnpublishedError,
)
from app.core.say import say
from app.core.site_check import Checked, Report, report_bytes, statement_of
from app.core.site_judge import judge
from app.db import begin_write
from app.models import Site, SiteCheck
from app.schemas.config import fill_defaults
from app.services.chromium import BUSY_SECONDS, ChromiumError
from app.services.configs import current_version, document_of, read_draft_document
from app.services.pictures import Studio
from app.services.site_tab import origin_of
from app.services.site_walk import MAX_PAGES, MAX_SECONDS, MAX_URL, Plan, walk
from app.services.sites import list_sites
from app.services.statements import state
from app.services.translog import close_logs, open_logs
from app.services.way_out import is_private

PAGES = 5
KEPT = 20
# Whoever waits for Chromium the longest, and then looks the longest, is done by then: one check at a time a site.
_OVER = timedelta(seconds=BUSY_SECONDS + MAX_SECONDS + 60)


class NotKeptError(PlacetError):
    """What a check has found could not be kept, or not be stated in the log; then it is not kept either."""

    code = "not_kept"

    def __init__(self, error: Exception) -> None:
        is_log = isinstance(error, LogRolledBackError)
        why = "The site's log takes no entry now." if is_log else f"Keeping it failed ({type(error).__name__})."
        super().__init__(f"The report could not be kept. {why}")


@dataclass(frozen=True)
class Errand:
    """One check to be made: where, and against what."""

    plan: Plan
    checked: Checked


def origins_of(session: Session, site: Site, now: datetime) -> list[str]:
    """Return the origins that a check may open: those of the version in effect, then those of the draft."""
    found: list[str] = []
    for document in (_published(session, site, now)[0], _draft(session, site)):
        found += document["origins"] if document else []
    return list(dict.fromkeys(found))


def site_at(session: Session, url: str, now: datetime) -> Site:
    """Return the one site whose origins an address belongs to. Raises ``NotFoundError``."""
    found = [site for site in list_sites(session) if origin_of(url) in origins_of(session, site, now)]
    if len(found) != 1:
        many = "Several sites have" if found else "No site has"
        raise NotFoundError(f"{many} the origin {origin_of(url) or url}. Name the site: --site HANDLE.")
    return found[0]


def make_errand(
    session: Session,
    site: Site,
    url: str | None,
    now: datetime,
    *,
    placet: str,
    may_be_private: bool,
    pages: int = PAGES,
) -> Errand:
    """Say what is to be checked: ``url``, or the site's first page; against the version in effect, or else the draft.

    ``placet``: this server's public address. ``may_be_private``: an origin in a private network, or on this machine, may
    be opened. Raises ``NotAllowedError`` for what may not.
    """
    document, version = _published(session, site, now)
    document = document or _draft(session, site)
    origins = origins_of(session, site, now)
    if document is None or not origins:
        raise NotAllowedError(say("The config has no address of the site yet: there is nothing to open."))
    if not 1 <= pages <= MAX_PAGES:
        raise NotAllowedError(say("A check opens 1 to {most} pages.", most=MAX_PAGES))
    url = urldefrag(url or origins[0]).url
    url = url if urlsplit(url).path else urlsplit(url)._replace(path="/").geturl()
    if origin_of(url) not in origins or len(url) > MAX_URL:
        raise NotAllowedError(say("{url} is none of the site's own addresses. Nothing was opened.", url=url))
    private = is_private(urlsplit(url).hostname or "")
    if private and not may_be_private:
        raise NotAllowedError(
            say(
                "{url} is in a private network, which is not opened from the desk. "
                "On the server, run: placet site check {handle}",
                url=url,
                handle=site.handle,
            )
        )
    plan = Plan(url, frozenset(origins), document["policy_url"], pages, private, placet)
    return Errand(plan, Checked(site.key, document, version, urlsplit(placet).hostname or ""))


def look(errand: Errand, chromium: str, catalog: Catalog) -> Report:
    """Walk the site and judge what was seen; nothing of the database is needed. Raises ``ChromiumError``."""
    return judge(walk(chromium, errand.plan), errand.checked, catalog, url=errand.plan.url)


def begin_check(session: Session, site: Site, url: str, *, by: str, now: datetime) -> int:
    """Note that a check is under way, commit, and return its id. Raises ``ConflictError`` while there is another one."""
    connection = begin_write(session)
    # The site's row stands for the turn: two who begin at once do so one after the other, on every database.
    # Whoever writes rows that refer to the site, such as receipts, does not wait.
    connection.execute(select(Site.id).where(Site.id == site.id).with_for_update(key_share=True))
    if running_check(session, site, now):
        session.rollback()
        raise ConflictError(say("A check of this site is under way. Wait until it is done."))
    values = {"site_id": site.id, "url": url, "by": by, "begun_at": now}
    made: int = connection.execute(insert(SiteCheck).values(**values).returning(SiteCheck.id)).scalar_one()
    session.commit()
    return made


def end_check(
    session: Session,
    site: Site,
    check_id: int,
    outcome: Report | str,
    studio: Studio,
    *,
    stated: bool,
    clock: Callable[[], datetime],
) -> None:
    """Keep the report, or in words why there is none, and commit. ``stated``: it is stated in the site's log, too.

    Of the reports that no log states, the newest 20 are kept.
    """
    connection = begin_write(session)
    now = clock()
    values: dict[str, Any] = {"ended_at": now}
    logs = open_logs(connection, [site.id]) if stated and not isinstance(outcome, str) else {}
    if isinstance(outcome, str):
        values["problem"] = outcome
    else:
        report = report_bytes(outcome)
        values |= {"report": report, "sha256": sha256_hex(report)}
        for log in logs.values():
            signing: Any = {"keys": studio.keys, "random_bytes": studio.random_bytes, "now": now}

            def append(jws: str, log: Any = log) -> int:
                values["log_index"] = log.append(jws)
                return int(values["log_index"])

            state(connection, append, site, "site-checked", statement_of(outcome), **signing)
    connection.execute(update(SiteCheck).where(SiteCheck.id == check_id).values(**values))
    own = (SiteCheck.site_id == site.id, SiteCheck.log_index.is_(None))
    newest = select(SiteCheck.id).where(*own).order_by(SiteCheck.id.desc()).limit(KEPT)
    kept = connection.execute(newest).scalars().all()
    connection.execute(delete(SiteCheck).where(*own, SiteCheck.id.not_in(kept)))
    close_logs(connection, logs.values(), studio.keys.log)
    session.commit()


def check_site(
    session: Session,
    site: Site,
    errand: Errand,
    studio: Studio,
    catalog: Catalog,
    *,
    check_id: int,
    stated: bool,
    clock: Callable[[], datetime],
) -> Report | None:
    """Do a check that was begun, and keep what comes of it. Returns the report; ``None`` when Chromium gave none.

    Nothing of the database is held meanwhile. Raises ``NotKeptError`` when the report cannot be kept; the check has ended.
    """
    site_id = site.id
    session.rollback()
    outcome: Report | str = "The check broke off."
    try:
        outcome = look(errand, studio.chromium, catalog)
    except ChromiumError as error:
        outcome = error.message
    finally:
        how: Any = {"stated": stated, "clock": clock}
        try:
            end_check(session, session.get_one(Site, site_id), check_id, outcome, studio, **how)
        except Exception as error:
            session.rollback()
            why = NotKeptError(error)
            end_check(session, session.get_one(Site, site_id), check_id, why.message, studio, **how)
            raise why from error
    return None if isinstance(outcome, str) else outcome


def running_check(session: Session, site: Site, now: datetime) -> SiteCheck | None:
    """Return the check that is under way; one that never ended is over after ten minutes."""
    is_it = (SiteCheck.site_id == site.id, SiteCheck.ended_at.is_(None), SiteCheck.begun_at > now - _OVER)
    return session.scalars(select(SiteCheck).where(*is_it).order_by(SiteCheck.id.desc()).limit(1)).first()


def last_check(session: Session, site: Site) -> SiteCheck | None:
    """Return the newest check that has ended."""
    is_it = (SiteCheck.site_id == site.id, SiteCheck.ended_at.is_not(None))
    return session.scalars(select(SiteCheck).where(*is_it).order_by(SiteCheck.id.desc()).limit(1)).first()


def last_report(session: Session, site: Site) -> SiteCheck | None:
    """Return the newest check that has a report."""
    is_it = (SiteCheck.site_id == site.id, SiteCheck.report.is_not(None))
    return session.scalars(select(SiteCheck).where(*is_it).order_by(SiteCheck.id.desc()).limit(1)).first()


def has_stated(session: Session, site: Site, since: datetime) -> bool:
    """Whether the site's log states a check that was begun at ``since`` or later."""
    is_it = (SiteCheck.site_id == site.id, SiteCheck.log_index.is_not(None), SiteCheck.begun_at >= since)
    return session.scalars(select(SiteCheck.id).where(*is_it).limit(1)).first() is not None


def find_report(session: Session, site: Site, sha256: str) -> bytes:
    """Return a report that is kept, as it was hashed. Raises ``NotFoundError``."""
    is_it = (SiteCheck.site_id == site.id, SiteCheck.sha256 == sha256)
    report = session.scalars(select(SiteCheck.report).where(*is_it).limit(1)).first()
    if report is None:
        raise NotFoundError(say("This site has no report with that hash."))
    return bytes(report)


def _published(session: Session, site: Site, now: datetime) -> tuple[ConfigDocument | None, int | None]:
    try:
        version = current_version(session, site.id, now)
    except UnpublishedError:
        return None, None
    return document_of(version), version.number


def _draft(session: Session, site: Site) -> ConfigDocument | None:
    try:
        document = read_draft_document(session, site)
    except NotFoundError:
        return None
    return fill_defaults(document) if isinstance(document, dict) else None
