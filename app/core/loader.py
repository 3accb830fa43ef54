"""Making a site's loader and its parts out of a widget build: each script ends in a call with zeros, for documents."""

from typing import Any

from app.core.canonical import script_json
from app.core.documents import ConfigDocument, GateTracker, Match, StorageItem, WidgetConfig

# What the widget takes a tracker for where the loader says nothing else (`widget/src/start.ts`).
_DEFAULTS = {"kind": "browser", "model": "optin", "sale_share": False, "since": 1, "signals": {}}


def fill_script(script: bytes, *values: Any) -> bytes:
    """Replace the zeros of the call that ends ``script`` (``docs/widget.md``) by ``values`` as JSON.

    Raises ``ValueError`` when the script does not end in a call with as many zeros.
    """
    script = script.rstrip()
    ending = ("(" + ",".join("0" for _ in values) + ");").encode()
    if not script.endswith(ending):
        raise ValueError(f"the widget's script does not end in {ending.decode()}")
    filled = ",".join(script_json(value) for value in values)
    return script.removesuffix(ending) + f"({filled});\n".encode()


def put_before(script: bytes, other: bytes) -> bytes:
    """Return ``script`` with ``other`` run first. What tells the browser how to compile it stays its first line."""
    head, _, body = script.partition(b"\n") if script.startswith(b"//#") else (b"", b"", script)
    return b"\n".join(part for part in (head, other.rstrip(), body) if part)


def takes_config(script: bytes) -> bool:
    """Whether a build has the config put in; one that pages pin fetches it."""
    return script.rstrip().endswith(b"(0);")


def takes_notice(script: bytes) -> bool:
    """Whether a part shows the notice: then it is called with the site's key and that, else with the key alone."""
    return script.rstrip().endswith(b"(0,0);")


def compact_config(config: WidgetConfig) -> dict[str, Any]:
    """Return what the loader carries of ``config``: without what the widget fills in or does not read.

    A visitor pays for every byte of it on every page. Left out is what is empty or off and what is a tracker's default;
    a match or a stored item is one text.
    """
    compact: dict[str, Any] = {
        key: value
        for key, value in config.items()
        if value or key not in ("cookie_domain", "csp_sources", "choice_per_tracker", "next", "gpp")
    }
    # Of Global Privacy Control it speaks where something is sold or shared, and of an effect by law where there is one.
    if compact.get("gpc") == "no":
        del compact["gpc"]
    if not any(tracker["sale_share"] for tracker in config["trackers"]):
        compact["texts"] = {key: text for key, text in config["texts"].items() if key != "gpc_status"}
    compact["categories"] = [category["id"] for category in config["categories"]]
    compact["trackers"] = [_compact_tracker(tracker) for tracker in config["trackers"]]
    return compact


def _compact_tracker(tracker: GateTracker) -> dict[str, Any]:
    written: dict[str, Any] = {
        **tracker,
        "match": [_pattern(match) for match in tracker["match"]],
        "storage": [_stored(item) for item in tracker["storage"]],
        # By what else it is told the widget learns from the section that the loader carries.
        "signals": {moment: steps for moment, steps in tracker.get("signals", {}).items() if steps and moment != "gpp"},
    }
    return {key: value for key, value in written.items() if value != _DEFAULTS.get(key, [])}


def listed_things(document: ConfigDocument, desk: str) -> dict[str, Any]:
    """Return what a published config says loads and stores, for discovery mode (`widget/src/discovery/recognise.ts`).

    ``desk``: the address at which the desk takes what was found.
    """
    return {
        "origins": document["origins"],
        "csp_sources": document["csp_sources"],
        "trackers": [
            {
                **{key: tracker[key] for key in ("id", "category", "name", "vendor")},
                "match": [_pattern(match) for match in tracker["match"]],
                "storage": [_stored(item) for item in tracker["storage"]],
            }
            for tracker in document["trackers"]
        ],
        "desk": desk,
    }


def _pattern(match: Match) -> str:
    return match["host"] if match["path"] == "/" else match["host"] + match["path"]


def _stored(item: StorageItem) -> str:
    return " ".join(filter(None, (item["kind"], item["name"], item["domain"])))


def console_line(message: str) -> bytes:
    """Return a script that only writes one line to the console."""
    return f"console.error({script_json('Placet: ' + message)});\n".encode()
