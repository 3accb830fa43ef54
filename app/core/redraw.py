"""What the widget shows, drawn again: a build with a config, in a document that reaches nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from app.core.canonical import script_json
from app.core.documents import NoticeDocument
from app.core.loader import compact_config, fill_script, takes_notice

WIDTHS: Final = {"narrow": 360, "medium": 768, "wide": 1280}
"""By the class of width that a receipt claims: one width (CSS pixels) of that class."""
NOWHERE: Final = "https://nowhere.invalid"

# Text, not elements: what a script says can then close none. What the browser says of itself is the guest's.
_RUN: Final = (
    "(function(scripts,nonce,guest,layer){"
    'Object.defineProperty(navigator,"globalPrivacyControl",{value:guest.gpc});'
    'if(guest.cookie)Object.defineProperty(document,"cookie",{get:function(){return guest.cookie},set:function(){}});'
    'scripts.forEach(function(text){var script=document.createElement("script");'
    'if(guest.minor)script.dataset.minor="";'
    "script.nonce=nonce;script.text=text;document.head.append(script)});"
    "if(layer===2)requestAnimationFrame(function(){requestAnimationFrame(function(){window.placet.show()})})"
    "})"
)


@dataclass(frozen=True)
class Guest:
    """Who looks: with Global Privacy Control, as a minor, with a choice (``docs/choice-cookie.md``) from before."""

    gpc: bool = False
    minor: bool = False
    choice: str | None = None


def redraw(
    script: bytes, parts: Mapping[str, bytes], loader: dict[str, Any], notice: NoticeDocument, *, widget: dict[str, str],
    scheme: str, layer: int, nonce: str, guest: Guest | None = None, held: str | None = None
) -> bytes:  # fmt: skip
    """Return the document, as HTML: a page with nothing on it but what the widget draws.

    ``script`` and ``parts`` (by name) are those of a build, ``loader`` is what the loader carries of a config, ``widget``
    is how receipts name the build. ``scheme`` is ``light`` or ``dark``; with ``layer`` 2 the preferences are opened; with
    ``held``, a tracker's id, a frame of that tracker is held beside a placeholder. ``nonce`` is random, and must stand in
    the policy that the document is sent with (``policy``). Raises ``ValueError`` when the build takes no config.
    """
    guest = guest or Guest()
    config: Any = {**loader, "gpp": None, "api": NOWHERE, "widget": widget, "shown": "", "next": None}
    filled = [fill_script(script, compact_config(config))]
    for part in parts.values():
        filled.append(fill_script(part, notice["site"], *([notice] if takes_notice(part) else [])))
    cookie = f"placet_{notice['site']}={guest.choice}" if guest.choice is not None else ""
    who = {"gpc": guest.gpc, "minor": guest.minor, "cookie": cookie}
    arguments = ([text.decode() for text in filled], nonce, who, layer)
    run = f"{_RUN}({','.join(script_json(argument) for argument in arguments)})"
    style = f":root{{color-scheme:{'dark' if scheme == 'dark' else 'light'}}}html,body{{margin:0;min-height:100%}}"
    frame = f'<template data-tracker="{escape(held)}"><iframe src="{NOWHERE}"></iframe></template>\n' if held else ""
    return (
        f'<!doctype html>\n<html lang="{escape(notice["lang"])}" dir="{escape(notice["dir"])}">\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_content_policy(nonce)}">\n'
        f"<title>{escape(notice['name'])}</title>\n"
        f'<style nonce="{nonce}">{style}</style>\n<body>\n{frame}<script nonce="{nonce}">{run}</script>\n'
    ).encode()


def policy(nonce: str) -> str:
    """Return the Content-Security-Policy of the document: its own scripts and styles run, and nothing reaches anything."""
    return (
        f"sandbox allow-scripts; {_content_policy(nonce)}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def _content_policy(nonce: str) -> str:
    """What the document may load: it says so itself too, for whoever opens it as a file."""
    return f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
