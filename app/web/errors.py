"""The one table from errors to statuses (``docs/api.md``), answered as ``application/problem+json`` (RFC 9457)."""

import json
import logging

from flask import Flask, Response, request
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


def register_errors(app: Flask) -> None:
    """Answer every error of the public API as a problem; the desk registers pages of its own."""

    @app.errorhandler(PlacetError)
    def placet_error(error: PlacetError) -> Response:
        problems = error.problems if isinstance(error, InvalidRequestError) else None
        response = problem(status_of(error), error.code, error.message, problems)
        if isinstance(error, RetryLaterError):
            response.headers["Retry-After"] = str(error.retry_after)
        if isinstance(error, UnauthorizedError):
            response.headers["WWW-Authenticate"] = 'Bearer realm="placet"'
        return response

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
        # The route, not the URL: a URL may carry a visitor's choice.
        log.error("unexpected error at %s %s", request.method, request.url_rule, exc_info=error)
        return problem(500, "internal_error", "Something failed here. Nothing was changed; the server's log says what.")
