"""Asking Placet which trackers may run for a visitor now (``GET /v1/sites/<site>/trackers``, ``docs/api.md``).

Whatever goes wrong, nothing optional is allowed. Safe to share between threads.
"""

import json
import logging
import re
import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode, urlsplit

from placet_site.choice import NECESSARY, Choice, read_choice
from placet_site.transport import NoAnswer, get

TIMEOUT = 1.0
KEEP_SECONDS = 5.0
MAX_KEPT = 1000

UNAVAILABLE = "unavailable"  # Placet did not answer
UNKNOWN = "unknown"  # the config in effect has no tracker and no category of that id
UNUSED = "unused"  # of a tag manager with nothing allowed behind it

_SITE = re.compile(r"s_[A-Za-z0-9_-]{1,64}", re.ASCII)
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)
_OURS = {"host", "connection", "content-length", "transfer-encoding", "cookie", "sec-gpc", "placet-receipt"}
_PLACE = re.compile(r"(?:[A-Za-z]{2}-)?[A-Za-z0-9]{1,3}", re.ASCII)
# No control character: whoever answers in Placet's place must not be able to add a header to ours.
_POLICY = re.compile(r"[\x20-\x7e]{1,65536}", re.ASCII)

_log = logging.getLogger("placet_site")

Header = Callable[[str], str | None]
"""Name of a header, any case → what the visitor's request has under it."""


@dataclass(frozen=True)
class Question:
    """All that an answer depends on: the choice as the cookie has it, GPC, a minor or not, the trusted place headers."""

    choice: str | None = None
    gpc: bool = False
    minor: bool = False
    place: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Consent:
    """What may run for one visitor now.

    ``allowed``: ids of trackers. ``csp``: the Content-Security-Policy that lets in just those. ``version``, ``regime``:
    of the answer. ``problem``: why there was none, in words for the site's owner; then nothing is allowed.
    """

    allowed: frozenset[str]
    csp: str
    version: int | None = None
    regime: str | None = None
    problem: str | None = None
    _verdicts: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """Tracker → its category, and the reason."""

    def allows(self, id: str) -> bool:
        """Whether a tracker, or every tracker of a category, may run now. What is not known may not."""
        if id in self._verdicts:
            return id in self.allowed
        return id == NECESSARY or (bool(self._run(id)) and not self._held(id))

    def reason(self, id: str) -> str:
        """Return why: a word of ``docs/api.md``, or ``unavailable`` (Placet did not answer), or ``unknown`` (no such id).

        For a category it is the reason of the first tracker that is held, else of the first that runs.
        """
        if id == NECESSARY:
            return NECESSARY
        if self.problem is not None:
            return UNAVAILABLE
        if id in self._verdicts:
            return self._verdicts[id][1]
        told = self._held(id) or self._run(id) or self._of(id)
        return self._verdicts[told[0]][1] if told else UNKNOWN

    def _of(self, category: str) -> list[str]:
        return [tracker for tracker, (own, _) in self._verdicts.items() if own == category]

    def _run(self, category: str) -> list[str]:
        return [tracker for tracker in self._of(category) if tracker in self.allowed]

    def _held(self, category: str) -> list[str]:
        """The trackers that are held; a tag manager with nothing to load holds nothing up."""
        return [t for t in self._of(category) if t not in self.allowed and self._verdicts[t][1] != UNUSED]


