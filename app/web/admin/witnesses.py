"""Held outside, a part of Proof: who holds checkpoints of the log, handing one over now, taking one along."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.errors import UnknownCheckpointError
from app.core.say import Said, say
from app.db import request_session
from app.services.handovers import hand_over
from app.services.held import find_timestamp, list_handovers, read_held
from app.services.places import places_of
from app.services.translog import read_checkpoint
from app.services.witnesses import keep_checkpoint, record_download
from app.web.admin.access import Visit, desk, refuse_foreign
from app.web.admin.lists import listed
from app.web.runtime import runtime

LISTED = 20
KINDS = {
    "post": say("post"),
    "witness": say("witness"),
    "timestamp": say("time stamp"),
    "email": say("e-mail"),
    "download": say("download"),
}


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/handovers", view_func=hand_over_now, methods=["POST"])
    bp.add_url_rule("/sites/<handle>/checkpoint.txt", view_func=take_checkpoint)
    bp.add_url_rule("/sites/<handle>/handovers/<int(max=999999999):number>.tsr", view_func=timestamp)


def held_words(visit: Visit) -> dict[str, Any]:
    """What the templates of Proof need to say who holds what."""
    session, site, here = request_session(), visit.place, runtime()
    held, handovers = read_held(session, site.id), list_handovers(session, site, limit=LISTED)
    newest = max((one.size for one in handovers), default=0)
    return {
        "held": held,
        "now": here.clock(),
        "handovers": handovers,
        "outside_places": len(places_of(here.settings.outside)),
        "is_tried": "tried" in request.args and bool(handovers),
        "failed": sum(one.size == newest and one.problem is not None for one in handovers),
        "holders": listed([_holder(one.kind, Markup("<code>{}</code>").format(one.to)) for one in held.holders]),
        "kind_words": KINDS,
    }


def _holder(kind: str, to: Markup) -> Said:
    match kind:
        case "post":
            return say("by {to}", to=to)
        case "witness":
            return say("signed by the witness {to}", to=to)
        case "timestamp":
            return say("time-stamped by {to}", to=to)
        case "email":
            return say("by e-mail to {to}", to=to)
        case _:
            return say("downloaded by {to}", to=to)


@desk("publish")
def hand_over_now(visit: Visit) -> ResponseReturnValue:
    """Hand the present checkpoint to everybody outside; the page that follows says how it went."""
    here, session, site = runtime(), request_session(), visit.place
    handle = site.handle
    kept = keep_checkpoint(session, site.id, now=here.clock(), fresh=True)
    if kept is None:
        raise UnknownCheckpointError(say("This log has no entry yet, so there is nothing to hand over."))
    hand_over(session, site, kept.size, here.settings.outside, clock=here.clock)
    return redirect(url_for("admin.proof", handle=handle, tried=1, _anchor="outside"), 303)


@desk("audit")
def take_checkpoint(visit: Visit) -> ResponseReturnValue:
    """Send the present checkpoint as a file, and write down which auditor took it.

    Whoever runs the site may have it too, and is not outside. A link that another site plants is refused.
    """
    refuse_foreign()
    site, session = visit.place, request_session()
    name = f"{site.handle}-checkpoint.txt"
    if visit.role == "auditor":
        note = record_download(session, site.id, by=visit.email, now=runtime().clock()).note
    else:
        note = read_checkpoint(session.connection(), site.id)
    response = Response(note, mimetype="text/plain")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


@desk("audit")
def timestamp(visit: Visit, number: int) -> ResponseReturnValue:
    """Send a time stamp (RFC 3161, DER) as it came from the authority."""
    found = find_timestamp(request_session(), visit.place, number)
    response = Response(found.answer, mimetype="application/timestamp-reply")
    response.headers["Content-Disposition"] = f"attachment; filename={visit.place.handle}-{found.size}.tsr"
    return response
