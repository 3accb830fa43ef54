"""Mending of single values: written as they should be, set to what the law allows, or taken away."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from app.core.addresses import host_in, is_host, origin_of, path_of, url_of, without_scheme
from app.core.decision import NECESSARY
from app.core.durations import duration_days
from app.core.lint_trackers import EEA
from app.core.mending_work import Mending, Work, with_category
from app.core.paths import ABSENT, removed, replaced, value_at
from app.core.regimes import LOCATION
from app.core.say import say
from app.core.worded import duration_words

_TRACKER_FIELDS = ("origins", "languages", "csp_sources")
_ID_LENGTH = 32


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _written(work: Work, text: str) -> Mending | None:
    """Put ``text`` in the place of what stands there, unless that changes nothing or says nothing."""
    return work.put(say("Write {text}", text=_short(text)), text) if text and text != work.text else None


def write_origin(work: Work) -> Mending | None:
    """Keep scheme, host and port of an address: that is its origin."""
    origin = origin_of(work.text)
    return None if origin is None or origin in work.document["origins"] else _written(work, origin)


def write_url(work: Work) -> Mending | None:
    """An address that lacks its scheme gets one."""
    return _written(work, url_of(work.text) or "")


def write_contact(work: Work) -> Mending | None:
    """An e-mail address without ``mailto:`` and spaces around it."""
    text = re.sub(r"^mailto:", "", work.text.strip(), flags=re.IGNORECASE)
    return _written(work, text) if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", text) else None


def write_domain(work: Work) -> Mending | None:
    """A domain in small letters, without a dot or scheme before it; else none, which keeps a cookie to its own host."""
    own = work.steps[:-1]
    if work.steps[0] == "trackers" and value_at(work.document, [*own, "kind"]) != "cookie":
        return work.put(say("Remove the domain"), None)
    host = host_in(work.text)
    if work.steps[0] == "trackers":
        return _written(work, host) if "." in host and is_host(host) else None
    hosts = [urlsplit(origin).hostname or "" for origin in _texts(work, "origins")]
    fits = all(one == host or one.endswith(f".{host}") for one in hosts)
    if "." in host and is_host(host) and fits:
        return _written(work, host)
    return keep_to_the_host(work)


def keep_to_the_host(work: Work) -> Mending | None:
    """No cookie domain: the choice holds at each host by itself."""
    return work.put(say("Keep the choice to each host"), None)


def _texts(work: Work, field: str) -> list[str]:
    found = work.document.get(field)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def write_host(work: Work) -> Mending | None:
    """The host of an address. A star alone or before a top-level domain stays wrong: it would hold the world back."""
    host = host_in(work.text)
    is_wide = re.fullmatch(r"\*\.[^.]+", host) is not None
    return _written(work, host) if "." in host and is_host(host) and not is_wide else None


def write_path(work: Work) -> Mending | None:
    """A path that begins with / and ends before ? or #."""
    return _written(work, path_of(work.text) or "")


def write_name(work: Work) -> Mending | None:
    """A cookie's or key's name without spaces around it."""
    name = work.text.strip()
    return _written(work, name) if name.strip("*") and not re.search(r"[\s*](?=.)|[;,=\"<>\x00-\x1f]", name) else None


def write_source(work: Work) -> Mending | None:
    """A CSP source in small letters without a path's end, as far as that makes one."""
    source = work.text.strip().rstrip(";")
    host = host_in(source)
    if "'" in source or "." not in host or not is_host(host):
        return None
    scheme = source[: len(source) - len(without_scheme(source))].casefold()
    whole = scheme + host
    if scheme not in ("", "http://", "https://", "ws://", "wss://"):
        return None
    return None if whole in _texts(work, "csp_sources") else _written(work, whole)


def write_word(work: Work) -> Mending | None:
    """What the shape wants exactly: format 1, a country in capitals."""
    if work.steps == ["format"]:
        return work.put(say("Write {text}", text=1), 1)
    if work.steps[-1] != "country" or not re.fullmatch(r"[A-Za-z]{2}", work.text.strip()):
        return None
    country = work.text.strip().upper()
    needs_more = country not in EEA and not value_at(work.document, [*work.steps[:-1], "safeguard"])
    return None if needs_more else _written(work, country)


def keep_one(work: Work) -> Mending | None:
    """What stands twice in a list stays once; a tracker whose id another one has gets an id of its own."""
    first = work.steps[0]
    if first in _TRACKER_FIELDS:
        return Mending(say("Remove the second {text}", text=_short(work.text)), removed(work.document, work.steps))
    if first == "take_over":
        return Mending(say("Remove the second {text}", text=_short(work.text)), removed(work.document, work.steps[:-1]))
    if first != "trackers":
        return None
    own, taken = work.text, {*work.ids("trackers"), *work.ids("categories")}
    if work.ids("trackers").count(own) > 1 and own in _named(work.document):
        return None  # which of them is meant takes a person
    number = 2
    while (name := f"{own[: _ID_LENGTH - len(str(number)) - 1]}-{number}") in taken:
        number += 1
    document = replaced(work.document, work.steps, name)
    if work.ids("trackers").count(own) == 1:  # a category has the id: what it brings is told by its new one
        for index in range(len(document["trackers"])):
            if value_at(document, ["trackers", index, "via"]) == own:
                document = replaced(document, ["trackers", index, "via"], name)
        taken_over = value_at(document, ["take_over", "trackers"])
        for index in range(len(taken_over) if isinstance(taken_over, list) else 0):
            if value_at(document, ["take_over", "trackers", index, "id"]) == own:
                document = replaced(document, ["take_over", "trackers", index, "id"], name)
    return Mending(say("Give it the id {id}", id=name), document)


