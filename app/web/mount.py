"""First-party mode: where on its own origin a site's proxy has mounted this server, and the cookie that can be set there."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, request

from app.core.choice import SECONDS_PER_DAY
from app.core.kept import Kept
from app.settings import Settings
from app.web.runtime import runtime

_ADDRESS = re.compile(
    r"(https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?)((?:/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,4})/?"
)
_MAX_ADDRESS = 300


@dataclass(frozen=True)
class Mount:
    """A place on a site's own origin: ``origin`` is one that the site lists, ``path`` is such as ``/_placet``."""

    origin: str
    path: str

    @property
    def url(self) -> str:
        """What the widget asks its server at, in place of ``PLACET_PUBLIC_URL``."""
        return self.origin + self.path


def is_mounted(settings: Settings) -> bool:
    """Whether the request came through some site's proxy, wherever that says it is."""
    return bool(settings.mount_header and request.headers.get(settings.mount_header))


def mount_of(origins: Iterable[str]) -> Mount | None:
    """Return where the request came in on a site with these ``origins``; ``None`` when it did not, or not on one of them.

    A header that names another origin is as good as none: whoever forges it can send a site's visitors nowhere else.
    """
    header = runtime().settings.mount_header
    told = request.headers.get(header, "") if header else ""
    match = _ADDRESS.fullmatch(told) if len(told) <= _MAX_ADDRESS else None
    return Mount(*match.groups()) if match and match[1] in origins else None


def came_from(mount: Mount) -> bool:
    """Whether a page of the mount's own origin sent the request: its browser says so by ``Origin`` and, if it can, more."""
    return request.headers.get("Origin") == mount.origin and request.headers.get("Sec-Fetch-Site", "same-origin") == (
        "same-origin"
    )


def choice_cookies(site: str) -> list[str]:
    """Return every value of the site's choice cookie that the request bears: two can stand side by side."""
    return request.cookies.getlist(_name(site))


def set_choice(response: Response, mount: Mount, site: str, domain: str | None, kept: Kept, now: datetime) -> None:
    """Set the choice cookie as the widget writes it; for a parent ``domain`` only where the mount's host lies in it."""
    host = urlsplit(mount.origin).hostname or ""
    response.set_cookie(
        _name(site),
        kept.value,
        max_age=math.ceil(kept.expires_day * SECONDS_PER_DAY - now.timestamp()),
        path="/",
        domain=domain if domain and f".{host}".endswith(f".{domain}") else None,
        secure=mount.origin.startswith("https:"),
        samesite="Lax",
    )
    # It is one visitor's own.
    response.headers["Cache-Control"] = "private, no-store"


def _name(site: str) -> str:
    return f"placet_{site}"
