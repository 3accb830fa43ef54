"""Four eyes: what was proposed is approved, declined or taken back; and whether a site needs that at all."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotAllowedError
from app.core.say import say
from app.db import request_session
from app.services import four_eyes
from app.services.proposals import approve, decline, withdraw
from app.web.admin.access import Visit, desk
from app.web.admin.fields import plain
from app.web.admin.pictures import picture_soon
from app.web.runtime import runtime


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    for name, view in (("approve", approve_version), ("decline", decline_version), ("withdraw", withdraw_version)):
        bp.add_url_rule(f"/sites/<handle>/publish/{name}", view_func=view, methods=["POST"])
    bp.add_url_rule("/sites/<handle>/approval", view_func=approval)
    bp.add_url_rule("/sites/<handle>/approval", view_func=change_approval, methods=["POST"])


@desk("publish")
def approve_version(visit: Visit) -> ResponseReturnValue:
    """Publish what somebody else proposed."""
    here = runtime()
    version = approve(request_session(), visit.place, _mark(), visit.who, desk=here.desk, now=here.clock())
    number = version.number
    picture_soon(visit.place.id, number)
    return redirect(url_for("admin.version", handle=visit.place.handle, number=number, done="published"), 303)


@desk("publish")
def decline_version(visit: Visit) -> ResponseReturnValue:
    """Decline it, with a note."""
    note = plain(request.form.get("note", ""))
    decline(request_session(), visit.place, _mark(), note, visit.who, now=runtime().clock())
    return _back(visit, "declined")


@desk("publish")
def withdraw_version(visit: Visit) -> ResponseReturnValue:
    """Take one's own proposal back."""
    withdraw(request_session(), visit.place, _mark(), visit.who, now=runtime().clock())
    return _back(visit, "proposal-withdrawn")


@desk("publish")
def approval(visit: Visit) -> ResponseReturnValue:
    """Say whether two persons are needed here, and who asked to end it."""
    return render_template("admin/approval.html", visit=visit, place="publish", site=visit.place)


@desk("publish")
def change_approval(visit: Visit) -> ResponseReturnValue:
    """Switch it on, ask to switch it off or agree to that, or keep it on."""
    changes: dict[str, Callable[..., object]] = {
        "on": four_eyes.switch_on,
        "off": four_eyes.switch_off,
        "keep": four_eyes.keep_on,
    }
    change = changes.get(request.form.get("change", ""))
    if change is None:
        raise NotAllowedError(say("Nothing says what to switch. Nothing was changed."))
    change(request_session(), visit.place, visit.who, now=runtime().clock())
    return redirect(url_for("admin.approval", handle=visit.place.handle, done="approval"), 303)


def _back(visit: Visit, done: str) -> ResponseReturnValue:
    return redirect(url_for("admin.review_draft", handle=visit.place.handle, done=done), 303)


def _mark() -> str:
    return request.form.get("mark", "")
