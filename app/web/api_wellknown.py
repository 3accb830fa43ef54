"""Addresses of the installation: its public keys, its GPC statement, and whether it lives."""

from flask import Blueprint, Response
from sqlalchemy import text

from app.core.errors import UnavailableError
from app.db import request_session
from app.services.log_check import are_logs_set_back
from app.web.http import NO_STORE, json_answer, readable_anywhere
from app.web.runtime import runtime

bp = Blueprint("wellknown", __name__)
bp.after_request(readable_anywhere)

GPC_SINCE = "2026-11-22"


@bp.get("/.well-known/jwks.json")
def jwks() -> Response:
    """The public keys of receipts and statements (RFC 7517)."""
    return json_answer(runtime().keys.jwks(), cache="public, max-age=3600")


@bp.get("/.well-known/gpc.json")
def gpc() -> Response:
    """This server honours Global Privacy Control."""
    return json_answer({"gpc": True, "lastUpdate": GPC_SINCE}, cache="public, max-age=86400")


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return json_answer({"status": "ok"}, cache=NO_STORE)


@bp.get("/readyz")
def readyz() -> Response:
    """The database answers, too. Logs that were set back stop receipts, not banners: they are told, and no more."""
    here, session = runtime(), request_session()
    try:
        session.execute(text("SELECT 1"))
        set_back = here.caches.are_logs_set_back.get("", lambda: are_logs_set_back(session))
    except Exception as error:
        raise UnavailableError(5, "The database does not answer.") from error
    body = {"status": "ready", "widget": here.builds.placet.version, "logs": "set back" if set_back else "ok"}
    return json_answer(body, cache=NO_STORE)
