import json
from base64 import b64decode
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.merkle import (
    EMPTY_ROOT,
    TILE_WIDTH,
    Frontier,
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    tile_root,
    verify_consistency,
    verify_inclusion,
)

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rfc6962.json").read_text())
LEAVES = [bytes.fromhex(leaf) for leaf in VECTORS["leaves_hex"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots_hex"]]
MANY = [index.to_bytes(4, "big") * 8 for index in range(300)]


@cache
def naive_root(first, end):
    """The definition of RFC 6962 §2.1, word by word, over MANY."""
    if first == end:
        return EMPTY_ROOT
    if end - first == 1:
        return leaf_hash(MANY[first])
    split = 1
    while split * 2 < end - first:
        split *= 2
    return node_hash(naive_root(first, first + split), naive_root(first + split, end))


def node_of(entries, size):
    """Answer for complete subtrees of the first ``size`` entries, and fail for any other."""

    def node(level, index):
        assert (index + 1) << level <= size, "asked for a subtree that is not complete"
        return root_of(entries[index << level : (index + 1) << level])

    return node


def many_node(level, index):
    return naive_root(index << level, (index + 1) << level)


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_come_out(size):
    assert root_of(LEAVES[:size]) == ROOTS[size]


def test_the_published_inclusion_proof_comes_out_and_verifies():
    vector = VECTORS["inclusion"]
    proof = [b64decode(item) for item in vector["proof"]]
    assert inclusion_proof(vector["index"], vector["size"], node_of(LEAVES, 8)) == proof
    verify_inclusion(LEAVES[5], 5, 8, proof, ROOTS[8])


def test_the_published_consistency_proof_comes_out_and_verifies():
    vector = VECTORS["consistency"]
    proof = [b64decode(item) for item in vector["proof"]]
    assert consistency_proof(vector["old"], vector["new"], node_of(LEAVES, 8)) == proof
    verify_consistency(6, ROOTS[6], 8, ROOTS[8], proof)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 70, 255, 256, 257, 300])
def test_the_right_edge_gives_the_root_of_the_definition(size):
    assert root_of(MANY[:size]) == naive_root(0, size)


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_right_edge_written_and_read_back_goes_on_as_if_never_left(stop, size):
    stop = min(stop, size)
    edge = Frontier.empty()
    for entry in MANY[:stop]:
        edge.append(entry)
    edge = Frontier.from_bytes(stop, edge.to_bytes())
    for entry in MANY[stop:size]:
        edge.append(entry)
    assert (edge.size, edge.root()) == (size, naive_root(0, size))


@pytest.mark.parametrize("size, length", [(0, 32), (1, 0), (1, 31), (1, 64), (3, 32), (4, 33), (-1, 32), (-1, 64)])
def test_a_right_edge_of_the_wrong_length_is_refused(size, length):
    with pytest.raises(ValueError, match="right edge|not a list"):
        Frontier.from_bytes(size, b"x" * length)


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_every_entry_has_a_proof_that_verifies(place):
    index, size = place
    proof = inclusion_proof(index, size, many_node)
    verify_inclusion(MANY[index], index, size, proof, naive_root(0, size))


def test_proofs_ask_for_complete_subtrees_only():
    for size in range(1, 40):
        for index in range(size):
            inclusion_proof(index, size, node_of(MANY, size))
            consistency_proof(index, size, node_of(MANY, size))


@given(st.data())
def test_one_flipped_bit_anywhere_and_the_proof_fails(data):
    size = data.draw(st.integers(2, 300))
    index = data.draw(st.integers(0, size - 1))
    parts = [MANY[index], naive_root(0, size), *inclusion_proof(index, size, many_node)]
    at = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    parts[at] = (int.from_bytes(parts[at], "big") ^ 1 << bit).to_bytes(32, "big")
    with pytest.raises(ProofError):
        verify_inclusion(parts[0], index, size, parts[2:], parts[1])


@given(st.data())
def test_a_proof_holds_for_its_own_index_only(data):
    size = data.draw(st.integers(2, 300))
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    with pytest.raises(ProofError):
        verify_inclusion(MANY[index], other, size, inclusion_proof(index, size, many_node), naive_root(0, size))


