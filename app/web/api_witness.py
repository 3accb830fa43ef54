"""Checkpoints that are kept, with what witnesses signed of them: for whoever compares, and for witnesses that bring more."""

from flask import Blueprint, Response, request

from app.core.errors import FalseCosignatureError, ForbiddenError, TooLargeError, UnknownCheckpointError
from app.core.limits import Standing
from app.db import request_session
from app.services.tiles import find_log
from app.services.witnesses import accept_cosignature, find_kept, find_witnessed
from app.web.log_access import answer_log, is_for_auditors, readable_log, readable_where_it_is_public
from app.web.runtime import runtime

bp = Blueprint("witness", __name__, url_prefix="/log/<name>")
bp.after_request(readable_where_it_is_public)

MAX_BODY_BYTES = 16 * 1024
TEXT = "text/plain"


@bp.get("/witnessed")
def witnessed(name: str) -> Response:
    """The newest kept checkpoint that a witness has signed, with the cosignatures."""
    return answer_log(find_witnessed(request_session(), readable_log(name).id).note, TEXT, "no-cache")


@bp.get("/checkpoints/<int:size>")
def kept_checkpoint(name: str, size: int) -> Response:
    """The kept checkpoint of that many entries, with the cosignatures it has by now."""
    return answer_log(find_kept(request_session(), readable_log(name).id, size).note, TEXT, "no-cache")


@bp.post("/checkpoints/<int:size>")
def add_cosignature(name: str, size: int) -> Response:
    """Take in a witness's cosignatures. Whoever has one has seen the checkpoint, so a log for auditors takes them, too."""
    here, session = runtime(), request_session()
    site = find_log(session, name)
    here.limits.take(request.remote_addr, site.key, Standing.UNATTESTED_GRANT, here.clock())
    try:
        kept = accept_cosignature(
            session, site, size, _body(), witnesses=here.settings.outside.witness_keys, now=here.clock()
        )
    except UnknownCheckpointError as error:
        if is_for_auditors(site):  # which sizes are kept is not for strangers
            raise ForbiddenError from error
        raise
    is_for_auditors(site)
    return answer_log(kept.note, TEXT, "no-cache")


def _body() -> str:
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise TooLargeError
    body = request.stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise TooLargeError
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise FalseCosignatureError from error
