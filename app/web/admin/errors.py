"""Errors of the desk, as pages in plain words."""

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from app.core.errors import PlacetError, RetryLaterError, UnavailableError
from app.core.lint import ConfigError
from app.core.say import say
from app.web.admin.access import Visit, desk
from app.web.errors import RETRY_AFTER_SECONDS, log_outage, log_unexpected, status_of

TITLES = {
    400: say("This form could not be read"),
    401: say("Log in first"),
    403: say("Not yours to do"),
    404: say("There is nothing here"),
    405: say("There is nothing here"),
    409: say("Somebody else was here"),
    413: say("Too large"),
    422: say("This cannot be done"),
    429: say("Too many attempts"),
    503: say("Not just now"),
}
DESCRIPTIONS = {
    400: say("The browser sent something that this server cannot read."),
    405: say("This address takes forms of another page, or none. Nothing was changed."),
    413: say("What was sent is larger than this address takes. Nothing was changed."),
}
"""What HTTP's own errors mean here."""
FALLBACK = say("Something failed here")


def register(bp: Blueprint) -> None:
    """Answer what goes wrong below ``/admin/`` with a page, addresses that do not exist too."""
    bp.register_error_handler(CSRFError, csrf_error)
    bp.register_error_handler(PlacetError, placet_error)
    for outage in (OperationalError, PoolTimeoutError):
        bp.register_error_handler(outage, no_database)
    bp.register_error_handler(HTTPException, http_error)
    bp.register_error_handler(Exception, unexpected)
    bp.add_url_rule("/<path:rest>", view_func=nowhere, methods=["GET"])


@desk("login")
def nowhere(visit: Visit, rest: str) -> ResponseReturnValue:
    """Any other address."""
    return _page(404, say("There is nothing at this address. The list of your sites leads everywhere."))


def csrf_error(error: CSRFError) -> ResponseReturnValue:
    """The session is another than the one the form was made in: offer to send what was typed once more."""
    if request.endpoint == "admin.login":
        return _page(400, say("This page was open for too long, or your browser keeps no cookies. Log in once more."))
    return render_template("admin/resend.html", logged_out=False), 400


def placet_error(error: PlacetError) -> ResponseReturnValue:
    """One of ours: its own words."""
    problems = [str(problem) for problem in error.problems] if isinstance(error, ConfigError) else []
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, RetryLaterError) else {}
    body, status = _page(status_of(error), error.message, problems)
    return body, status, headers


def no_database(error: OperationalError | PoolTimeoutError) -> ResponseReturnValue:
    """The database does not answer."""
    log_outage(error)
    return placet_error(
        UnavailableError(RETRY_AFTER_SECONDS, say("The database does not answer. Nothing was changed."))
    )


def http_error(error: HTTPException) -> ResponseReturnValue:
    """One of HTTP's; a redirect is passed on."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    status = error.code or 500
    return _page(status, DESCRIPTIONS.get(status) or error.description or error.name)


def unexpected(error: Exception) -> ResponseReturnValue:
    """Anything else: logged by its route, without what was sent."""
    log_unexpected(error)
    return _page(500, say("The page could not be made. Nothing was changed; the server's log says what happened."))


def _page(status: int, message: str, problems: list[str] | None = None) -> tuple[str, int]:
    title = TITLES.get(status, FALLBACK)
    visit = g.get("visit")
    home = url_for("admin.sites")
    page = render_template(
        "admin/error.html", visit=visit, status=status, title=title, message=message, problems=problems or [], home=home
    )
    return page, status
