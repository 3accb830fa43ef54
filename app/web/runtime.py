"""What one process holds besides the database: settings, keys, clock, law, texts, widget build, writer, limits."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import current_app

from app.core.keys import KeyRing
from app.core.regimes import RegimeTable
from app.services.configs import Desk
from app.services.pictures import Studio
from app.services.widgets import WidgetBuilds
from app.services.writer import ReceiptWriter
from app.settings import Settings
from app.web.cache import Caches
from app.web.limits import Limits
from app.web.location import Locator

EXTENSION = "placet"


@dataclass(frozen=True)
class Runtime:
    """Made once by ``app.factory``, never changed; tests hand in their own clock and randomness."""

    settings: Settings
    desk: Desk
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    builds: WidgetBuilds
    writer: ReceiptWriter
    limits: Limits
    locator: Locator
    caches: Caches
    studio: Studio | None
    """Takes pictures of what is published; ``None`` where there is no Chromium."""

    @property
    def keys(self) -> KeyRing:
        """The installation's keys."""
        return self.desk.keys

    @property
    def regimes(self) -> RegimeTable:
        """The law."""
        return self.desk.regimes


def runtime() -> Runtime:
    """Return the runtime of the application that handles this request."""
    return cast(Runtime, current_app.extensions[EXTENSION])


def system_clock() -> datetime:
    """Return the present time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Sources:
    """Where time and randomness come from; tests replace them."""

    clock: Callable[[], datetime] = system_clock
    monotonic: Callable[[], float] = time.monotonic
    random_bytes: Callable[[int], bytes] = os.urandom
