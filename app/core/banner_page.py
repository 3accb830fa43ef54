"""A page that shows the banner again as a build of the widget draws it for a config: nothing else, and no way out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.core.canonical import script_json
from app.core.loader import compact_config, fill_script, takes_notice

# What the widget needs to draw, and nothing that could reach a server.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"
FRAME_POLICY = f"sandbox allow-scripts; {POLICY}; frame-ancestors 'self'"
"""For a page of the desk's own origin in a frame: scripts run there as those of a stranger."""

NOWHERE = "https://nowhere.invalid"  # a name that never resolves (RFC 2606)

Scheme = Literal["light dark", "light", "dark"]
Layer = Literal["first", "preferences", "placeholder"]


@dataclass(frozen=True)
class Build:
    """A build of the widget: its script without config, its parts by name, and how receipts name it."""

    script: bytes
    version: str
    sha256: str
    parts: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Guest:
    """Who looks: with Global Privacy Control, as a minor, with a choice (``docs/choice-cookie.md``) from before."""

    gpc: bool = False
    minor: bool = False
    choice: str | None = None


def banner_page(
    build: Build,
    loader: dict[str, Any],
    notice: dict[str, Any] | None = None,
    *,
    layer: Layer = "first",
    scheme: Scheme = "light dark",
    guest: Guest | None = None,
) -> bytes:
    """Return an HTML page on which ``build`` shows ``layer`` of what ``loader`` and ``notice`` say.

    ``loader`` is what a version carries in one language under one regime (``ConfigSlice.loader``); without the ``notice``
    only the first layer can be shown. A frame or a browser that shows the page should let it run scripts and nothing else.
    """
    guest = guest or Guest()
    config: Any = {
        **loader,
        "gpp": None,
        "api": NOWHERE,
        "widget": {"version": build.version, "sha256": build.sha256},
        "shown": "",
        "next": None,
    }
    scripts = [_guest_script(loader["site"], guest), fill_script(build.script, compact_config(config)).decode()]
    scripts += [] if notice is None else [_part(script, loader["site"], notice) for script in _drawing_parts(build)]
    if layer == "preferences":
        scripts.append("addEventListener('load',()=>placet.show())")
    held = _held(loader["trackers"]) if layer == "placeholder" else ""
    tags = "\n".join(f"<script{' data-minor' if guest.minor else ''}>{script}</script>" for script in scripts if script)
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="{scheme}">\n'
        f"<title>The banner as it is shown</title>\n<body>\n{held}{tags}\n"
    ).encode()


def _drawing_parts(build: Build) -> Sequence[bytes]:
    """What shows something; the part that sends receipts has nothing to do here."""
    return [script for script in build.parts.values() if takes_notice(script)]


def _part(script: bytes, site: str, notice: dict[str, Any]) -> str:
    return fill_script(script, site, notice).decode()


def _guest_script(site: str, guest: Guest) -> str:
    """Set up what a browser would say of this guest. The page has no storage of its own: it is nobody's origin."""
    lines = []
    if guest.gpc:
        lines.append("Object.defineProperty(navigator,'globalPrivacyControl',{value:true});")
    if guest.choice is not None:
        cookie = script_json(f"placet_{site}={guest.choice}")
        lines.append(f"Object.defineProperty(document,'cookie',{{get:()=>{cookie},set(){{}}}});")
    return "".join(lines)


def _held(trackers: Sequence[dict[str, Any]]) -> str:
    """Return a held element of the first tracker that waits for a yes."""
    for tracker in trackers:
        if tracker["category"] != "necessary" and tracker["kind"] == "browser":
            return (
                f'<template data-tracker="{tracker["id"]}"><iframe src="https://held.invalid/"></iframe></template>\n'
            )
    return ""
