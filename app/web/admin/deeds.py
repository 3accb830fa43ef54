"""What an auditor does at the desk is written down before it is answered; so are the downloads of everybody else.

Fail closed: what cannot be written down is not shown (503). Nothing here reads more of a request than names of things.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from app.core.errors import LinkOverError, PlacetError, UnavailableError
from app.core.say import say
from app.db import request_session
from app.models import AuditorLink
from app.services.auditor_links import write_refused
from app.services.desk_events import Deed, write_deed
from app.web.errors import RETRY_AFTER_SECONDS, log_unexpected, status_of
from app.web.runtime import runtime

DOWNLOADS = frozenset({"bundle", "export"})
"""Written down whoever asks for them."""
_NAMES = ("receipt_id", "number", "name")
_ARGUMENTS = ("from", "to", "after", "before")
_LONGEST = 64


def written_down(
    answer: Callable[[], ResponseReturnValue],
    *,
    site_id: int | None,
    who: str,
    role: str | None,
    link: AuditorLink | None = None,
) -> ResponseReturnValue:
    """Return what ``answer`` returns, or raise what it raises, after it is written down where it has to be.

    ``link``: the auditor's link by which somebody came. Raises ``UnavailableError`` when that fails.
    """
    action = (request.endpoint or "").removeprefix("admin.")
    if site_id is None or not (role == "auditor" or action in DOWNLOADS):
        return answer()
    try:
        response = current_app.make_response(answer())
    except Exception as error:
        _write(site_id, who, role, action, _status(error), over=link if isinstance(error, LinkOverError) else None)
        raise
    try:
        _write(site_id, who, role, action, response.status_code)
    except BaseException:
        response.close()  # a download keeps its place until then
        raise
    return response


def write_down(site_id: int, deed: Deed, *, over: AuditorLink | None = None) -> None:
    """Write a deed down; ``over``: of somebody with a link that is. Raises ``UnavailableError`` when that fails."""
    session, now = request_session(), runtime().clock()
    try:
        if over is None:
            write_deed(session, site_id, deed, now=now)
        else:
            write_refused(session, over, deed, now=now)
    except SQLAlchemyError as error:
        log_unexpected(error)
        g.pop("visit", None)  # a page about it must not ask the database for more
        words = say(
            "What is done here is written down first, and that was not possible just now. Nothing was shown or changed."
        )
        raise UnavailableError(RETRY_AFTER_SECONDS, words) from error


def _write(
    site_id: int, who: str, role: str | None, action: str, status: int, *, over: AuditorLink | None = None
) -> None:
    given = request.view_args or {}
    detail: dict[str, Any] = {name: given[name] for name in _NAMES if isinstance(given.get(name), int | str)}
    detail |= {name: request.args[name] for name in _ARGUMENTS if request.args.get(name)}
    detail = {name: value[:_LONGEST] if isinstance(value, str) else value for name, value in detail.items()}
    if request.method == "POST":
        detail["method"] = "POST"
    if status >= 400:
        detail["status"] = status
    write_down(site_id, Deed(who, role or "none", action, detail), over=over)


def _status(error: Exception) -> int:
    if isinstance(error, PlacetError):
        return status_of(error)
    return error.code or 500 if isinstance(error, HTTPException) else 500
