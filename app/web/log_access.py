"""Who may read a site's log, and how it is answered: for everybody, or kept by no cache and for its auditors alone."""

from flask import Response, g

from app.core.errors import ForbiddenError
from app.db import request_session
from app.models import Site
from app.services.tiles import find_log
from app.web.admin.access import may_audit
from app.web.http import NO_STORE, readable_anywhere


def readable_log(name: str) -> Site:
    """Return the log's site. Raises ``ForbiddenError`` when only its auditors may read it, and this is none of them."""
    site = find_log(request_session(), name)
    if is_for_auditors(site) and not may_audit(site):
        raise ForbiddenError("This log is for the site's auditors: log in at the desk, and ask again there.")
    return site


def is_for_auditors(site: Site) -> bool:
    """Whether the site keeps its log to its auditors; if so, no cache and no other page gets this answer."""
    g.is_for_auditors = not site.tiles_public
    return not site.tiles_public


def answer_log(content: str | bytes, mimetype: str, cache: str) -> Response:
    """Answer with something of a log; ``cache`` holds where everybody may read it."""
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = NO_STORE if g.get("is_for_auditors") else cache
    return response


def readable_where_it_is_public(response: Response) -> Response:
    """Let any page read the answer, unless it is for auditors. For a blueprint's ``after_request``."""
    return response if g.get("is_for_auditors") else readable_anywhere(response)
