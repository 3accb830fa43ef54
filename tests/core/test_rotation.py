"""Which keys a log names, what it has to say of new ones, and who may still sign."""

from dataclasses import replace

import pytest

from app.core.errors import KeysError
from app.core.keys import new_key_document, parse_key_document, with_new_key
from app.core.note import vkey
from app.core.rotation import (
    additions,
    check_signer,
    find_name,
    is_named,
    is_retired,
    log_name_in,
    log_signers,
    name_of,
    retirement_of,
    with_retired,
)
from tests.support.world import CountedBytes, make_keys

ORIGIN = "placet.example/log/s_1"
OLD, NEW = make_keys(), make_keys("newer")
BOTH = replace(OLD, receipt=(*OLD.receipt, *NEW.receipt), log=(*OLD.log, *NEW.log))
FIRST, SECOND = (key.kid for key in BOTH.receipt)
LOG, NEWER_LOG = map(name_of, BOTH.log)


def test_a_log_key_has_one_name_whatever_the_origin():
    for origin in (ORIGIN, f"{ORIGIN}.2"):
        assert log_name_in({"vkey": vkey(origin, BOTH.log[0])}) == LOG
    assert log_name_in({"kid": FIRST}) is None
    assert LOG != NEWER_LOG


def test_an_empty_log_names_all_keys_and_the_first_signs_for_itself():
    assert [(own.name, own.signer.kid) for own in additions(BOTH, "", ORIGIN)] == [
        (FIRST, FIRST),
        (SECOND, FIRST),
        (LOG, SECOND),
        (NEWER_LOG, SECOND),
    ]


def test_what_is_named_or_retired_is_not_named_again():
    assert additions(BOTH, f"{FIRST} {LOG} !{NEWER_LOG} {SECOND}", ORIGIN) == []
    assert additions(BOTH, f"!{FIRST} {SECOND} {LOG} {NEWER_LOG}", ORIGIN) == []


def test_a_retired_key_signs_for_no_other():
    assert [own.signer.kid for own in additions(BOTH, f"!{FIRST} {LOG} {NEWER_LOG}", ORIGIN)] == [SECOND]


def test_who_signs_is_named_or_has_to_be_or_must_not():
    assert check_signer(f"{FIRST} {SECOND}", BOTH)
    assert not check_signer(FIRST, BOTH)
    with pytest.raises(KeysError, match=SECOND):
        check_signer(f"{FIRST} !{SECOND}", BOTH)


def test_checkpoints_are_signed_by_the_log_keys_that_are_not_retired():
    assert log_signers("", BOTH.log) == list(BOTH.log)
    assert log_signers(f"!{LOG}", BOTH.log) == [BOTH.log[1]]
    with pytest.raises(KeysError):
        log_signers(f"!{LOG} !{NEWER_LOG}", BOTH.log)


def test_a_key_is_found_by_its_kid_its_vkey_and_the_end_of_that():
    stated = [f"{FIRST} {LOG}", f"!{SECOND}"]
    assert find_name(f" {FIRST}\n", stated) == FIRST
    assert find_name(SECOND, stated) == SECOND
    assert find_name(LOG, stated) == find_name(vkey("elsewhere.example/log/s_2", BOTH.log[0]), stated) == LOG
    for unknown in (NEWER_LOG, "nonsense", "", "!", vkey(ORIGIN, BOTH.log[1])):
        with pytest.raises(KeysError, match="keys list"):
            find_name(unknown, stated)


def test_retiring_marks_one_key_and_says_which():
    stated = with_retired(f"{FIRST} {SECOND} {LOG}", FIRST)
    assert (is_named(stated, FIRST), is_retired(stated, FIRST)) == (False, True)
    assert (is_named(stated, SECOND), is_retired(stated, SECOND)) == (True, False)
    assert retirement_of(FIRST, ORIGIN) == {"use": "receipt", "kid": FIRST}
    assert retirement_of(LOG, ORIGIN) == {"use": "log", "vkey": vkey(ORIGIN, BOTH.log[0])}


def test_a_new_key_comes_last_in_its_list_alone():
    before = new_key_document(CountedBytes("document"))
    ring, more = parse_key_document(before), parse_key_document(with_new_key(before, "receipt", CountedBytes("new")))
    assert [key.kid for key in more.receipt[:-1]] == [key.kid for key in ring.receipt]
    assert more.receipt[-1].kid != ring.receipt[-1].kid
    assert (more.secret, more.subject, list(map(name_of, more.log))) == (
        ring.secret,
        ring.subject,
        list(map(name_of, ring.log)),
    )