def _named(document: dict[str, Any]) -> list[Any]:
    """The trackers that others name: as their loader, or as what is taken over."""
    trackers, taken = document.get("trackers"), value_at(document, ["take_over", "trackers"])
    named = [value_at(document, ["trackers", at, "via"]) for at in range(len(trackers or ()))]
    return named + [value_at(taken, [at, "id"]) for at in range(len(taken) if isinstance(taken, list) else 0)]


def delete_category(work: Work) -> Mending | None:
    """Delete a category that holds no tracker, unless it must be there or a signal asks for it."""
    own = value_at(work.document, [*work.steps, "id"])
    if own == NECESSARY or not isinstance(own, str) or f'"?{own}"' in _dumped(work.document):
        return None
    return Mending(say("Delete the category {id}", id=own), removed(work.document, work.steps))


def _dumped(document: dict[str, Any]) -> str:
    steps = []
    trackers = document.get("trackers")
    for index in range(len(trackers) if isinstance(trackers, list) else 0):
        signals = value_at(document, ["trackers", index, "signals"])
        steps += [str(item) for item in signals.values()] if isinstance(signals, dict) else []
    return "\n".join(steps)


def add_necessary(work: Work) -> Mending | None:
    """Add the category ``necessary`` in our words."""
    return Mending(say("Add the category necessary"), with_category(work, work.document, NECESSARY))


def follow_none(work: Work) -> Mending | None:
    """A category that follows none: its own rule, or asked first everywhere. A tracker's category takes a person."""
    return work.put(say("Follow none"), None) if work.steps[-1] == "follows" else None


def remove_it(work: Work) -> Mending | None:
    """Take away what nobody reads."""
    return Mending(say("Remove {text}", text=_short(str(work.steps[-1]))), removed(work.document, work.steps))


def known_regime(work: Work) -> Mending | None:
    """The law of the visitor's place in the place of a regime that there is not; as an exemption it goes."""
    if work.steps == ["regime"]:
        return by_location(work)
    return Mending(say("Remove {text}", text=_short(work.text)), removed(work.document, work.steps))


def by_location(work: Work) -> Mending | None:
    """The law of the place where the visitor is."""
    return work.put(say("Write {text}", text=LOCATION), LOCATION)


def decide_by_category(work: Work) -> Mending | None:
    """Visitors decide category by category, where that makes the longest choice short enough."""
    is_switch = work.steps == ["choice_per_tracker"]
    return work.put(say("Let visitors decide by category only"), False) if is_switch else None


def shorten(work: Work) -> Mending | None:
    """Set a lifetime to the shortest maximum of the regimes that the site serves."""
    name = "max_granted" if work.steps[-1] == "granted" else "max_refused"
    return _limit(work, lambda regime: getattr(regime, name), min)


def keep_records(work: Work) -> Mending | None:
    """Keep receipts as long as the law wants requests kept; what else a law requires takes a person."""
    return _limit(work, lambda regime: regime.keep_records, max) if work.steps == ["retention"] else None


def lengthen(work: Work) -> Mending | None:
    """A choice holds for a day at least, and its receipt is kept as long as the longest choice."""
    if work.steps[0] == "lifetimes":
        return work.put(say("Set it to {duration}", duration=duration_words("P1D")), "P1D")
    lifetimes = [value_at(work.document, ["lifetimes", name]) for name in ("granted", "refused")]
    texts = ["P6M" if text is ABSENT else text for text in lifetimes]
    longest = max((text for text in texts if _days(text) is not None), key=lambda text: _days(text) or 0, default=None)
    return work.put(say("Set it to {duration}", duration=duration_words(longest)), longest) if longest else None


def _limit(work: Work, limit: Callable[[Any], str | None], pick: Callable[..., str]) -> Mending | None:
    served = work.means.table.served(_regime(work))
    limits = [text for regime in served if (text := limit(regime)) is not None]
    if not limits:
        return None
    text = pick(limits, key=duration_days)
    return work.put(say("Set it to {duration}", duration=duration_words(text)), text)


def _regime(work: Work) -> str:
    own = work.document.get("regime")
    return own if isinstance(own, str) and own in work.means.table.ids else LOCATION


def _days(text: Any) -> int | None:
    try:
        return duration_days(text) if isinstance(text, str) else None
    except ValueError:
        return None


def remove_reserved(work: Work) -> Mending | None:
    """Take the widget's own storage out of a tracker; a pattern that only covers it takes a person."""
    if not work.text.startswith("placet_"):
        return None
    return Mending(say("Remove {text}", text=_short(work.text)), removed(work.document, work.steps[:-1]))
