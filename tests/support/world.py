"""A small installation for tests: fixed keys, a clock that is set by hand, counted randomness, a tiny widget build."""

import hashlib
import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.core.canonical import b64url, sha256_hex
from app.core.keys import KeyRing, new_key_document, parse_key_document
from app.core.receipt import rfc3339
from app.core.statement import uuid7
from app.services.widgets import NAMES, WidgetBuild, WidgetBuilds
from app.settings import Settings, read_settings

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCRIPT = b"(function(config){window.given=config})(0);\n"
PARTS = {
    "preferences": b"(function(site,notice){window.notice=notice})(0,0);\n",
    "after": b"(function(site){window.site=site})(0);\n",
}
SIGNALS_SCRIPT = b"(function(config){window.told=config})(0);\n"
BUILD = WidgetBuild("0.0.1", sha256_hex(SCRIPT), SCRIPT, PARTS, "placet")
GPP_SCRIPT = b"(function(config){window.gpp=config})(0);\n"
PINNED_SCRIPT = b"(function(){})();\n"
TAKE_OVER_SCRIPT = b"(function(take){window.taken=take})(0);\n"
BUILDS = WidgetBuilds(
    *(
        WidgetBuild("0.0.1", sha256_hex(script), script, PARTS, name)
        for name, script in zip(NAMES, (SCRIPT, SIGNALS_SCRIPT, GPP_SCRIPT, PINNED_SCRIPT), strict=True)
    ),
    take_over=WidgetBuild("0.0.1", sha256_hex(TAKE_OVER_SCRIPT), TAKE_OVER_SCRIPT, {}),
    discovery=b"(function(site,listed){window.listed=listed})(0,0);\n",
    bootstrap=b"(function(){})();\n",
)


class Clock:
    """Stands still until a test moves it. Called: the time of day; ``monotonic``: seconds since it began."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - START).total_seconds()

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


class CountedBytes:
    """Bytes that look random, differ at every call and are the same in every run."""

    def __init__(self, seed: str = "") -> None:
        self._seed = seed
        self._calls = itertools.count()

    def __call__(self, count: int) -> bytes:
        call = next(self._calls)
        blocks = (hashlib.sha256(f"{self._seed}.{call}.{block}".encode()).digest() for block in range(count // 32 + 1))
        return b"".join(blocks)[:count]


def make_keys(seed: str = "keys") -> KeyRing:
    return parse_key_document(new_key_document(CountedBytes(seed)))


BEGINNING = 3
"""With so many entries a new site's log begins: a receipt key, a log key, and the build. Then it is published."""
SIGNING: dict[str, Any] = {"keys": make_keys(), "random_bytes": CountedBytes("statements")}
"""What a service needs to state something in a log."""


def make_settings(data: Path, database_url: str, **changes: Any) -> Settings:
    environ = {
        "PLACET_ENV": "development",
        "PLACET_DATA": str(data),
        "DATABASE_URL": database_url,
        "PLACET_PUBLIC_URL": "http://placet.example",
        "PLACET_ALLOW_COUNTRY_PARAM": "1",
        "PLACET_CHROMIUM": "none",
    }
    return replace(read_settings(environ), **changes)


class Visitor:
    """A browser's side of a receipt, for one site: makes bodies as ``docs/widget.md`` says."""

    def __init__(self, config: dict[str, Any], clock: Clock, name: str = "visitor") -> None:
        self.config = config
        self.clock = clock
        self.random = CountedBytes(name)
        self.secret = b64url(self.random(16))

    def body(self, granted: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
        """Return a body that grants the categories ``granted``; ``changes`` replace or, when ``...``, remove fields."""
        config, now = self.config, self.clock.now
        body = {
            "id": uuid7(now, self.random(10)),
            "secret": self.secret,
            "previous": None,
            "method": "preferences:save" if granted else "banner:reject-all",
            "trusted": True,
            "choices": {item["id"]: item["required"] or item["id"] in granted for item in config["categories"]},
            "trackers": {},
            "config": {"version": config["version"], "sha256": config["sha256"]},
            "notice": config["notice"],
            "widget": {"version": BUILD.version, "sha256": BUILD.sha256},
            "gpc": False,
            "layer": 1,
            "layout": "corner",
            "viewport": "wide",
            "scheme": "light",
            "equality": True,
            "shown_at": rfc3339(now - timedelta(seconds=4)),
            "decided_at": rfc3339(now),
            "shown": config["shown"],
        }
        body.update(changes)
        return {name: value for name, value in body.items() if value is not ...}


def payload(jws: str) -> dict[str, Any]:
    """Return what a compact JWS says."""
    from base64 import urlsafe_b64decode

    segment = jws.split(".")[1]
    return json.loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
