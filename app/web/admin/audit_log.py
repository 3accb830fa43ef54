"""The audit log of a site: what was done here, by whom, by the day, in sentences."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.say import later, say, say_number
from app.db import request_session
from app.services.auditor_links import MADE, REVOKED
from app.services.desk_events import Deed, list_events
from app.services.four_eyes import KEPT, OFF, OFF_ASKED, ON
from app.services.proposals import APPROVED, DECLINED, PROPOSED, WITHDRAWN
from app.services.reviews import INTERVAL, REVIEWED
from app.web.admin.access import Visit, desk
from app.web.admin.auditors import CAME
from app.web.admin.days import days_words
from app.web.admin.languages import written_day

MAX_ID = 2**31 - 1
FORMATS = {
    "jsonl": say("JSON lines"),
    "csv": "CSV",
    "jsonld": "ISO/IEC TS 27560",
    "kantara.jsonl": "Kantara 1.1",
}
_SAID = {
    "sites": later("opened the list of sites"),
    "overview": later("opened the site"),
    "versions": later("looked at the list of versions"),
    "version": later("opened version {number}"),
    "compare_versions": later("compared versions{days}"),
    "download_version": later("downloaded version {number} as YAML"),
    "version_banner": later("had the banner of version {number} drawn"),
    "picture": later("looked at a picture of the banner"),
    "check_report": later("opened the report of a check of the site"),
    "receipts": later("looked at the list of receipts{days}"),
    "receipt": later("opened receipt {receipt_id}"),
    "receipt_banner": later("had the banner of receipt {receipt_id} drawn"),
    "receipt_proof": later("downloaded the proof of receipt {receipt_id}"),
    "export": later("downloaded receipts as {format}{days}{after}"),
    "proof": later("opened the page Proof"),
    "bundle": later("downloaded the bundle{days}"),
    "take_checkpoint": later("took a checkpoint"),
    "timestamp": later("downloaded the time stamp {number}"),
    "audit_log": later("read this log"),
    "logout": later("left"),
    CAME: later("came in by the link"),
    MADE: later("made a link for {label}, for {length}"),
    REVOKED: later("revoked the link for {label}"),
    PROPOSED: later("proposed version {number}"),
    APPROVED: later("approved version {number}"),
    DECLINED: later("declined what was proposed as version {number}"),
    WITHDRAWN: later("took back what was proposed as version {number}"),
    ON: later("had versions need a second person from then on"),
    OFF_ASKED: later("asked that one person be enough to publish"),
    OFF: later("had one person be enough to publish from then on"),
    KEPT: later("had versions go on needing a second person"),
    REVIEWED: later("looked at the config as a whole{note}"),
    INTERVAL: later("set that the config is looked at every {interval}"),
}
_ASKED = later("asked for “{action}”")
_OUTCOMES = {
    401: later("they were not logged in"),
    403: later("refused"),
    404: later("nothing was there"),
    422: later("it could not be read"),
    503: later("it was not possible just then"),
}


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/log", view_func=audit_log)


@desk("audit")
def audit_log(visit: Visit) -> ResponseReturnValue:
    """List what was done, newest first, by the UTC day."""
    before = request.args.get("before", type=int)
    found = list_events(request_session(), visit.place, before=before and min(before, MAX_ID))
    days = [(name, list(events)) for name, events in groupby(found.events, key=lambda event: written_day(event.at))]
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
    status = deed.detail.get("status")
    if deed.detail.get("method") == "POST" and deed.action not in ("logout", MADE, REVOKED):
        said: str = say("tried to change something at “{action}”", action=deed.action)
    else:
        said = say(_SAID.get(deed.action, _ASKED), **_words(deed))
    if not status:
        return said
    outcome = say(_OUTCOMES[status]) if status in _OUTCOMES else say("it failed ({status})", status=status)
    return say("{deed}: {outcome}", deed=said, outcome=outcome)


def _words(deed: Deed) -> Mapping[str, Any]:
    """What a sentence's gaps are filled with."""
    detail: Mapping[str, Any] = deed.detail
    after, name = detail.get("after"), str(detail.get("name"))
    length, months, note = (detail.get(name) for name in ("days", "months", "note"))
    told = {key: detail.get(key, "?") for key in ("number", "receipt_id", "label")}
    return {
        **told,
        "action": deed.action,
        "days": days_words(detail.get("from"), detail.get("to")),
        "after": say(", after index {index}", index=after) if after else "",
        "format": FORMATS.get(name, name),
        "interval": say_number("{number} month", "{number} months", months) if isinstance(months, int) else "?",
        "note": say(": {note}", note=note) if note else "",
        "length": say_number("{number} day", "{number} days", length) if isinstance(length, int) else "?",
    }
