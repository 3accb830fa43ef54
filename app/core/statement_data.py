"""The shape of what statements say, kind by kind (``docs/receipts.md``). Other kinds than these may say anything."""

from typing import Any

from app.core.note import NoteError, parse_vkey
from app.core.shape import (
    Check,
    is_bool,
    is_count,
    is_sha256,
    is_string,
    is_text,
    list_of,
    object_of,
    one_of,
    or_null,
    problem_of,
)
from app.core.signing import SignatureError, read_jwk


def data_problem(kind: str, data: Any) -> bool:
    """Whether the data of a statement of a known ``kind`` is not as it must be."""
    check = _DATA.get(kind)
    return check is not None and not check(data)


def _is_publication(data: Any) -> bool:
    # A publication may say more (when it is in effect, whether to ask again); these are what receipts are held against.
    stated = {name: data[name] for name in _PUBLICATION if name in data} if isinstance(data, dict) else None
    return problem_of(stated, _PUBLICATION, frozenset({"slices", "lint", "by"})) is None


def _is_key(data: Any) -> bool:
    if problem_of(data, {"use": one_of("receipt"), "jwk": lambda value: isinstance(value, dict)}) is None:
        try:
            read_jwk(data["jwk"])
        except SignatureError:
            return False
        return True
    return problem_of(data, {"use": one_of("log"), "vkey": _is_vkey}) is None


def _is_retirement(data: Any) -> bool:
    receipt: dict[str, Check] = {"use": one_of("receipt"), "kid": is_text, "reason": is_string}
    log: dict[str, Check] = {"use": one_of("log"), "vkey": _is_vkey, "reason": is_string}
    return problem_of(data, receipt) is None or problem_of(data, log) is None


def _is_vkey(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(parse_vkey(value))
    except NoteError:
        return False


def _is_removal(data: Any) -> bool:
    """Ranges ascend and do not touch one another's indexes; ``count`` is their sum."""
    if problem_of(data, _REMOVAL, frozenset({"rule"})) is not None or not data["ranges"]:
        return False
    end, total = -1, 0
    for item in data["ranges"]:
        if not isinstance(item, list) or len(item) != 2 or not all(map(is_count, item)):
            return False
        first, last = item
        if not end < first <= last:
            return False
        end, total = last, total + last - first + 1
    return bool(data["count"] == total)


def _is_hash_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_sha256, value.values()))


_PUBLICATION: dict[str, Check] = {
    "version": is_count,
    "sha256": is_sha256,
    "by": is_string,
    "lint": object_of({"warnings": list_of(object_of({"path": is_string, "message": is_string}))}),
    "slices": list_of(object_of({"regime": is_text, "lang": is_text, "notice": is_sha256, "loader": is_sha256})),
}
_REMOVAL: dict[str, Check] = {
    "ranges": lambda value: isinstance(value, list),
    "count": is_count,
    "reason": is_text,
    "by": one_of("subject", "operator"),
    "rule": is_text,
}
_is_stop = object_of({"tracker": is_text, "version": is_count, "reason": is_string, "by": is_string})
_DATA: dict[str, Check] = {
    "config-published": _is_publication,
    "receipts-removed": _is_removal,
    "widget-released": object_of(
        {"builds": list_of(object_of({"version": is_text, "sha256": is_sha256, "parts": _is_hash_by_name}), least=1)}
    ),
    "key-added": _is_key,
    "key-retired": _is_retirement,
    "tracker-stopped": _is_stop,
    "tracker-resumed": _is_stop,
    "banner-pictured": object_of(
        {
            "version": is_count,
            "pictures": list_of(
                object_of(
                    {"sha256": is_sha256, "regime": is_text, "lang": is_text, "width": is_count, "scheme": is_text}
                )
            ),
        }
    ),
    "site-checked": object_of(
        {
            "url": is_text,
            "version": or_null(is_count),
            "pages": is_count,
            "installed": is_bool,
            "embeddings": list_of(is_text),
            "by_header": is_bool,
            "holds": is_bool,
            "errors": is_count,
            "warnings": is_count,
            "findings": list_of(object_of({"code": is_text, "about": is_string})),
            "report": is_sha256,
        }
    ),
    "log-restored": object_of({"size": is_count, "checkpoint": is_text, "reason": is_string}),
}
