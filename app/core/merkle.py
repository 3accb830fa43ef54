"""The Merkle tree of RFC 6962 §2.1 (RFC 9162 §2.1) over SHA-256: roots, proofs, and the right edge that an append needs.

An *entry* is what is put in (in Placet 32 bytes, a SHA-256), a *leaf hash* is what stands at the bottom of the tree.
Indexes and sizes count entries from 0. Hashes are 32 bytes.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
TILE_WIDTH = 256
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""``node(level, i)``: the hash of the complete subtree over entries ``i * 2**level`` up to ``(i + 1) * 2**level``."""


class ProofError(ValueError):
    """A proof does not show what it must show."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the leaf hash of ``entry`` (RFC 6962 §2.1: a zero byte, then the entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash above two hashes (RFC 6962 §2.1: a one byte, then both)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(entries: Iterable[bytes]) -> bytes:
    """Return the root over ``entries``, taken one by one; the memory needed grows with the tree's height only."""
    frontier = Frontier.empty()
    for entry in entries:
        frontier.append(entry)
    return frontier.root()


class Frontier:
    """The right edge of a tree: one hash per complete subtree from left to right, that is per set bit of the size.

    It is all that an append needs of the past. One frontier belongs to one writer: ``append`` changes it.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int, hashes: Sequence[bytes]) -> None:
        if size < 0 or len(hashes) != size.bit_count() or any(len(item) != HASH_BYTES for item in hashes):
            raise ValueError(f"a tree of {size} entries does not have this right edge")
        self._size = size
        self._hashes = list(hashes)

    @classmethod
    def empty(cls) -> "Frontier":
        """Return the right edge of the empty tree."""
        return cls(0, ())

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """Read what ``to_bytes`` wrote for a tree of ``size`` entries. ``ValueError`` when the length does not fit."""
        if len(data) % HASH_BYTES:
            raise ValueError(f"{len(data)} bytes are not a list of {HASH_BYTES}-byte hashes")
        return cls(size, [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)])

    @property
    def size(self) -> int:
        """How many entries the tree has."""
        return self._size

    def append(self, entry: bytes) -> None:
        """Add ``entry`` at index ``size``."""
        self.append_leaf_hash(leaf_hash(entry))

    def append_leaf_hash(self, leaf: bytes) -> None:
        """Add the entry whose leaf hash is ``leaf`` (32 bytes) at index ``size``."""
        joined, size = leaf, self._size
        while size & 1:
            joined = node_hash(self._hashes.pop(), joined)
            size >>= 1
        self._hashes.append(joined)
        self._size += 1

    def root(self) -> bytes:
        """Return the tree's root."""
        if not self._hashes:
            return EMPTY_ROOT
        joined = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            joined = node_hash(left, joined)
        return joined

    def to_bytes(self) -> bytes:
        """Return the hashes from left to right: 32 bytes per set bit of ``size``."""
        return b"".join(self._hashes)


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over one full tile: 256 neighbouring hashes (C2SP tlog-tiles). ``ValueError`` for another number."""
    if len(hashes) != TILE_WIDTH:
        raise ValueError(f"a full tile has {TILE_WIDTH} hashes, not {len(hashes)}")
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return the audit path of entry ``index`` in the tree of ``size`` entries, leaf's sibling first (RFC 6962 §2.1.1).

    ``node`` is asked for complete subtrees only. ``ValueError`` when the tree has no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} entries has no entry {index}")
    path: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append(_range_root(middle, end, node))
            end = middle
        else:
            path.append(_range_root(first, middle, node))
            first = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Return the proof that the tree of ``old`` entries begins the tree of ``new`` entries (RFC 6962 §2.1.2).

    Empty when both are the same or ``old`` is 0. ``node`` is asked for complete subtrees only. ``ValueError`` when
    ``old`` is above ``new``.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} entries cannot begin a tree of {new}")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    first, end, is_known = (
        0,
        new,
        True,
    )  # known: the verifier has this subtree's hash, because it is the old root itself
    while end != old:
        middle = first + _split(end - first)
        if old <= middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(first, middle, node))
            first, is_known = middle, False
    if not is_known:
        proof.append(_range_root(first, end, node))
    return proof[::-1]


def verify_inclusion(entry: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that ``entry`` stands at ``index`` under ``root``, a tree of ``size`` entries (RFC 9162 §2.1.3.2).

    Raises ``ProofError`` otherwise.
    """
    _check_lengths(*proof, root)
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} entries has no entry {index}")
    at, last, joined = index, size - 1, leaf_hash(entry)
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is longer than the tree is high")
        if at & 1 or at == last:
            joined = node_hash(sibling, joined)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            joined = node_hash(joined, sibling)
        at, last = at >> 1, last >> 1
    if last != 0 or joined != root:
        raise ProofError(f"the proof does not lead from entry {index} to the root of {size} entries")


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree ``old_root`` of ``old_size`` entries begins the tree ``new_root`` (RFC 9162 §2.1.4.2).

    Every tree begins with the empty one, whose proof is empty. Raises ``ProofError`` otherwise.
    """
    _check_lengths(*proof, old_root, new_root)
    if not 0 <= old_size <= new_size:
        raise ProofError(f"a tree of {old_size} entries cannot begin a tree of {new_size}")
    if old_size in (0, new_size):
        known = EMPTY_ROOT if old_size == 0 else new_root
        if proof or old_root != known or (new_size == 0 and new_root != EMPTY_ROOT):
            raise ProofError("between equal trees, or from the empty one, the proof is empty and the roots agree")
        return
    if not proof:
        raise ProofError("the proof is empty")
    hashes = [old_root, *proof] if old_size.bit_count() == 1 else list(proof)
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_joined = new_joined = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("the proof is longer than the tree is high")
        if at & 1 or at == last:
            old_joined, new_joined = node_hash(sibling, old_joined), node_hash(sibling, new_joined)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_joined = node_hash(new_joined, sibling)
        at, last = at >> 1, last >> 1
    if last != 0 or old_joined != old_root or new_joined != new_root:
        raise ProofError(f"the proof does not lead from the root of {old_size} entries to the root of {new_size}")


def _split(size: int) -> int:
    """Return the largest power of two below ``size`` (above 1)."""
    return 1 << (size - 1).bit_length() - 1


def _range_root(first: int, end: int, node: Node) -> bytes:
    """Return the root over entries ``first`` up to ``end``, which RFC 6962 splits into complete subtrees."""
    size = end - first
    if size.bit_count() == 1:
        level = size.bit_length() - 1
        return node(level, first >> level)
    middle = first + _split(size)
    return node_hash(_range_root(first, middle, node), _range_root(middle, end, node))


def _check_lengths(*hashes: bytes) -> None:
    # Without this a proof node of another length could be read as an entry's bytes, or the other way round.
    if any(len(item) != HASH_BYTES for item in hashes):
        raise ProofError(f"a hash is not {HASH_BYTES} bytes long")
