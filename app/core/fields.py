"""Who says what in a receipt: the one table of its fields, for the desk, verifiers and exports (``docs/receipts.md``).

Every field of a payload stands in exactly one of the three tuples, in the order in which a reader is shown them.
"""

from typing import Final

CLAIMED: Final = (
    "id",
    "previous",
    "method",
    "trusted",
    "choices",
    "trackers",
    "layer",
    "layout",
    "viewport",
    "scheme",
    "equality",
    "shown_at",
    "decided_at",
    "taken_over",
)
"""Claimed by the browser: the server signed that it was claimed, not that it is so."""

CHECKED: Final = ("config", "notice", "widget")
"""Claimed by the browser, and refused unless this server had published exactly that for that site."""

KNOWN: Final = (
    "v",
    "site",
    "subject",
    "nonce",
    "event",
    "regime",
    "jurisdiction",
    "gpc",
    "received_at",
    "expires_at",
    "clock",
    "attested",
)
"""Known to the server: by its own clock, keys and rules. Of ``gpc``, ``browser`` is claimed all the same."""
