"""Logging in while others write, and what a password that changes meanwhile is worth."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.errors import RateLimitedError, UnauthorizedError
from app.models import Account
from app.services import accounts
from app.services.accounts import create_account, log_in, reset_password

EMAIL, PASSWORD, OTHER = "owner@example.org", "correct horse battery", "another horse entirely"


@pytest.fixture
def account(session, clock):
    account_id = create_account(session, EMAIL, PASSWORD, "owner", now=clock()).id
    session.rollback()
    return account_id


@pytest.fixture
def meanwhile(monkeypatch, session):
    """Do something in another session while a password is being checked."""

    def do(change):
        check = accounts._is_right

        def checked(password_hash, password):
            with Session(session.get_bind()) as other:
                change(other)
                other.commit()
            return check(password_hash, password)

        monkeypatch.setattr(accounts, "_is_right", checked)

    return do


def read(session, account_id):
    session.rollback()
    return session.get_one(Account, account_id)


def fail(session, clock, times=1):
    for _ in range(times):
        with pytest.raises(UnauthorizedError):
            log_in(session, EMAIL, "not the right one", now=clock())


def test_somebody_else_s_commit_during_the_check_does_not_stop_a_log_in(session, account, clock, meanwhile):
    fail(session, clock)
    meanwhile(lambda other: other.execute(update(Account).values(created_at=clock() + timedelta(days=1))))
    assert log_in(session, EMAIL, PASSWORD, now=clock()).id == account
    assert read(session, account).failed_logins == 0


def test_nor_does_it_stop_the_count_of_failures(session, account, clock, meanwhile):
    meanwhile(lambda other: other.execute(update(Account).values(created_at=clock() + timedelta(days=1))))
    fail(session, clock, times=2)
    assert read(session, account).failed_logins == 2


def test_nothing_is_held_while_a_password_is_checked(session, account, clock, meanwhile):
    held = []
    meanwhile(lambda _other: held.append(session.in_transaction()))
    log_in(session, EMAIL, PASSWORD, now=clock())
    fail(session, clock)
    with pytest.raises(UnauthorizedError):
        log_in(session, "nobody@example.org", PASSWORD, now=clock())
    assert held == [False] * 3


def test_a_password_that_is_changed_during_the_check_is_the_old_one(session, account, clock, meanwhile, monkeypatch):
    before = session.scalars(select(Account.epoch)).one()
    session.rollback()
    meanwhile(lambda other: reset_password(other, EMAIL, OTHER))
    with pytest.raises(UnauthorizedError):
        log_in(session, EMAIL, PASSWORD, now=clock())
    session.rollback()
    monkeypatch.undo()
    assert log_in(session, EMAIL, OTHER, now=clock()).epoch == before + 1


def test_a_locked_account_waits_and_is_unlocked_by_the_right_password(session, account, clock):
    fail(session, clock, times=accounts.FREE_ATTEMPTS)
    with pytest.raises(RateLimitedError):
        log_in(session, EMAIL, PASSWORD, now=clock())
    clock.advance(seconds=2)
    assert log_in(session, EMAIL.upper(), PASSWORD, now=clock()).locked_until is None
    assert session.execute(text("SELECT failed_logins FROM accounts")).scalar_one() == 0


class TestAsTheProductHashes:
    @pytest.fixture
    def quick_passwords(self):
        """Here passwords are hashed as the product does it."""

    def test_a_password_is_kept_as_argon2id_that_takes_64_mib(self, session, account):
        # What RFC 9106 recommends where memory is scarce.
        assert read(session, account).password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")

    def test_a_hash_with_old_parameters_is_made_anew(self, session, account, clock):
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        session.execute(update(Account).values(password_hash=weak))
        session.commit()
        log_in(session, EMAIL, PASSWORD, now=clock())
        assert read(session, account).password_hash != weak
        assert log_in(session, EMAIL, PASSWORD, now=clock()).id == account

    def test_who_has_no_account_is_checked_as_long_as_who_has_one(self):
        assert not accounts._hasher.check_needs_rehash(accounts._NOBODY)
