"""The one table from errors to statuses (``docs/api.md``), answered as ``application/problem+json`` (RFC 9457)."""

import json
import logging
import time

from flask import Flask, Response, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from app.core.errors import (
    ConflictError,
    ErasedError,
    ForbiddenError,
    InvalidRequestError,
    NotAllowedError,
    NotFoundError,
    PlacetError,
    RateLimitedError,
    RetryLaterError,
    RuleError,
    TooLargeError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedMediaTypeError,
)
from app.core.problems import ConfigError
from app.db import describe_error

STATUSES: dict[type[PlacetError], int] = {
    InvalidRequestError: 400,
    UnauthorizedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    ErasedError: 410,
    TooLargeError: 413,
    UnsupportedMediaTypeError: 415,
    RuleError: 422,
    NotAllowedError: 422,
    ConfigError: 422,
    RateLimitedError: 429,
    UnavailableError: 503,
    PlacetError: 500,
}

log = logging.getLogger("placet")

RETRY_AFTER_SECONDS = 5
OUTAGE_LOG_SECONDS = 10.0
_outage: dict[str, float] = {}


def status_of(error: PlacetError) -> int:
    """Return the status of an error: that of its nearest class in the table."""
    return next(STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES)


def problem(status: int, code: str, message: str, problems: dict[str, object] | None = None) -> Response:
    """Answer with a problem document: a stable ``code``, and words that say what to do."""
    body: dict[str, object] = {"type": "about:blank", "status": status, "code": code, "detail": message}
    if problems:
        body["problems"] = problems
    response = Response(json.dumps(body), status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response


def log_unexpected(error: BaseException | None) -> None:
    """Log an error by its route, not its URL, which may carry a visitor's choice, and without what was sent."""
    cause = describe_error(error) if error else "unknown"
    log.error("unexpected error at %s %s\n%s", request.method, request.url_rule, cause)


def log_outage(error: OperationalError | PoolTimeoutError) -> None:
    """Log that the database does not answer: one line now and then, however many requests find that out."""
    now = time.monotonic()
    if now - _outage.get("told", -OUTAGE_LOG_SECONDS) >= OUTAGE_LOG_SECONDS:
        _outage["told"] = now
        log.error("the database does not answer: %s", type(error).__name__)


def register_errors(app: Flask) -> None:
    """Answer every error of the public API as a problem; the desk registers pages of its own."""
    # What fails while an error is answered goes to Flask's own log, which would write down path and values.
    app.log_exception = lambda exc_info: log_unexpected(exc_info[1])  # type: ignore[method-assign]

    @app.errorhandler(PlacetError)
    def placet_error(error: PlacetError) -> Response:
        problems = error.problems if isinstance(error, InvalidRequestError) else None
        response = problem(status_of(error), error.code, error.message, problems)
        if isinstance(error, RetryLaterError):
            response.headers["Retry-After"] = str(error.retry_after)
        if isinstance(error, UnauthorizedError):
            response.headers["WWW-Authenticate"] = 'Bearer realm="placet"'
        return response

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeoutError)
    def no_database(error: OperationalError | PoolTimeoutError) -> Response:
        log_outage(error)
        return placet_error(UnavailableError(RETRY_AFTER_SECONDS))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        response = problem(status, error.name.lower().replace(" ", "_"), error.description or error.name)
        for name, value in error.get_headers():
            if name.lower() in {"allow", "location", "retry-after"}:
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log_unexpected(error)
        return problem(500, "internal_error", "Something failed here. Nothing was changed; the server's log says what.")
