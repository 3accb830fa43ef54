"""The code of the first run, and the links by which somebody gets in."""

from datetime import timedelta

import pytest

from app.core.invitations import (
    PasswordLink,
    first_run_code,
    is_first_run_code,
    mint_invitation,
    mint_password_link,
    read_invitation,
    read_password_link,
)
from app.core.keys import KeyRing
from tests.support.world import START, make_keys

KEYS = make_keys()
LINK = PasswordLink(7, 1, "state")


def test_the_code_is_taken_however_it_is_written():
    code = first_run_code(KEYS)
    assert len(code.replace("-", "")) == 16
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')}\n"):
        assert is_first_run_code(KEYS, typed)
    for typed in ("", code[:-1], code + "A", first_run_code(make_keys("other")), "é" * 16):
        assert not is_first_run_code(KEYS, typed)


def test_the_code_outlives_a_newer_secret():
    newer = KeyRing(make_keys("new").secret + KEYS.secret, KEYS.subject, KEYS.receipt, KEYS.log)
    assert is_first_run_code(newer, first_run_code(KEYS))


@pytest.mark.parametrize(
    ("late", "holds"),
    [(timedelta(0), True), (timedelta(days=7, seconds=-1), True), (timedelta(days=7), False), (timedelta(-1), False)],
)
def test_links_hold_for_seven_days(late, holds):
    assert read_invitation(KEYS, mint_invitation(KEYS, "mark", START), START + late) == ("mark" if holds else None)
    link = read_password_link(KEYS, mint_password_link(KEYS, LINK, START), START + late)
    assert link == (LINK if holds else None)


def test_a_link_is_good_for_its_own_use_and_this_installation_only():
    invitation, password = mint_invitation(KEYS, "mark", START), mint_password_link(KEYS, LINK, START)
    assert read_invitation(KEYS, password, START) is None
    assert read_password_link(KEYS, invitation, START) is None
    assert read_invitation(make_keys("other"), invitation, START) is None
    for token in ("", "x", invitation[:-1], "\ud800"):
        assert read_invitation(KEYS, token, START) is None
        assert read_password_link(KEYS, token, START) is None
