"""Headers that every answer bears."""

from flask import Flask, Response

from app.settings import Settings

HSTS = "max-age=31536000"
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


def register_security(app: Flask, settings: Settings) -> None:
    """Set what no view may forget; a view that needs another policy sets it first."""

    @app.after_request
    def harden(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("Content-Security-Policy", API_POLICY)
        if settings.is_https:
            headers.setdefault("Strict-Transport-Security", HSTS)
        return response
