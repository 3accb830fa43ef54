"""What this machine remembers of every site's log: the newest head that it let out.

Whoever restores an old backup and goes on would sign a second log beside the one that others hold. So before an append the
head in the database is held against the newest that was let out, and after the commit, before any answer leaves, the new
one is remembered: in memory, and in a file per site that all processes of this machine share and that outlives them.

The files are written without fsync: they have to survive the process, not the machine. Nothing here commits.
"""

import fcntl
import logging
import os
import threading
from pathlib import Path

from sqlalchemy import Connection, Engine

from app.core.checkpoint import Checkpoint
from app.core.heads import Head, read_head, set_back
from app.core.merkle import TILE_WIDTH, Frontier
from app.db import WRITES, after_commit
from app.services.tree import root_at, root_grown

OPTION = "placet_heads"
_MAX_BYTES = 65_536
REMEDY = (
    "Nothing is appended to this log and nothing is signed; browsers keep their receipts and send them again. If the newest "
    "backup is there, restore it. If not: placet log restart HANDLE --reason TEXT. See docs/receipts.md, The log."
)

log = logging.getLogger("placet")


class Heads:
    """The newest head let out of each site's log, by the site's key; ``folder`` is null where nothing outlives us."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: dict[str, Head] = {}
        self._raw: dict[str, bytes] = {}
        self._checked: set[str] = set()
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def newest(self, site: str) -> Head | None:
        """Return the newest head that any process of this machine has let out."""
        with self._lock:
            try:
                descriptor = self._open(site, os.O_RDONLY, fcntl.LOCK_SH)
                try:
                    self._learn(site, descriptor)
                finally:
                    os.close(descriptor)
            except FileNotFoundError:
                pass
            except OSError as error:
                self._warn(error)
            return self._known.get(site)

    def sites(self) -> set[str]:
        """Return the keys of all sites of which a head is remembered."""
        try:
            kept = {file.name for file in self._folder.iterdir()} if self._folder else set()
        except OSError:
            kept = set()
        return kept | self._known.keys()

    def let_out(self, site: str, head: Head) -> None:
        """Remember ``head``, unless a newer one is remembered already. What cannot be written is remembered in memory."""
        with self._lock:
            self._remember(site, head)
            try:
                descriptor = self._open(site, os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX)
                try:
                    length = self._learn(site, descriptor)
                    raw = self._known[site].note.encode()
                    if raw != self._raw[site]:
                        # One write, over what stood there: a process that is killed leaves the old note or the new one.
                        os.pwrite(descriptor, raw.ljust(length, b"\n"), 0)
                        self._raw[site] = raw
                finally:
                    os.close(descriptor)
            except OSError as error:
                self._warn(error)

    def check(
        self, connection: Connection, site_id: int, site: str, origin: str, frontier: Frontier, newest: Head | None
    ) -> str | None:
        """Hold the log in the database against the ``newest`` head let out, and say what stands against an append.

        The first time also the tree below it. ``newest`` must be read before the log, unless that is locked: somebody may
        let out a newer one at any moment.
        """
        if newest is None or (site in self._checked and self._goes_on(connection, site_id, newest, origin, frontier)):
            return None
        present = Checkpoint(origin, frontier.size, frontier.root())
        why = set_back(newest.checkpoint, present, lambda size: root_at(connection, site_id, size))
        if why is None:
            self._checked.add(site)
            return None
        self._checked.discard(site)
        self._tell(site, why)
        return why

    def _goes_on(self, connection: Connection, site_id: int, newest: Head, origin: str, frontier: Frontier) -> bool:
        """Whether the log plainly goes on from ``newest``: it is the same, or another machine appended a little."""
        had, grown = newest.checkpoint, frontier.size - newest.checkpoint.size
        if had.origin != origin or not 0 <= grown <= TILE_WIDTH:
            return False
        if grown == 0:
            return newest.edge == frontier.to_bytes() or had.root == frontier.root()
        if newest.edge is None:
            return False
        edge = Frontier.from_bytes(had.size, newest.edge)
        return root_grown(connection, site_id, edge, frontier.size) == frontier.root()

    def seen(self, connection: Connection, site_id: int, site: str, head: Head) -> None:
        """Remember a head that is about to be let out as it stands in the database, when it is newer than all before.

        One that does not go on from those before is let out, since it can do no more harm, and told to the operator.
        """
        newest = self.newest(site)
        if newest is not None:
            if head.rank <= newest.rank:
                return
            why = set_back(newest.checkpoint, head.checkpoint, lambda size: root_at(connection, site_id, size))
            if why is not None:
                self._tell(site, why)
                return
        self.let_out(site, head)

    def _learn(self, site: str, descriptor: int) -> int:
        """Take over what the file says, if it is newer than what we know; returns the file's length."""
        raw = os.pread(descriptor, _MAX_BYTES, 0)
        text = raw.rstrip(b"\n") + b"\n"
        if text != self._raw.get(site):
            head = read_head(text.decode("utf-8", "replace"))
            if head is not None:
                self._remember(site, head)
            elif raw:
                log.warning("what this machine remembers of the log of %s cannot be read; it is written anew", site)
            self._raw[site] = text
        return len(raw)

    def _remember(self, site: str, head: Head) -> None:
        known = self._known.get(site)
        if known is None or head.rank > known.rank:
            self._known[site] = head

    def _open(self, site: str, flags: int, lock: int) -> int:
        """Open and lock a site's file, by a path that is put together as plain text: this runs twice a batch."""
        if self._folder is None:
            raise FileNotFoundError
        path = f"{self._folder}/{site}"
        try:
            descriptor = os.open(path, flags, 0o600)
        except FileNotFoundError:
            if not flags & os.O_CREAT:
                raise
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, flags, 0o600)
        try:
            fcntl.flock(descriptor, lock)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _tell(self, site: str, why: str) -> None:
        if why not in self._told:
            self._told.add(why)
            log.error("the log of site %s was set back: %s. %s", site, why, REMEDY)

    def _warn(self, error: OSError) -> None:
        if self._folder is not None and "folder" not in self._told:
            self._told.add("folder")
            log.warning(
                "the heads of logs cannot be kept in %s (%s): after a restart, nothing will show that a database was set "
                "back",
                self._folder,
                error.strerror,
            )


def remember_heads(engine: Engine, heads: Heads) -> None:
    """Have every connection of ``engine`` hold logs against ``heads``. To be called once per engine."""
    engine.update_execution_options(**{OPTION: heads})


def heads_of(connection: Connection) -> Heads | None:
    """Return what ``remember_heads`` gave to the connection's engine."""
    heads: Heads | None = connection.get_execution_options().get(OPTION)
    return heads


def let_out(connection: Connection, site: str, head: Head) -> None:
    """Remember a head that the present transaction has made, as soon as it is committed."""
    heads = heads_of(connection)
    if heads is not None:
        after_commit(connection, lambda: heads.let_out(site, head))


def seen(connection: Connection, site_id: int, site: str, note: str) -> None:
    """Remember the head that ``note`` says, before it is let out. A note that cannot be read is for verifiers to name."""
    heads, head = heads_of(connection), read_head(note)
    if heads is None or head is None:
        return
    if connection.get_execution_options().get(WRITES):
        let_out(connection, site, head)
    else:
        heads.seen(connection, site_id, site, head)
