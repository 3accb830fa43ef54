"""The addresses and widths of a log's tiles (C2SP tlog-tiles, https://c2sp.org/tlog-tiles).

A tile holds up to 256 neighbouring hashes of one *level*: at level 0 the leaf hashes, at level 1 the roots of full tiles of
level 0, and so on; so a hash of level L stands for 256**L entries. Beside every tile of level 0 stands the bundle of its
entries. A tile that the log does not fill yet is *partial*: its width is part of its address, so that what stands at an
address never changes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.core.merkle import TILE_WIDTH

MAX_LEVEL = 63
TILE_HEIGHT = TILE_WIDTH.bit_length() - 1
_MAX_INDEX = 2**40  # far above what a log can hold, and below what a database calls a number
_GROUP = 1000
_ADDRESS = re.compile(r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True)
class Tile:
    """A tile of hashes, or (``level`` null) a bundle of entries: the ``index``-th of its level, ``width`` items wide."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    @property
    def first(self) -> int:
        """Index of its first item among those of its level."""
        return self.index * TILE_WIDTH

    def is_in(self, size: int) -> bool:
        """Whether a log of ``size`` entries has that many items there."""
        return self.first + self.width <= items_at(self.level or 0, size)

    def path(self) -> str:
        """Return its address below ``tile/``: ``0/x001/x234/067``, ``entries/000.p/7``."""
        groups = [f"{self.index % _GROUP:03}"]
        rest = self.index // _GROUP
        while rest:
            groups.insert(0, f"x{rest % _GROUP:03}")
            rest //= _GROUP
        kind = "entries" if self.level is None else str(self.level)
        partial = f".p/{self.width}" if self.width < TILE_WIDTH else ""
        return f"{kind}/{'/'.join(groups)}{partial}"


def parse_tile_path(path: str) -> Tile | None:
    """Read an address below ``tile/``; ``None`` unless it is exactly what ``Tile.path`` writes."""
    match = _ADDRESS.fullmatch(path)
    if match is None:
        return None
    kind, groups, width = match.groups()
    tile = Tile(
        None if kind == "entries" else int(kind),
        int(groups.replace("/", "").replace("x", "")),
        int(width) if width else TILE_WIDTH,
    )
    is_sane = (tile.level or 0) <= MAX_LEVEL and tile.index < _MAX_INDEX
    return tile if is_sane and tile.path() == path else None


def items_at(level: int, size: int) -> int:
    """Return how many hashes a log of ``size`` entries has at ``level``: one per 256**level entries."""
    return size >> TILE_HEIGHT * level


def partial_width(level: int, size: int) -> int:
    """Return how wide the last, partial tile of ``level`` is in a log of ``size`` entries; 0: there is none."""
    return items_at(level, size) % TILE_WIDTH


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of hashes that a log of ``size`` entries has, level by level: what a mirror fetches."""
    level = 0
    while items := items_at(level, size):
        yield from (Tile(level, index) for index in range(items // TILE_WIDTH))
        if width := partial_width(level, size):
            yield Tile(level, items // TILE_WIDTH, width)
        level += 1
