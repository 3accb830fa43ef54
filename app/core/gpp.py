"""The Global Privacy Platform (IAB Tech Lab): which US section tells vendors of a choice (``app/data/gpp.yaml``)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NATIONAL = "usnat"


@dataclass(frozen=True)
class GppSection:
    """A section: its API prefix, id and version, the fields of its core segment, and whether one for GPC may follow."""

    name: str
    id: int
    version: int
    fields: str
    gpc: bool

    def carried(self) -> dict[str, Any]:
        """Return what the loader carries of it (``widget/src/signals/gpp.ts``)."""
        return {"name": self.name, "id": self.id, "version": self.version, "fields": self.fields, "gpc": self.gpc}


class GppTable:
    """The sections that we know. ``ValueError`` where the data lacks something."""

    def __init__(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        try:
            self._by_region = {
                section.get("region"): GppSection(
                    name, section["id"], section["version"], " ".join(section["fields"].split()), section["gpc"]
                )
                for name, section in data.items()
            }
            self._national = self._by_region[None]
        except KeyError as error:
            raise ValueError(f"gpp.yaml lacks {error}") from error

    def __iter__(self) -> Iterator[GppSection]:
        return iter(self._by_region.values())

    def section(self, regime: str, region: str | None) -> GppSection | None:
        """Return the section for a visitor under ``regime`` (its id) in ``region`` of the US, ``None`` where none applies.

        ``region`` is ISO 3166-2 without the country. A state without a section of its own, or an unknown one, is told by
        the national section.
        """
        if regime.partition("-")[0] != "us":
            return None
        # A site that has one regime for everybody does not ask where they are.
        own = region or ("CA" if regime == "us-ca" else None)
        return self._by_region.get(own, self._national)


def wants_gpp(trackers: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of a loader's trackers is told by it."""
    return any(tracker.get("signals", {}).get("gpp") for tracker in trackers)
