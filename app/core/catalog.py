"""The tracker catalog: what is known of well-known trackers, and which of them an address or a cookie belongs to.

The facts are data (``app/data/catalog/``, one tracker a file). Field by field, and how to add one: ``docs/catalog.md``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from app.core.documents import (
    Category,
    DataItem,
    Localized,
    Match,
    Recipient,
    Signals,
    StorageItem,
    StorageKind,
    Tracker,
    TrackerKind,
)

MEMORY = "memory"
"""``checked`` of an entry that nobody has compared with a document."""


@dataclass(frozen=True)
class Vendor:
    """Who is behind a tracker: legal name, ISO 3166-1 alpha-2 country of its address, address of its privacy policy."""

    name: str
    country: str
    policy: str


@dataclass(frozen=True)
class CatalogEntry:
    """One tracker as the catalog knows it. Its parts are those of a config's tracker, and what is said about them.

    ``missing_host``: words that ask for the host of the site's own without which it cannot be held whole (else empty).
    ``by_hand``: what else nobody but the site's owner can fill in. ``unsure``: which parts are doubtful. ``shares_with``:
    other entries that use an address or a name of this one, with the reason. ``found_as``: other words for it.
    ``checked``: the month (``2026-11``) in which a document among ``sources`` was read, or ``memory``.
    """

    id: str
    name: str
    vendor: Vendor
    category: str
    kind: TrackerKind
    purpose: Localized
    data: tuple[DataItem, ...]
    recipients: tuple[Recipient, ...]
    sale_share: bool
    match: tuple[Match, ...]
    storage: tuple[StorageItem, ...]
    signals: Signals
    stop: tuple[str, ...]
    missing_host: str = ""
    by_hand: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    shares_with: Mapping[str, str] = field(default_factory=dict)
    found_as: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    checked: str = MEMORY

    @property
    def left(self) -> tuple[str, ...]:
        """What is left to the site's owner, in sentences."""
        return (self.missing_host, *self.by_hand) if self.missing_host else self.by_hand

    def lacks_host(self, matches: Iterable[Match]) -> bool:
        """Whether a tracker that was made of this one and uses ``matches`` still lacks the host that is the site's own."""
        known = {match["host"] for match in self.match}
        return bool(self.missing_host) and all(match["host"] in known for match in matches)

    @cached_property
    def haystack(self) -> str:
        """Everything that a search looks through, in small letters."""
        names = [match["host"] + match["path"] for match in self.match] + [item["name"] for item in self.storage]
        texts = [self.id, self.name, self.vendor.name, *self.found_as, *self.purpose.values(), *names]
        return "\n".join(texts).casefold()

    def uses(self, host: str, path: str = "/") -> bool:
        """Whether an address is one of this tracker's, as the widget's gate matches: whole hosts, beginnings of paths."""
        return self.closeness(host, path) is not None

    def stores(self, kind: StorageKind, name: str, domain: str | None = None) -> bool:
        """Whether a cookie or key is one of this tracker's; a listed name that ends in ``*`` is its beginning.

        ``domain`` is the cookie's, where it is known; without it the cookie is one of the page's own, and no entry's that
        is listed for a domain of the vendor: their names are as short as ``uid``.
        """
        return any(
            item["kind"] == kind and name_fits(item["name"], name) and domain_fits(item["domain"], domain)
            for item in self.storage
        )

    def closeness(self, host: str, path: str) -> tuple[bool, int] | None:
        """Return how closely the closest match fits (exact host, length of path); ``None``: none does."""
        fits = [
            (match["host"] == host, len(match["path"]))
            for match in self.match
            if host_fits(match["host"], host) and path.startswith(match["path"])
        ]
        return max(fits, default=None)


class Catalog:
    """All entries, in the order of their ids, and the words of the standard categories (for a draft that lacks one)."""

    def __init__(self, entries: Iterable[CatalogEntry], categories: Mapping[str, Category]) -> None:
        self._entries = {entry.id: entry for entry in sorted(entries, key=lambda entry: entry.id)}
        self.categories = categories

    def __iter__(self) -> Iterator[CatalogEntry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, entry_id: str) -> CatalogEntry | None:
        """Return the entry with this id, if there is one."""
        return self._entries.get(entry_id)

    def entry_of(self, tracker: Tracker) -> CatalogEntry | None:
        """Return the entry that a tracker was made of: the one of its id, else the one that stores most of the same."""
        if tracker["id"] in self._entries:
            return self._entries[tracker["id"]]
        names = {(item["kind"], item["name"]) for item in tracker["storage"]}
        shared = Counter(id_ for name in names for id_ in self._storing.get(name, ()))
        # Of several that store the same, the one whose hosts nobody can know.
        found = [entry for entry in self if entry.id in shared]
        return max(found, key=lambda entry: (shared[entry.id], not entry.match), default=None)

    @cached_property
    def _storing(self) -> Mapping[tuple[str, str], set[str]]:
        """The ids of the entries that store something of this kind and name."""
        found: dict[tuple[str, str], set[str]] = {}
        for entry in self:
            for item in entry.storage:
                found.setdefault((item["kind"], item["name"]), set()).add(entry.id)
        return found

    def by_address(self, host: str, path: str = "/") -> list[CatalogEntry]:
        """Return the entries that use an address (a host without port, and a path), the closest first."""
        bare = host.casefold().removesuffix(".")
        fits = [(fit, entry) for entry in self if (fit := entry.closeness(bare, path or "/")) is not None]
        return [entry for _, entry in sorted(fits, key=lambda found: found[0], reverse=True)]

    def by_stored(self, kind: StorageKind, name: str, domain: str | None = None) -> list[CatalogEntry]:
        """Return the entries that store something of this kind and name; ``domain`` as in ``CatalogEntry.stores``."""
        return [entry for entry in self if entry.stores(kind, name, domain)]

    def search(self, query: str) -> list[CatalogEntry]:
        """Return the entries in which every word of ``query`` stands, in their order; an empty one finds all.

        A word may also be an address (``https://…`` or a host) or the whole name of a cookie.
        """
        words = query.split()
        return [entry for entry in self if all(_says(entry, word) for word in words)]


def host_fits(pattern: str, host: str) -> bool:
    """Whether ``host`` is what a match's host names: itself, or under ``*.example.com`` a subdomain."""
    return host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]) and len(host) > len(pattern) - 1)


def name_fits(pattern: str, name: str) -> bool:
    """Whether a cookie's or key's ``name`` is what a storage item names."""
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def domain_fits(listed: str | None, domain: str | None) -> bool:
    """Whether a cookie of ``domain`` (without: of the page's own) is what a storage item lists for a domain, or for none."""
    if listed is None:
        return True
    own = (domain or "").casefold().lstrip(".")
    return own == listed or own.endswith(f".{listed}")


def _says(entry: CatalogEntry, word: str) -> bool:
    if word.casefold() in entry.haystack or any(name_fits(item["name"], word) for item in entry.storage):
        return True
    try:
        address = urlsplit(word if "://" in word else f"//{word}")
        host = address.hostname or ""
    except ValueError:
        return False
    return "." in host and entry.uses(host, address.path or "/")
