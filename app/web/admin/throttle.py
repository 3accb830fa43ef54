"""Guards the login besides the lock of each account: in this process's memory only."""

import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from app.core.errors import RateLimitedError
from app.core.limits import Rate, Standing
from app.services.accounts import lock_after
from app.web.limits import Limits
from app.web.runtime import EXTENSION, Runtime

_KEY = "placet_login_guard"
NETWORK = Rate(burst=20, per_second=0.1)
EVERYBODY = Rate(burst=200, per_second=5)
MOST_ADDRESSES = 10_000


class LoginGuard:
    """Limits attempts per network, and locks every e-mail address as an account is locked.

    Without the second, an address that is never locked would be known to have no account. Addresses are remembered as a
    keyed hash. Each process counts for itself, so with several an address without an account is locked a little later.
    """

    def __init__(self, monotonic: Callable[[], float], random_bytes: Callable[[int], bytes]) -> None:
        self._networks = Limits(NETWORK, EVERYBODY, monotonic, random_bytes)
        self._failures: OrderedDict[bytes, tuple[int, datetime]] = OrderedDict()
        self._key = random_bytes(32)
        self._lock = threading.Lock()

    def admit(self, network: str | None, email: str, now: datetime) -> None:
        """Let one attempt through. Raises ``RateLimitedError`` with the seconds to wait."""
        self.admit_network(network, now)
        with self._lock:
            _, until = self._failures.get(self._hash(email), (0, now))
        if until > now:
            raise RateLimitedError(int((until - now).total_seconds()) + 1)

    def admit_network(self, network: str | None, now: datetime) -> None:
        """Let one attempt through of a network that guesses, whatever it guesses. Raises ``RateLimitedError``."""
        self._networks.take(network, "login", Standing.REFUSAL, now)

    def count_failure(self, email: str, now: datetime) -> None:
        """Remember a wrong password."""
        key = self._hash(email)
        with self._lock:
            failures = self._failures.pop(key, (0, now))[0] + 1
            self._failures[key] = (failures, now + lock_after(failures))
            if len(self._failures) > MOST_ADDRESSES:
                self._failures.popitem(last=False)

    def forget(self, email: str) -> None:
        """Begin anew after the right password."""
        with self._lock:
            self._failures.pop(self._hash(email), None)

    def _hash(self, email: str) -> bytes:
        return hmac.new(self._key, email.strip().lower().encode("utf-8", "replace"), hashlib.sha256).digest()[:16]


def register_throttle(app: Flask) -> None:
    """Make the guard of this process."""
    here = cast(Runtime, app.extensions[EXTENSION])
    app.extensions[_KEY] = LoginGuard(here.monotonic, here.desk.random_bytes)


def login_guard() -> LoginGuard:
    """Return the guard of the application that handles this request."""
    return cast(LoginGuard, current_app.extensions[_KEY])
