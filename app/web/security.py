"""Headers that every answer bears."""

from flask import Flask, Response, request

from app.core.errors import NotFoundError
from app.settings import Settings
from app.web.mount import is_mounted

HSTS = "max-age=31536000"
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


def register_security(app: Flask, settings: Settings) -> None:
    """Set what no view may forget; a view that needs another policy sets it first."""

    @app.before_request
    def keep_the_desk_at_home() -> None:
        # On a site's own origin any script of its pages could work the desk of whoever is logged in there.
        if is_mounted(settings) and request.path.startswith("/admin"):
            raise NotFoundError

    @app.after_request
    def harden(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("Content-Security-Policy", API_POLICY)
        # In first-party mode the host is the site's, and so is that promise.
        if settings.is_https and not is_mounted(settings):
            headers.setdefault("Strict-Transport-Security", HSTS)
        return response
