"""Receipts: by date, and one by one."""

from base64 import b64encode
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.fields import CHECKED, CLAIMED, KNOWN
from app.db import request_session
from app.services.audit import COUNTED, count_receipts, find_receipt, list_receipts, payload_of
from app.services.translog import prove_inclusion
from app.web.admin.access import Visit, desk
from app.web.admin.days import asked_days

PAGE = 50
MAX_INDEX = 2**31 - 1


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/receipts/", view_func=receipts)
    bp.add_url_rule("/sites/<handle>/receipts/<receipt_id>", view_func=receipt)


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
        receipt_count=count_receipts(session, site, days.period),
        rows=[(row, payload_of(bytes(row.jws))) for row in found.receipts],
        before=found.before,
        is_first=before is None,
        counted=COUNTED,
    )


@desk("audit")
def receipt(visit: Visit, receipt_id: str) -> ResponseReturnValue:
    """Show one receipt: who says what, what it cites, and the proof that it stands in the log."""
    session, site = request_session(), visit.place
    found = find_receipt(session, site, receipt_id)
    payload = payload_of(bytes(found.jws))
    proof = prove_inclusion(session.connection(), site.id, found.log_index)
    return render_template(
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
    )


def _fields(payload: dict[str, Any], names: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(name, payload[name]) for name in names if name in payload]
