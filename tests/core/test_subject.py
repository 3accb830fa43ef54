import re

from app.core.subject import erased_mark, subject_lookup, subject_of
from tests.support.world import make_keys

KEYS = make_keys()
SECRET = bytes(range(16))


def test_one_secret_is_one_subject_at_one_site():
    subject = subject_of(KEYS, "s_a", SECRET)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", subject)
    assert subject_of(KEYS, "s_a", SECRET) == subject


def test_another_secret_site_or_installation_is_another_subject():
    others = [(KEYS, "s_a", bytes(16)), (KEYS, "s_b", SECRET), (make_keys("others"), "s_a", SECRET)]
    subjects = {subject_of(*other) for other in others} | {subject_of(KEYS, "s_a", SECRET)}
    assert len(subjects) == 4


def test_tables_find_a_subject_without_naming_it():
    subject = subject_of(KEYS, "s_a", SECRET)
    lookup = subject_lookup(KEYS, "s_a", subject)
    assert len(lookup) == 16
    assert lookup == subject_lookup(KEYS, "s_a", subject)
    assert lookup != subject_lookup(KEYS, "s_b", subject)
    assert subject.encode()[:8] not in lookup


def test_what_is_kept_of_an_erased_receipt_is_one_hash_per_site_and_id():
    marks = {erased_mark(site, id) for site in ("s_a", "s_b") for id in ("1", "2")}
    assert len(marks) == 4
    assert {len(mark) for mark in marks} == {32}
    assert erased_mark("s_a", "1") == erased_mark("s_a", "1")
    assert erased_mark("s_a", "b") != erased_mark("s_ab", "")
