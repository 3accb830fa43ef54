"""Reading a log's tree as the database has it: entries, full tiles, and the hashes that follow from them."""

from sqlalchemy import Connection, select

from app.core.merkle import Frontier, leaf_hash, node_hash
from app.core.tiles import TILE_HEIGHT, items_at, partial_width
from app.models import LogEntry, LogTile


def hashes_at(connection: Connection, site_id: int, level: int, first: int, count: int) -> list[bytes]:
    """Return ``count`` hashes of a tile level, as far as they are stored: leaf hashes at 0, above it roots of full tiles."""
    if level == 0:
        entries = connection.execute(
            select(LogEntry.entry)
            .where(LogEntry.site_id == site_id, LogEntry.log_index >= first, LogEntry.log_index < first + count)
            .order_by(LogEntry.log_index)
        )
        return [leaf_hash(bytes(entry)) for entry in entries.scalars()]
    roots = connection.execute(
        select(LogTile.root)
        .where(
            LogTile.site_id == site_id,
            LogTile.level == level - 1,
            LogTile.tile_index >= first,
            LogTile.tile_index < first + count,
        )
        .order_by(LogTile.tile_index)
    )
    return [bytes(root) for root in roots.scalars()]


def subtree(connection: Connection, site_id: int, height: int, at: int) -> bytes:
    """Return the hash of the complete subtree of 2**height leaves that begins at leaf ``at * 2**height``."""
    level, rest = divmod(height, TILE_HEIGHT)
    hashes = hashes_at(connection, site_id, level, at << rest, 1 << rest)
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def root_grown(connection: Connection, site_id: int, edge: Frontier, size: int) -> bytes:
    """Return the root over ``size`` entries of a tree that had the right edge ``edge``, which this changes."""
    for item in hashes_at(connection, site_id, 0, edge.size, size - edge.size):
        edge.append_leaf_hash(item)
    return edge.root()


def root_at(connection: Connection, site_id: int, size: int) -> bytes | None:
    """Return the root over the first ``size`` entries, from one read per tile level; ``None`` when not all are there."""
    edges: list[bytes] = []
    for level in range(size.bit_length() // TILE_HEIGHT + 1):
        width = partial_width(level, size)
        hashes = hashes_at(connection, site_id, level, items_at(level, size) - width, width) if width else []
        if len(hashes) != width:
            return None
        edge = Frontier.empty()
        for item in hashes:
            edge.append_leaf_hash(item)
        edges.insert(0, edge.to_bytes())
    return Frontier.from_bytes(size, b"".join(edges)).root()
