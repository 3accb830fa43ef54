"""A page that shows the banner again as a build of the widget draws it for a config: nothing else, and no way out."""

from typing import Any

from app.core.loader import compact_config, fill_script

# What the widget needs to draw, and nothing that could reach a server.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"


def banner_page(script: bytes, loader: dict[str, Any], *, version: str, sha256: str) -> bytes:
    """Return an HTML page on which ``script`` (a build without config) shows the first layer of ``loader``.

    ``loader`` is what a version carries in one language under one regime (``ConfigSlice.loader``), ``version`` and
    ``sha256`` are the build's. A frame or a browser that shows it should let it run scripts and nothing else.
    """
    config: Any = {
        **loader,
        "gpp": None,
        "api": "",
        "widget": {"version": version, "sha256": sha256},
        "shown": "",
        "next": None,
    }
    body = fill_script(script, compact_config(config)).decode()
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>The banner as it was shown</title>\n<script>{body}</script>\n"
    ).encode()
