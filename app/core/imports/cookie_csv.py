"""Lists of cookies as CSV, as Cookiebot, OneTrust and CookieYes export them. Columns are known by what stands above them."""

import csv
import io
import re
from typing import Any

from app.core.imports.gathering import (
    BRIEF,
    LONGEST_NAME,
    Gathering,
    Imported,
    ImportFormatError,
    slug_of,
    storage_name,
)
from app.core.imports.words import duration_in_words
from app.core.say import Said, say

LONGEST = 1_000_000
MOST_ROWS = 5_000
LONGEST_CELL = 4_000
# In the order in which they are looked for: the first column whose header is one of these words has it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("cookie name", "cookie id", "cookie", "cookies", "name", "cookies used", "cookie key", "key"),
    "category": (
        "category", "cookie category", "category name", "categories", "purpose category", "group", "cookie group",
        "classification", "kategorie",
    ),
    "provider": (
        "provider", "vendor", "company", "provider name", "vendor name", "service", "platform", "third party", "anbieter",
        "cookie provider", "owner",
    ),
    "domain": ("domain", "host", "hostname", "cookie domain", "domains", "host name", "cookie subgroup", "subgroup"),
    "purpose": ("purpose", "description", "cookie description", "purpose description", "zweck", "beschreibung"),
    "lifetime": (
        "expiry", "expiration", "duration", "lifespan", "life span", "lifetime", "cookie duration", "cookie lifespan",
        "retention", "retention period", "maximum storage duration", "max age", "ablauf", "laufzeit", "expires",
    ),
    "type": ("type", "cookie type", "storage type", "technology", "typ", "tracker type"),
}  # fmt: skip
KNOWN_BESIDES = {
    "first party",
    "third parties",
    "secure",
    "http only",
    "httponly",
    "same site",
    "samesite",
    "path",
    "id",
}
_UNSORTED = {
    "unclassified",
    "uncategorized",
    "uncategorised",
    "unknown",
    "other",
    "others",
    "pending",
    "nicht-klassifiziert",
}
# What the tools store themselves: it goes with them.
_OF_THE_TOOL = {"cookieconsent", "optanonconsent", "optanonalertboxclosed", "cookieyes-consent", "cky-consent"}
_DOMAIN = re.compile(r"\.?(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
# What exports write for a part that differs: a row of # or x, or a part in brackets or braces.
_VARIES = re.compile(r"(?:#+|x{3,}|\*+|[<\[{(][^<>\[\]{}()]*[>\]})])$", re.IGNORECASE)


def read_cookie_csv(text: str, lang: str) -> Imported:
    """Read a list of cookies. One entry a category and provider. Raises ``ImportFormatError``."""
    made = Gathering(lang)
    header, rows = _table(text)
    columns = _columns(made, header)
    if "name" not in columns:
        raise ImportFormatError(_no_names())
    purposes: dict[str, list[str]] = {}
    by_group: dict[tuple[str, str], dict[str, Any]] = {}
    for number, row in rows:
        _take_row(
            made,
            number,
            {what: row[at].strip()[:LONGEST_CELL] if at < len(row) else "" for what, at in columns.items()},
            by_group,
            purposes,
        )
    for own, said in purposes.items():
        _take_purpose(made, made.trackers[own], said)
    made.take(
        say("Rows"),
        say(
            "{rows}; columns: {value}",
            rows=len(rows),
            value=", ".join((f"{what} ({header[at]})" for what, at in columns.items())),
        ),
    )
    return made.finish()


def _no_names() -> Said:
    names = ", ".join(COLUMNS["name"])
    return say("No column has the names of the cookies. Its header is one of: {names}.", names=names)


def _table(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    if len(text) > LONGEST:
        raise ImportFormatError(say("This has more than {longest} characters.", longest=LONGEST))
    clean = text.removeprefix("\ufeff")
    first = next((line for line in clean.splitlines() if line.strip()), "")
    delimiter = max((",", ";", "\t"), key=first.count)
    try:
        rows = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(clean), delimiter=delimiter), 1)]
    except csv.Error as error:
        raise ImportFormatError(say("This is no CSV: {error}.", error=error)) from error
    filled = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    # An export may begin with a title: the header is the first row that names the cookies.
    start = next((at for at, (_, row) in enumerate(filled[:20]) if _names(row) and len(row) > 1), None)
    if start is None:
        raise ImportFormatError(_no_names())
    if len(filled) - start > MOST_ROWS:
        raise ImportFormatError(say("This has more than {most_rows} rows.", most_rows=MOST_ROWS))
    return [cell.strip() for cell in filled[start][1]], filled[start + 1 :]