class Placet:
    """A site's connection to its Placet server; one for the whole process.

    ``api``: the server's origin; no request can change it. ``site``: the site's key, ``s_…``. ``timeout``: seconds
    that one question may take. ``keep_seconds``: how long an answer is used again for whoever chose the same, and how
    long nobody asks after a failure. ``place_headers``: the request headers, set by the site's own proxy, that are passed
    on so that Placet knows the visitor's country (its ``PLACET_COUNTRY_HEADER``). ``public_url``: Placet's origin as
    browsers know it, where that is another. ``closed_csp``: the policy when there is no answer; by default the page's
    own origin and Placet's. ``tls``: what certificates to trust, where the system's own will not do. Raises
    ``ValueError`` for what is none of these.
    """

    def __init__(
        self,
        api: str,
        site: str,
        *,
        timeout: float = TIMEOUT,
        keep_seconds: float = KEEP_SECONDS,
        place_headers: Sequence[str] = (),
        public_url: str | None = None,
        closed_csp: str | None = None,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if not _SITE.fullmatch(site):
            raise ValueError(f"not a site's key: {site!r}")
        wrong = [name for name in place_headers if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS]
        if isinstance(place_headers, str) or wrong:
            raise ValueError(f"not a list of headers that say where a visitor is: {place_headers!r}")
        here = _origin(public_url or api)
        policy = (
            closed_csp or f"default-src 'self' {here}; script-src 'self' {here}; object-src 'none'; base-uri 'self'"
        )
        if not _POLICY.fullmatch(policy):
            raise ValueError(f"not a policy: {policy!r}")
        self.site = site
        self.place_headers = tuple(place_headers)
        self._origin = urlsplit(_origin(api))
        self._timeout, self._keep_seconds, self._monotonic = timeout, keep_seconds, monotonic
        self._closed_csp = policy
        self._tls = (tls or ssl.create_default_context()) if self._origin.scheme == "https" else None
        self._kept: OrderedDict[Question, tuple[float, Consent]] = OrderedDict()
        self._failed: tuple[float, Consent] | None = None
        self._lock = threading.Lock()

    def choice(self, header: Header) -> Choice | None:
        """Read what the visitor's cookie says, without asking anybody."""
        return read_choice(header("Cookie"), self.site)

    def question(self, header: Header, *, minor: bool = False) -> Question:
        """Return what is to be asked for a request. What is no choice or no place is not passed on."""
        choice = self.choice(header)
        place = [(name, (header(name) or "").strip()) for name in self.place_headers]
        signals = [part.strip() for part in (header("Sec-GPC") or "").split(",")]
        return Question(
            choice.value if choice else None,
            "1" in signals,
            minor,
            tuple((name, value) for name, value in place if _PLACE.fullmatch(value)),
        )

    def consent(self, header: Header, *, minor: bool = False) -> Consent:
        """Return what may run for a request; never raises, and takes no longer than the time-out."""
        return self.ask(self.question(header, minor=minor))

    def ask(self, question: Question) -> Consent:
        """Return what is remembered, else ask."""
        found = self.remembered(question)
        if found is not None:
            return found
        try:
            consent = _read(get(self._origin, self._target(question), _headers(question), self._timeout, self._tls))
        except NoAnswer as error:
            _log.warning("Placet: %s. Nothing optional is allowed.", error)
            consent = Consent(frozenset(), self._closed_csp, problem=f"Placet: {error}")
        self._keep(question, consent)
        return consent

    def remembered(self, question: Question) -> Consent | None:
        """Return what can be said without asking: an answer that is fresh, or that Placet has just not answered."""
        with self._lock:
            kept, failed = self._kept.get(question), self._failed
        now = self._monotonic()
        for found in (kept, failed):
            if found is not None and now - found[0] < self._keep_seconds:
                return found[1]
        return None

    def _keep(self, question: Question, consent: Consent) -> None:
        now = self._monotonic()
        with self._lock:
            if consent.problem is not None:
                self._failed = now, consent
                return
            self._failed = None
            self._kept.pop(question, None)
            self._kept[question] = now, consent
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)

    def _target(self, question: Question) -> str:
        query = {"choice": question.choice, "minor": "1" if question.minor else None}
        asked = urlencode({name: value for name, value in query.items() if value})
        return f"/v1/sites/{self.site}/trackers{'?' if asked else ''}{asked}"


def _headers(question: Question) -> dict[str, str]:
    return {"Accept": "application/json", **({"Sec-GPC": "1"} if question.gpc else {}), **dict(question.place)}


def _read(body: bytes) -> Consent:
    """Read an answer of ``/trackers``. Raises ``NoAnswer`` when it is none."""
    try:
        found: Any = json.loads(body)
        verdicts = {str(t["id"]): (str(t["category"]), str(t["reason"])) for t in found["trackers"]}
        allowed = frozenset(str(t["id"]) for t in found["trackers"] if t["allowed"] is True)
        policy, version, regime = found["csp"], found["version"], found["regime"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoAnswer("not an answer of /trackers") from error
    if not isinstance(policy, str) or not _POLICY.fullmatch(policy):
        raise NoAnswer("a policy that is no header")
    return Consent(allowed, policy, version, regime, _verdicts=MappingProxyType(verdicts))


def _origin(url: str) -> str:
    """Return an http or https origin as it is written in a policy. Raises ``ValueError`` for anything else."""
    parts = urlsplit(url)
    host = parts.netloc.lower()
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.:\[\]-]+", host) or not parts.hostname:
        raise ValueError(f"not an origin: {url!r}")
    if parts.path not in ("", "/") or parts.query or parts.fragment or url != url.strip():
        raise ValueError(f"not an origin: {url!r}")
    _ = parts.port  # raises for one that is none
    return f"{parts.scheme}://{host}"
