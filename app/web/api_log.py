"""A site's log, for everyone or for its auditors: signed head, tiles and keys (C2SP tlog-checkpoint, tlog-tiles)."""

from flask import Blueprint, Response

from app.core.errors import NotFoundError
from app.core.origins import log_vkeys, split_origin
from app.core.tiles import parse_tile_path
from app.db import request_session
from app.services.tiles import find_log, read_tile
from app.services.translog import read_checkpoint
from app.web.http import IMMUTABLE
from app.web.log_access import answer_log, readable_log, readable_where_it_is_public
from app.web.runtime import runtime

bp = Blueprint("log", __name__, url_prefix="/log/<name>")
bp.after_request(readable_where_it_is_public)

CHECKPOINT_CACHE = "public, max-age=5"
TEXT, BYTES = "text/plain", "application/octet-stream"


@bp.get("/checkpoint")
def checkpoint(name: str) -> Response:
    """The newest checkpoint."""
    site = readable_log(name)
    return answer_log(read_checkpoint(request_session().connection(), site.id), TEXT, CHECKPOINT_CACHE)


@bp.get("/tile/<path:path>")
def tile(name: str, path: str) -> Response:
    """A tile of hashes, or a bundle of entries: what stands at such an address never changes.

    But for the address without a number once the site's log has gone on under another: there the lost log stood before.
    """
    wanted = parse_tile_path(path)
    if wanted is None:
        raise NotFoundError("This is not the address of a tile: see https://c2sp.org/tlog-tiles.")
    site = readable_log(name)
    is_lasting = "." in name or split_origin(site.log_origin)[1] == 1
    content = read_tile(request_session().connection(), site.id, wanted)
    return answer_log(content, BYTES, IMMUTABLE if is_lasting else "no-cache")


@bp.get("/vkey")
def vkey(name: str) -> Response:
    """The log's verifier keys, newest first, one per line."""
    return answer_log(
        log_vkeys(find_log(request_session(), name).log_origin, runtime().keys.log), TEXT, "public, max-age=3600"
    )
