"""What has to be done for every site once a day; ``placet daily`` does it. Safe to run often, and on several nodes."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.db import describe_error
from app.models import Site
from app.services.camera import CameraError
from app.services.handovers import UNDER_WAY, hand_over
from app.services.pictures import take_pictures, unpictured_versions
from app.services.places import places_of
from app.services.retention import remove_expired
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


def do_jobs(here: Any, session: Session) -> Iterator[Line]:
    """Do every job for every site, and tell of each; what goes wrong in one stops no other."""
    for handle in [site.handle for site in list_sites(session)]:
        for job in JOBS:
            for line in _do(job, here, session, handle):
                yield Line(f"{handle}: {line.text}", line.ok)


def _do(job: Job, here: Any, session: Session, handle: str) -> Iterator[Line]:
    try:
        session.rollback()
        yield from job(here, session, find_site_by_handle(session, handle))
    except Exception as error:
        session.rollback()
        log.error("the day's work failed for %s\n%s", handle, describe_error(error))
        yield Line(f"failed ({type(error).__name__}); the log says more", ok=False)
