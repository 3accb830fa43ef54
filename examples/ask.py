"""How a site's own server asks before it writes about a visitor: trackers of kind ``server``.

The bare question, with a place that is tried out. A site takes ``servers/python`` instead, which also sends the policy.
"""

import json
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 1.0
"""Seconds. A site's server waits no longer for an answer."""

Ask = Callable[[str, dict[str, str], bool], set[str]]
"""(site key, query, GPC on?) → the ids of the trackers that may run."""


def make_ask(api: str, timeout: float = TIMEOUT) -> Ask:
    """A function that asks the Placet server at ``api`` (an origin). Whatever goes wrong, the answer is: none."""
    # No proxy: the address is this machine's, or one that the operator chose.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(key: str, query: dict[str, str], gpc: bool) -> set[str]:
        request = urllib.request.Request(f"{api}/v1/sites/{key}/trackers?{urlencode(query)}")  # noqa: S310 (http only)
        if gpc:
            request.add_header("Sec-GPC", "1")
        try:
            with opener.open(request, timeout=timeout) as answer:
                return allowed(json.load(answer))
        except (OSError, HTTPException, ValueError):
            # No answer, a late one or nonsense: a failure never grants.
            return set()

    return ask


def allowed(answer: Any) -> set[str]:
    """The ids that an answer of ``/trackers`` allows. Raises ``ValueError`` when it is no such answer."""
    try:
        return {tracker["id"] for tracker in answer["trackers"] if tracker["allowed"] is True}
    except (KeyError, TypeError) as error:
        raise ValueError("That is not an answer of /trackers.") from error
