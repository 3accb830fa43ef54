"""The trackers' stand-ins: each answers at a host of its own, does what its kind does, and tells the inbox.

They are what the example sites are about. The recorder and the analytics script are real ones from npm
(``build.mjs``); the others are a few lines each in ``static/trackers/``.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Request, Response, render_template, request, send_from_directory

from examples.inbox import Inbox
from examples.sites import SITES, tracker_at

STATIC = Path(__file__).parent / "static"
SCRIPTS = {
    "analytics": "vendor/analytics.js",
    "recorder": "vendor/recorder.js",
    "ads": "trackers/ads.js",
    "chat": "trackers/chat.js",
    "clicks": "trackers/clicks.js",
    "personal": "trackers/personal.js",
}
FRAMES = {("frames", "/survey"): "survey.html", ("social", "/feed"): "social.html", ("pay", "/form"): "payment.html"}
IMAGES = {"/pixel.gif": "an invisible image: page opened", "/open.gif": "an invisible image: e-mail opened"}
MOST_BYTES = 8 * 1024 * 1024
"""A recording's first batch holds the whole page; more than this is refused."""

GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
CREATIVE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 250" role="img" aria-label="Advertisement">
<rect width="300" height="250" fill="#fff4d6"/><circle cx="235" cy="60" r="95" fill="#ffd166"/>
<circle cx="262" cy="42" r="95" fill="#f78c4b" opacity=".75"/>
<g font-family="system-ui,sans-serif" fill="#3a2600">
<text x="24" y="120" font-size="30" font-weight="700">Cloud coffee</text>
<text x="24" y="150" font-size="15">Roasted near your region.</text>
<rect x="24" y="180" width="112" height="38" rx="19" fill="#3a2600"/>
<text x="80" y="204" font-size="14" text-anchor="middle" fill="#fff4d6">See beans</text></g></svg>"""

# rrweb's event types, and the sources of its incremental snapshots (type 3), as a person would call them.
RRWEB_TYPES = {2: "page snapshot", 4: "page opened", 5: "custom event"}
RRWEB_SOURCES = {
    0: "page change",
    1: "mouse move",
    2: "click or touch",
    3: "scroll",
    4: "window resize",
    5: "masked input",
    6: "touch move",
    14: "text selection",
}


def answer(inbox: Inbox, port: int, path: str) -> Response:
    """Answer the present request to a tracker's host, after noting it in ``inbox``."""
    host = host_of(request)
    name = host.removesuffix(".localhost")
    site = site_of(request)
    body = request.get_data(cache=True)
    kind = kind_of(request)
    tracker = tracker_at(site, host, path)
    inbox.add(
        site=site,
        tracker=tracker["id"] if tracker else None,
        category=tracker["category"] if tracker else None,
        host=host,
        path=path,
        kind=kind,
        what=describe(name, path, kind, body),
        size=len(body),
    )
    response = _content(name, path, kind, site, port)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    # Every load is to be seen in the inbox, never answered from the browser's cache.
    response.headers["Cache-Control"] = "no-store"
    return response


def _content(name: str, path: str, kind: str, site: str | None, port: int) -> Response:
    if kind == "preflight":
        return Response(status=204)
    if path == "/script.js" and name in SCRIPTS:
        return send_from_directory(STATIC, SCRIPTS[name], mimetype="text/javascript")
    if (name, path) in FRAMES:
        return Response(render_template(f"frames/{FRAMES[name, path]}", site=site, port=port), mimetype="text/html")
    if (name, path) == ("ads", "/creative.svg"):
        return Response(CREATIVE, mimetype="image/svg+xml")
    if kind == "image":
        return Response(GIF, mimetype="image/gif")
    if kind == "script":
        return Response("", mimetype="text/javascript")
    if kind == "frame":
        return Response("<!doctype html><title>Frame</title><p>This frame reached the tracker.", mimetype="text/html")
    return Response(status=204)


def host_of(asked: Request) -> str:
    """The host that was asked for, lower case and without port."""
    return asked.host.rsplit(":", 1)[0].lower()


def site_of(asked: Request) -> str | None:
    """The example site a request comes from: by its ``site`` parameter, else by ``Origin`` or ``Referer``."""
    given = asked.args.get("site")
    if given in SITES:
        return given
    for header in ("Origin", "Referer"):
        name = (urlsplit(asked.headers.get(header, "")).hostname or "").removesuffix(".localhost")
        if name in SITES:
            return name
    return None


def kind_of(asked: Request) -> str:
    """script, image, frame, preflight, or data (fetch, XMLHttpRequest, beacon), by what the browser says it is for."""
    if asked.method == "OPTIONS":
        return "preflight"
    wanted = asked.headers.get("Sec-Fetch-Dest", "")
    if wanted in ("script", "image"):
        return wanted
    if wanted in ("iframe", "frame", "document"):
        return "frame"
    if wanted:
        return "data"
    ends = re.search(r"\.(js|gif|svg|png)$", asked.path)
    return {"js": "script", "gif": "image", "svg": "image", "png": "image"}[ends[1]] if ends else "data"


def describe(name: str, path: str, kind: str, body: bytes) -> str:
    """What arrived, in words for a person, e.g. ``14 mouse moves, 1 click or touch``."""
    inserted = re.fullmatch(r"/inserted/(\w+)", path)
    if inserted:
        return f"inserted by hand: {inserted[1]}"
    if kind == "preflight":
        return "question before a request (preflight)"
    data = _json(body)
    if name == "recorder" and isinstance(data, dict):
        return _recorded(data.get("events"))
    if name == "analytics" and isinstance(data, dict):
        return _measured(data)
    if isinstance(data, dict) and isinstance(data.get("what"), str):
        return str(data["what"])[:120]
    if path in IMAGES:
        return IMAGES[path]
    return {"script": "its script", "image": "an image", "frame": "a page in a frame"}.get(kind, "data")


def _recorded(events: Any) -> str:
    counts: Counter[str] = Counter()
    for event in events if isinstance(events, list) else []:
        if not isinstance(event, dict):
            continue
        kind, data = event.get("type"), event.get("data")
        source = data.get("source") if isinstance(data, dict) else None
        positions = data.get("positions") if isinstance(data, dict) else None
        if kind == 3 and source == 1 and isinstance(positions, list):
            # One event carries the positions of half a second.
            counts["mouse move"] += len(positions)
        elif kind == 3 and isinstance(source, int):
            counts[RRWEB_SOURCES.get(source, "page event")] += 1
        else:
            counts[RRWEB_TYPES.get(kind, "page event") if isinstance(kind, int) else "page event"] += 1
    words = [f"{count} {word}" if count == 1 else f"{count} {_plural(word)}" for word, count in counts.items()]
    return "recording: " + (", ".join(words) or "nothing")


def _plural(word: str) -> str:
    special = {"click or touch": "clicks or touches", "page opened": "pages opened"}
    return special.get(word, word + "s")


def _measured(data: dict[str, Any]) -> str:
    page = urlsplit(str(data.get("u", ""))).path or "/"
    if data.get("n") == "pageview":
        return f"page view of {page}"
    if data.get("n") == "engagement":
        return f"{round(_number(data.get('e')) / 1000)} s on {page}, {round(_number(data.get('sd')))} % seen"
    props = data.get("p")
    url = props.get("url") if isinstance(props, dict) else None
    return f"{data.get('n')} on {page}" + (f" to {urlsplit(str(url)).netloc}" if url else "")


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        # A form or an empty body: the description does without.
        return None
