"""Limits on receipts: per network and per site, in this process's memory only. No address is kept, not even hashed
under a key that outlives the day."""

import threading
from collections.abc import Callable
from datetime import datetime

from app.core.choice import utc_day
from app.core.errors import RateLimitedError
from app.core.limits import Limiter, Rate, Standing, network_key


class Limits:
    """Guards the receipts endpoint."""

    def __init__(
        self, network: Rate, site: Rate, monotonic: Callable[[], float], random_bytes: Callable[[int], bytes]
    ) -> None:
        self._networks = Limiter(network)
        self._sites = Limiter(site)
        self._monotonic = monotonic
        self._random_bytes = random_bytes
        self._day = -1
        self._day_key = b""
        self._lock = threading.Lock()

    def take(self, address: str | None, site: str, standing: Standing, now: datetime) -> None:
        """Let one receipt through. Raises ``RateLimitedError`` with the seconds to wait."""
        with self._lock:
            if self._day != utc_day(now):
                self._day, self._day_key = utc_day(now), self._random_bytes(32)
            moment = self._monotonic()
            wait = self._networks.retry_after(network_key(address, self._day_key), standing, moment)
            wait = wait or self._sites.retry_after(site.encode(), standing, moment)
        if wait:
            raise RateLimitedError(wait)
