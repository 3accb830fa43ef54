"""Accounts: who may come to the desk, and what they may do there."""

import re
import secrets
import threading
from datetime import datetime, timedelta
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core.errors import NotAllowedError, RateLimitedError, UnauthorizedError
from app.db import begin_write
from app.models import Account, Membership

Role = Literal["owner", "admin", "editor", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
RANK: dict[str, int] = {"owner": 3, "admin": 2, "editor": 1, "auditor": 0}

FREE_ATTEMPTS = 5
LONGEST_LOCK = timedelta(minutes=15)
PASSWORD_LENGTH = 12
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_hasher = PasswordHasher()
_few_at_once = threading.BoundedSemaphore(2)
# Checked when there is no such account, so that a wrong address takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class AccountExistsError(NotAllowedError):
    """The e-mail address has an account already."""

    code = "account_exists"


def create_account(
    session: Session, email: str, password: str, role: Role, *, now: datetime, site_id: int | None = None
) -> Account:
    """Make an account with a role at one site (``None``: at all sites) and commit.

    Raises ``AccountExistsError``, and ``NotAllowedError`` for a bad address, a short password or an unknown role.
    """
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise NotAllowedError(f"`{email}` is not an e-mail address.")
    if role not in ROLES:
        raise NotAllowedError(f"`{role}` is not a role; roles are {', '.join(ROLES)}.")
    password_hash = hash_password(password)
    connection = begin_write(session)
    if connection.execute(select(Account.id).where(Account.email == email)).first():
        raise AccountExistsError(f"{email} has an account already.")
    account_id = connection.execute(
        insert(Account)
        .values(email=email, password_hash=password_hash, epoch=1, failed_logins=0, created_at=now)
        .returning(Account.id)
    ).scalar_one()
    connection.execute(insert(Membership).values(account_id=account_id, site_id=site_id, role=role))
    session.commit()
    return session.get_one(Account, account_id)


def reset_password(session: Session, email: str, password: str) -> None:
    """Give an account a new password, end its sessions, lift its lock, and commit. Raises ``NotAllowedError``."""
    password_hash = hash_password(password)
    connection = begin_write(session)
    done = connection.execute(
        update(Account)
        .where(Account.email == email.strip().lower())
        .values(password_hash=password_hash, epoch=Account.epoch + 1, failed_logins=0, locked_until=None)
        .returning(Account.id)
    )
    if done.first() is None:
        raise NotAllowedError(f"{email} has no account.")
    session.commit()


def log_in(session: Session, email: str, password: str, *, now: datetime) -> Account:
    """Return the account whose password this is; commits the count of failures.

    Raises ``UnauthorizedError`` (the same for a wrong address and a wrong password), ``RateLimitedError`` while the
    account is locked: after five failures for 1 s, doubling, at most 15 minutes.
    """
    email = email.strip().lower()
    query = select(Account.id, Account.password_hash, Account.locked_until).where(Account.email == email)
    found = session.execute(query).first() if email.isprintable() else None
    # Checking a password takes long: meanwhile others write, and on SQLite what was read here could not be written on.
    session.rollback()
    if found is None:
        _is_right(_NOBODY, password)
        raise UnauthorizedError(_WRONG)
    if found.locked_until is not None and found.locked_until > now:
        wait = int((found.locked_until - now).total_seconds()) + 1
        raise RateLimitedError(wait, f"Too many wrong passwords. Try again in {wait} seconds.")
    if not _is_right(found.password_hash, password):
        _count_failure(session, found.id, now)
        raise UnauthorizedError(_WRONG)
    stale = _hasher.check_needs_rehash(found.password_hash)
    password_hash = _hasher.hash(password) if stale else found.password_hash
    done = begin_write(session).execute(
        update(Account)
        .where(Account.id == found.id, Account.password_hash == found.password_hash)
        .values(password_hash=password_hash, failed_logins=0, locked_until=None)
        .returning(Account.id)
    )
    if done.first() is None:
        # It was changed while we checked the old one.
        raise UnauthorizedError(_WRONG)
    session.commit()
    return session.get_one(Account, found.id)


def lock_after(failures: int) -> timedelta:
    """Return for how long an address is locked after so many wrong passwords in a row."""
    if failures < FREE_ATTEMPTS:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_ATTEMPTS, 30)), LONGEST_LOCK)


def read_session_account(session: Session, account_id: int, epoch: int) -> Account | None:
    """Return the account a session was opened for, unless its sessions have been ended since."""
    account = session.get(Account, account_id)
    return account if account is not None and account.epoch == epoch else None


def role_at(session: Session, account: Account, site_id: int | None) -> Role | None:
    """Return the account's strongest role at a site (``None``: at the installation), or ``None``: no business there."""
    roles = session.scalars(
        select(Membership.role).where(
            Membership.account_id == account.id, Membership.site_id.is_(None) | (Membership.site_id == site_id)
        )
    ).all()
    best = max(roles, key=lambda role: RANK[role], default=None)
    return next((role for role in ROLES if role == best), None)


def hash_password(password: str) -> str:
    """Return the argon2id hash. Raises ``NotAllowedError`` when the password is shorter than 12 characters."""
    if len(password) < PASSWORD_LENGTH:
        raise NotAllowedError(f"A password needs at least {PASSWORD_LENGTH} characters.")
    return _hasher.hash(password)


_WRONG = "E-mail address or password is wrong."


def _is_right(password_hash: str, password: str) -> bool:
    # Each check takes 64 MiB: many at once would take the machine.
    with _few_at_once:
        try:
            return _hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _count_failure(session: Session, account_id: int, now: datetime) -> None:
    connection = begin_write(session)
    failures = connection.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(failed_logins=Account.failed_logins + 1)
        .returning(Account.failed_logins)
    ).scalar_one()
    lock = lock_after(failures)
    if lock:
        connection.execute(update(Account).where(Account.id == account_id).values(locked_until=now + lock))
    session.commit()
