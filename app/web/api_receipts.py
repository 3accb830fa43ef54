"""Receipts in, and a visitor's own record out. Nothing here needs an account: the secret is the key."""

from base64 import b64encode

from flask import Blueprint, Response, request

from app.core.choice import utc_day
from app.core.errors import (
    InvalidRequestError,
    NotFoundError,
    TooLargeError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
)
from app.core.kept import choice_to_set
from app.core.limits import Standing
from app.core.receipt import Claim, Offer
from app.db import request_session
from app.models import Site
from app.schemas.receipt import MAX_BODY_BYTES, decode_secret, parse_claim
from app.services.exports import receipts_jsonld
from app.services.sites import find_site
from app.services.subject import erase_subject, own_receipt, own_receipts, prove_own_receipt
from app.web.catalogue import View, live_site, view_of
from app.web.http import NO_STORE, check_origin, json_answer
from app.web.mount import Mount, came_from, choice_cookies, mount_of, set_choice
from app.web.runtime import runtime
from app.web.storing import store_claim

bp = Blueprint("receipts", __name__, url_prefix="/v1/sites/<key>")

JSON_LD = "application/ld+json"
BODY_TYPES = {"application/json", "text/plain"}
PREFLIGHT_SECONDS = 600


@bp.post("/receipts")
def post_receipt(key: str) -> Response:
    """Store one receipt; answers 201 only when it is durable and in the log."""
    view = view_of(key)
    check_origin(view.site.document["origins"])
    claim = parse_claim(_body())
    acknowledged = store_claim(view, claim)
    stored = acknowledged.stored
    body = {"id": stored.id, "receipt": stored.jws, "log": {"index": stored.index, "size": stored.size}}
    response = json_answer(body, 200 if stored.repeat else 201)
    mount = mount_of(view.site.document["origins"])
    if mount is not None and came_from(mount):
        _set_cookie(response, mount, view, claim, acknowledged.offer)
    return response


@bp.get("/receipts/<receipt_id>")
def get_receipt(key: str, receipt_id: str) -> Response:
    """One of the visitor's own receipts."""
    receipt = own_receipt(request_session(), _own_site(key), _secret(), receipt_id, runtime().keys)
    return json_answer(
        {"id": receipt.id, "receipt": receipt.jws, "log": {"index": receipt.index, "size": receipt.size}}
    )


@bp.get("/receipts/<receipt_id>/proof")
def get_proof(key: str, receipt_id: str) -> Response:
    """Proof that the receipt stands in the log, against the newest checkpoint."""
    proof = prove_own_receipt(request_session(), _own_site(key), _secret(), receipt_id, runtime().keys)
    hashes = [b64encode(hash_).decode() for hash_ in proof.hashes]
    return json_answer({"index": proof.index, "size": proof.size, "hashes": hashes, "checkpoint": proof.checkpoint})


@bp.get("/subject/receipts")
def get_subject(key: str) -> Response:
    """Everything stored under the visitor's secret: as JSON or, where ``Accept`` prefers it, as JSON-LD."""
    session, site, here = request_session(), _own_site(key), runtime()
    receipts = own_receipts(session, site, _secret(), here.keys)
    if request.accept_mimetypes.best_match(("application/json", JSON_LD)) == JSON_LD:
        rows = [(receipt.index, receipt.jws) for receipt in receipts]
        document = b"".join(receipts_jsonld(session, site, rows, here.settings.public_url))
        response = Response(document, mimetype=JSON_LD)
        response.headers["Cache-Control"] = NO_STORE
    else:
        response = json_answer(
            {
                "site": key,
                "receipts": [
                    {"id": receipt.id, "receipt": receipt.jws, "log": {"index": receipt.index, "size": receipt.size}}
                    for receipt in receipts
                ],
            }
        )
    response.vary.add("Accept")
    return response


@bp.delete("/subject")
def delete_subject(key: str) -> Response:
    """Erase everything stored under the visitor's secret."""
    here = runtime()
    count = erase_subject(
        request_session(),
        _own_site(key),
        _secret(),
        keys=here.keys,
        now=here.clock(),
        random_bytes=here.desk.random_bytes,
    )
    return json_answer({"erased": count})


@bp.route("/receipts", methods=["OPTIONS"])
@bp.route("/receipts/<receipt_id>", methods=["OPTIONS"])
@bp.route("/receipts/<receipt_id>/proof", methods=["OPTIONS"])
@bp.route("/subject", methods=["OPTIONS"])
@bp.route("/subject/receipts", methods=["OPTIONS"])
def preflight(key: str, receipt_id: str = "") -> Response:
    """Say to the site's own pages what they may send."""
    check_origin(live_site(key).document["origins"])
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


@bp.after_request
def allow_own_origins(response: Response) -> Response:
    """Let the site's own pages read the answer, errors too; never with credentials."""
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    key = (request.view_args or {}).get("key", "")
    if origin and response.status_code != 403 and _lists(key, origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def _lists(key: str, origin: str) -> bool:
    try:
        return origin in live_site(key).document["origins"]
    except NotFoundError:
        return False


def _body() -> bytes:
    if request.mimetype not in BODY_TYPES:
        raise UnsupportedMediaTypeError
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise TooLargeError
    try:
        body = request.stream.read(MAX_BODY_BYTES + 1)
    except OSError as error:  # what gunicorn raises for chunks that are none, and for a client that is gone
        raise InvalidRequestError("The body did not arrive whole. Send it again.") from error
    if len(body) > MAX_BODY_BYTES:
        raise TooLargeError
    return body


def _set_cookie(response: Response, mount: Mount, view: View, claim: Claim, offer: Offer) -> None:
    """Set the choice in first-party mode, where the receipt just stored is the browser's last word."""
    now = runtime().clock()
    kept = choice_to_set(claim, offer, choice_cookies(view.site.key), utc_day(now))
    if kept is not None:
        set_choice(response, mount, view.site.key, view.site.document["cookie_domain"], kept, now)


def _own_site(key: str) -> Site:
    check_origin(live_site(key).document["origins"])
    here = runtime()
    here.limits.take(request.remote_addr, key, Standing.REFUSAL, here.clock())
    return find_site(request_session(), key)


def _secret() -> bytes:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    secret = decode_secret(token.strip()) if scheme.lower() == "bearer" else None
    if secret is None:
        raise UnauthorizedError
    return secret
