"""The shape of what a bundle holds, read back: what a receipt, a statement or the manifest must look like to count."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.core.canonical import canonical_bytes

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_BITS_128 = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)
_KIND = re.compile(r"[a-z]+(?:-[a-z]+)*", re.ASCII)

Check = Callable[[Any], bool]


def is_canonical(payload: Any, data: bytes) -> bool:
    """Whether ``data`` is the RFC 8785 form of ``payload``, so that every reader reads the same from it."""
    try:
        # The quick form is the same but for rare numbers and for keys beyond the basic plane.
        quick = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return quick == data or canonical_bytes(payload) == data
    except (ValueError, RecursionError):
        return False


def receipt_problem(payload: Any) -> str | None:
    """Name the first field of a receipt's payload that is not as ``docs/receipts.md`` lists it; else ``None``."""
    return _problem(payload, _RECEIPT) or _receipt_contradiction(payload)


def statement_problem(payload: Any) -> str | None:
    """Name the first field of a statement's payload that is not as it must be; ``None`` when all are."""
    problem = _problem(payload, _STATEMENT)
    if problem is None:
        check = _DATA.get(payload["kind"])
        if check is not None and not check(payload["data"]):
            problem = "data"
    return problem


def manifest_problem(manifest: Any) -> str | None:
    """Name the first field of a bundle's manifest that is not as it must be; ``None`` when all are."""
    return _problem(manifest, _MANIFEST)


def _problem(payload: Any, fields: dict[str, Check]) -> str | None:
    if not isinstance(payload, dict):
        return "payload"
    if payload.keys() != fields.keys():
        return min(payload.keys() ^ fields.keys())
    return next((name for name, check in fields.items() if not check(payload[name])), None)


def _receipt_contradiction(payload: dict[str, Any]) -> str | None:
    if not payload["choices"].get("necessary", True):
        return "choices"
    return None if payload["expires_at"] > payload["received_at"] else "expires_at"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _is_time(value: Any) -> bool:
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_yes_no(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, bool) for item in value.values())


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _one_of(*values: Any) -> Check:
    return lambda value: isinstance(value, str) and value in values


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _object(**fields: Check) -> Check:
    return lambda value: _problem(value, fields) is None


def _is_version_one(value: Any) -> bool:
    return type(value) is int and value == 1


def _is_removal(data: Any) -> bool:
    """Ranges ascend and do not touch one another's indexes; ``count`` is their sum."""
    if _problem(data, _REMOVAL) is not None or not data["ranges"]:
        return False
    end, total = -1, 0
    for item in data["ranges"]:
        if not isinstance(item, list) or len(item) != 2 or not all(map(_is_count, item)):
            return False
        first, last = item
        if not end < first <= last:
            return False
        end, total = last, total + last - first + 1
    return bool(data["count"] == total)


def _is_publication(data: Any) -> bool:
    # A publication may say more (why at once, whether to ask again); these two are what receipts are held against.
    return isinstance(data, dict) and _is_count(data.get("version")) and _matches(_SHA256)(data.get("sha256"))


_RECEIPT: dict[str, Check] = {
    "v": _is_version_one,
    "id": _matches(_UUID),
    "site": _is_text,
    "nonce": _matches(_BITS_128),
    "subject": _matches(_BITS_128),
    "previous": _or_null(_matches(_UUID)),
    "event": _one_of("given", "refused", "changed", "withdrawn", "renewed"),
    "method": _is_text,
    "trusted": _is_bool,
    "choices": _is_yes_no,
    "trackers": _is_yes_no,
    "config": _object(version=_is_count, sha256=_matches(_SHA256)),
    "notice": _object(lang=_is_text, sha256=_matches(_SHA256)),
    "widget": _or_null(_object(version=_is_text, sha256=_matches(_SHA256))),
    "regime": _is_text,
    "jurisdiction": _object(country=_or_null(_is_text), region=_or_null(_is_text), source=_is_text),
    "gpc": _object(browser=_or_null(_is_bool), header=_is_bool, effect=_one_of("no", "honour", "legal_optout")),
    "layer": _or_null(_is_count),
    "layout": _or_null(_is_text),
    "viewport": _or_null(_is_text),
    "scheme": _or_null(_is_text),
    "equality": _or_null(_is_bool),
    "shown_at": _is_time,
    "decided_at": _is_time,
    "received_at": _is_time,
    "expires_at": _is_time,
    "clock": _one_of("plausible", "implausible"),
    "attested": _is_bool,
}
_STATEMENT: dict[str, Check] = {
    "v": _is_version_one,
    "id": _matches(_UUID),
    "site": _is_text,
    "kind": _matches(_KIND),
    "at": _is_time,
    "data": lambda value: isinstance(value, dict),
}
_REMOVAL: dict[str, Check] = {
    "ranges": lambda value: isinstance(value, list),
    "count": _is_count,
    "reason": _is_text,
    "by": _one_of("subject", "operator"),
}
_is_file_facts = _object(sha256=_matches(_SHA256), bytes=_is_count)
_MANIFEST: dict[str, Check] = {
    "v": _is_version_one,
    "site": _is_text,
    "origin": _is_text,
    "size": _is_count,
    "root": _is_text,
    "receipts": _is_count,
    "statements": _is_count,
    "removed": _is_count,
    "made_at": _is_time,
    "files": lambda value: isinstance(value, dict) and all(map(_is_file_facts, value.values())),
}
_DATA: dict[str, Check] = {"config-published": _is_publication, "receipts-removed": _is_removal}
