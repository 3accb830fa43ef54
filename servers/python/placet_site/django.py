"""Placet in a Django site: ``"placet_site.django.PlacetMiddleware"`` in ``MIDDLEWARE``, ``PLACET`` in the settings."""

from collections.abc import Callable
from typing import Any

from placet_site.answers import Asking, is_page
from placet_site.client import Consent, Placet

_ATTRIBUTE = "placet_asking"


class PlacetMiddleware:
    """``consent_of`` works in what comes after it, and answers that depend on it say so.

    Reads the settings ``PLACET`` (a ``placet_site.Placet``) and ``PLACET_CSP`` (default true: every HTML answer bears the
    Content-Security-Policy that the visitor's choice allows).
    """

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        from django.conf import settings

        self._get_response = get_response
        self._placet: Placet = settings.PLACET
        self._csp: bool = getattr(settings, "PLACET_CSP", True)

    def __call__(self, request: Any) -> Any:
        """Answer a request."""
        asking = Asking(self._placet, request.headers.get)
        setattr(request, _ATTRIBUTE, asking)
        response = self._get_response(request)
        headers = list(response.items())
        policed = self._csp and is_page(headers)
        if policed:
            asking.consent()
        marked = asking.marked(headers, policy=policed)
        if marked is not headers:
            for name, _ in headers:
                del response[name]
            for name, value in marked:
                # Django has one value for a name; policies in one header all hold.
                response[name] = f"{response[name]}, {value}" if response.has_header(name) else value
        return response


def consent_of(request: Any, *, minor: bool = False) -> Consent:
    """Return what may run for the visitor of Django's ``request``.

    ``minor``: the site says that the visitor is a minor. Raises ``RuntimeError`` without the middleware.
    """
    asking: Asking | None = getattr(request, _ATTRIBUTE, None)
    if asking is None:
        raise RuntimeError("placet_site.django.PlacetMiddleware is not in MIDDLEWARE, or comes later.")
    # What a view's own `cache_page` keeps lies inside the middleware: it would give one visitor's page to another.
    request._cache_update_cache = False
    return asking.consent(minor=minor)
