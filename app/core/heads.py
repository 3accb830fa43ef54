"""Whether a log still begins with a head that was let out before: what shows that a database was set back."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.checkpoint import Checkpoint, CheckpointError, parse_checkpoint
from app.core.origins import split_origin

RootAt = Callable[[int], bytes | None]
"""``root_at(size)``: the root over the first ``size`` entries as they are stored; ``None`` when not all are there."""


@dataclass(frozen=True)
class Head:
    """A checkpoint, the signed note that says it, and where it is known the right edge of its tree."""

    checkpoint: Checkpoint
    note: str
    edge: bytes | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """What a newer head has more of: the how manieth log of its site it is of, and how many entries it has."""
        return split_origin(self.checkpoint.origin)[1], self.checkpoint.size


def read_head(note: str) -> Head | None:
    """Read a note that this server has made; ``None`` when somebody has damaged it."""
    try:
        return Head(parse_checkpoint(note), note)
    except CheckpointError:
        return None


def set_back(let_out: Checkpoint, present: Checkpoint, root_at: RootAt) -> str | None:
    """Say why ``present`` does not go on from ``let_out``, a head of the same site's log; ``None``: it does.

    A log that goes on under a later origin (``app.core.origins``) has said what it lost.
    """
    old, new = split_origin(let_out.origin), split_origin(present.origin)
    if old[0] != new[0]:
        return f"the newest head let out is of the log {let_out.origin}, and the database has {present.origin}"
    if old[1] < new[1]:
        return None
    had = f"{let_out.origin} had {let_out.size} entries when its newest head was let out"
    if old[1] > new[1] or let_out.size > present.size:
        return f"{had}, and the database has {present.origin} with {present.size}"
    is_same = root_at(let_out.size) == let_out.root
    if not is_same or (let_out.size == present.size and let_out.root != present.root):
        return f"{had}, and in the database its first {let_out.size} entries are others"
    return None
