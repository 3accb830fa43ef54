"""Receipts as a table: CSV by RFC 4180, one receipt a row, safe to open in a spreadsheet (``docs/exports.md``)."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

FIXED: Final = (
    "log_index",
    "entry_sha256",
    "id",
    "previous",
    "subject",
    "event",
    "method",
    "trusted",
    "config_version",
    "config_sha256",
    "notice_lang",
    "notice_sha256",
    "widget_version",
    "widget_sha256",
    "regime",
    "country",
    "region",
    "location_source",
    "gpc_browser",
    "gpc_header",
    "gpc_effect",
    "layer",
    "layout",
    "viewport",
    "scheme",
    "equality",
    "shown_at",
    "decided_at",
    "received_at",
    "expires_at",
    "clock",
    "attested",
    "trackers_allowed",
    "trackers_refused",
    "taken_over_from",
    "taken_over_decided_at",
    "taken_over_value",
)
"""Columns of every table; one ``choice:<category>`` for each category follows."""

_INNER: Final = {
    "config_version": ("config", "version"),
    "config_sha256": ("config", "sha256"),
    "notice_lang": ("notice", "lang"),
    "notice_sha256": ("notice", "sha256"),
    "widget_version": ("widget", "version"),
    "widget_sha256": ("widget", "sha256"),
    "country": ("jurisdiction", "country"),
    "region": ("jurisdiction", "region"),
    "location_source": ("jurisdiction", "source"),
    "gpc_browser": ("gpc", "browser"),
    "gpc_header": ("gpc", "header"),
    "gpc_effect": ("gpc", "effect"),
    "taken_over_from": ("taken_over", "from"),
    "taken_over_decided_at": ("taken_over", "decided_at"),
    "taken_over_value": ("taken_over", "value"),
}
# What spreadsheets take for the beginning of a formula, the full-width forms too, and the apostrophe that marks a text:
# so taking one apostrophe away always gives back what was there.
_FORMULA: Final = tuple("=+-@\t\r\n'＝＋－＠")


def header(categories: Sequence[str]) -> bytes:
    """Return the first line: the columns, with one for each of ``categories`` (ids), in that order."""
    return _lines([[*FIXED, *(_safe(f"choice:{category}") for category in categories)]])


def rows(receipts: Iterable[tuple[int, str, dict[str, Any] | None]], categories: Sequence[str]) -> bytes:
    """Return the lines of ``receipts``: log index, SHA-256 of the entry (hex) and payload each.

    A payload that cannot be read (``None``) leaves all but the first two columns empty.
    """
    return _lines(_cells(*receipt, categories) for receipt in receipts)


def _cells(index: int, entry: str, payload: dict[str, Any] | None, categories: Sequence[str]) -> list[str]:
    known: dict[str, Any] = payload or {}
    choices, trackers = _mapping(known.get("choices")), _mapping(known.get("trackers"))
    given: dict[str, Any] = {
        "log_index": index,
        "entry_sha256": entry,
        "trackers_allowed": " ".join(name for name, yes in trackers.items() if yes is True),
        "trackers_refused": " ".join(name for name, yes in trackers.items() if yes is False),
    }
    cells = [given.get(column, _value(known, column)) for column in FIXED]
    return [_text(cell) for cell in [*cells, *(choices.get(category) for category in categories)]]


def _value(payload: dict[str, Any], column: str) -> Any:
    outer, inner = _INNER.get(column, (column, None))
    value = payload.get(outer)
    return value if inner is None else _mapping(value).get(inner)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _safe(str(value))


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(table: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(table)
    return out.getvalue().encode("utf-8", "backslashreplace")
