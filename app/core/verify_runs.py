"""Good receipts in a row, as one: they go from one process to another, and are held against the log, all at once.

Nearly every line of nearly every record is one of these. Taken in one by one, as other lines are, they would cost an eighth
of what checking their signatures costs, and all of that in one process.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.core.facts import Cites, Facts
from app.core.merkle import HASH_BYTES


@dataclass(slots=True)
class Run:
    """Receipts that are good by themselves, on lines from ``number`` on, at log indexes from ``first`` on.

    ``entries`` are the SHA-256 of their JWS end to end; ``ids`` (16 bytes) and ``times`` (``rfc3339``) are theirs.
    ``sources`` has for each its place in ``kinds``, which are the different pairs of signing key and citation.
    """

    number: int
    first: int
    entries: bytearray = field(default_factory=bytearray)
    ids: list[bytes] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    kinds: dict[tuple[str, Cites], int] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The log index after the last one."""
        return self.first + len(self.ids)

    def add(self, entry: bytes, kid: str, id: bytes, at: str, cites: Cites) -> None:
        """Take in the receipt at ``end``."""
        self.entries += entry
        self.ids.append(id)
        self.times.append(at)
        self.sources.append(self.kinds.setdefault((kid, cites), len(self.kinds)))

    def one_by_one(self) -> Iterator[tuple[int, int, bytes, str, Facts]]:
        """Yield of each receipt: line, log index, entry, signing key, facts."""
        kinds = list(self.kinds)
        for place, (id, at, source) in enumerate(zip(self.ids, self.times, self.sources, strict=True)):
            kid, cites = kinds[source]
            entry = bytes(self.entries[place * HASH_BYTES : (place + 1) * HASH_BYTES])
            yield self.number + place, self.first + place, entry, kid, Facts(cites.site, id, at, cites)
