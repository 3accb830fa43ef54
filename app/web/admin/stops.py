"""Stop a tracker now, and let it go on: no publishing, in what the server answers within seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.documents import Tracker
from app.core.errors import NotAllowedError, NotFoundError, UnpublishedError
from app.core.say import say
from app.db import request_session
from app.services.configs import current_version, document_of
from app.services.stops import list_stopped, resume_tracker, stop_tracker
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import open_draft
from app.web.admin.fields import plain
from app.web.runtime import runtime


@dataclass(frozen=True)
class Stop:
    """A tracker that is stopped, as the desk tells it."""

    id: str
    name: str
    reason: str
    at: datetime
    by: str


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    both = ["GET", "POST"]
    bp.add_url_rule("/sites/<handle>/stops/<tracker>", view_func=stop, methods=both)
    bp.add_url_rule("/sites/<handle>/stops/<tracker>/resume", view_func=resume, methods=both)


def stops_of(visit: Visit) -> list[Stop]:
    """What is stopped at the site, oldest first. A tracker that the version in effect lacks is told by its id."""
    session, site = request_session(), visit.place
    names = {own["id"]: own["name"] for own in _live(visit)}
    return [
        Stop(own.tracker, names.get(own.tracker, own.tracker), own.reason, own.stopped_at, own.stopped_by)
        for own in list_stopped(session, site.id)
    ]


def stoppable(visit: Visit) -> set[str]:
    """Ids of the trackers that can be stopped now: in the version in effect, and in our hands."""
    stopped = {own.id for own in stops_of(visit)}
    return {own["id"] for own in _live(visit) if own["kind"] != "declared"} - stopped


@desk("publish")
def stop(visit: Visit, tracker: str) -> ResponseReturnValue:
    """Ask for the reason, then stop a tracker of the version in effect."""
    found = next((own for own in _live(visit) if own["id"] == tracker), None)
    if found is None:
        raise NotFoundError(say("The version in effect has no tracker {tracker}.", tracker=tracker))
    return _change(visit, stop_tracker, tracker, found["name"], "stopped")


@desk("publish")
def resume(visit: Visit, tracker: str) -> ResponseReturnValue:
    """Ask for the reason, then let a stopped tracker go on."""
    found = next((own for own in stops_of(visit) if own.id == tracker), None)
    if found is None:
        raise NotFoundError(say("The tracker {tracker} is not stopped.", tracker=tracker))
    return _change(visit, resume_tracker, tracker, found.name, "resumed", stopped=found)


def _change(
    visit: Visit, change: Callable[..., None], tracker: str, name: str, done: str, stopped: Stop | None = None
) -> ResponseReturnValue:
    wrong = ""
    if request.method == "POST":
        here = runtime()
        how: dict[str, Any] = {"keys": here.keys, "random_bytes": here.desk.random_bytes, "now": here.clock()}
        try:
            change(
                request_session(),
                visit.place,
                tracker,
                plain(request.form.get("reason", "")),
                by=visit.email,
                **how,
            )
        except NotAllowedError as error:
            wrong = error.message
        else:
            return redirect(url_for("admin.trackers", handle=visit.place.handle, done=done), 303)
    page = render_template(
        "admin/stop.html",
        visit=visit,
        place="trackers",
        draft=open_draft(visit.place),
        name=name,
        stopped=stopped,
        wrong=wrong,
        typed=request.form.get("reason", ""),
    )
    return page, 422 if wrong else 200


def _live(visit: Visit) -> list[Tracker]:
    try:
        return document_of(current_version(request_session(), visit.place.id, runtime().clock()))["trackers"]
    except UnpublishedError:
        return []
