"""Going on with a log after its database was restored from an old backup, honestly: under another origin."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from app.core.errors import NotAllowedError
from app.core.heads import Head, set_back
from app.core.keys import KeyRing
from app.core.origins import log_vkeys, origin_after, split_origin
from app.db import begin_write
from app.models import Site
from app.services.heads import heads_of
from app.services.log_check import DAMAGE_REMEDY
from app.services.statements import state_restart
from app.services.translog import OpenLog, close_logs, open_logs
from app.services.tree import root_at
from app.services.upkeep import hold_all_logs, state_missing


@dataclass(frozen=True)
class Restarted:
    """A log that goes on: its new ``origin``, how many entries came from the backup, how many there had been."""

    origin: str
    size: int
    size_before: int


def restart_log(
    session: Session,
    site: Site,
    reason: str,
    *,
    keys: KeyRing,
    now: datetime,
    random_bytes: Callable[[int], bytes],
    last: str | None = None,
) -> Restarted:
    """Let the log of ``site``, which was set back, go on under the next origin, state that in it, and commit.

    What others hold was signed under the old origin and cannot be taken back; so no two inconsistent checkpoints ever bear
    one origin. The log's first new entry is the statement ``log-restored``; those on keys and widget builds that it lacks
    follow. ``last`` is the newest checkpoint that anybody outside holds, for when this machine remembers none, or an older
    one. Raises ``NotAllowedError`` without a reason, when the log was not set back, when ``last`` is none of its
    checkpoints, and when the stored entries are damaged.
    """
    if not reason.strip():
        raise NotAllowedError("Say why the log starts again: the reason is signed into it.")
    connection = begin_write(session)
    hold_all_logs(connection)
    log = open_logs(connection, [site.id])[site.id]
    heads = heads_of(connection)
    remembered = heads.newest(site.key) if heads else None
    known = [head for head in (_remembered(remembered, site, keys), _outside(last, site, keys)) if head]
    newest = max(known, key=lambda head: head.rank, default=None)

    def stored_root(size: int) -> bytes | None:
        return root_at(connection, site.id, size)

    present = log.head()
    if stored_root(present.size) != present.root:
        raise NotAllowedError(f"The stored entries are not those of the stored head. {DAMAGE_REMEDY}")
    if newest is None or set_back(newest.checkpoint, present, stored_root) is None:
        raise NotAllowedError(
            "As far as this machine knows, this log was not set back: it goes on as it is. If somebody outside holds a "
            "newer checkpoint of it, give that with --last."
        )
    origin = _next_origin(newest.checkpoint, present)
    connection.execute(update(Site).where(Site.id == site.id).values(log_origin=origin))
    session.refresh(site)
    going_on = OpenLog(log.site_id, log.site, origin, log.frontier, log.first_new, stated_keys=log.stated_keys)
    data = {"size": present.size, "checkpoint": newest.note, "reason": reason.strip()}
    state_restart(connection, going_on.append, site, data, keys=keys, random_bytes=random_bytes, now=now)
    # A backup may be older than a key or a build.
    state_missing(connection, [going_on], {site.id: site}, keys=keys, random_bytes=random_bytes, now=now)
    close_logs(connection, [going_on], keys.log)
    session.commit()
    return Restarted(origin, present.size, newest.checkpoint.size)


def _remembered(head: Head | None, site: Site, keys: KeyRing) -> Head | None:
    """Return what this machine remembers, if these keys have signed it: it is about to be signed into the log for ever."""
    if head is not None:
        try:
            _outside(head.note, site, keys)
        except NotAllowedError as error:
            raise NotAllowedError(
                f"What this machine remembers of the log cannot be believed. {error.message} If it is damaged, remove the "
                f"file {site.key} from PLACET_DATA/heads, and give what somebody outside holds with --last."
            ) from error
    return head


def _outside(note: str | None, site: Site, keys: KeyRing) -> Head | None:
    """Read a checkpoint that somebody outside holds. Raises ``NotAllowedError`` when it is none of this site's."""
    if note is None:
        return None
    origin = note.partition("\n")[0]
    try:
        checkpoint = open_checkpoint(note, log_vkeys(origin, keys.log))
    except (CheckpointError, ValueError) as error:
        raise NotAllowedError(f"This is no checkpoint that the keys here have signed: {error}.") from error
    if split_origin(origin)[0] != split_origin(site.log_origin)[0]:
        raise NotAllowedError("This checkpoint is of another site's log.")
    return Head(checkpoint, note)


def _next_origin(newest: Checkpoint, present: Checkpoint) -> str:
    return origin_after(present.origin, max(split_origin(head.origin)[1] for head in (newest, present)))
