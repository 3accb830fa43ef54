"""The shape of what a config says about choices that another tool has kept. Field by field: ``docs/import.md``."""

from typing import TypedDict


class AskedBefore(TypedDict):
    """A tracker that another tool had asked about, and the names (categories, services) under which it kept the answer."""

    id: str
    asked_as: list[str]


# The functional form: `from` is a word of Python.
TakeOver = TypedDict(
    "TakeOver",
    {
        "from": str,
        "name": str | None,
        "kept": str | None,
        "until": str,
        "delete": bool,
        "trackers": list[AskedBefore],
    },
)
"""What is taken over of choices that another tool has kept in visitors' browsers (``docs/import.md``)."""
