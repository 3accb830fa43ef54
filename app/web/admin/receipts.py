"""Receipts: by date, one by one, and all as JSON lines."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core.fields import CHECKED, CLAIMED, KNOWN
from app.db import begin_snapshot, db, request_session
from app.models import Site
from app.services.audit import Period, count_receipts, export_lines, find_receipt, list_receipts, payload_of
from app.services.translog import prove_inclusion
from app.web.admin.access import Visit, desk

PAGE = 50
MAX_INDEX = 2**31 - 1


@dataclass(frozen=True)
class Days:
    """Two UTC days as typed, both inclusive; ``problem`` says what could not be read."""

    first: str
    last: str
    period: Period
    problem: str = ""


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/receipts/", view_func=receipts)
    bp.add_url_rule("/sites/<handle>/receipts/export.jsonl", view_func=export)
    bp.add_url_rule("/sites/<handle>/receipts/<receipt_id>", view_func=receipt)


@desk("audit")
def receipts(visit: Visit) -> ResponseReturnValue:
    """List receipts by the UTC days on which they were received, newest first."""
    session, site, days = request_session(), visit.place, _days()
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


@desk("audit")
def export(visit: Visit) -> ResponseReturnValue:
    """All receipts of the days as JSON lines, sent while they are read, from one state of the database."""
    days, site_id, engine = _days(), visit.place.id, db.engine

    def lines() -> Iterator[bytes]:
        # The request is over when this runs: it needs a session of its own.
        with Session(engine) as session:
            begin_snapshot(session)
            yield from export_lines(session, session.get_one(Site, site_id), days.period)

    if days.problem:
        return receipts(handle=visit.place.handle)
    response = Response(lines(), mimetype="application/x-ndjson")
    span = "-".join(part for part in (days.first, days.last) if part)
    name = f"{visit.place.handle}-receipts{'-' + span if span else ''}.jsonl"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _days() -> Days:
    first, last = request.args.get("from", "").strip(), request.args.get("to", "").strip()
    try:
        start = _midnight(first) if first else None
        end = _midnight(last) + timedelta(days=1) if last else None
    except (ValueError, OverflowError):
        return Days(first, last, Period(), "Write days as 2026-11-22.")
    if start and end and start >= end:
        return Days(first, last, Period(start, end), "The first day is after the last one.")
    return Days(first, last, Period(start, end))


def _midnight(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)


def _fields(payload: dict[str, Any], names: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(name, payload[name]) for name in names if name in payload]
