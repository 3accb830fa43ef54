"""What was found on a site, as text, and the trackers of the catalog that it belongs to."""

import json
import re
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, Literal, cast, get_args
from urllib.parse import urlsplit

from app.core.catalog import Catalog, CatalogEntry, host_fits
from app.core.catalog_draft import ids_in
from app.core.documents import StorageKind
from app.core.errors import NotAllowedError
from app.core.say import say

MAX_ID = 32
MAX_FOUND = 1000  # as many as discovery mode keeps
_VALUE = r'("(?:[^"\\]|\\.)*"|[^\s,{}"]+)'
_HOST = re.compile(rf"\bhost:\s*{_VALUE}(?:\s*,\s*path:\s*{_VALUE})?")
_STORED = re.compile(rf"\bkind:\s*({'|'.join(get_args(StorageKind))})\s*,\s*name:\s*{_VALUE}")
_APART = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Thing:
    """Something that was found: a host, or what is stored under a name."""

    kind: StorageKind | Literal["host"]
    name: str

    @property
    def ref(self) -> str:
        """How a form names it."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True)
class Recognised:
    """``entries``: which trackers were found, each with what of it; ``unknown``: what no entry names.

    ``sure``: ids of the entries to which something belongs that is nobody else's.
    """

    entries: list[tuple[CatalogEntry, list[str]]]
    unknown: list[Thing]
    sure: frozenset[str] = frozenset()


def recognise(catalog: Catalog, text: str) -> Recognised:
    """Find the trackers in ``text``: the draft that discovery mode copies, or addresses and names, one a line.

    Of each address the closest entry is taken, and with it those that share it as closely. At most ``MAX_FOUND`` things
    are looked at.
    """
    hosts = [(_plain(host), _plain(path) or "/") for host, path in _HOST.findall(text)]
    stored = [(cast(StorageKind, kind), _plain(name)) for kind, name in _STORED.findall(text)]
    if not hosts and not stored:
        hosts, stored = _listed(text)
    known = [(Thing("host", host), _closest(catalog, host, path)) for host, path in hosts[:MAX_FOUND]]
    known += [(Thing(kind, name), catalog.by_stored(kind, name)) for kind, name in stored[:MAX_FOUND]]
    found: dict[str, list[str]] = {}
    for thing, entries in known:
        for entry in entries:
            found.setdefault(entry.id, []).append(thing.name)
    return Recognised(
        [(entry, list(dict.fromkeys(found[entry.id]))) for entry in catalog if entry.id in found],
        list(dict.fromkeys(thing for thing, entries in known if not entries)),
        frozenset(entries[0].id for _, entries in known if len(entries) == 1),
    )


def begin_tracker(document: dict[str, Any], thing: Thing) -> tuple[dict[str, Any], str]:
    """Return a copy of a draft with the beginning of a tracker that uses ``thing`` at its end, and the tracker's id.

    Its name is that of the thing; what only a person can know is empty, so that lint says what is missing. Raises
    ``NotAllowedError`` when the draft has something else where its list belongs.
    """
    document = deepcopy(document)
    trackers = document.setdefault("trackers", [])
    if not isinstance(trackers, list):
        raise NotAllowedError(
            say("In this draft `{name}` is not a list. Mend it on the page YAML first.", name="trackers")
        )
    own_id = _free_id(thing.name, ids_in(trackers))
    is_host = thing.kind == "host"
    lifetime = {"local": "persistent", "session": "session", "indexeddb": "persistent"}.get(thing.kind, "")
    trackers.append(
        {
            "id": own_id,
            "category": "",
            "name": thing.name,
            "vendor": "",
            "purpose": {},
            "match": [{"host": thing.name, "path": "/"}] if is_host else [],
            "storage": [] if is_host else [{"kind": thing.kind, "name": thing.name, "lifetime": lifetime}],
        }
    )
    return document, own_id


def _free_id(name: str, taken: Collection[str]) -> str:
    """An id as ``docs/config.md`` wants it, that reads like ``name`` and nobody has."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    stem = (plain if plain[:1].isalpha() else f"found-{plain}")[:MAX_ID].strip("-")
    candidates = chain([stem], (f"{stem[: MAX_ID - 4]}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _closest(catalog: Catalog, host: str, path: str) -> list[CatalogEntry]:
    """Discovery tells a host and not what was loaded from there: then all who use a path of it may be meant."""
    host = host.casefold().removesuffix(".")
    exact = catalog.by_address(host, path)
    if not exact:
        return [entry for entry in catalog if _has_host(entry, host)] if path == "/" else []
    best = exact[0].closeness(host, path)
    return [entry for entry in exact if entry.closeness(host, path) == best]


def _has_host(entry: CatalogEntry, host: str) -> bool:
    return any(host_fits(match["host"], host) for match in entry.match)


def _listed(text: str) -> tuple[list[tuple[str, str]], list[tuple[StorageKind, str]]]:
    hosts: list[tuple[str, str]] = []
    stored: list[tuple[StorageKind, str]] = []
    for word in _APART.split(text.strip()):
        try:
            address = urlsplit(word if "://" in word else f"//{word}")
            host = address.hostname or ""
        except ValueError:
            host = ""
        if host and ("://" in word or re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host)):
            hosts.append((host, address.path or "/"))
        elif word:
            stored.append(("cookie", word))
    return hosts, stored


def _plain(value: str) -> str:
    """A value of YAML as discovery writes it: plain, or in double quotes that JSON reads, too (but for ``\\U``)."""
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except ValueError:
        return value.strip('"')
