"""Placet in a WSGI application (PEP 3333), Flask's among them."""

from collections.abc import Iterable
from types import TracebackType
from typing import Any, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from placet_site.answers import KEY, Asking, Headers, is_page
from placet_site.client import Consent, Placet

ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class PlacetMiddleware:
    """Wraps a WSGI application: ``consent_of`` works inside, and answers that depend on it say so.

    With ``csp`` every HTML answer bears the Content-Security-Policy that the visitor's choice allows.
    """

    def __init__(self, application: WSGIApplication, placet: Placet, *, csp: bool = True) -> None:
        self._application, self._placet, self._csp = application, placet, csp

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        asking = environ[KEY] = Asking(self._placet, lambda name: environ.get(f"HTTP_{name.upper().replace('-', '_')}"))

        def start(status: str, headers: Headers, exc_info: ExcInfo | None = None) -> Any:
            policed = self._csp and is_page(headers)
            if policed:
                asking.consent()
            return start_response(status, asking.marked(headers, policy=policed), exc_info)

        return self._application(environ, start)


def consent_of(request: Any, *, minor: bool = False) -> Consent:
    """Return what may run for the visitor of a request: a WSGI environ, or an object with ``environ``, as Flask's.

    ``minor``: the site says that the visitor is a minor. Raises ``RuntimeError`` without the middleware.
    """
    asking = (request if isinstance(request, dict) else request.environ).get(KEY)
    if asking is None:
        raise RuntimeError("The application is not wrapped in placet_site.wsgi.PlacetMiddleware.")
    consent: Consent = asking.consent(minor=minor)
    return consent
