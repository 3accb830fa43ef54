"""Receipts as consent records by ISO/IEC TS 27560:2023, in JSON-LD with the Data Privacy Vocabulary (``docs/exports.md``).

The form is that of the guide "Implementing ISO/IEC TS 27560:2023 Consent Records and Receipts" (W3C DPVCG), the terms are
those of DPV 2.x, Dublin Core and schema.org. Nothing stands there that neither the receipt nor what it cites says.
"""

import json
from typing import Any, Final

from app.core.documents import NoticeTracker, Recipient
from app.core.export_terms import Terms, event_time, is_granted, is_signal, is_taken_over

SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#"
GDPR_REGIME: Final = "eu"

_IRI: Final = {"@type": "@id"}
_TIME: Final = {"@type": "xsd:dateTime"}
CONTEXT: Final[dict[str, Any]] = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dct:conformsTo": _IRI,
    "dct:isPartOf": _IRI,
    "dct:created": _TIME,
    "dpv:hasCountry": _IRI,
    "dpv:hasLegalBasis": _IRI,
    "dpv:hasLocation": _IRI,
    "dpv:isExercisedAt": _IRI,
    "dpv:isIndicatedAtTime": _TIME,
    "dpv:isIndicatedBy": _IRI,
}
"""Stands once in every document, so that nothing has to be fetched to read it."""

HEAD: Final = b'{"@context":' + json.dumps(CONTEXT, separators=(",", ":")).encode() + b',"@graph":[\n'
"""What a document begins with; records follow, with ``SEPARATOR`` between them, and ``TAIL``."""
SEPARATOR: Final = b",\n"
TAIL: Final = b"\n]}\n"

_PURPOSES: Final = {
    "functional": "dpv:ServicePersonalisation",
    "analytics": "dpv:ServiceUsageAnalytics",
    "recording": "dpv:ServiceUsageAnalytics",
    "marketing": "dpv:Marketing",
}
_BASES: Final = {
    "contract": "dpv:Contract",
    "legitimate_interest": "dpv:LegitimateInterest",
    "legal_obligation": "dpv:LegalObligation",
}
_ROLES: Final = {
    "controller": "dpv:DataController",
    "processor": "dpv:DataProcessor",
    "joint_controller": "dpv:JointDataControllers",
}
_GDPR_RIGHTS: Final = ["eu-gdpr:A7-3", "eu-gdpr:A15", "eu-gdpr:A17", "eu-gdpr:A77"]


def record_bytes(index: int, payload: dict[str, Any], terms: Terms) -> bytes:
    """Return one record as it stands in ``@graph``: see ``record``."""
    return _bytes(record(index, payload, terms))


def receipt_bytes(index: int, payload: dict[str, Any], terms: Terms) -> bytes:
    """Return the receipt that a visitor gets of one record."""
    conforms = "receipt-eu-gdpr" if payload["regime"] == GDPR_REGIME else "receipt"
    receipt = {
        "@id": f"urn:uuid:{payload['id']}#receipt",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": SCHEMA + conforms,
        "dct:identifier": payload["id"],
        "dct:created": payload["received_at"],
        "dpv:hasRecordOfActivity": [record(index, payload, terms)],
    }
    return _bytes(receipt)


