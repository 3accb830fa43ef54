"""What a JSON value written by anyone must look like to count: small checks, put together by their users."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

Check = Callable[[Any], bool]

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_BITS_128 = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)


def problem_of(value: Any, fields: dict[str, Check], optional: frozenset[str] = frozenset()) -> str | None:
    """Name the first field of an object that is missing, too many or not as its check wants it; ``None`` when none is."""
    if not isinstance(value, dict):
        return "payload"
    if wrong := (value.keys() ^ fields.keys()) - (optional - value.keys()):
        return min(wrong)
    return next((name for name in fields if name in value and not fields[name](value[name])), None)


def is_text(value: Any) -> bool:
    """Whether it is text, and not empty."""
    return isinstance(value, str) and value != ""


def is_string(value: Any) -> bool:
    """Whether it is text, empty or not."""
    return isinstance(value, str)


def is_bool(value: Any) -> bool:
    """Whether it is true or false."""
    return isinstance(value, bool)


def is_count(value: Any) -> bool:
    """Whether it is a number from 0 to what every JSON reader can hold (2**53 - 1)."""
    return type(value) is int and 0 <= value < 2**53


def is_time(value: Any) -> bool:
    """Whether it is a time as ``rfc3339`` writes it."""
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_yes_no(value: Any) -> bool:
    """Whether it maps names to true or false."""
    return isinstance(value, dict) and all(isinstance(item, bool) for item in value.values())


def is_version_one(value: Any) -> bool:
    """Whether it is the number 1."""
    return type(value) is int and value == 1


def matches(pattern: re.Pattern[str]) -> Check:
    """Text that the whole ``pattern`` matches."""
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def one_of(*values: str) -> Check:
    """One of these texts."""
    return lambda value: isinstance(value, str) and value in values


def or_null(check: Check) -> Check:
    """Null, or what ``check`` wants."""
    return lambda value: value is None or check(value)


def object_of(fields: dict[str, Check], optional: frozenset[str] = frozenset()) -> Check:
    """An object with exactly these fields, of which the ``optional`` ones may be missing."""
    return lambda value: problem_of(value, fields, optional) is None


def list_of(check: Check, *, least: int = 0) -> Check:
    """A list of at least ``least`` such things."""
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(check, value))


is_sha256 = matches(_SHA256)
is_uuid7 = matches(_UUID)
is_16_bytes = matches(_BITS_128)
