"""The banner as it was shown, drawn again: the cited build with the cited config, in a document that reaches nothing."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from app.core.canonical import script_json
from app.core.documents import NoticeDocument
from app.core.loader import compact_config, fill_script, takes_notice

WIDTHS: Final = {"narrow": 360, "medium": 768, "wide": 1280}
"""By the class of width that a receipt claims: one width (CSS pixels) of that class."""
NOWHERE: Final = "https://nowhere.invalid"

# Text, not elements: what a script says can then close none. The signal is the one that was claimed, not this browser's.
_RUN: Final = (
    "(function(scripts,nonce,gpc,layer){"
    'Object.defineProperty(navigator,"globalPrivacyControl",{value:gpc});'
    'scripts.forEach(function(text){var script=document.createElement("script");'
    "script.nonce=nonce;script.text=text;document.head.append(script)});"
    "if(layer===2)requestAnimationFrame(function(){requestAnimationFrame(function(){window.placet.show()})})"
    "})"
)


def redraw(
    script: bytes, parts: Mapping[str, bytes], loader: dict[str, Any], notice: NoticeDocument, *, widget: dict[str, str],
    scheme: str, gpc: bool, layer: int, nonce: str
) -> bytes:  # fmt: skip
    """Return the document, as HTML: a page with nothing on it but the banner.

    ``script`` and ``parts`` (by name) are those of the cited build, ``loader`` is what the loader carried of the config,
    ``widget`` the receipt's field. ``scheme`` is ``light`` or ``dark``; with ``layer`` 2 the preferences are opened.
    ``nonce`` is random, and must stand in the policy that the document is sent with (``policy``). Raises ``ValueError``
    when the build is not one that takes a config.
    """
    config: Any = {**loader, "api": NOWHERE, "widget": widget, "shown": "", "next": None}
    filled = [fill_script(script, compact_config(config))]
    for part in parts.values():
        filled.append(fill_script(part, notice["site"], *([notice] if takes_notice(part) else [])))
    arguments = ([text.decode() for text in filled], nonce, gpc, layer)
    run = f"{_RUN}({','.join(script_json(argument) for argument in arguments)})"
    style = f":root{{color-scheme:{'dark' if scheme == 'dark' else 'light'}}}html,body{{margin:0;min-height:100%}}"
    return (
        f'<!doctype html>\n<html lang="{escape(notice["lang"])}" dir="{escape(notice["dir"])}">\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(notice['name'])}</title>\n"
        f'<style nonce="{nonce}">{style}</style>\n<body>\n<script nonce="{nonce}">{run}</script>\n'
    ).encode()


def policy(nonce: str) -> str:
    """Return the Content-Security-Policy of the document: its own scripts and styles run, and nothing reaches anything."""
    return (
        f"sandbox allow-scripts; default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
