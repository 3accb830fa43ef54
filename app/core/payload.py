"""The shape of what a bundle holds, read back: what a receipt, a statement or the manifest must look like to count."""

import json
import re
from typing import Any

from app.core.canonical import canonical_bytes
from app.core.shape import (
    Check,
    is_16_bytes,
    is_bool,
    is_count,
    is_sha256,
    is_string,
    is_text,
    is_time,
    is_uuid7,
    is_version_one,
    is_yes_no,
    list_of,
    matches,
    object_of,
    one_of,
    or_null,
    problem_of,
)
from app.core.statement_data import data_problem
from app.core.take_over import METHOD

_KIND = re.compile(r"[a-z]+(?:-[a-z]+)*", re.ASCII)


def is_canonical(payload: Any, data: bytes) -> bool:
    """Whether ``data`` is the RFC 8785 form of ``payload``, so that every reader reads the same from it."""
    try:
        # The quick form is the same but for rare numbers and for keys beyond the basic plane.
        quick = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return (quick == data and _has_plain_numbers(payload)) or canonical_bytes(payload) == data
    except (ValueError, RecursionError):
        return False


def _has_plain_numbers(value: Any) -> bool:
    """Whether all its numbers are whole, and small enough for every reader to hold."""
    if isinstance(value, dict):
        return all(map(_has_plain_numbers, value.values()))
    if isinstance(value, list):
        return all(map(_has_plain_numbers, value))
    return not isinstance(value, float) and (not isinstance(value, int) or abs(value) < 2**53)


def receipt_problem(payload: Any) -> str | None:
    """Name the first field of a receipt's payload that is not as ``docs/receipts.md`` lists it; else ``None``."""
    return problem_of(payload, _RECEIPT, frozenset({"taken_over"})) or _receipt_contradiction(payload)


def statement_problem(payload: Any) -> str | None:
    """Name the first field of a statement's payload that is not as it must be; ``None`` when all are."""
    problem = problem_of(payload, _STATEMENT)
    if problem is None and data_problem(payload["kind"], payload["data"]):
        problem = "data"
    return problem


def manifest_problem(manifest: Any) -> str | None:
    """Name the first field of a bundle's manifest that is not as it must be; ``None`` when all are."""
    return problem_of(manifest, _MANIFEST, frozenset({"selection", "left_out"}))


def kept_problem(line: Any) -> str | None:
    """Name the first field of a line of ``checkpoints.jsonl`` that is not as it must be; ``None`` when all are."""
    return problem_of(line, _KEPT)


def _receipt_contradiction(payload: dict[str, Any]) -> str | None:
    if not payload["choices"].get("necessary", True):
        return "choices"
    if "taken_over" in payload and (payload["method"] != METHOD or payload["trusted"]):
        return "taken_over"  # it would pass for a click
    return None if payload["expires_at"] > payload["received_at"] else "expires_at"


_RECEIPT: dict[str, Check] = {
    "v": is_version_one,
    "id": is_uuid7,
    "site": is_text,
    "nonce": is_16_bytes,
    "subject": is_16_bytes,
    "previous": or_null(is_uuid7),
    "event": one_of("given", "refused", "changed", "withdrawn", "renewed"),
    "method": is_text,
    "trusted": is_bool,
    "choices": is_yes_no,
    "trackers": is_yes_no,
    "config": object_of({"version": is_count, "sha256": is_sha256}),
    "notice": object_of({"lang": is_text, "sha256": is_sha256}),
    "widget": or_null(object_of({"version": is_text, "sha256": is_sha256})),
    "regime": is_text,
    "jurisdiction": object_of({"country": or_null(is_text), "region": or_null(is_text), "source": is_text}),
    "gpc": object_of(
        {"browser": or_null(is_bool), "header": is_bool, "effect": one_of("no", "honour", "legal_optout")}
    ),
    "layer": or_null(is_count),
    "layout": or_null(is_text),
    "viewport": or_null(is_text),
    "scheme": or_null(is_text),
    "equality": or_null(is_bool),
    "shown_at": is_time,
    "decided_at": is_time,
    "received_at": is_time,
    "expires_at": is_time,
    "clock": one_of("plausible", "implausible"),
    "attested": is_bool,
    "taken_over": object_of({"from": is_text, "decided_at": or_null(is_time), "value": or_null(is_string)}),
}
_STATEMENT: dict[str, Check] = {
    "v": is_version_one,
    "id": is_uuid7,
    "site": is_text,
    "kind": matches(_KIND),
    "at": is_time,
    "data": lambda value: isinstance(value, dict),
}
_is_file_facts = object_of({"sha256": is_sha256, "bytes": is_count})
_SELECTION: dict[str, Check] = {
    "from": or_null(is_time),
    "to": or_null(is_time),
    "first": is_count,
    "last": lambda value: type(value) is int and -1 <= value < 2**53,
}
_MANIFEST: dict[str, Check] = {
    "v": is_version_one,
    "site": is_text,
    "origin": is_text,
    "size": is_count,
    "root": is_text,
    "receipts": is_count,
    "statements": is_count,
    "removed": is_count,
    "left_out": is_count,
    "selection": or_null(object_of(_SELECTION)),
    "made_at": is_time,
    "files": lambda value: isinstance(value, dict) and all(map(_is_file_facts, value.values())),
}
_KEPT: dict[str, Check] = {
    "size": is_count,
    "note": is_text,
    "made_at": is_time,
    "handed": list_of(object_of({"kind": is_text, "to": is_text, "at": is_time})),
    "timestamps": list_of(is_text),
}
