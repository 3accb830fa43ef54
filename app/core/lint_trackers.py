"""Lint of trackers: what they are, what they touch, who receives what, and on what ground."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from app.core.category_rules import category_model, tracker_model
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument, Match, Tracker
from app.core.lint_exemptions import check_exemptions
from app.core.lint_steps import lint_signals, lint_stop
from app.core.problems import Problem, error, warning
from app.core.regimes import Regime, RegimeTable, laws_of
from app.core.say import say
from app.core.worded import country_words

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST_PATTERN = rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*"
DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_HOST = re.compile(HOST_PATTERN)
_WIDE_HOST = re.compile(rf"\*\.{_LABEL}")
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@/%-]*")
_COOKIE_NAME = re.compile(r"[A-Za-z0-9!#$%&'+.^_`|~-]+\*?")  # a token of RFC 9110, maybe with a star behind it
_KEY_NAME = re.compile(r"[^\s*\x00-\x1f\x7f]+\*?")
_COUNTRY = re.compile(r"[A-Z]{2}")
RESERVED_NAME = "placet_"

# The EEA: the Union's member states, and Iceland, Liechtenstein and Norway (EEA Agreement, Annex XI as amended by Joint
# Committee Decision 154/2018). A transfer elsewhere needs a ground of GDPR chapter V (arts. 44 to 49), named to visitors
# (art. 13(1)(f)): an adequacy decision is one and is written down like any other.
EEA = frozenset(
    (
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
    )
    + ("LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK")
)

TrackerCheck = Callable[[str, Tracker, ConfigDocument, RegimeTable, list[Regime]], Iterator[Problem]]


def lint_trackers(document: ConfigDocument, table: RegimeTable, served: list[Regime]) -> list[Problem]:
    """Return the problems of all trackers, each alone and together. ``served`` are the regimes the site serves."""
    problems = [
        problem
        for index, tracker in enumerate(document["trackers"])
        for check in _CHECKS
        for problem in check(f"trackers[{index}]", tracker, document, table, served)
    ]
    return problems + list(_duplicates(document)) + list(_shared_hosts(document)) + list(_mixed(document, served))


def _check_category(
    path: str, tracker: Tracker, document: ConfigDocument, table: RegimeTable, served: list[Regime]
) -> Iterator[Problem]:
    ids = [category["id"] for category in document["categories"]]
    if tracker["category"] not in ids:
        message = say(
            "There is no category {category!r}. There are: {known}.",
            category=tracker["category"],
            known=", ".join(ids) or say("none"),
        )
        yield error(f"{path}.category", "unknown_category", message)
    if tracker["category"] == NECESSARY and tracker["sale_share"]:
        message = say(
            "What is sold or shared is never necessary: nobody could object. Move it, or say `sale_share: false`."
        )
        yield error(f"{path}.sale_share", "necessary_shares", message)


def _check_basis(
    path: str, tracker: Tracker, document: ConfigDocument, table: RegimeTable, served: list[Regime]
) -> Iterator[Problem]:
    basis, place = tracker["legal_basis"], f"{path}.legal_basis"
    if tracker["category"] == NECESSARY:
        if basis == "consent":
            yield warning(
                place,
                "basis_not_asked",
                say("Nobody is asked about what is necessary, so consent cannot be its basis."),
            )
    elif basis != "consent" and tracker["kind"] != "declared":
        asked = [regime for regime in served if tracker_model(tracker, document["categories"], regime) == "optin"]
        if asked:
            yield warning(
                place,
                "basis_not_consent",
                say("Consent is asked for it under {laws}; say so, or why not.", laws=laws_of(asked)),
            )


def _check_recipients(
    path: str, tracker: Tracker, document: ConfigDocument, table: RegimeTable, served: list[Regime]
) -> Iterator[Problem]:
    for index, recipient in enumerate(tracker["recipients"]):
        if _COUNTRY.fullmatch(recipient["country"]) and recipient["country"] not in EEA and not recipient["safeguard"]:
            message = say(
                "{country} is outside the EEA: name the safeguard, such as Standard contractual clauses.",
                country=country_words(recipient["country"]),
            )
            yield error(f"{path}.recipients[{index}].safeguard", "safeguard_missing", message)
    if not tracker["data"]:
        yield warning(
            f"{path}.data", "no_data", say("Say what it collects; a visitor cannot agree to what is not told.")
        )


def _check_match(
    path: str, tracker: Tracker, document: ConfigDocument, table: RegimeTable, served: list[Regime]
) -> Iterator[Problem]:
    own = {urlsplit(origin).hostname for origin in document["origins"] if "[" not in origin}
    for index, match in enumerate(tracker["match"]):
        place = f"{path}.match[{index}]"
        if not _HOST.fullmatch(match["host"]) or _WIDE_HOST.fullmatch(match["host"]):
            message = say(
                "Write it like stats.example.com, or *.example.com: in small letters, without https:// or a port."
            )
            yield error(f"{place}.host", "bad_host", message)
        if not _PATH.fullmatch(match["path"]):
            yield error(f"{place}.path", "bad_path", say("A path begins with / and has no spaces, ? or #."))
        if match["host"] in own and match["path"] == "/" and tracker["category"] != NECESSARY:
            yield warning(
                f"{place}.host", "own_host", say("This holds back everything from the site itself. Name a path.")
            )
    if tracker["match"] and tracker["kind"] == "declared":
        yield warning(f"{path}.match", "not_held", say("A declared tracker is only told; nothing of it is held back."))


def _check_storage(
    path: str, tracker: Tracker, document: ConfigDocument, table: RegimeTable, served: list[Regime]
) -> Iterator[Problem]:
    for index, item in enumerate(tracker["storage"]):
        place = f"{path}.storage[{index}]"
        shape = _COOKIE_NAME if item["kind"] == "cookie" else _KEY_NAME
        if not shape.fullmatch(item["name"]):
            yield error(f"{place}.name", "bad_name", say("A name has no spaces, may end in one *, and is not * alone."))
        elif tracker["category"] != NECESSARY and _may_match(item["name"], RESERVED_NAME):
            message = say(
                "Withdrawing this tracker would delete the visitor's choice itself ({reserved_name}…).",
                reserved_name=RESERVED_NAME,
            )
            yield error(f"{place}.name", "reserved", message)
        if item["domain"] is not None and (item["kind"] != "cookie" or not DOMAIN.fullmatch(item["domain"])):
            yield error(f"{place}.domain", "bad_domain", say("Only a cookie has a domain, such as example.com."))


def _check_stop(
    path: str, tracker: Tracker, document: ConfigDocument, table: RegimeTable, served: list[Regime]
) -> Iterator[Problem]:
    yield from lint_stop(f"{path}.stop", tracker["stop"])


def _check_signals(
    path: str, tracker: Tracker, document: ConfigDocument, table: RegimeTable, served: list[Regime]
) -> Iterator[Problem]:
    ids = {named["id"] for named in (*document["categories"], *document["trackers"])}
    yield from lint_signals(f"{path}.signals", tracker["signals"], ids)


def _check_via(
    path: str, tracker: Tracker, document: ConfigDocument, table: RegimeTable, served: list[Regime]
) -> Iterator[Problem]:
    if tracker["via"] is None:
        return
    kinds = {other["id"]: other["kind"] for other in document["trackers"]}
    place = f"{path}.via"
    if tracker["via"] not in kinds:
        yield error(place, "unknown_tracker", say("There is no tracker {via!r}.", via=tracker["via"]))
    elif kinds[tracker["via"]] != "loader":
        yield error(place, "not_a_loader", say("{via} is not of kind loader.", via=tracker["via"]))
    elif tracker["kind"] == "loader":
        yield error(
            place, "loader_behind_loader", say("A loader stands behind no other: loaders could wait for each other.")
        )


def _duplicates(document: ConfigDocument) -> Iterator[Problem]:
    ids = [tracker["id"] for tracker in document["trackers"]]
    categories = {category["id"] for category in document["categories"]}
    for index, name in enumerate(ids):
        if name and name in ids[:index]:
            yield error(f"trackers[{index}].id", "duplicate", say("Another tracker has the id {name}.", name=name))
        elif name in categories:
            message = say(
                "A category has the id {name}: a page that asks for {name} could not say which it means.", name=name
            )
            yield error(f"trackers[{index}].id", "duplicate", message)


def _shared_hosts(document: ConfigDocument) -> Iterator[Problem]:
    """Two categories that claim one address: a yes to either would release it for both, or a no hold it for both."""
    claims: list[tuple[Tracker, Match]] = []
    for index, tracker in enumerate(document["trackers"]):
        for place, match in enumerate(tracker["match"]):
            others = [
                other["id"]
                for other, claimed in claims
                if other["category"] != tracker["category"] and _overlap(match, claimed)
            ]
            if others:
                message = say(
                    "{others}, of another category, uses this address, too. Name paths that tell them apart.",
                    others=others[0],
                )
                yield warning(f"trackers[{index}].match[{place}]", "shared_host", message)
        claims += [(tracker, match) for match in tracker["match"] if tracker["kind"] != "declared"]


def _overlap(one: Match, other: Match) -> bool:
    same_host = _host_covers(one["host"], other["host"]) or _host_covers(other["host"], one["host"])
    return same_host and (one["path"].startswith(other["path"]) or other["path"].startswith(one["path"]))


def _host_covers(pattern: str, host: str) -> bool:
    return pattern == host or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def _may_match(pattern: str, prefix: str) -> bool:
    stem = pattern.removesuffix("*")
    return stem.startswith(prefix) or (pattern.endswith("*") and prefix.startswith(stem))


def _mixed(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    """A switch stands either on or off, so what runs by exemption should not share one with what is asked first."""
    for index, category in enumerate(document["categories"]):
        if category["id"] == NECESSARY:
            continue
        inside = [t for t in document["trackers"] if t["category"] == category["id"] and t["kind"] != "declared"]
        for regime in served:
            models = {tracker_model(tracker, document["categories"], regime) for tracker in inside}
            if len(models) > 1 and category_model(category["id"], document["categories"], regime) == "optin":
                message = say(
                    "Under {law} some of this is exempt and some is asked first. Give the exempt another category.",
                    law=laws_of([regime]),
                )
                yield warning(f"categories[{index}]", "mixed_category", message)


_CHECKS: tuple[TrackerCheck, ...] = (
    _check_category,
    _check_basis,
    _check_recipients,
    _check_match,
    _check_storage,
    _check_stop,
    _check_signals,
    _check_via,
    check_exemptions,
)
