"""The audit log of a site: what was done here, by whom, by the day, in sentences."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l  # type: ignore[import-untyped]

from app.db import request_session
from app.services.auditor_links import MADE, REVOKED
from app.services.desk_events import Deed, list_events
from app.services.four_eyes import KEPT, OFF, OFF_ASKED, ON
from app.services.proposals import APPROVED, DECLINED, PROPOSED, WITHDRAWN
from app.services.reviews import INTERVAL, REVIEWED
from app.web.admin.access import Visit, desk
from app.web.admin.auditors import CAME
from app.web.admin.words import day

MAX_ID = 2**31 - 1
FORMATS = {
    "jsonl": "JSON lines",
    "csv": "CSV",
    "jsonld": "ISO/IEC TS 27560",
    "kantara.jsonl": "Kantara 1.1",
}
_SAID = {
    "sites": "opened the list of sites",
    "overview": "opened the site",
    "versions": "looked at the list of versions",
    "version": "opened version {number}",
    "compare_versions": "compared versions{days}",
    "download_version": "downloaded version {number} as YAML",
    "version_banner": "had the banner of version {number} drawn",
    "picture": "looked at a picture of the banner",
    "check_report": _l("opened the report of a check of the site"),
    "receipts": "looked at the list of receipts{days}",
    "receipt": "opened receipt {receipt_id}",
    "receipt_banner": "had the banner of receipt {receipt_id} drawn",
    "receipt_proof": "downloaded the proof of receipt {receipt_id}",
    "export": "downloaded receipts as {format}{days}{after}",
    "proof": "opened the page Proof",
    "bundle": "downloaded the bundle{days}",
    "take_checkpoint": "took a checkpoint",
    "timestamp": "downloaded the time stamp {number}",
    "audit_log": "read this log",
    "logout": "left",
    CAME: "came in by the link",
    MADE: "made a link for {label}, for {length}",
    REVOKED: "revoked the link for {label}",
    PROPOSED: "proposed version {number}",
    APPROVED: "approved version {number}",
    DECLINED: "declined what was proposed as version {number}",
    WITHDRAWN: "took back what was proposed as version {number}",
    ON: "had versions need a second person from then on",
    OFF_ASKED: "asked that one person be enough to publish",
    OFF: "had one person be enough to publish from then on",
    KEPT: "had versions go on needing a second person",
    REVIEWED: _l("looked at the config as a whole{note}"),
    INTERVAL: _l("set that the config is looked at every {interval}"),
}
_OUTCOMES = {
    401: "they were not logged in",
    403: "refused",
    404: "nothing was there",
    422: "it could not be read",
    503: "it was not possible just then",
}


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/log", view_func=audit_log)


@desk("audit")
def audit_log(visit: Visit) -> ResponseReturnValue:
    """List what was done, newest first, by the UTC day."""
    before = request.args.get("before", type=int)
    found = list_events(request_session(), visit.place, before=before and min(before, MAX_ID))
    days = [(name, list(events)) for name, events in groupby(found.events, key=lambda event: day(event.at))]
    return render_template(
        "admin/log.html",
        visit=visit,
        place="log",
        days=days,
        sentence=sentence,
        before=found.before,
        is_first=before is None,
    )


def sentence(deed: Deed) -> str:
    """Say what was done, without who did it: ``opened receipt 019a…``, and what came of it, where that was nothing."""
    known = _SAID.get(deed.action, "asked for “{action}”")
    said = known.format_map(_Words(deed))
    status = deed.detail.get("status")
    if deed.detail.get("method") == "POST" and deed.action not in ("logout", MADE, REVOKED):
        said = f"tried to change something at “{deed.action}”"
    return f"{said}: {_OUTCOMES.get(status, f'it failed ({status})')}" if status else said


class _Words(dict[str, str]):
    """What a sentence's gaps are filled with."""

    def __init__(self, deed: Deed) -> None:
        detail: Mapping[str, Any] = deed.detail
        first, last, after = (detail.get(name) for name in ("from", "to", "after"))
        length, months, note = (detail.get(name) for name in ("days", "months", "note"))
        super().__init__(
            {name: str(value) for name, value in detail.items()},
            action=deed.action,
            days=(f" from {first}" if first else "") + (f" to {last}" if last else ""),
            after=f", after index {after}" if after else "",
            format=FORMATS.get(str(detail.get("name")), str(detail.get("name"))),
            length=f"{length} day" + ("" if length == 1 else "s"),
            interval=f"{months} month" + ("" if months == 1 else "s"),
            note=f": {note}" if note else "",
        )

    def __missing__(self, name: str) -> str:
        return "?"
