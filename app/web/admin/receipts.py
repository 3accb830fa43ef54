"""Receipts: by date, and one by one."""

from base64 import b64encode
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.core.canonical import b64url
from app.core.errors import NotFoundError
from app.core.fields import CHECKED, CLAIMED, KNOWN
from app.core.loader import takes_config
from app.core.redraw import WIDTHS, Guest, policy, redraw
from app.core.say import Said, say, say_number
from app.core.tlog_proof import EXTENSION, tlog_proof
from app.db import request_session
from app.models import Site
from app.services.audit import COUNTED, count_receipts, find_receipt, list_receipts, payload_of
from app.services.shown import read_shown
from app.services.translog import prove_inclusion
from app.web.admin.access import Visit, desk
from app.web.admin.days import Days, asked_days, days_words
from app.web.admin.languages import written_number
from app.web.admin.names import SCHEMES, VIEWPORTS
from app.web.admin.policy import WITH_FRAME
from app.web.runtime import runtime

PAGE = 50
PINNED = say("The page had pinned the widget: that build fetches its config by itself, and is not drawn here.")
MAX_INDEX = 2**31 - 1


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/receipts/", view_func=receipts)
    bp.add_url_rule("/sites/<handle>/receipts/<receipt_id>", view_func=receipt)
    bp.add_url_rule("/sites/<handle>/receipts/<receipt_id>/proof", view_func=receipt_proof)
    bp.add_url_rule("/sites/<handle>/receipts/<receipt_id>/banner", view_func=receipt_banner)


@desk("audit")
def receipts(visit: Visit) -> ResponseReturnValue:
    """List receipts by the UTC days on which they were received, newest first."""
    session, site, days = request_session(), visit.place, asked_days()
    if days.problem:
        return render_template("admin/receipts.html", visit=visit, place="receipts", days=days), 422
    before = request.args.get("before", type=int)
    found = list_receipts(session, site, days.period, limit=PAGE, before=before and min(before, MAX_INDEX))
    return render_template(
        "admin/receipts.html",
        visit=visit,
        place="receipts",
        days=days,
        received=_received(days, count_receipts(session, site, days.period)),
        rows=[(row, payload_of(bytes(row.jws))) for row in found.receipts],
        before=found.before,
        is_first=before is None,
    )


@desk("audit")
def receipt(visit: Visit, receipt_id: str) -> ResponseReturnValue:
    """Show one receipt: who says what, what it cites, and the proof that it stands in the log."""
    session, site = request_session(), visit.place
    found = find_receipt(session, site, receipt_id)
    payload = payload_of(bytes(found.jws))
    proof = prove_inclusion(session.connection(), site.id, found.log_index)
    page = render_template(
        "admin/receipt.html",
        visit=visit,
        place="receipts",
        receipt=found,
        payload=payload,
        jws=bytes(found.jws).decode("ascii"),
        claimed=_fields(payload, CLAIMED),
        checked=_fields(payload, CHECKED),
        known=_fields(payload, KNOWN),
        proof=proof,
        hashes=[b64encode(hash_).decode() for hash_ in proof.hashes],
        banner=_banner_problem(site, payload),
        widths=WIDTHS,
        viewport=VIEWPORTS[payload["viewport"]],
        scheme=SCHEMES[payload["scheme"] or "light"],
    )
    response = Response(page)
    response.headers["Content-Security-Policy"] = WITH_FRAME
    return response


@desk("audit")
def receipt_proof(visit: Visit, receipt_id: str) -> ResponseReturnValue:
    """The proof that a receipt stands in the log, as one file (C2SP tlog-proof)."""
    session, site = request_session(), visit.place
    found = find_receipt(session, site, receipt_id)
    proof = prove_inclusion(session.connection(), site.id, found.log_index)
    response = Response(tlog_proof(proof.index, proof.hashes, proof.checkpoint), mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename=f"{receipt_id}.{EXTENSION}")
    return response


@desk("audit")
def receipt_banner(visit: Visit, receipt_id: str) -> ResponseReturnValue:
    """The banner of a receipt, drawn again by the build and config that it cites, in a document that reaches nothing."""
    session, site = request_session(), visit.place
    payload = payload_of(bytes(find_receipt(session, site, receipt_id).jws))
    shown, nonce = read_shown(session, site, payload), b64url(runtime().desk.random_bytes(16))
    try:
        document = redraw(
            shown.script,
            shown.parts,
            shown.loader,
            shown.notice,
            widget=payload["widget"],
            scheme=payload["scheme"] or "light",
            guest=Guest(gpc=payload["gpc"]["browser"] is True),
            layer=payload["layer"],
            nonce=nonce,
        )
    except ValueError as error:
        raise NotFoundError(PINNED) from error
    response = Response(document, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy(nonce)
    return response


def _received(days: Days, number: int | None) -> Said:
    """Say how many receipts the days have; ``None``: more than are counted."""
    when = days_words(days.first, days.last)
    if number is None:
        return say("More than {number} receipts were received{days}.", number=written_number(COUNTED), days=when)
    return say_number(
        "{number} receipt was received{days}.", "{number} receipts were received{days}.", number, days=when
    )


def _banner_problem(site: Site, payload: dict[str, Any]) -> str | None:
    """Say why the banner cannot be drawn again; ``None``: it can."""
    if "taken_over" in payload:
        return say("Nothing was shown: the choice was taken over from another tool.")
    try:
        shown = read_shown(request_session(), site, payload)
    except NotFoundError as error:
        return error.message
    return None if takes_config(shown.script) else PINNED


def _fields(payload: dict[str, Any], names: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(name, payload[name]) for name in names if name in payload]
