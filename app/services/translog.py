"""A site's append-only Merkle log in the database: locking heads, appending entries, proving inclusion.

Nothing here commits: an append belongs to the transaction that stores what it commits to.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, bindparam, insert, select, update

from app.core.checkpoint import Checkpoint, sign_checkpoint
from app.core.merkle import TILE_WIDTH, Frontier, consistency_proof, inclusion_proof, leaf_hash, node_hash, tile_root
from app.db import table_of
from app.models import LogEntry, LogHead, LogTile, Site

TILE_HEIGHT = TILE_WIDTH.bit_length() - 1

_HEADS, _ENTRIES, _SITES = table_of(LogHead), table_of(LogEntry), table_of(Site)
_LOCK_HEADS = (
    select(_HEADS.c.site_id, _HEADS.c.size, _HEADS.c.frontier, _SITES.c.log_origin)
    .join(_SITES, _SITES.c.id == _HEADS.c.site_id)
    .where(_HEADS.c.site_id.in_(bindparam("site_ids", expanding=True)))
    .order_by(_HEADS.c.site_id)
    .with_for_update(of=_HEADS)
)
_ADD_ENTRIES = insert(_ENTRIES)
_MOVE_HEAD = (
    update(_HEADS)
    .where(_HEADS.c.site_id == bindparam("of_site"))
    .values(size=bindparam("size"), frontier=bindparam("frontier"), checkpoint=bindparam("checkpoint"))
)


@dataclass
class OpenLog:
    """A log whose head this transaction holds. ``append`` only remembers; ``close_logs`` writes."""

    site_id: int
    origin: str
    frontier: Frontier
    first_new: int
    entries: list[bytes] = field(default_factory=list)

    def append(self, jws: str) -> int:
        """Append the entry of a compact JWS and return its index."""
        entry = hashlib.sha256(jws.encode("ascii")).digest()
        self.entries.append(entry)
        self.frontier.append(entry)
        return self.frontier.size - 1


@dataclass(frozen=True)
class Inclusion:
    """Proof that an entry stands in the log that ``checkpoint`` signs."""

    index: int
    size: int
    hashes: list[bytes]
    checkpoint: str


def create_log(connection: Connection, site_id: int, origin: str, log_key: Ed25519PrivateKey) -> None:
    """Write the head of an empty log."""
    frontier = Frontier.empty()
    connection.execute(
        insert(LogHead).values(
            site_id=site_id,
            size=0,
            frontier=frontier.to_bytes(),
            checkpoint=sign_checkpoint(Checkpoint(origin, 0, frontier.root()), log_key),
        )
    )


def open_logs(connection: Connection, site_ids: Iterable[int]) -> dict[int, OpenLog]:
    """Lock the heads of ``site_ids`` in ascending order and return the logs.

    ``connection`` must be inside a writing transaction (``app.db.begin_write``): on SQLite that is the lock.
    """
    rows = connection.execute(_LOCK_HEADS, {"site_ids": sorted(set(site_ids))})
    return {
        row.site_id: OpenLog(row.site_id, row.log_origin, Frontier.from_bytes(row.size, row.frontier), row.size)
        for row in rows
    }


def close_logs(connection: Connection, logs: Iterable[OpenLog], log_key: Ed25519PrivateKey) -> None:
    """Write new entries, full tiles and one checkpoint per changed log."""
    changed = [log for log in logs if log.entries]
    if not changed:
        return
    connection.execute(
        _ADD_ENTRIES,
        [
            {"site_id": log.site_id, "log_index": log.first_new + offset, "entry": entry}
            for log in changed
            for offset, entry in enumerate(log.entries)
        ],
    )
    for log in changed:
        _write_full_tiles(connection, log)
        checkpoint = Checkpoint(log.origin, log.frontier.size, log.frontier.root())
        connection.execute(
            _MOVE_HEAD,
            {
                "of_site": log.site_id,
                "size": log.frontier.size,
                "frontier": log.frontier.to_bytes(),
                "checkpoint": sign_checkpoint(checkpoint, log_key),
            },
        )


def read_checkpoint(connection: Connection, site_id: int) -> str:
    """Return the newest checkpoint, a C2SP signed note."""
    return connection.execute(select(LogHead.checkpoint).where(LogHead.site_id == site_id)).scalar_one()


def prove_inclusion(connection: Connection, site_id: int, index: int) -> Inclusion:
    """Prove that entry ``index`` stands in the log, against its newest checkpoint (RFC 6962 §2.1.1)."""
    size, checkpoint = connection.execute(
        select(LogHead.size, LogHead.checkpoint).where(LogHead.site_id == site_id)
    ).one()
    hashes = inclusion_proof(index, size, lambda height, at: _subtree(connection, site_id, height, at))
    return Inclusion(index, size, hashes, checkpoint)


def prove_consistency(connection: Connection, site_id: int, old: int, new: int) -> list[bytes]:
    """Prove that the log of ``old`` entries begins the log of ``new`` entries (RFC 6962 §2.1.2).

    ``ValueError`` when ``old`` is above ``new``, or the log has fewer than ``new`` entries.
    """
    size = connection.execute(select(LogHead.size).where(LogHead.site_id == site_id)).scalar_one()
    if new > size:
        raise ValueError(f"the log has {size} entries, not {new}")
    return consistency_proof(old, new, lambda height, at: _subtree(connection, site_id, height, at))


def _write_full_tiles(connection: Connection, log: OpenLog) -> None:
    """Write the tiles that the new entries completed, from the leaves up."""
    before, after, level = log.first_new, log.frontier.size, 0
    while after // TILE_WIDTH > before // TILE_WIDTH:
        before, after = before // TILE_WIDTH, after // TILE_WIDTH
        for tile in range(before, after):
            hashes = _hashes(connection, log.site_id, level, tile * TILE_WIDTH, TILE_WIDTH)
            connection.execute(
                insert(LogTile).values(
                    site_id=log.site_id,
                    level=level,
                    tile_index=tile,
                    hashes=b"".join(hashes),
                    root=tile_root(hashes),
                )
            )
        level += 1


def _subtree(connection: Connection, site_id: int, height: int, at: int) -> bytes:
    """Return the hash of the complete subtree of 2**height leaves that begins at leaf ``at * 2**height``."""
    level, rest = divmod(height, TILE_HEIGHT)
    hashes = _hashes(connection, site_id, level, at << rest, 1 << rest)
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _hashes(connection: Connection, site_id: int, level: int, first: int, count: int) -> list[bytes]:
    """Return ``count`` hashes of a tile level: leaf hashes at level 0, roots of full tiles above."""
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
