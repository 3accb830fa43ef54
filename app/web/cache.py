"""What a process remembers of the database: the version in effect for two seconds, what never changes for longer."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.core.documents import Rules
from app.core.receipt import Offer
from app.services.serving import LiveSite, Slice

LIVE_SECONDS = 2.0

T = TypeVar("T")


class Cache(Generic[T]):
    """At most ``size`` values, least used go first; each for ``seconds`` of the monotonic clock (``None``: for good).

    Two threads that miss at once both make the value: that costs less than making one wait for the other.
    """

    def __init__(self, monotonic: Callable[[], float], size: int, seconds: float | None = None) -> None:
        self._monotonic = monotonic
        self._size = size
        self._seconds = seconds
        self._values: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of ``key``, made by ``make`` when it is not known; what ``make`` raises is not kept."""
        now = self._monotonic()
        with self._lock:
            found = self._values.get(key)
            if found is not None and (self._seconds is None or now - found[0] < self._seconds):
                self._values.move_to_end(key)
                return found[1]
        value = make()
        with self._lock:
            self._values[key] = (now, value)
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)
        return value


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
        self.rules: Cache[Rules] = Cache(monotonic, size=2000)
        self.offers: Cache[Offer] = Cache(monotonic, size=2000)
        self.citations: Cache[bool] = Cache(monotonic, size=10_000)
        self.shown: Cache[str] = Cache(monotonic, size=5000)
        self.scripts: Cache[Representation] = Cache(monotonic, size=2000)