def test_every_tree_up_to_70_is_consistent_with_every_later_one():
    for new in range(71):
        for old in range(new + 1):
            proof = consistency_proof(old, new, many_node)
            verify_consistency(old, naive_root(0, old), new, naive_root(0, new), proof)


@given(st.data())
def test_one_flipped_bit_anywhere_and_the_consistency_proof_fails(data):
    new = data.draw(st.integers(2, 300))
    old = data.draw(st.integers(1, new - 1))
    parts = [naive_root(0, old), naive_root(0, new), *consistency_proof(old, new, many_node)]
    at = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    parts[at] = (int.from_bytes(parts[at], "big") ^ 1 << bit).to_bytes(32, "big")
    with pytest.raises(ProofError):
        verify_consistency(old, parts[0], new, parts[1], parts[2:])


def test_a_tree_that_was_rewritten_is_not_consistent():
    rewritten = [*MANY[:3], b"another entry", *MANY[4:9]]
    proof = consistency_proof(6, 9, node_of(rewritten, 9))
    with pytest.raises(ProofError):
        verify_consistency(6, naive_root(0, 6), 9, root_of(rewritten), proof)


@pytest.mark.parametrize(
    "old, old_root, new, new_root, proof",
    [
        pytest.param(0, ROOTS[0], 8, ROOTS[8], [ROOTS[1]], id="a proof where none is needed"),
        pytest.param(0, ROOTS[1], 8, ROOTS[8], [], id="an empty tree with a root"),
        pytest.param(0, ROOTS[0], 0, ROOTS[1], [], id="an empty newer tree with a root"),
        pytest.param(8, ROOTS[7], 8, ROOTS[8], [], id="one size, two roots"),
        pytest.param(8, ROOTS[8], 8, ROOTS[8], [ROOTS[1]], id="one tree, and a proof"),
        pytest.param(8, ROOTS[8], 6, ROOTS[6], [], id="backwards"),
        pytest.param(-1, ROOTS[0], 6, ROOTS[6], [], id="below nothing"),
        pytest.param(6, ROOTS[6], 8, ROOTS[8], [], id="no proof"),
        pytest.param(6, ROOTS[6], 8, ROOTS[8], [ROOTS[1]] * 9, id="too long"),
        pytest.param(6, ROOTS[6], 8, ROOTS[8], [ROOTS[1]], id="too short"),
        pytest.param(6, ROOTS[6], 8, ROOTS[8], [b"short"], id="not a hash"),
    ],
)
def test_a_malformed_consistency_proof_is_refused(old, old_root, new, new_root, proof):
    with pytest.raises(ProofError):
        verify_consistency(old, old_root, new, new_root, proof)


@pytest.mark.parametrize(
    "index, size, proof, root",
    [
        pytest.param(0, 0, [], EMPTY_ROOT, id="nothing is in the empty tree"),
        pytest.param(1, 1, [], ROOTS[1], id="beyond the end"),
        pytest.param(-1, 1, [], ROOTS[1], id="before the beginning"),
        pytest.param(0, 1, [ROOTS[1]], ROOTS[1], id="too long"),
        pytest.param(0, 2, [], ROOTS[2], id="too short"),
        pytest.param(0, 1, [], b"", id="a root that is no hash"),
        pytest.param(0, 2, [b""], ROOTS[2], id="a node that is no hash"),
    ],
)
def test_a_malformed_inclusion_proof_is_refused(index, size, proof, root):
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[0], index, size, proof, root)


def test_nothing_is_proved_of_what_is_not_in_the_tree():
    for index, size in [(0, 0), (8, 8), (-1, 8)]:
        with pytest.raises(ValueError, match="no entry"):
            inclusion_proof(index, size, node_of(LEAVES, 8))
    for old, new in [(-1, 8), (9, 8)]:
        with pytest.raises(ValueError, match="cannot begin"):
            consistency_proof(old, new, node_of(LEAVES, 8))


def test_a_full_tile_has_the_root_of_its_256_entries():
    assert tile_root([leaf_hash(entry) for entry in MANY[:TILE_WIDTH]]) == naive_root(0, TILE_WIDTH)
    with pytest.raises(ValueError, match="256 hashes"):
        tile_root([EMPTY_ROOT] * 255)
