"""What shows that a log was set back, and what does not."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.checkpoint import Checkpoint, sign_checkpoint
from app.core.heads import Head, read_head, set_back
from app.core.merkle import root_of
from tests.support.world import make_keys

ORIGIN = "consent.example/log/s_sRSzIamv06xOyadUL-yPdA"
ENTRIES = [sha256(bytes([number])).digest() for number in range(40)]
OTHERS = [sha256(b"other" + bytes([number])).digest() for number in range(40)]


def head(size, origin=ORIGIN, entries=ENTRIES):
    return Checkpoint(origin, size, root_of(entries[:size]))


def stored(entries):
    return lambda size: root_of(entries[:size]) if size <= len(entries) else None


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_log_may_only_have_grown(before, now):
    why = set_back(head(before), head(now), stored(ENTRIES[:now]))
    assert (why is None) == (before <= now)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 39))
def test_one_other_entry_below_what_was_let_out_is_told(before, now, changed):
    entries = [*ENTRIES[:changed], OTHERS[changed], *ENTRIES[changed + 1 :]][:now]
    why = set_back(head(before), head(now, entries=entries), stored(entries))
    assert (why is None) == (before <= now and changed >= before)


def test_the_words_say_what_was_and_what_is():
    assert set_back(head(9), head(7), stored(ENTRIES)) == (
        f"{ORIGIN} had 9 entries when its newest head was let out, and the database has {ORIGIN} with 7"
    )
    assert "its first 9 entries are others" in set_back(head(9), head(9, entries=OTHERS), stored(OTHERS))


def test_a_head_that_the_stored_entries_do_not_give_is_another_tree_though_it_looks_the_same():
    assert "are others" in set_back(head(9), head(9), stored(OTHERS))
    assert "are others" in set_back(head(9), head(9), stored(ENTRIES[:8]))
    assert "are others" in set_back(head(9), head(9, entries=OTHERS), stored(ENTRIES))


@pytest.mark.parametrize("size", [0, 5, 9, 40])
def test_a_log_that_said_what_it_lost_goes_on(size):
    assert set_back(head(9), head(size, f"{ORIGIN}.2"), stored(OTHERS)) is None
    assert set_back(head(9, f"{ORIGIN}.2"), head(size, f"{ORIGIN}.3"), stored(OTHERS)) is None


def test_a_log_from_before_it_said_so_was_set_back():
    assert f"{ORIGIN}.2 had 9 entries" in set_back(head(9, f"{ORIGIN}.2"), head(40), stored(ENTRIES))


def test_another_log_altogether_is_told():
    assert "is of the log" in set_back(head(9), head(9, ORIGIN.replace("s_s", "s_t")), stored(ENTRIES))


def test_a_head_is_read_from_its_note_and_a_damaged_note_is_none():
    note = sign_checkpoint(head(9), make_keys().log)
    assert read_head(note) == Head(head(9), note)
    assert read_head(note).rank < read_head(sign_checkpoint(head(1, f"{ORIGIN}.2"), make_keys().log)).rank
    for damaged in ("", "nonsense", note[:40], "\n\n", note.replace("\n9\n", "\n09\n")):
        assert read_head(damaged) is None
