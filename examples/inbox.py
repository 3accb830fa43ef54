"""The tracker inbox: what reached which tracker, kept in memory until the program ends. Nothing is written to disk."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

KEPT = 2_000
"""So many hits are kept; older ones fall out."""


@dataclass(frozen=True)
class Hit:
    """One request that arrived at a tracker.

    ``at`` is RFC 3339 UTC with milliseconds; ``site`` is ``None`` where the request did not tell; ``tracker`` and
    ``category`` are those of the site's config; ``kind`` is script, image, frame, data, preflight or server;
    ``bytes`` is the size of the request's body.
    """

    n: int
    at: str
    site: str | None
    tracker: str | None
    category: str | None
    host: str
    path: str
    kind: str
    what: str
    bytes: int


class Inbox:
    """A bounded, thread-safe list of hits. ``clock`` returns an aware UTC ``datetime``."""

    def __init__(self, clock: Callable[[], datetime], kept: int = KEPT) -> None:
        self._clock = clock
        self._hits: deque[Hit] = deque(maxlen=kept)
        self._lock = threading.Lock()
        self._count = 0
        self._changes = 0
        self._born = f"{clock().timestamp():.3f}"

    def add(
        self,
        *,
        site: str | None,
        tracker: str | None,
        category: str | None,
        host: str,
        path: str,
        kind: str,
        what: str,
        size: int,
    ) -> Hit:
        """Note one request as arrived now."""
        with self._lock:
            self._count += 1
            self._changes += 1
            at = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
            hit = Hit(self._count, at, site, tracker, category, host, path, kind, what, size)
            self._hits.append(hit)
            return hit

    def hits(self, site: str | None = None) -> list[dict[str, object]]:
        """The hits kept, oldest first, as JSON-ready data; of one site, or of all."""
        with self._lock:
            return [asdict(hit) for hit in self._hits if site is None or hit.site == site]

    def clear(self) -> None:
        """Forget every hit; the numbering goes on."""
        with self._lock:
            self._hits.clear()
            self._changes += 1

    @property
    def state(self) -> str:
        """Changes whenever the list does, and differs from one run of the program to the next: an ETag's value."""
        with self._lock:
            return f"{self._born}-{self._changes}"
