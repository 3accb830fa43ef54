"""Statements: signed log entries that are not receipts, and the ids both bear."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from app.core.receipt import rfc3339

Kind = Literal[
    "config-published",
    "widget-released",
    "key-added",
    "key-retired",
    "tracker-stopped",
    "tracker-resumed",
    "receipts-removed",
    "banner-pictured",
    "site-checked",
    "log-restored",
]


def uuid7(now: datetime, random: bytes) -> str:
    """Return a UUIDv7 (RFC 9562 §5.7) of the millisecond ``now`` and 10 ``random`` bytes."""
    milliseconds = int(now.timestamp() * 1000)
    number = milliseconds << 80 | int.from_bytes(random[:10], "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=number))


def make_statement(kind: Kind, data: dict[str, Any], *, site: str, id: str, now: datetime) -> dict[str, Any]:
    """Build the payload of a statement (``docs/receipts.md``)."""
    return {"v": 1, "id": id, "site": site, "kind": kind, "at": rfc3339(now), "data": data}


def index_ranges(indexes: list[int]) -> list[list[int]]:
    """Fold log indexes into ascending ``[first, last]`` ranges: ``[4, 2, 3, 9]`` becomes ``[[2, 4], [9, 9]]``."""
    ranges: list[list[int]] = []
    for index in sorted(set(indexes)):
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1][1] = index
        else:
            ranges.append([index, index])
    return ranges