def _names(row: list[str]) -> bool:
    return any(_header(cell) in COLUMNS["name"] for cell in row)


def _header(cell: str) -> str:
    return " ".join(re.sub(r"[_\-/]+", " ", cell).lower().split())


def _columns(made: Gathering, header: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    plain = [_header(cell) for cell in header]
    for what, words in COLUMNS.items():
        known = [plain.index(word) for word in words if word in plain and plain.index(word) not in columns.values()]
        if known:
            columns[what] = known[0]
    for at, cell in enumerate(header):
        if at not in columns.values() and cell and plain[at] not in KNOWN_BESIDES:
            made.leave(
                say("Column {cell}", cell=cell), say("Nothing here has a place for it, or its name is not known.")
            )
    return columns


def _take_row(
    made: Gathering,
    number: int,
    row: dict[str, str],
    by_group: dict[tuple[str, str], dict[str, Any]],
    purposes: dict[str, list[str]],
) -> None:
    if not row["name"]:
        made.leave(say("Row {number}", number=number), say("It names no cookie."))
        return
    if row["name"].lower() in _OF_THE_TOOL:
        made.leave(row["name"], say("It belongs to the tool that you leave."))
        return
    said = row.get("category", "")
    category = "" if slug_of(said) in _UNSORTED else made.category(said)
    provider = made.plain(say("Row {number}, provider", number=number), row.get("provider", ""), 120)
    domain = row.get("domain", "")
    group = provider or domain.lstrip(".").lower()
    tracker = by_group.get((category, group))
    if tracker is None:
        name = group or (f"Cookies in {category}" if category else "Cookies in no category")
        # A host is where a cookie comes from, not who is behind it.
        vendor = "" if _DOMAIN.fullmatch(provider) else provider
        tracker = by_group[category, group] = made.tracker(
            slug_of(group or f"{category}-cookies"), category, title=name, vendor=vendor
        )
    text = made.plain(say("Row {number}, purpose", number=number), row.get("purpose", ""))
    if text and text not in purposes.setdefault(tracker["id"], []):
        purposes[tracker["id"]].append(text)
    _store(made, number, tracker, row)


def _store(made: Gathering, number: int, tracker: dict[str, Any], row: dict[str, str]) -> None:
    kind = _kind(row.get("type", ""))
    if kind is None:
        made.leave(
            say("Row {number}, {name}", number=number, name=row["name"]),
            say("It stores nothing in the browser: {said}", said=row["type"][:BRIEF]),
        )
        return
    said = row.get("lifetime", "")
    lifetime = duration_in_words(said) if said else ""
    if lifetime is None:
        made.leave(
            say("Row {number}, {name}", number=number, name=row["name"]),
            say("How long it is kept: {said}", said=said[:BRIEF]),
        )
    if kind in ("local", "indexeddb"):
        lifetime = lifetime or "persistent"
    for name in (part.strip()[:LONGEST_NAME] for part in row["name"].split(",") if part.strip()):
        own = _VARIES.sub("*", name)
        domain = row.get("domain") if kind == "cookie" else None
        if kind == "cookie" or (own.strip("*") and not re.search(r"\s", own)):
            made.store(tracker, own if storage_name(own) else name, kind=kind, domain=domain, lifetime=lifetime or "")
        else:
            made.leave(
                say("Row {number}", number=number),
                say("This is no name of something stored: {name}", name=name[:BRIEF]),
            )


def _kind(said: str) -> str | None:
    """What a row is about; ``None`` for what stores nothing, such as a pixel."""
    text = said.lower()
    if "pixel" in text or "beacon" in text:
        return None
    for word, kind in (
        ("local", "local"),
        ("session storage", "session"),
        ("sessionstorage", "session"),
        ("indexed", "indexeddb"),
    ):
        if word in text:
            return kind
    return "cookie"


def _take_purpose(made: Gathering, tracker: dict[str, Any], said: list[str]) -> None:
    """What is said of its cookies, one after the other: nobody else says what the whole is for."""
    text = " ".join(sentence if sentence.endswith((".", "!", "?")) else f"{sentence}." for sentence in said)
    tracker["purpose"][made.lang] = made.plain(say("{name}, purpose", name=tracker["name"]), text)
