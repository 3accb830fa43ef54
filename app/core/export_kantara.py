"""Receipts as Kantara Consent Receipts, v1.1.0 of 20 February 2018 (``docs/exports.md``).

That format knows consent that was given and nothing else: what refuses or withdraws everything has no form in it, nor
has a yes that was given to another tool and taken over from it.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

from app.core.documents import NoticeTracker
from app.core.export_terms import Terms, event_time, is_granted, is_taken_over

VERSION: Final = "KI-CR-v1.1.0"
_EMAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def line_bytes(index: int, payload: dict[str, Any], terms: Terms) -> bytes | None:
    """Return one line ``{"index", "receipt"}``, newline included, or ``None`` for what has no form."""
    found = receipt(payload, terms)
    if found is None:
        return None
    line = {"index": index, "receipt": found}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def receipt(payload: dict[str, Any], terms: Terms) -> dict[str, Any] | None:
    """Return the consent receipt of one of ours, or ``None`` when it grants nothing that we have asked about."""
    if is_taken_over(payload):
        return None
    names = {category["id"]: category["name"] for category in terms.notice["categories"]}
    purposes = [
        _purpose(tracker, names[category], terms)
        for category, tracker in terms.asked()
        if tracker["kind"] != "declared" and is_granted(payload, category, tracker["id"])
    ]
    if not purposes:
        return None
    place = payload["jurisdiction"]
    return {
        "version": VERSION,
        "jurisdiction": "-".join(part for part in (place["country"], place["region"]) if part) or "unknown",
        "consentTimestamp": _seconds(event_time(payload)),
        "collectionMethod": payload["method"],
        "consentReceiptID": payload["id"],
        "language": payload["notice"]["lang"],
        "piiPrincipalId": payload["subject"],
        "piiControllers": [_controller(terms)],
        "policyUrl": terms.notice["policy_url"],
        "services": [{"service": terms.notice["name"], "purposes": purposes}],
        "sensitive": False,
        "spiCat": [],
    }


def _purpose(tracker: NoticeTracker, category: str, terms: Terms) -> dict[str, Any]:
    kept = "; ".join(f"{item['name']}: {item['retention']}" for item in tracker["data"])
    others = [
        recipient["name"]
        for recipient in tracker["recipients"]
        if recipient["name"] != terms.notice["controller"]["name"]
    ]
    purpose: dict[str, Any] = {
        "purpose": tracker["purpose"],
        "purposeCategory": [category],
        "consentType": "EXPLICIT",
        "piiCategory": [item["name"] for item in tracker["data"]],
        "primaryPurpose": False,
        "termination": f"{kept or 'nothing is kept'}; withdrawal: {terms.document['origins'][0]}",
        "thirdPartyDisclosure": bool(others),
    }
    if others:
        purpose["thirdPartyName"] = ", ".join(others)
    return purpose


def _controller(terms: Terms) -> dict[str, Any]:
    controller = terms.notice["controller"]
    return {
        "piiController": controller["name"],
        "contact": controller["contact"],
        "address": {"streetAddress": controller["address"]},
        "email": controller["contact"] if _EMAIL.fullmatch(controller["contact"]) else "",
        "phone": "",
    }


def _seconds(time: str) -> int:
    """Return whole seconds since 1970, as §4.3.3 asks for; a claimed time before that is negative."""
    return int((datetime.fromisoformat(time) - _EPOCH).total_seconds() // 1)
