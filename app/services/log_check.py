"""Is every log what it was when its head was last let out? For the operator: what is wrong, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from app.core.heads import set_back
from app.core.merkle import Frontier
from app.core.origins import log_vkeys
from app.models import LogHead, Site
from app.services.heads import REMEDY, heads_of
from app.services.tree import root_at

DAMAGE_REMEDY = "Somebody changed the database, or it is damaged: stop the server and restore the newest backup."


@dataclass(frozen=True)
class LogState:
    """A site's log: ``origin`` and ``size`` as stored, the size this machine remembers, what is wrong, what to do."""

    handle: str
    origin: str
    size: int
    remembered: int | None
    problem: str | None
    remedy: str | None


def check_logs(session: Session, log_keys: Sequence[Ed25519PrivateKey]) -> list[LogState]:
    """Check every site's log: signature and stored tree of its head, and what this machine remembers of it."""
    handles = session.execute(select(Site.id, Site.handle).order_by(Site.handle)).all()
    return [_check_log(session, row.id, row.handle, log_keys) for row in handles]


def are_logs_set_back(session: Session) -> bool:
    """Whether any log is older than, or another than, what this machine remembers of it. Cheap when asked again."""
    heads = heads_of(session.connection())
    if heads is None:
        return False
    # What is remembered is read before the database: it may well be newer than what the database said a moment ago.
    remembered = {site: newest for site in heads.sites() if (newest := heads.newest(site)) is not None}
    session.rollback()
    connection = session.connection()
    query = select(Site.id, Site.key, Site.log_origin, LogHead.size, LogHead.frontier)
    rows = connection.execute(query.join(LogHead, LogHead.site_id == Site.id)).all()
    problems = [
        heads.check(connection, row.id, row.key, row.log_origin, _edge(row.size, row.frontier), remembered.get(row.key))
        for row in rows
    ]
    return any(problems)


def _check_log(session: Session, site_id: int, handle: str, log_keys: Sequence[Ed25519PrivateKey]) -> LogState:
    heads = heads_of(session.connection())
    site = session.get_one(Site, site_id).key
    newest = heads.newest(site) if heads else None
    session.rollback()
    connection = session.connection()
    query = select(Site.log_origin, LogHead.size, LogHead.frontier, LogHead.checkpoint)
    row = connection.execute(query.join(LogHead, LogHead.site_id == Site.id).where(Site.id == site_id)).one()
    remembered = newest.checkpoint.size if newest else None

    def stored_root(size: int) -> bytes | None:
        return root_at(connection, site_id, size)

    def state(problem: str | None, remedy: str) -> LogState:
        what_to_do = remedy.replace("HANDLE", handle) if problem else None
        return LogState(handle, row.log_origin, row.size, remembered, problem, what_to_do)

    try:
        present = Checkpoint(row.log_origin, row.size, _edge(row.size, row.frontier).root())
        signed = open_checkpoint(row.checkpoint, log_vkeys(row.log_origin, log_keys))
    except (ValueError, CheckpointError) as error:
        return state(f"the stored head does not hold: {error}", DAMAGE_REMEDY)
    if signed != present:
        return state("the stored checkpoint is not of the stored tree", DAMAGE_REMEDY)
    if stored_root(present.size) != present.root:
        return state("the stored entries are not those of the stored head", DAMAGE_REMEDY)
    return state(set_back(newest.checkpoint, present, stored_root) if newest else None, REMEDY)


def _edge(size: int, frontier: bytes) -> Frontier:
    return Frontier.from_bytes(size, bytes(frontier))
