"""What was found on a site, as text, and the trackers of the catalog that it belongs to."""

import json
import re
from dataclasses import dataclass
from typing import cast, get_args
from urllib.parse import urlsplit

from app.core.catalog import Catalog, CatalogEntry, host_fits
from app.core.documents import StorageKind

MAX_FOUND = 1000  # as many as discovery mode keeps
_VALUE = r'("(?:[^"\\]|\\.)*"|[^\s,{}"]+)'
_HOST = re.compile(rf"\bhost:\s*{_VALUE}(?:\s*,\s*path:\s*{_VALUE})?")
_STORED = re.compile(rf"\bkind:\s*({'|'.join(get_args(StorageKind))})\s*,\s*name:\s*{_VALUE}")
_APART = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Recognised:
    """``entries``: which trackers were found, each with what of it; ``unknown``: what no entry names."""

    entries: list[tuple[CatalogEntry, list[str]]]
    unknown: list[str]


def recognise(catalog: Catalog, text: str) -> Recognised:
    """Find the trackers in ``text``: the draft that discovery mode copies, or addresses and names, one a line.

    Of each address the closest entry is taken, and with it those that share it as closely. At most ``MAX_FOUND`` things
    are looked at.
    """
    hosts = [(_plain(host), _plain(path) or "/") for host, path in _HOST.findall(text)]
    stored = [(cast(StorageKind, kind), _plain(name)) for kind, name in _STORED.findall(text)]
    if not hosts and not stored:
        hosts, stored = _listed(text)
    found: dict[str, list[str]] = {}
    unknown = []
    for host, path in hosts[:MAX_FOUND]:
        entries = _closest(catalog, host, path)
        for entry in entries:
            found.setdefault(entry.id, []).append(host)
        if not entries:
            unknown.append(host)
    for kind, name in stored[:MAX_FOUND]:
        known = catalog.by_stored(kind, name)
        for entry in known:
            found.setdefault(entry.id, []).append(name)
        if not known:
            unknown.append(name)
    entries_found = [(entry, list(dict.fromkeys(found[entry.id]))) for entry in catalog if entry.id in found]
    return Recognised(entries_found, list(dict.fromkeys(unknown)))


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
