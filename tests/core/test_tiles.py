"""Tiles have the addresses and widths of C2SP tlog-tiles; the vectors are those of its text and of the Tessera log."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.merkle import TILE_WIDTH
from app.core.tiles import MAX_LEVEL, Tile, items_at, parse_tile_path, partial_width, tiles_of

LEVELS = st.none() | st.integers(0, MAX_LEVEL)
TILES = st.builds(Tile, LEVELS, st.integers(0, 2**40 - 1), st.integers(1, TILE_WIDTH))
SIZES = st.integers(0, 2**34)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(None, 0), "entries/000"),
        (Tile(None, 0, 255), "entries/000.p/255"),
        (Tile(None, 1, 1), "entries/001.p/1"),
        (Tile(None, 123456789), "entries/x123/x456/789"),
        (Tile(0, 1234067), "0/x001/x234/067"),
        (Tile(0, 0), "0/000"),
        (Tile(15, 455667), "15/x455/667"),
        (Tile(15, 123456789, 41), "15/x123/x456/789.p/41"),
        (Tile(63, 999), "63/999"),
        (Tile(1, 1000, 17), "1/x001/000.p/17"),
    ],
)
def test_the_published_addresses(tile, path):
    assert tile.path() == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "0", "0/", "/0/000", "0/0", "0/00", "0/0000", "0/x000/001", "0/001/002", "0/x001/x002", "0/000/", "0/000.p",
        "0/000.p/", "0/000.p/0", "0/000.p/01", "0/000.p/256", "0/000.p/257", "0/000.p/-1", "0/000.p/1/", "64/000", "00/000",
        "-1/000", "01/000", "entry/000", "entries/x000/000", "entries/000.p/256", "0/000 ", "0/000\n", "0/٠٠٠", "0/X001/000",
        "0/x999/x999/x999/x999/999", "data/000", "0/000.q/1",
    ],
)  # fmt: skip
def test_whatever_is_not_an_address_in_its_one_form_is_none(path):
    assert parse_tile_path(path) is None


@given(TILES)
def test_what_is_written_is_read_back(tile):
    assert parse_tile_path(tile.path()) == tile


@given(st.text(st.sampled_from("0123456789x/.pentris")))
def test_what_is_read_is_written_back(text):
    tile = parse_tile_path(text)
    assert tile is None or tile.path() == text


def test_a_log_of_256_entries():
    assert [tile.path() for tile in tiles_of(256)] == ["0/000", "1/000.p/1"]


def test_a_log_of_70_000_entries():
    tiles = list(tiles_of(70_000))
    assert Counter((tile.level, tile.width) for tile in tiles) == {
        (0, 256): 273,
        (0, 112): 1,
        (1, 256): 1,
        (1, 17): 1,
        (2, 1): 1,
    }


def test_an_empty_log_has_no_tile():
    assert list(tiles_of(0)) == []


@given(SIZES, st.integers(0, 5))
def test_a_level_has_one_hash_for_every_full_tile_below_it(size, level):
    assert items_at(level + 1, size) == items_at(level, size) // TILE_WIDTH
    assert partial_width(level, size) == size // TILE_WIDTH**level % TILE_WIDTH


@given(st.integers(0, 300_000))
def test_the_tiles_of_a_log_hold_every_hash_once_and_are_in_it(size):
    tiles = list(tiles_of(size))
    assert len({tile.path() for tile in tiles}) == len(tiles)
    assert all(tile.is_in(size) for tile in tiles)
    held = Counter()
    for tile in tiles:
        held[tile.level] += tile.width
    assert held == {level: count for level in range(4) if (count := items_at(level, size))}


@given(TILES, SIZES)
def test_a_tile_that_a_log_has_it_has_for_ever_and_no_wider_than_it_is(tile, size):
    level = tile.level or 0
    if tile.is_in(size):
        assert tile.is_in(size + 1)
    assert tile.is_in(size) == (tile.first + tile.width <= items_at(level, size))
    assert not tile.is_in(0)
