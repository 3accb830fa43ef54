"""Accounts: who may come to the desk, and what they may do there."""

import re
import secrets
import threading
from datetime import datetime, timedelta
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.orm import Session

from app.core.errors import NotAllowedError, RateLimitedError, UnauthorizedError
from app.core.say import Said, say
from app.db import begin_write
from app.models import Account, Membership

Role = Literal["owner", "admin", "editor", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES: dict[str, Said] = {
    "owner": say("owner"),
    "admin": say("admin"),
    "editor": say("editor"),
    "auditor": say("auditor"),
}
"""Each role as people read it."""
RANK: dict[str, int] = {"owner": 3, "admin": 2, "editor": 1, "auditor": 0}

FREE_ATTEMPTS = 5
LONGEST_LOCK = timedelta(minutes=15)
PASSWORD_LENGTH = 12
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_hasher = PasswordHasher()
_few_at_once = threading.BoundedSemaphore(2)
# Checked when there is no such account, so that a wrong address takes as long as a wrong password. Of a password that
# was thrown away, and written here because to hash one takes each process that begins as long as a log-in.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$vqonfk8euLFFOfrSEXXCZA$UqOBd3GFBGdZxT+5aNDRVenEK845RIIsGLHTUhS4wFE"


class AccountExistsError(NotAllowedError):
    """The e-mail address has an account already."""

    code = "account_exists"


class BadEmailError(NotAllowedError):
    """What was given is no e-mail address."""

    code = "bad_email"


def create_account(
    session: Session, email: str, password: str, role: Role, *, now: datetime, site_id: int | None = None
) -> Account:
    """Make an account with a role at one site (``None``: at all sites) and commit.

    Raises ``AccountExistsError``, and ``NotAllowedError`` for a bad address, a short password or an unknown role.
    """
    email = plain_email(email)
    if role not in ROLES:
        raise NotAllowedError(say("`{role}` is not a role; roles are {roles}.", role=role, roles=", ".join(ROLES)))
    password_hash = hash_password(password)
    connection = begin_write(session)
    account_id = add_account(connection, email, password_hash, role, now=now, site_id=site_id)
    session.commit()
    return session.get_one(Account, account_id)


def add_account(
    connection: Connection, email: str, password_hash: str, role: Role, *, now: datetime, site_id: int | None
) -> int:
    """Insert an account with a role and return its id, within a writing transaction. Raises ``AccountExistsError``."""
    if connection.execute(select(Account.id).where(Account.email == email)).first():
        raise AccountExistsError(say("{email} has an account already.", email=email))
    account_id = connection.execute(
        insert(Account)
        # Not 1: SQLite gives the number of an account that is gone to the next one, and old cookies name number and epoch.
        .values(
            email=email, password_hash=password_hash, epoch=secrets.randbelow(2**30), failed_logins=0, created_at=now
        )
        .returning(Account.id)
    ).scalar_one()
    connection.execute(insert(Membership).values(account_id=account_id, site_id=site_id, role=role))
    return account_id


def plain_email(email: str) -> str:
    """Return an address as accounts have it. Raises ``NotAllowedError`` when it is none."""
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        raise BadEmailError(say("`{email}` is not an e-mail address.", email=email))
    return email


def has_accounts(session: Session) -> bool:
    """Whether anybody has an account here: until then, the first one can be made at the desk."""
    return session.execute(select(Account.id).limit(1)).first() is not None


def create_first_owner(session: Session, email: str, password: str, *, now: datetime) -> Account:
    """Make the first account, owner of the installation, and commit. Two at once do not both become it.

    Raises ``AccountExistsError`` when there is an account already, and what ``create_account`` raises.
    """
    email, password_hash = plain_email(email), hash_password(password)
    connection = begin_write(session)
    if connection.dialect.name == "postgresql":
        # There is no row yet that two of us could wait for.
        connection.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))
    if connection.execute(select(Account.id).limit(1)).first():
        raise AccountExistsError(say("This installation has an owner already. Log in, or ask them for an invitation."))
    account_id = add_account(connection, email, password_hash, "owner", now=now, site_id=None)
    session.commit()
    return session.get_one(Account, account_id)


def change_password(session: Session, account_id: int, old: str, new: str, *, now: datetime) -> Account:
    """Give an account a new password by its old one, end its sessions, and commit.

    Raises ``UnauthorizedError`` when ``old`` is wrong and ``RateLimitedError`` as ``log_in`` does, and ``NotAllowedError``
    when ``new`` is too short.
    """
    password_hash = hash_password(new)
    account = log_in(session, session.get_one(Account, account_id).email, old, now=now)
    return set_password(session, account.id, account.password_hash, password_hash)


def set_password(session: Session, account_id: int, before: str, password_hash: str) -> Account:
    """Put another hash in the place of ``before``, end the account's sessions, lift its lock, and commit.

    Raises ``UnauthorizedError`` when the account has another hash by now.
    """
    done = begin_write(session).execute(
        update(Account)
        .where(Account.id == account_id, Account.password_hash == before)
        .values(password_hash=password_hash, epoch=Account.epoch + 1, failed_logins=0, locked_until=None)
        .returning(Account.id)
    )
    if done.first() is None:
        raise UnauthorizedError(say("The password was changed meanwhile. Nothing was changed by this."))
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
        raise NotAllowedError(say("{email} has no account.", email=email))
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
        raise RateLimitedError(wait, say("Too many wrong passwords. Try again in {wait} seconds.", wait=wait))
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


def set_language(session: Session, account_id: int, language: str) -> None:
    """Let the desk speak ``language`` to an account from now on, and commit."""
    begin_write(session).execute(update(Account).where(Account.id == account_id).values(language=language))
    session.commit()


def read_session_account(session: Session, account_id: int, epoch: int) -> Account | None:
    """Return the account a session was opened for, unless its sessions have been ended since."""
    account = session.get(Account, account_id)
    return account if account is not None and account.epoch == epoch else None


def roles_by_site(session: Session, account_id: int) -> dict[int | None, Role]:
    """Return the account's strongest role at each site where it has one of its own, and under ``None`` at all sites."""
    strongest: dict[int | None, Role] = {}
    rows = session.execute(select(Membership.site_id, Membership.role).where(Membership.account_id == account_id))
    for site_id, name in rows:
        role = next((known for known in ROLES if known == name), None)
        best = stronger(strongest.get(site_id), role)
        if best is not None:
            strongest[site_id] = best
    return strongest


def stronger(one: Role | None, other: Role | None) -> Role | None:
    """Return the role of the two that may do more; ``None`` is none."""
    return max((role for role in (one, other) if role is not None), key=RANK.__getitem__, default=None)


def hash_password(password: str) -> str:
    """Return the argon2id hash. Raises as ``check_length`` does."""
    check_length(password)
    return _hasher.hash(password)


def check_length(password: str) -> None:
    """Raise ``NotAllowedError`` when the password is shorter than 12 characters."""
    if len(password) < PASSWORD_LENGTH:
        raise NotAllowedError(
            say("A password needs at least {password_length} characters.", password_length=PASSWORD_LENGTH)
        )


_WRONG = say("E-mail address or password is wrong.")


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
