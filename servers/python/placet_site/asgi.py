"""Placet in an ASGI application (ASGI 3.0): Starlette, FastAPI, Quart and every other, on asyncio."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from placet_site.answers import KEY, Asking, is_page
from placet_site.client import Consent, Placet

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class PlacetMiddleware:
    """Wraps an ASGI application: ``consent_of`` works inside, and answers that depend on it say so.

    With ``csp`` every HTML answer bears the Content-Security-Policy that the visitor's choice allows.
    """

    def __init__(self, app: Application, placet: Placet, *, csp: bool = True) -> None:
        self._app, self._placet, self._csp = app, placet, csp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; of a WebSocket only the question is there to ask."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asking = Asking(self._placet, _header_of(scope))

        async def marking(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [
                    (name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", [])
                ]
                policed = self._csp and is_page(headers)
                if policed:
                    await asking.consent_later()
                marked = asking.marked(headers, policy=policed)
                raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in marked]
                message = {**message, "headers": raw}
            await send(message)

        await self._app({**scope, KEY: asking}, receive, marking)


async def consent_of(request: Any, *, minor: bool = False) -> Consent:
    """Return what may run for the visitor of a request: an ASGI scope, or an object with ``scope``, as Starlette's.

    ``minor``: the site says that the visitor is a minor. Raises ``RuntimeError`` without the middleware.
    """
    scope = request.scope if hasattr(request, "scope") else request
    asking = scope.get(KEY)
    if asking is None:
        raise RuntimeError("The application is not wrapped in placet_site.asgi.PlacetMiddleware.")
    consent: Consent = await asking.consent_later(minor=minor)
    return consent


def _header_of(scope: Scope) -> Callable[[str], str | None]:
    def header(name: str) -> str | None:
        wanted = name.lower().encode("latin-1")
        found = [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == wanted]
        # HTTP/2 may send cookies in several fields (RFC 9113, 8.2.3).
        return ("; " if wanted == b"cookie" else ", ").join(found) if found else None

    return header
