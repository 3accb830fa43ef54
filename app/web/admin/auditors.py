"""Links for auditors from outside: making one, ending one, and coming in by one."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import LinkOverError, NotAllowedError, NotFoundError
from app.core.say import say
from app.core.signing import read_auditor_link, sign_auditor_link
from app.db import request_session
from app.models import AuditorLink, Site
from app.services.auditor_links import USUAL_DAYS, find_link, is_live, list_links, make_link, name_of_link, revoke_link
from app.services.desk_events import Deed
from app.web.admin.access import Visit, csrf, desk, refuse_foreign
from app.web.admin.deeds import write_down
from app.web.admin.session import open_link_session, session_account
from app.web.runtime import runtime

CAME = "auditor_link"


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/auditors", view_func=auditors)
    bp.add_url_rule("/sites/<handle>/auditors", view_func=make_auditor_link, methods=["POST"])
    bp.add_url_rule(
        "/sites/<handle>/auditors/<int(max=999999999):number>/revoke", view_func=revoke_auditor_link, methods=["POST"]
    )
    bp.add_url_rule("/auditor/<token>", view_func=auditor_link, methods=["GET", "POST"])


def links_for(visit: Visit) -> dict[str, Any]:
    """Return what ``admin/_links.html`` shows of a site's links: to whoever may make them, nothing to others."""
    may = visit.may("publish")
    now = runtime().clock()
    return {"links": list_links(request_session(), visit.place, now) if may else None, "usual_days": USUAL_DAYS}


@desk("publish")
def auditors(visit: Visit) -> ResponseReturnValue:
    """List the links, and offer to make one."""
    return _page(visit)


@desk("publish")
def make_auditor_link(visit: Visit) -> ResponseReturnValue:
    """Make a link and show it, this once: what is kept does not give it back."""
    here = runtime()
    label, days = request.form.get("label", "").strip(), request.form.get("days", "").strip()
    try:
        link = make_link(
            request_session(),
            visit.place,
            label,
            int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
            by=visit.email,
            role=visit.role or "none",
            now=here.clock(),
        )
    except NotAllowedError as error:
        return _page(visit, label=label, days=days, problem=error.message), 422
    token = sign_auditor_link(here.keys, link.id)
    address = here.settings.public_url + url_for("admin.auditor_link", token=token)
    return _page(visit, made=link, address=address)


@desk("publish")
def revoke_auditor_link(visit: Visit, number: int) -> ResponseReturnValue:
    """End a link, and every session that it opened."""
    session, now = request_session(), runtime().clock()
    revoke_link(session, visit.place, number, by=visit.email, role=visit.role or "none", now=now)
    return redirect(url_for("admin.auditors", handle=visit.place.handle, done="revoked"), 303)


def auditor_link(token: str) -> ResponseReturnValue:
    """Say what the link opens, and open it by a button: whatever looks at addresses by itself opens nothing."""
    session, here = request_session(), runtime()
    link_id = read_auditor_link(here.keys, token)
    link = None if link_id is None else find_link(session, link_id)
    if link is None:
        raise NotFoundError(say("This is no link of this server's. Copy it whole, from its beginning to its end."))
    site, who = session.get_one(Site, link.site_id), name_of_link(link)
    if not is_live(link, here.clock()):
        write_down(link.site_id, Deed(who, "auditor", CAME, {"status": 403}), over=link)
        raise LinkOverError
    if request.method != "POST":
        return render_template("admin/auditor.html", site=site, link=link, account=session_account())
    refuse_foreign()
    csrf.protect()
    handle, site_id, now = site.handle, link.site_id, here.clock()
    write_down(site_id, Deed(who, "auditor", CAME, {}))
    open_link_session(session.get_one(AuditorLink, link_id), now)
    return redirect(url_for("admin.receipts", handle=handle), 303)


def _page(visit: Visit, **more: Any) -> str:
    given = {"made": None, "address": "", "label": "", "days": str(USUAL_DAYS), "problem": "", **more}
    return render_template("admin/auditors.html", visit=visit, place="proof", **links_for(visit), **given)
