"""Lint by the catalog: a well-known tracker that lacks the site's own host, or in a category where it does not belong.

The category is only told where every entry of the catalog that uses one of its addresses says the same: a tag manager's is
used by many.
"""

from collections.abc import Collection, Iterator

from app.core.catalog import Catalog
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument, Tracker
from app.core.problems import Problem, error, warning
from app.core.say import say

_OPTIONAL = ("analytics", "recording", "marketing")
_RECORDING = "recording"
_HELD = ("browser", "loader")


def lint_known(document: ConfigDocument, catalog: Catalog) -> Iterator[Problem]:
    """Return what the catalog knows better about the trackers of ``document``. Never raises."""
    for index, tracker in enumerate(document["trackers"]):
        yield from _missing_host(f"trackers[{index}].match", tracker, catalog)
        if tracker["category"] == _RECORDING:
            continue
        category = known_category([(match["host"], match["path"]) for match in tracker["match"]], catalog)
        path = f"trackers[{index}].category"
        if category == _RECORDING:
            message = say(
                "The catalog knows this as a recorder of sessions. That is asked for apart: move it to recording."
            )
            yield warning(path, "recording_elsewhere", message)
        elif category is not None and tracker["category"] == NECESSARY:
            message = say(
                "The catalog has this under {category}. What is necessary is told and not chosen: move it, unless the site "
                "does not work without it.",
                category=category,
            )
            yield warning(path, "known_optional", message)


def _missing_host(path: str, tracker: Tracker, catalog: Catalog) -> Iterator[Problem]:
    """What the catalog cannot know is the host of one's own server: without any nothing is held, in silence."""
    entry = catalog.entry_of(tracker) if tracker["kind"] in _HELD else None
    if entry is None or not entry.lacks_host(tracker["match"]):
        return
    if tracker["match"]:
        message = say("A host that the catalog cannot know is missing. {what}", what=say(entry.missing_host))
        yield warning(path, "host_left", message)
        return
    message = say(
        "It has no host: nothing of it is held back but what pages mark. {what}", what=say(entry.missing_host)
    )
    if tracker["id"] == entry.id:
        yield error(path, "nothing_held", message)
    else:  # known by what it stores alone, and perhaps another's
        yield warning(path, "host_left", message)


def known_category(matches: Collection[tuple[str, str]], catalog: Catalog) -> str | None:
    """Return the optional category in which the catalog has all that uses these addresses (host, path), if it is one."""
    found = {
        entry.category for host, path in matches for entry in catalog.by_address(host.removeprefix("*."), path or "/")
    }
    category = next(iter(found)) if len(found) == 1 else None
    return category if category in _OPTIONAL else None
