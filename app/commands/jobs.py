"""What has to be done for every site once a day; ``placet daily`` does it. Safe to run often, and on several nodes."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.commands.place import CLI_NAME
from app.core.errors import ConflictError, PlacetError, UnknownSiteError
from app.core.site_check import Report, is_clean
from app.core.site_check_words import sentence_of
from app.data import load_catalog
from app.db import describe_error
from app.models import Site
from app.services.camera import CameraError
from app.services.handovers import UNDER_WAY, hand_over
from app.services.pictures import take_pictures, unpictured_versions
from app.services.places import places_of
from app.services.retention import remove_expired
from app.services.site_checks import begin_check, check_site, has_stated, last_check, make_errand
from app.services.sites import find_site_by_handle, list_sites
from app.services.witnesses import keep_checkpoint

log = logging.getLogger("placet")


@dataclass(frozen=True)
class Line:
    """What is told of one thing done. Not ``ok``: it has to be done again."""

    text: str
    ok: bool = True


Job = Callable[[Any, Session, Site], Iterable[Line]]
"""``job(runtime, session, site)`` does one day's work for one site; run again on the same day, it does only what is left."""


def remove_what_is_over(here: Any, session: Session, site: Site) -> Iterator[Line]:
    """Remove receipts whose retention is over, some thousands at a time."""
    signing = {"keys": here.keys, "random_bytes": here.desk.random_bytes}
    removed = 0
    while count := remove_expired(session, site, now=here.clock(), **signing):
        removed += count
    if removed:
        yield Line(f"{removed} receipts removed: their retention is over")


def take_missing_pictures(here: Any, session: Session, site: Site) -> Iterator[Line]:
    """Take the pictures that publishing did not bring about."""
    for number in unpictured_versions(session, site) if here.studio else ():
        try:
            count = take_pictures(session, site, number, here.studio, clock=here.clock)
        except CameraError as error:
            yield Line(f"version {number} has no pictures: {error.message}", ok=False)
        else:
            yield Line(f"{count} pictures of version {number} taken")


def hand_checkpoints_over(here: Any, session: Session, site: Site) -> Iterator[Line]:
    """Keep the day's checkpoint, and hand it to everybody outside who does not have it yet."""
    kept = keep_checkpoint(session, site.id, now=here.clock())
    if kept is None:
        yield Line("the log has no entry yet")
        return
    size, outside = kept.size, here.settings.outside
    if not places_of(outside):
        yield Line(f"checkpoint of {size} entries kept; nobody outside is named to get it (docs/witnesses.md)")
        return
    for one in hand_over(session, site, size, outside, clock=here.clock):
        # A place that another process is at just now is for that one to tell.
        is_well = one.problem in (None, UNDER_WAY)
        how = "has it" if one.is_new else "has it already"
        yield Line(f"{size} entries, {one.kind} {one.to}: {one.problem or how}", is_well)


JOBS: tuple[Job, ...] = (remove_what_is_over, take_missing_pictures, hand_checkpoints_over)
"""In this order, for each site: what is handed over has the day's statements. What else is due every day is added here."""


def check_pages(here: Any, session: Session, site: Site) -> Iterator[Line]:
    """Check the site's pages in Chromium, once a UTC day, and state in its log what was found."""
    now = here.clock()
    if has_stated(session, site, now.replace(hour=0, minute=0, second=0, microsecond=0)):
        return
    try:
        report = _check(here, session, site, now)
    except ConflictError:
        yield Line("a check of its pages is under way")
    except PlacetError as error:
        yield Line(f"its pages were not checked: {error.message}", ok=False)
    else:
        yield Line(f"its pages: {sentence_of(report)}", is_clean(report))


def _check(here: Any, session: Session, site: Site, now: datetime) -> Report:
    if here.studio is None:
        raise PlacetError("there is no Chromium (PLACET_CHROMIUM).")
    errand = make_errand(session, site, None, now, placet=here.settings.public_url, may_be_private=True)
    check_id = begin_check(session, site, errand.plan.url, by=CLI_NAME, now=now)
    how: Any = {"check_id": check_id, "stated": True, "clock": here.clock}
    report = check_site(session, site, errand, here.studio, load_catalog(), **how)
    if report is None:
        ended = last_check(session, site)
        raise PlacetError(ended.problem if ended else None)
    return report


def do_jobs(here: Any, session: Session, checked: Iterable[str] = ()) -> Iterator[Line]:
    """Do every job for every site, and tell of each; what goes wrong in one stops no other.

    Then the pages of the sites with the handles ``checked`` are checked: that takes minutes, and nobody else waits for it.
    """
    work = [(site.handle, job) for site in list_sites(session) for job in JOBS]
    for handle, job in [*work, *((handle, check_pages) for handle in checked)]:
        for line in _do(job, here, session, handle):
            yield Line(f"{handle}: {line.text}", line.ok)


def _do(job: Job, here: Any, session: Session, handle: str) -> Iterator[Line]:
    try:
        session.rollback()
        yield from job(here, session, find_site_by_handle(session, handle))
    except UnknownSiteError as error:
        yield Line(error.message, ok=False)
    except Exception as error:
        session.rollback()
        log.error("the day's work failed for %s\n%s", handle, describe_error(error))
        yield Line(f"failed ({type(error).__name__}); the log says more", ok=False)
