"""Where a visitor is, as far as the law needs it: country and region, as the operator trusts (``docs/api.md``)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import maxminddb
from werkzeug.datastructures import Headers

from app.settings import Settings, SettingsError

_COUNTRY = re.compile(r"[A-Z]{2}")
_REGION = re.compile(r"(?:[A-Z]{2}-)?([A-Z0-9]{1,3})")
_NOWHERE = {"XX", "T1", "ZZ"}  # what CDNs send for "unknown" and for Tor


@dataclass(frozen=True)
class Location:
    """ISO 3166-1 alpha-2 country and ISO 3166-2 region without its country; ``None``: unknown. ``source`` says how known."""

    country: str | None = None
    region: str | None = None
    source: str = "none"


class Locator:
    """Finds locations as the settings allow. Raises ``SettingsError`` when the geo database cannot be read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = _open_database(settings.mmdb)

    def locate(self, args: Mapping[str, str], headers: Headers, address: str | None) -> Location:
        """Return where a request comes from; anything malformed counts as unknown."""
        settings = self._settings
        if settings.allow_country_param and args.get("country"):
            return _location(args.get("country"), args.get("region"), "parameter")
        if settings.country_header and headers.get(settings.country_header):
            region = headers.get(settings.region_header) if settings.region_header else None
            return _location(headers.get(settings.country_header), region, "header")
        if self._database is not None and address:
            return self._look_up(address)
        return Location()

    def _look_up(self, address: str) -> Location:
        try:
            found: Any = self._database.get(address) if self._database else None
        except ValueError:
            return Location()
        if not isinstance(found, dict):
            return Location()
        regions = found.get("subdivisions") or [{}]
        return _location(found.get("country", {}).get("iso_code"), regions[0].get("iso_code"), "database")


def _location(country: str | None, region: str | None, source: str) -> Location:
    country = (country or "").strip().upper()
    if not _COUNTRY.fullmatch(country) or country in _NOWHERE:
        return Location()
    match = _REGION.fullmatch((region or "").strip().upper())
    return Location(country, match and match.group(1), source)


def _open_database(path: Path | None) -> maxminddb.Reader | None:
    if path is None:
        return None
    try:
        return maxminddb.open_database(path, maxminddb.MODE_MMAP)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        raise SettingsError(f"PLACET_MMDB: {path} cannot be read as a MaxMind database.") from error
