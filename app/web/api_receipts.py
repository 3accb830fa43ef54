"""Receipts in, and a visitor's own record out. Nothing here needs an account: the secret is the key."""

from base64 import b64encode
from datetime import datetime

from flask import Blueprint, Response, request

from app.core.errors import (
    NotFoundError,
    TooLargeError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
)
from app.core.limits import Standing
from app.core.receipt import Claim, Context, check_claim
from app.core.signing import Shown, read_shown
from app.db import request_session
from app.models import Site
from app.schemas.receipt import MAX_BODY_BYTES, decode_secret, parse_claim
from app.services.receipts import Submission, check_citations
from app.services.sites import find_site
from app.services.subject import erase_subject, own_receipt, own_receipts, prove_own_receipt
from app.web.catalogue import View, live_site, offer_of_version, view_of
from app.web.http import check_origin, json_answer
from app.web.runtime import runtime

bp = Blueprint("receipts", __name__, url_prefix="/v1/sites/<key>")

BODY_TYPES = {"application/json", "text/plain"}
PREFLIGHT_SECONDS = 600


@bp.post("/receipts")
def post_receipt(key: str) -> Response:
    """Store one receipt; answers 201 only when it is durable and in the log."""
    view = view_of(key)
    check_origin(view.site.document["origins"])
    claim = parse_claim(_body())
    here, now = runtime(), runtime().clock()
    context = _context(view, _shown(view, claim, now))
    regime = here.regimes.get(context.regime)
    offer = offer_of_version(view.site.id, claim.config_version, claim.config_sha256, regime)
    _check_citations(view.site.id, claim)
    check_claim(claim, offer)
    here.limits.take(request.remote_addr, view.site.key, _standing(claim, context.attested), now)
    # Whoever waits for the writer holds no connection: a full house would leave the writer none.
    request_session().close()
    stored = here.writer.submit(Submission(view.site.id, view.site.key, claim, offer, context))
    body = {"id": stored.id, "receipt": stored.jws, "log": {"index": stored.index, "size": stored.size}}
    return json_answer(body, 200 if stored.repeat else 201)


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
    """Everything stored under the visitor's secret."""
    receipts = own_receipts(request_session(), _own_site(key), _secret(), runtime().keys)
    return json_answer(
        {
            "site": key,
            "receipts": [
                {"id": receipt.id, "receipt": receipt.jws, "log": {"index": receipt.index, "size": receipt.size}}
                for receipt in receipts
            ],
        }
    )


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
    response.headers.add("Vary", "Origin")
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
    body = request.stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise TooLargeError
    return body


def _check_citations(site_id: int, claim: Claim) -> None:
    def look() -> bool:
        check_citations(request_session(), site_id, claim)
        return True

    runtime().caches.citations.get((site_id, claim.config_version, claim.notice, claim.widget), look)


def _standing(claim: Claim, attested: bool) -> Standing:
    if not claim.grants:
        return Standing.REFUSAL
    return Standing.ATTESTED_GRANT if attested else Standing.UNATTESTED_GRANT


def _shown(view: View, claim: Claim, now: datetime) -> Shown | None:
    """Return what the claim's shown token states, if it attests this claim: of this version, under a rule we know."""
    here = runtime()
    shown = read_shown(here.keys, claim.shown, view.site.key, now)
    if shown is None or shown.version != claim.config_version or shown.regime not in here.regimes.ids:
        return None
    return shown


def _context(view: View, shown: Shown | None) -> Context:
    """What the server knows; a valid shown token says under which rule the visitor was asked, which may be hours ago."""
    regime, place = view.regime, view.location
    if shown is not None:
        country, region, source = shown.country, shown.region, "shown" if shown.country else "none"
        regime = runtime().regimes.get(shown.regime)
    else:
        country, region, source = place.country, place.region, place.source
    return Context(
        regime=regime.id,
        country=country,
        region=region,
        location_source=source,
        gpc_header=request.headers.get("Sec-GPC") == "1",
        gpc_effect=regime.gpc,
        attested=shown is not None,
    )


def _own_site(key: str) -> Site:
    site = find_site(request_session(), key)
    check_origin(live_site(key).document["origins"])
    return site


def _secret() -> bytes:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    secret = decode_secret(token.strip()) if scheme.lower() == "bearer" else None
    if secret is None:
        raise UnauthorizedError
    return secret
