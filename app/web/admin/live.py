"""Pages that follow while one types: they load htmx, ask their own server by it, and keep their address up to date.

A page is whole without it: everything that htmx asks for is an address that a link or a form of the page leads to as well.
"""

from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, Response, g, request

from app.web.admin.policy import OWN_SERVER


def register_live(app: Flask) -> None:
    """Give the templates ``asks_own_server``: who calls it gets a page whose policy lets its scripts ask this server."""
    app.jinja_env.globals["asks_own_server"] = _asks_own_server


def answer_live(response: Response) -> None:
    """Set what a page that htmx asks from needs: its policy, the address that now stands for it, the way to the login."""
    if g.get("asks_own_server"):
        policy = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = f"{policy}; {OWN_SERVER}"
    if request.method != "GET" or "HX-Request" not in request.headers:
        return
    if response.location and 300 <= response.status_code < 400:
        # Followed in silence, the page that it leads to would be taken for a list without entries.
        response.headers["HX-Redirect"] = response.location
        response.status_code = 200
        del response.headers["Location"]
        response.set_data(b"")
    elif response.status_code < 500:
        # One step back leads out of a search, not through every letter of it.
        before = urlsplit(request.headers.get("HX-Current-URL", "")).query
        response.headers["HX-Replace-Url" if before else "HX-Push-Url"] = _address()


def _asks_own_server() -> str:
    g.asks_own_server = True
    return ""


def _address() -> str:
    """The present address without what nobody has filled in."""
    given = [(name, value) for name, value in request.args.items(multi=True) if value]
    path = quote(request.script_root + request.path)
    return f"{path}?{urlencode(given)}" if given else path
