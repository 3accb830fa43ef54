"""What a yes to a tracker is a yes to, and since which version that has stood."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.core.canonical import canonical_bytes, sha256_hex
from app.core.documents import ConfigDocument, Localized, Tracker


def tracker_fingerprint(tracker: Tracker, languages: Collection[str] | None = None) -> str:
    """Hash what a yes to this tracker is a yes to, as SHA-256 hex.

    That is: id, category, kind, vendor, purpose, legal basis, data and how long they are kept, recipients with role,
    country and safeguard, whether it is sold or shared, and what is stored in the browser for how long. Not: its
    display name, hosts, loader, stop functions and exemptions. ``languages`` limits the texts that count; order and
    white space never do.
    """
    meaning = {
        "id": tracker["id"],
        "category": tracker["category"],
        "kind": tracker["kind"],
        "vendor": _plain(tracker["vendor"]),
        "purpose": _texts(tracker["purpose"], languages),
        "legal_basis": tracker["legal_basis"],
        "data": _unordered(
            {"name": _texts(item["name"], languages), "retention": item["retention"]} for item in tracker["data"]
        ),
        "recipients": _unordered(tracker["recipients"]),
        "sale_share": tracker["sale_share"],
        "storage": _unordered(tracker["storage"]),
    }
    return sha256_hex(canonical_bytes(meaning))


def since_map(
    number: int,
    document: ConfigDocument,
    previous: ConfigDocument | None,
    previous_since: Mapping[str, int] | None,
) -> dict[str, int]:
    """Return for each tracker the version in which its present meaning first stood; ``number`` is this version's.

    A meaning stands on when every language that both versions offer says the same. A translation that is added
    or dropped changes nothing for those who read another; with no language in common everything is new.
    """
    if previous is None or previous_since is None:
        return {tracker["id"]: number for tracker in document["trackers"]}
    shared = set(previous["languages"]) & set(document["languages"])
    before = {tracker["id"]: tracker_fingerprint(tracker, shared) for tracker in previous["trackers"]} if shared else {}
    return {
        tracker["id"]: previous_since.get(tracker["id"], number)
        if before.get(tracker["id"]) == tracker_fingerprint(tracker, shared)
        else number
        for tracker in document["trackers"]
    }


def _plain(text: str) -> str:
    return " ".join(text.split())


def _texts(texts: Localized, languages: Collection[str] | None) -> dict[str, str]:
    return {lang: _plain(text) for lang, text in texts.items() if languages is None or lang in languages}


def _unordered(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=canonical_bytes)
