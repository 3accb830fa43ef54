"""Who may write how much: token buckets per network and per site, in memory only.

When a bucket runs low, unattested grants starve first, then attested grants; refusals and withdrawals last.
"""

import hashlib
import hmac
import math
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv6Address, ip_address, ip_network


class Standing(Enum):
    """How much of a bucket a receipt must leave to others (its value is that share)."""

    UNATTESTED_GRANT = 0.5
    ATTESTED_GRANT = 0.2
    REFUSAL = 0.0


@dataclass(frozen=True)
class Rate:
    """``burst`` receipts at once, refilled at ``per_second``."""

    burst: int
    per_second: float


class Limiter:
    """Buckets by key. ``now`` is a monotonic clock in seconds; at most ``max_keys`` are remembered (least used go first)."""

    def __init__(self, rate: Rate, max_keys: int = 50_000) -> None:
        self._rate = rate
        self._max_keys = max_keys
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def retry_after(self, key: bytes, standing: Standing, now: float) -> int:
        """Take one token of ``key``. Returns 0 when granted, else in how many seconds to try again (at least 1)."""
        tokens, seen = self._buckets.pop(key, (float(self._rate.burst), now))
        tokens = min(self._rate.burst, tokens + (now - seen) * self._rate.per_second)
        needed = 1 + standing.value * (self._rate.burst - 1)  # a full bucket always has one for everybody
        granted = tokens >= needed
        self._buckets[key] = (tokens - 1 if granted else tokens, now)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return 0 if granted else max(1, math.ceil((needed - tokens) / self._rate.per_second))


def network_key(address: str | None, day_key: bytes) -> bytes:
    """Return a keyed hash of the IPv4 /24 or IPv6 /48 of ``address``; ``day_key`` is new each day and never stored.

    An unreadable address shares one bucket with all others of its kind.
    """
    return hmac.new(day_key, _network(address).encode(), hashlib.sha256).digest()[:16]


def _network(address: str | None) -> str:
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unreadable"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = 24 if parsed.version == 4 else 48
    return str(ip_network((parsed, prefix), strict=False))
