"""A site's log, for everyone or for its auditors: signed head, tiles and keys (C2SP tlog-checkpoint, tlog-tiles)."""

from flask import Blueprint, Response, g

from app.core.errors import ForbiddenError, NotFoundError
from app.core.origins import log_vkeys
from app.core.tiles import parse_tile_path
from app.db import request_session
from app.models import Site
from app.services.tiles import find_log, read_tile
from app.services.translog import read_checkpoint
from app.web.admin.access import may_audit
from app.web.http import IMMUTABLE, NO_STORE, readable_anywhere
from app.web.runtime import runtime

bp = Blueprint("log", __name__, url_prefix="/log/<name>")

CHECKPOINT_CACHE = "public, max-age=5"
TEXT, BYTES = "text/plain", "application/octet-stream"


@bp.get("/checkpoint")
def checkpoint(name: str) -> Response:
    """The newest checkpoint."""
    site = _readable_log(name)
    return _answer(read_checkpoint(request_session().connection(), site.id), TEXT, CHECKPOINT_CACHE)


@bp.get("/tile/<path:path>")
def tile(name: str, path: str) -> Response:
    """A tile of hashes, or a bundle of entries: what stands at such an address never changes."""
    wanted = parse_tile_path(path)
    if wanted is None:
        raise NotFoundError("This is not the address of a tile: see https://c2sp.org/tlog-tiles.")
    site = _readable_log(name)
    return _answer(read_tile(request_session().connection(), site.id, wanted), BYTES, IMMUTABLE)


@bp.get("/vkey")
def vkey(name: str) -> Response:
    """The log's verifier keys, newest first, one per line."""
    return _answer(
        log_vkeys(find_log(request_session(), name).log_origin, runtime().keys.log), TEXT, "public, max-age=3600"
    )


@bp.after_request
def readable_where_it_is_public(response: Response) -> Response:
    """Let any page read the answer, unless it is for auditors."""
    return response if g.get("is_for_auditors") else readable_anywhere(response)


def _readable_log(name: str) -> Site:
    """Return the log's site. Raises ``ForbiddenError`` when only its auditors may read it, and this is none of them."""
    site = find_log(request_session(), name)
    g.is_for_auditors = not site.tiles_public
    if not site.tiles_public and not may_audit(site):
        raise ForbiddenError("This log is for the site's auditors: log in at the desk, and ask again there.")
    return site


def _answer(content: str | bytes, mimetype: str, cache: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = NO_STORE if g.get("is_for_auditors") else cache
    return response
