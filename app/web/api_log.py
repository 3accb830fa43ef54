"""A site's log, for everyone: its signed head and the keys that sign it (C2SP tlog-checkpoint, signed-note)."""

from flask import Blueprint, Response

from app.core.note import vkey as vkey_line
from app.db import request_session
from app.services.sites import find_site
from app.services.translog import read_checkpoint
from app.web.http import readable_anywhere
from app.web.runtime import runtime

bp = Blueprint("log", __name__, url_prefix="/log/<key>")
bp.after_request(readable_anywhere)


@bp.get("/checkpoint")
def checkpoint(key: str) -> Response:
    """The newest checkpoint."""
    site = find_site(request_session(), key)
    return _text(read_checkpoint(request_session().connection(), site.id), "no-cache")


@bp.get("/vkey")
def vkey(key: str) -> Response:
    """The log's verifier keys, newest first, one per line."""
    site = find_site(request_session(), key)
    keys = [vkey_line(site.log_origin, log_key) for log_key in reversed(runtime().keys.log)]
    return _text("".join(f"{line}\n" for line in keys), "public, max-age=3600")


def _text(content: str, cache: str) -> Response:
    response = Response(content, mimetype="text/plain")
    response.headers["Cache-Control"] = cache
    return response
