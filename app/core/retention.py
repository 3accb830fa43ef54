"""How long receipts are kept: as the site's config says, and never less than the choice they record can hold."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.core.documents import ConfigDocument
from app.core.durations import duration_days


def removal_limit(live: ConfigDocument, versions: Sequence[ConfigDocument], now: datetime) -> datetime:
    """Return the time before which a receipt must have been received to be removed at ``now``.

    The config in effect (``live``) says how long. A receipt may be of any of ``versions``, whose choices may have been
    given longer lives than the present config keeps receipts: then those count.
    """
    lives = [version["lifetimes"][outcome] for version in versions for outcome in ("granted", "refused")]
    return now - timedelta(days=max(map(duration_days, [live["retention"], *lives])))


def removal_rule(live: ConfigDocument) -> str:
    """Return the rule as the statement names it, such as ``retention P5Y``."""
    return f"retention {live['retention']}"