def record(index: int, payload: dict[str, Any], terms: Terms) -> dict[str, Any]:
    """Return the consent record of one receipt: its log ``index``, its payload, and what it cites."""
    is_gdpr = payload["regime"] == GDPR_REGIME
    subject = f"_:subject-{payload['subject']}"
    return {
        "@id": f"urn:uuid:{payload['id']}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": SCHEMA + ("record-eu-gdpr" if is_gdpr else "record"),
        "dct:identifier": payload["id"],
        "dct:created": payload["received_at"],
        "dct:isPartOf": f"{terms.base}/log/{terms.site}",
        "schema:position": index,
        "dpv:hasDataSubject": {"@id": subject, "@type": "dpv:DataSubject", "dpv:hasIdentifier": payload["subject"]},
        "dpv:hasJurisdiction": _jurisdiction(payload["jurisdiction"]),
        "dpv:hasApplicableLaw": {"@type": "dpv:Law", "dct:identifier": payload["regime"]},
        "dpv:hasDataController": _controller(terms),
        "dpv:hasNotice": [
            {"@id": terms.notice_url, "@type": "dpv:ConsentNotice", "dct:language": terms.notice["lang"]},
            {"@id": terms.notice["policy_url"], "@type": "dpv:PrivacyNotice"},
        ],
        "dpv:hasProcess": [_process(payload, category, tracker, terms, subject) for category, tracker in terms.asked()],
        "dpv:hasConsentControl": {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": terms.document["origins"]},
        "dpv:hasRight": [
            {
                "@type": _GDPR_RIGHTS if is_gdpr else "dpv:DataSubjectRight",
                "dpv:isExercisedAt": terms.notice["policy_url"],
                "dpv:hasContact": terms.notice["controller"]["contact"],
            }
        ],
    }


def _bytes(node: dict[str, Any]) -> bytes:
    return json.dumps(node, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _jurisdiction(place: dict[str, Any]) -> dict[str, Any]:
    if place["country"] is None:
        return {"@type": "dpv:Location", "dct:title": "unknown"}
    code = place["country"] + (f"-{place['region']}" if place["region"] else "")
    return {"@id": f"loc:{code}", "@type": "dpv:Location", "dct:identifier": code}


def _controller(terms: Terms) -> dict[str, Any]:
    controller = terms.notice["controller"]
    node: dict[str, Any] = {
        "@id": f"{terms.config_url}#controller",
        "@type": "dpv:DataController",
        "dpv:hasName": controller["name"],
        "dpv:hasAddress": controller["address"],
        "dpv:hasContact": controller["contact"],
    }
    if controller["dpo"]:
        node["dpv:hasDataProtectionOfficer"] = {
            "@type": "dpv:DataProtectionOfficer",
            "dpv:hasContact": controller["dpo"],
        }
    if controller["authority"]:
        node["dpv:hasAuthority"] = {
            "@type": "dpv:DataProtectionAuthority",
            "dpv:hasName": controller["authority"]["name"],
            "dpv:hasContact": controller["authority"]["url"],
        }
    return node


def _process(
    payload: dict[str, Any], category: str, tracker: NoticeTracker, terms: Terms, subject: str
) -> dict[str, Any]:
    lang = terms.notice["lang"]
    purpose = _PURPOSES.get(terms.standard_category(category))
    return {
        "@type": "dpv:Process",
        "dct:identifier": f"{category}/{tracker['id']}",
        "dct:title": tracker["name"],
        "dpv:hasPurpose": {
            "@type": ["dpv:Purpose", *([purpose] if purpose else [])],
            "dct:description": _in(lang, tracker["purpose"]),
        },
        "dpv:hasLegalBasis": _legal_basis(tracker, payload["regime"]),
        "dpv:hasPersonalData": [
            {
                "@type": "dpv:PersonalData",
                "dct:title": _in(lang, item["name"]),
                "dpv:hasStorageCondition": {
                    "@type": "dpv:StorageDuration",
                    "dpv:hasDuration": _lasts(item["retention"]),
                },
            }
            for item in tracker["data"]
        ],
        "dpv:hasStorageCondition": _storage(tracker),
        "dpv:hasRecipient": [_recipient(recipient) for recipient in tracker["recipients"]],
        "dpv:hasConsentStatus": {
            "@type": _status(payload, category, tracker),
            "dpv:isIndicatedBy": subject,
            "dpv:isIndicatedAtTime": event_time(payload),
            "dpv:hasIndicationMethod": _method(payload),
            "dpv:hasDuration": {"@type": "dpv:UntilTimeDuration", "rdf:value": payload["expires_at"]},
        },
    }


def _status(payload: dict[str, Any], category: str, tracker: NoticeTracker) -> list[str]:
    """Map what a receipt says of one tracker; what nobody chose, and what no choice holds, is unknown."""
    if tracker["kind"] == "declared" or (is_signal(payload) and not tracker["sale_share"]):
        return ["dpv:ConsentUnknown"]
    if is_granted(payload, category, tracker["id"]):
        state = "dpv:RenewedConsentGiven" if payload["event"] == "renewed" else "dpv:ConsentGiven"
    else:
        state = "dpv:ConsentWithdrawn" if payload["event"] == "withdrawn" else "dpv:ConsentRefused"
    # Whoever had asked before may have asked otherwise: that it was expressed is not ours to say.
    return [state] if is_taken_over(payload) else [state, "dpv:ExpressedConsent"]


def _method(payload: dict[str, Any]) -> str:
    """Say how it was chosen; of what was taken over, from where, and that a browser claims it."""
    if not is_taken_over(payload):
        return str(payload["method"])
    taken = payload["taken_over"]
    when = f", decided there at {taken['decided_at']}" if taken["decided_at"] else ""
    return f"{payload['method']}: claimed by the browser as kept by {taken['from']}{when}"


def _legal_basis(tracker: NoticeTracker, regime: str) -> str:
    if tracker["legal_basis"] == "consent":
        return "eu-gdpr:A6-1-a" if regime == GDPR_REGIME else "dpv:Consent"
    # What runs until a no rests on no consent, and the law that lets it run names no basis: any.
    return _BASES.get(tracker["legal_basis"], "dpv:LegalBasis")


def _storage(tracker: NoticeTracker) -> list[dict[str, Any]]:
    places = ["dpv:WithinDevice"] if tracker["storage"] else []
    places += sorted({f"loc:{recipient['country']}" for recipient in tracker["recipients"]})
    locations: list[dict[str, Any]] = [{"@type": "dpv:StorageLocation", "dpv:hasLocation": place} for place in places]
    if not locations:
        locations = [{"@type": "dpv:StorageLocation", "dct:title": "at the controller"}]
    lengths = list(dict.fromkeys(item["retention"] for item in tracker["data"]))
    return locations + [{"@type": "dpv:StorageDuration", "dpv:hasDuration": _lasts(length)} for length in lengths]


def _recipient(recipient: Recipient) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@type": ["dpv:Recipient", _ROLES[recipient["role"]]],
        "dpv:hasName": recipient["name"],
        "dpv:hasCountry": f"loc:{recipient['country']}",
    }
    if recipient["safeguard"]:
        node["dpv:hasTechnicalOrganisationalMeasure"] = {
            "@type": "dpv:SafeguardForDataTransfer",
            "dct:title": recipient["safeguard"],
        }
    return node


def _lasts(duration: str) -> dict[str, str]:
    return {"@type": "dpv:TemporalDuration", "rdf:value": duration}


def _in(lang: str, text: str) -> dict[str, str]:
    return {"@value": text, "@language": lang}
