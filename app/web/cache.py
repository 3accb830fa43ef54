"""What a process remembers of the database: the version in effect for two seconds, what never changes for longer."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.core.receipt import Offer
from app.services.all_sites import DraftNote
from app.services.serving import LiveSite, Slice

LIVE_SECONDS = 2.0
READY_SECONDS = 5.0

T = TypeVar("T")


@dataclass(frozen=True)
class _Kept(Generic[T]):
    """A value, and since when."""

    since: float
    value: T


class Cache(Generic[T]):
    """At most ``size`` values, least used go first; each for ``seconds`` of the monotonic clock (``None``: for good).

    A value is made by one thread, and whoever else misses it waits for that one: making a loader takes 20 ms.
    """

    def __init__(self, monotonic: Callable[[], float], size: int, seconds: float | None = None) -> None:
        self._monotonic = monotonic
        self._size = size
        self._seconds = seconds
        self._values: OrderedDict[Hashable, _Kept[T]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of ``key``, made by ``make`` when it is not known; what ``make`` raises is not kept."""
        now = self._monotonic()
        with self._lock:
            found = self._fresh(key, now)
            if found is not None:
                return found.value
            turn = self._making.setdefault(key, threading.Lock())
        try:
            with turn:
                with self._lock:
                    found = self._fresh(key, now)  # somebody else made it meanwhile
                if found is None:
                    found = _Kept(now, make())
                    with self._lock:
                        self._keep(key, found)
                return found.value
        finally:
            with self._lock:
                self._making.pop(key, None)

    def _fresh(self, key: Hashable, now: float) -> "_Kept[T] | None":
        kept = self._values.get(key)
        if kept is None or (self._seconds is not None and now - kept.since >= self._seconds):
            return None
        self._values.move_to_end(key)
        return kept

    def _keep(self, key: Hashable, kept: "_Kept[T]") -> None:
        self._values[key] = kept
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)


@dataclass(frozen=True)
class Representation:
    """Bytes as they go out, with their compressed forms and a strong validator."""

    plain: bytes
    brotli: bytes
    gzip: bytes
    etag: str


class Caches:
    """All that a process remembers; ``live`` bounds how late a published version is seen."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.live: Cache[LiveSite] = Cache(monotonic, size=1000, seconds=LIVE_SECONDS)
        self.slices: Cache[Slice] = Cache(monotonic, size=2000)
        self.offers: Cache[Offer] = Cache(monotonic, size=2000)
        self.citations: Cache[str] = Cache(monotonic, size=10_000)
        self.shown: Cache[str] = Cache(monotonic, size=5000)
        self.drafts: Cache[DraftNote] = Cache(monotonic, size=2000)  # by site and revision
        self.are_logs_set_back: Cache[bool] = Cache(monotonic, size=1, seconds=READY_SECONDS)
        self.scripts: Cache[Representation] = Cache(monotonic, size=300)  # of some 40 kB each
