"""Stopping a tracker without publishing: what is served of a version says that it may not load, whatever was chosen."""

from collections.abc import Collection, Mapping
from typing import Any, Final

STOPPED: Final = "stopped"
"""The model of a tracker that was stopped: held, and not because of the visitor."""


def with_stopped(content: Mapping[str, Any], stopped: Collection[str]) -> dict[str, Any]:
    """Return what a loader carries or the public config says, with the trackers ``stopped`` (ids) held.

    A tag manager that is stopped is held by itself, no longer released by what is behind it; and what is behind it no
    longer asks for it. Nothing else changes: the visitor's choice stays what it is, and counts again afterwards.
    """
    return {**content, "trackers": [_held(tracker, stopped) for tracker in content["trackers"]]}


def _held(tracker: Mapping[str, Any], stopped: Collection[str]) -> dict[str, Any]:
    changed = dict(tracker)
    if changed.get("via") in stopped:
        del changed["via"]
    if changed["id"] in stopped:
        changed["model"] = STOPPED
        if changed["kind"] == "loader":
            changed["kind"] = "browser"
    return changed
