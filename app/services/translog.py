"""A site's append-only Merkle log in the database: locking heads, appending entries, proving inclusion.

Nothing here commits: an append belongs to the transaction that stores what it commits to.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, bindparam, insert, select, update

from app.core.checkpoint import Checkpoint, sign_checkpoint
from app.core.errors import LogRolledBackError
from app.core.heads import Head
from app.core.merkle import TILE_WIDTH, Frontier, consistency_proof, inclusion_proof, tile_root
from app.core.origins import split_origin
from app.core.rotation import log_signers
from app.db import table_of
from app.models import LogEntry, LogHead, LogTile, Site
from app.services.heads import heads_of, let_out, seen
from app.services.tree import hashes_at, subtree

ROLLED_BACK_RETRY_SECONDS = 60

_HEADS, _ENTRIES, _SITES = table_of(LogHead), table_of(LogEntry), table_of(Site)
_LOCK_HEADS = (
    select(
        _HEADS.c.site_id,
        _HEADS.c.size,
        _HEADS.c.frontier,
        _HEADS.c.checkpoint,
        _HEADS.c.stated_keys,
        _SITES.c.key,
        _SITES.c.log_origin,
    )
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
    """A log whose head this transaction holds. ``append`` only remembers; ``close_logs`` writes.

    ``refusal``: why nothing may be appended (``LogRolledBackError``); else null. ``stated_keys``: those that the log names
    and calls retired (``app.core.rotation``).
    """

    site_id: int
    site: str
    origin: str
    frontier: Frontier
    first_new: int
    refusal: str | None = None
    entries: list[bytes] = field(default_factory=list)
    stated_keys: str = ""

    def append(self, jws: str) -> int:
        """Append the entry of a compact JWS and return its index. Raises ``LogRolledBackError``."""
        self.check()
        entry = hashlib.sha256(jws.encode("ascii")).digest()
        self.entries.append(entry)
        self.frontier.append(entry)
        return self.frontier.size - 1

    def check(self) -> None:
        """Raise ``LogRolledBackError`` when nothing may be appended or handed on."""
        if self.refusal is not None:
            raise LogRolledBackError(ROLLED_BACK_RETRY_SECONDS, self.refusal)

    def head(self) -> Checkpoint:
        """Return the log's head, with what was appended."""
        return Checkpoint(self.origin, self.frontier.size, self.frontier.root())


@dataclass(frozen=True)
class Inclusion:
    """Proof that an entry stands in the log that ``checkpoint`` signs."""

    index: int
    size: int
    hashes: list[bytes]
    checkpoint: str


def create_log(connection: Connection, site_id: int, origin: str, log_keys: Sequence[Ed25519PrivateKey]) -> None:
    """Write the head of an empty log, signed by each of ``log_keys``."""
    frontier = Frontier.empty()
    connection.execute(
        insert(LogHead).values(
            site_id=site_id,
            size=0,
            frontier=frontier.to_bytes(),
            checkpoint=sign_checkpoint(Checkpoint(origin, 0, frontier.root()), log_keys),
        )
    )


def open_logs(connection: Connection, site_ids: Iterable[int]) -> dict[int, OpenLog]:
    """Lock the heads of ``site_ids`` in ascending order and return the logs.

    ``connection`` must be inside a writing transaction (``app.db.begin_write``): on SQLite that is the lock.
    """
    rows = connection.execute(_LOCK_HEADS, {"site_ids": sorted(set(site_ids))}).all()
    heads = heads_of(connection)
    logs: dict[int, OpenLog] = {}
    for row in rows:
        origin = _present_origin(row.checkpoint, row.log_origin)
        frontier = Frontier.from_bytes(row.size, row.frontier)
        log = OpenLog(row.site_id, row.key, origin, frontier, row.size, stated_keys=row.stated_keys)
        if heads is not None:
            log.refusal = heads.check(
                connection, log.site_id, log.site, log.origin, log.frontier, heads.newest(log.site)
            )
        logs[log.site_id] = log
    return logs


def close_logs(connection: Connection, logs: Iterable[OpenLog], log_keys: Sequence[Ed25519PrivateKey]) -> None:
    """Write new entries, full tiles and one checkpoint per changed log, signed by each of ``log_keys`` that may still sign.

    Raises ``KeysError`` where a log calls all of them retired.
    """
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
        head = log.head()
        note = sign_checkpoint(head, log_signers(log.stated_keys, log_keys))
        connection.execute(
            _MOVE_HEAD,
            {
                "of_site": log.site_id,
                "size": log.frontier.size,
                "frontier": log.frontier.to_bytes(),
                "checkpoint": note,
            },
        )
        let_out(connection, log.site, Head(head, note, log.frontier.to_bytes()))


def read_checkpoint(connection: Connection, site_id: int) -> str:
    """Return the newest checkpoint, a C2SP signed note."""
    return _read_head(connection, site_id)[1]


def hold_checkpoint(connection: Connection, site_id: int) -> tuple[int, str]:
    """Lock a log's head in a writing transaction, and return its size and checkpoint, to be handed on after the commit.

    Raises ``LogRolledBackError``.
    """
    open_logs(connection, [site_id])[site_id].check()
    return _read_head(connection, site_id)


def prove_inclusion(connection: Connection, site_id: int, index: int) -> Inclusion:
    """Prove that entry ``index`` stands in the log, against its newest checkpoint (RFC 6962 §2.1.1)."""
    size, checkpoint = _read_head(connection, site_id)
    hashes = inclusion_proof(index, size, lambda height, at: subtree(connection, site_id, height, at))
    return Inclusion(index, size, hashes, checkpoint)


def prove_consistency(connection: Connection, site_id: int, old: int, new: int) -> list[bytes]:
    """Prove that the log of ``old`` entries begins the log of ``new`` entries (RFC 6962 §2.1.2).

    ``ValueError`` when ``old`` is above ``new``, or the log has fewer than ``new`` entries.
    """
    size = connection.execute(select(LogHead.size).where(LogHead.site_id == site_id)).scalar_one()
    if new > size:
        raise ValueError(f"the log has {size} entries, not {new}")
    return consistency_proof(old, new, lambda height, at: subtree(connection, site_id, height, at))


def _present_origin(checkpoint: str, log_origin: str) -> str:
    """Return the origin that a locked head bears.

    After it has waited for a lock PostgreSQL reads the locked row anew, but not what is joined to it: the site's own may be
    the one from before a restart of the log.
    """
    borne = checkpoint.partition("\n")[0]
    return borne if split_origin(borne)[0] == split_origin(log_origin)[0] else log_origin


def _read_head(connection: Connection, site_id: int) -> tuple[int, str]:
    """Return size and checkpoint of a log, which whoever asks will let out."""
    query = select(Site.key, LogHead.size, LogHead.checkpoint).join(Site, Site.id == LogHead.site_id)
    site, size, checkpoint = connection.execute(query.where(LogHead.site_id == site_id)).one()
    seen(connection, site_id, site, checkpoint)
    return size, checkpoint


def _write_full_tiles(connection: Connection, log: OpenLog) -> None:
    """Write the tiles that the new entries completed, from the leaves up."""
    before, after, level = log.first_new, log.frontier.size, 0
    while after // TILE_WIDTH > before // TILE_WIDTH:
        before, after = before // TILE_WIDTH, after // TILE_WIDTH
        for tile in range(before, after):
            hashes = hashes_at(connection, log.site_id, level, tile * TILE_WIDTH, TILE_WIDTH)
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
