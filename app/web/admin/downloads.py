"""Downloads that are sent while they are read: receipts in every format, so few at a time that pages go on.

Each keeps a thread and a connection for as long as its reader takes. Receipts are stored by a connection of their own.
"""

import threading
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core.errors import UnavailableError
from app.core.say import say
from app.db import db
from app.models import Site
from app.services.exports import FORMATS, Selection
from app.web.admin.access import Visit, desk
from app.web.admin.days import asked_days
from app.web.runtime import runtime

MOST_AT_ONCE = 4
RETRY_AFTER_SECONDS = 30
MAX_INDEX = 2**31 - 1
EXTENSION = "placet.downloads"


def register(bp: Blueprint) -> None:
    """Add the addresses of this place: one for each format."""
    for name in FORMATS:
        bp.add_url_rule(f"/sites/<handle>/receipts/export.{name}", view_func=export, defaults={"name": name})


def register_downloads(app: Flask) -> None:
    """Give the application its places for downloads."""
    app.extensions[EXTENSION] = threading.BoundedSemaphore(MOST_AT_ONCE)


def streamed(chunks: Iterator[bytes], *, mimetype: str, name: str) -> Response:
    """Answer with a file that is sent while ``chunks`` are made. It keeps its place until the response is closed.

    Raises ``UnavailableError`` when this process sends enough of them already.
    """
    places: threading.BoundedSemaphore = current_app.extensions[EXTENSION]
    if not places.acquire(blocking=False):
        words = say(
            "{most_at_once} downloads are being sent already. Try again when one of them is done.",
            most_at_once=MOST_AT_ONCE,
        )
        raise UnavailableError(RETRY_AFTER_SECONDS, words)
    response = Response(chunks, content_type=mimetype)
    response.call_on_close(places.release)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@desk("audit")
def export(visit: Visit, name: str) -> ResponseReturnValue:
    """The receipts of the days in one format, from one state of the database; ``after`` goes on behind a log index."""
    days, after = asked_days(), request.args.get("after", "")
    if not days.problem and after and not (after.isascii() and after.isdigit()):
        days = type(days)(days.first, days.last, days.period, say("Write `after` as a log index, such as 1204."))
    if days.problem:
        return render_template("admin/receipts.html", visit=visit, place="receipts", days=days), 422
    found, site_id, engine, base = FORMATS[name], visit.place.id, db.engine, runtime().settings.public_url
    selection = Selection(days.period, min(int(after), MAX_INDEX) if after else -1)

    def chunks() -> Iterator[bytes]:
        # The request is over when this runs: it needs a session of its own.
        with Session(engine) as session:
            yield from found.lines(session, session.get_one(Site, site_id), selection, base)

    rest = f"-after-{selection.after}" if after else ""
    file = f"{visit.place.handle}-receipts{days.span}{rest}.{found.extension}"
    return streamed(chunks(), mimetype=found.mimetype, name=file)
