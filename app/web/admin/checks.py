"""Check the site now: a browser on the server looks at its pages; what it found stands under Discovery."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.core.errors import ConflictError, NotAllowedError
from app.core.say import Said, say
from app.core.site_check import Finding, Report
from app.core.site_check_words import finding_words, installed_words, reach_words, sentence_of
from app.data import load_catalog
from app.db import db, describe_error, request_session
from app.models import Site
from app.services.pictures import Studio
from app.services.site_checks import (
    PAGES,
    Errand,
    begin_check,
    check_site,
    find_report,
    last_check,
    last_report,
    make_errand,
    origins_of,
    running_check,
)
from app.services.site_walk import MAX_PAGES
from app.web.admin.access import Visit, desk
from app.web.runtime import runtime

log = logging.getLogger("placet")


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    address = "/sites/<handle>/discovery/check"
    bp.add_url_rule(address, view_func=site_check)
    bp.add_url_rule(address, endpoint="check_now", view_func=check_now, methods=["POST"])
    bp.add_url_rule(f"{address}/<sha256:sha256>.json", view_func=check_report)


@desk("edit")
def site_check(visit: Visit) -> ResponseReturnValue:
    """Show what the last check found, and offer another one."""
    return _page(visit)


@desk("edit")
def check_now(visit: Visit) -> ResponseReturnValue:
    """Begin a check of one of the site's own origins, in a thread: nobody waits for it here."""
    here, session, site = runtime(), request_session(), visit.place
    if here.studio is None:
        return _page(visit, wrong=say("There is no Chromium on the server.")), 422
    now = here.clock()
    try:
        errand = make_errand(
            session,
            site,
            request.form.get("origin") or None,
            now,
            placet=here.settings.public_url,
            may_be_private=here.settings.development,
            pages=request.form.get("pages", PAGES, type=int),
        )
        check_id = begin_check(session, site, errand.plan.url, by=visit.email, now=now)
    except NotAllowedError as error:
        return _page(visit, wrong=error.message), 422
    except ConflictError as error:
        return _page(visit, wrong=error.message), 409
    stated = visit.may("publish") and request.form.get("stated") == "yes"
    check_soon(site.id, check_id, errand, here.studio, stated=stated, clock=here.clock)
    return redirect(url_for("admin.site_check", handle=site.handle), 303)


@desk("versions")
def check_report(visit: Visit, sha256: str) -> Response:
    """One report as it was hashed, so that whoever has its hash from the log can look at it."""
    return Response(find_report(request_session(), visit.place, sha256), mimetype="application/json")


@dataclass(frozen=True)
class Standing:
    """Whether the site is installed and holds, in a sentence, as it was found ``at`` a time."""

    words: Said
    at: datetime


def standing_of(site: Site) -> Standing | None:
    """Return what the newest report says; ``None``: there is none."""
    last = last_report(request_session(), site)
    if last is None or last.report is None or last.ended_at is None:
        return None
    return Standing(installed_words(json.loads(last.report)), last.ended_at)


def check_soon(
    site_id: int, check_id: int, errand: Errand, studio: Studio, *, stated: bool, clock: Callable[[], datetime]
) -> None:
    """Do a check that was begun in a thread. One that breaks off with the process is over after ten minutes."""
    work = (db.engine, site_id, check_id, errand, studio, stated, clock)
    threading.Thread(target=_check, args=work, name="site-check", daemon=True).start()


def _check(
    engine: Engine,
    site_id: int,
    check_id: int,
    errand: Errand,
    studio: Studio,
    stated: bool,
    clock: Callable[[], datetime],
) -> None:
    try:
        with Session(engine) as session:
            site = session.get_one(Site, site_id)
            how: Any = {"check_id": check_id, "stated": stated, "clock": clock}
            check_site(session, site, errand, studio, load_catalog(), **how)
    except Exception as error:  # noqa: BLE001  nobody hears of what a thread raises
        log.error("the check of site %d broke off\n%s", site_id, describe_error(error))


def _page(visit: Visit, wrong: str = "") -> str:
    here, session, site = runtime(), request_session(), visit.place
    last = last_report(session, site)
    ended = last_check(session, site)
    report: Report | None = json.loads(last.report) if last and last.report else None
    findings: list[Finding] = report["findings"] if report else []
    return render_template(
        "admin/check.html",
        visit=visit,
        place="discovery",
        wrong=wrong,
        has_chromium=here.studio is not None,
        origins=origins_of(session, site, here.clock()),
        pages=(PAGES, MAX_PAGES),
        running=running_check(session, site, here.clock()),
        failed=ended if ended and ended.problem else None,
        last=last,
        report=report,
        sentence=sentence_of(report) if report else None,
        installed=installed_words(report) if report else None,
        reach=reach_words(report) if report else [],
        findings=[(one, finding_words(one)) for one in findings if one["level"] != "note"],
        unseen=[one["about"] for one in findings if one["level"] == "note"],
        unlisted=_as_found(findings),
    )


def _as_found(findings: list[Finding]) -> str:
    """What no tracker lists, as the catalog page reads it (``app.core.catalog_found``)."""
    things = [(kind, one["about"]) for one in findings if "catalog" in one for kind in one["what"]]
    return "\n".join(
        f"host: {json.dumps(name)}" if kind == "host" else f"kind: {kind}, name: {json.dumps(name)}"
        for kind, name in things
    )
