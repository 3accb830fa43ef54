"""What a site may do now: its config as JSON, which trackers may load, and the documents that receipts cite."""

from flask import Blueprint, Response, request

from app.core.choice import Choice, parse_choice, utc_day
from app.core.csp import content_security_policy
from app.core.decision import decide
from app.core.documents import Rules
from app.core.receipt import choice_of_receipt
from app.core.rules import with_optional_off
from app.core.signing import RECEIPT_TYPE, SignatureError, verify_jws
from app.db import request_session
from app.services.serving import read_config, read_notice
from app.web.catalogue import language_of, live_site, rules_of, shown_token, slice_of, view_of
from app.web.http import NO_STORE, immutable, json_answer, readable_anywhere
from app.web.runtime import runtime

PREFLIGHT_SECONDS = 600

bp = Blueprint("config", __name__, url_prefix="/v1/sites/<key>")
bp.after_request(readable_anywhere)


@bp.get("/config")
def config(key: str) -> Response:
    """The config in effect for this visitor, for clients without our widget."""
    view = view_of(key)
    site, found = view.site, slice_of(view, language_of(view.site))
    minor = _flag("minor")
    body = {
        **(with_optional_off(found.public) if minor else found.public),
        "minor": minor,
        "shown": shown_token(view),
        "effective_at": site.effective_at,
        "next": site.next,
    }
    response = json_answer(body, cache=f"{view.scope}, max-age=60")
    if view.vary:
        response.headers["Vary"] = ", ".join(view.vary)
    return response


@bp.get("/trackers")
def trackers(key: str) -> Response:
    """Which trackers may load now, with the reason for each, and the CSP that this choice allows."""
    view = view_of(key)
    here, rules = runtime(), rules_of(view)
    decisions = decide(
        rules,
        _choice(view.site.key, rules),
        today=utc_day(here.clock()),
        gpc=request.headers.get("Sec-GPC") == "1",
        minor=_flag("minor"),
    )
    allowed = {decision.id for decision in decisions if decision.allowed}
    body = {
        "version": view.site.version,
        "regime": view.regime.id,
        "trackers": [{"id": d.id, "category": d.category, "allowed": d.allowed, "reason": d.reason} for d in decisions],
        "csp": content_security_policy(view.site.document, allowed, placet_origin=here.settings.public_url),
    }
    response = json_answer(body, cache=NO_STORE)
    response.headers["Vary"] = "Sec-GPC, Placet-Receipt"
    return response


@bp.route("/config", methods=["OPTIONS"])
@bp.route("/trackers", methods=["OPTIONS"])
def preflight(key: str) -> Response:
    """Let any page send the headers that the answers depend on."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET"
    response.headers["Access-Control-Allow-Headers"] = "Placet-Receipt"
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


@bp.get("/configs/<sha256:sha256>")
def config_version(key: str, sha256: str) -> Response:
    """The canonical bytes of a published version."""
    return immutable(read_config(request_session(), live_site(key).id, sha256), "application/json")


@bp.get("/notices/<sha256:sha256>")
def notice(key: str, sha256: str) -> Response:
    """The canonical bytes of a notice."""
    return immutable(read_notice(request_session(), live_site(key).id, sha256), "application/json")


def _choice(site: str, rules: Rules) -> Choice | None:
    """Read the visitor's own statement, or the signed receipt in the header; anything bad is no choice."""
    receipt = request.headers.get("Placet-Receipt")
    if not receipt:
        return parse_choice(request.args.get("choice"))
    keys = {key.kid: key.jwk for key in runtime().keys.receipt}
    try:
        payload = verify_jws(receipt, keys, RECEIPT_TYPE)
    except SignatureError:
        return None
    return choice_of_receipt(payload, site, {tracker["id"]: tracker["category"] for tracker in rules["trackers"]})


def _flag(name: str) -> bool:
    return request.args.get(name, "") in {"1", "true"}
