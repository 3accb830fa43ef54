"""The requests that are measured, as a browser in Germany sends them."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from app.core.canonical import b64url
from app.core.choice import Choice, format_choice, utc_day
from app.core.receipt import rfc3339
from app.core.statement import uuid7

GRANTED = "analytics"
COUNTRY_HEADER = "CF-IPCountry"
_ID, _SECRET = "@@id@@", "@@secret@@"
_BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n"
    "Accept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: de-DE,de;q=0.9,en;q=0.8\r\n"
    f"Sec-Fetch-Mode: cors\r\nSec-Fetch-Site: cross-site\r\n{COUNTRY_HEADER}: DE\r\n"
)

Maker = Callable[[], bytes]


def get(path: str, **headers: str) -> bytes:
    """Return a GET; a header's underscores become hyphens."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{_BROWSER}{more}\r\n".encode()


def same(request: bytes) -> Maker:
    """Return a maker of always the same request."""
    return lambda: request


def choice_value(config: dict[str, Any]) -> str:
    """Return the choice cookie of a visitor who granted analytics today."""
    today = utc_day(datetime.now(UTC))
    return format_choice(Choice(config["version"], frozenset({GRANTED}), frozenset(), today, today + 180))


def receipt_body(config: dict[str, Any], widget: dict[str, str], **changes: Any) -> dict[str, Any]:
    """Return the body of a receipt that grants analytics, as the widget posts it; ``config`` is what /config answered."""
    now = datetime.now(UTC)
    return {
        "id": new_id(),
        "secret": b64url(os.urandom(16)),
        "previous": None,
        "method": "preferences:save",
        "trusted": True,
        "choices": {item["id"]: item["required"] or item["id"] == GRANTED for item in config["categories"]},
        "trackers": {},
        "config": {"version": config["version"], "sha256": config["sha256"]},
        "notice": config["notice"],
        "widget": widget,
        "gpc": False,
        "layer": 2,
        "layout": "corner",
        "viewport": "wide",
        "scheme": "light",
        "equality": True,
        "shown_at": rfc3339(now - timedelta(seconds=4)),
        "decided_at": rfc3339(now),
        "shown": config["shown"],
        **changes,
    }


def receipts(path: str, config: dict[str, Any], widget: dict[str, str], origin: str) -> Maker:
    """Return a maker of receipts that differ in id and secret: always another visitor."""
    body = json.dumps(receipt_body(config, widget, id=_ID, secret=_SECRET))
    first, _, rest = body.partition(_ID)
    middle, _, last = rest.partition(_SECRET)
    length = len(body.encode()) - len(_ID) - len(_SECRET) + len(new_id()) + len(b64url(bytes(16)))
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{_BROWSER}Origin: {origin}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{first}"
    )
    before, between, after = head.encode(), middle.encode(), last.encode()

    def make() -> bytes:
        random = os.urandom(26)
        return b"".join((before, _uuid7(random), between, b64url(random[10:]).encode(), after))

    return make


def new_id() -> str:
    """Return a UUIDv7 of now."""
    return uuid7(datetime.now(UTC), os.urandom(10))


def _uuid7(random: bytes) -> bytes:
    """The same as ``new_id`` at a fifth of the price: the client must be cheap."""
    text = f"{time.time_ns() // 1_000_000:012x}7{random[:2].hex()[1:]}a{random[2:10].hex()[1:]}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}".encode()
