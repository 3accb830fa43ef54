"""The roots of a log at several sizes at once, from all its entries; subtrees can be hashed by other processes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from app.core.merkle import HASH_BYTES, Frontier

_HEIGHT = 12
_ENTRIES = 1 << _HEIGHT
_BYTES = _ENTRIES * HASH_BYTES


def roots_at(
    entries: bytes, sizes: Iterable[int], spread: Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
) -> dict[int, bytes]:
    """Return the root over the first so many of ``entries`` (end to end) for each of ``sizes`` that they reach."""
    wanted = {size for size in sizes if size * HASH_BYTES <= len(entries)}
    ends = {size >> _HEIGHT for size in wanted}
    count = max(ends, default=0)
    edge = Frontier.empty()
    edges = {0: b""}  # right edges of the tree by how many whole subtrees are in it
    parts = (entries[at : at + _BYTES] for at in range(0, count * _BYTES, _BYTES))
    for number, root in enumerate(spread(subtree_root, parts), start=1):
        edge.append_leaf_hash(root)
        if number in ends:
            edges[number] = edge.to_bytes()
    return {size: _root(entries, size, edges[size >> _HEIGHT]) for size in wanted}


def subtree_root(entries: bytes) -> bytes:
    """Return the root over ``entries``, end to end."""
    return _frontier(entries).root()


def _root(entries: bytes, size: int, edge: bytes) -> bytes:
    whole = size >> _HEIGHT << _HEIGHT
    rest = _frontier(entries[whole * HASH_BYTES : size * HASH_BYTES])
    return Frontier.from_bytes(size, edge + rest.to_bytes()).root()


def _frontier(entries: bytes) -> Frontier:
    frontier = Frontier.empty()
    for at in range(0, len(entries), HASH_BYTES):
        frontier.append(entries[at : at + HASH_BYTES])
    return frontier
