"""The Content-Security-Policy that a choice allows: ``docs/embedding.md``, *by header*."""

from collections.abc import Collection

from app.core.documents import ConfigDocument, Match

_IN_THE_BROWSER = ("browser", "loader")
_NOT_FOR_SCRIPTS = {"data:", "blob:", "mediastream:"}


def content_security_policy(document: ConfigDocument, allowed: Collection[str], *, placet_origin: str) -> str:
    """Return a Content-Security-Policy (Level 3) under which only what is allowed now can load.

    Let in: the page's own origin, ``placet_origin`` (where the widget is and receipts go), the site's ``csp_sources``,
    and the hosts of the trackers in ``allowed`` (ids) that run in the browser. Everything else is held, whatever asks
    for it: script, style, image, font, frame, worker, media, connection.

    - ``default-src`` carries all of these and stands for every kind of load that has no directive of its own. WebSockets
      are of another scheme than the page, so each host stands there for them too (``ws:`` lets ``wss:`` in as well).
    - ``script-src`` repeats them without ``data:``, ``blob:`` and their like, which would let any text become a script.
      Workers follow it, as CSP says.
    - ``object-src 'none'`` and ``base-uri 'self'``: plug-ins, and the way to turn relative scripts to another host.

    Not said: ``form-action``, ``frame-ancestors``, reporting; those are the site's own business and do not load trackers.
    A host is let in on any port, as the gate does. A path that does not end in ``/`` is let in as itself and as a
    folder, which is narrower than the gate's prefix. CSP can only let in: where a held tracker has a path under one
    that an allowed tracker claims, it is let in too (lint warns of shared hosts), and redirects ignore paths.
    ``ValueError`` when a source could break out of its directive, which lint refuses before anything is published.
    """
    hosts = [
        source
        for tracker in document["trackers"]
        if tracker["id"] in allowed and tracker["kind"] in _IN_THE_BROWSER
        for match in tracker["match"]
        for source in _sources(match)
    ]
    unique = list(dict.fromkeys(["'self'", placet_origin, *document["csp_sources"], *hosts]))
    sockets = list(dict.fromkeys(f"ws://{host}" for host in hosts))
    for source in unique:
        if not source or any(character in ";, \t\r\n\f" for character in source):
            raise ValueError(f"not a CSP source: {source!r}")
    scripts = [source for source in unique if source not in _NOT_FOR_SCRIPTS]
    return (
        f"default-src {' '.join(unique + sockets)}; script-src {' '.join(scripts)}; object-src 'none'; base-uri 'self'"
    )


def _sources(match: Match) -> list[str]:
    host, path = f"{match['host']}:*", match["path"].replace(";", "%3B").replace(",", "%2C")
    if path == "/":
        return [host]
    return [host + path] if path.endswith("/") else [host + path, f"{host}{path}/"]
