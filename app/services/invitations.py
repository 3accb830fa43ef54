"""Invitations: a role that waits for somebody to take it up, by a link that holds once and for seven days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from app.core.canonical import b64url
from app.core.errors import ForbiddenError, NotFoundError
from app.core.invitations import LINK_LIFETIME
from app.core.say import say
from app.db import begin_write
from app.models import Account, Invitation, Membership, Site
from app.services.accounts import RANK, ROLES, Role, add_account, hash_password, log_in, plain_email, roles_by_site
from app.services.people import GONE, may_give, role_of
from app.services.who import Who, roles_of

MARK_BYTES = 16


@dataclass(frozen=True)
class Invited:
    """A role that waits to be taken up until ``until``."""

    number: int
    email: str
    handle: str | None
    role: Role
    until: datetime


def list_invited(session: Session, who: Who, now: datetime) -> list[Invited]:
    """Return the invitations that wait at the sites that ``who`` manages, by address."""
    roles = roles_of(session, who)
    query = select(Invitation, Site.handle).outerjoin(Site, Site.id == Invitation.site_id).order_by(Invitation.email)
    waiting = [(found, handle, found.invited_at + LINK_LIFETIME) for found, handle in session.execute(query)]
    return [
        Invited(found.id, found.email, handle, role_of(found.role), until)
        for found, handle, until in waiting
        if until > now and may_give(roles, found.site_id, role_of(found.role))
    ]


def invite(
    session: Session,
    who: Who,
    email: str,
    role: Role,
    site_id: int | None,
    *,
    now: datetime,
    random_bytes: Callable[[int], bytes],
) -> str:
    """Offer a role to whoever has ``email``, in the place of an earlier offer there, and commit. Returns its mark.

    It says the same whether the address has an account or not. Raises ``ForbiddenError`` and ``NotAllowedError``.
    """
    email = plain_email(email)
    connection = begin_write(session)
    if role not in ROLES or not may_give(roles_of(session, who), site_id, role):
        raise ForbiddenError(say("You may not give this role there. Nothing was changed. Ask an owner."))
    where = Invitation.site_id.is_(None) if site_id is None else Invitation.site_id == site_id
    connection.execute(delete(Invitation).where(Invitation.email == email, where))
    mark = b64url(random_bytes(MARK_BYTES))
    connection.execute(
        insert(Invitation).values(
            mark=mark, email=email, site_id=site_id, role=role, invited_by=who.account_id, invited_at=now
        )
    )
    session.commit()
    return mark


def withdraw(session: Session, who: Who, number: int) -> None:
    """Take an invitation back and commit: its link is worth nothing any more. Raises ``NotFoundError``."""
    connection = begin_write(session)
    found = connection.execute(select(Invitation.site_id, Invitation.role).where(Invitation.id == number)).one_or_none()
    if found is None or not may_give(roles_of(session, who), found.site_id, role_of(found.role)):
        raise NotFoundError(say("There is no such invitation."))
    connection.execute(delete(Invitation).where(Invitation.id == number))
    session.commit()


def read_invited(session: Session, mark: str | None, now: datetime) -> Invited:
    """Return the invitation with a mark. Raises ``NotFoundError`` when it is gone, late, or its maker may not any more."""
    query = select(Invitation, Site.handle).outerjoin(Site, Site.id == Invitation.site_id)
    found = session.execute(query.where(Invitation.mark == mark)).one_or_none() if mark else None
    if found is None:
        raise NotFoundError(GONE)
    own, handle = found
    until = own.invited_at + LINK_LIFETIME
    if until <= now or not may_give(roles_by_site(session, own.invited_by), own.site_id, role_of(own.role)):
        raise NotFoundError(GONE)
    return Invited(own.id, own.email, handle, role_of(own.role), until)


def take_up(session: Session, mark: str | None, password: str, *, now: datetime) -> Account:
    """Give the role to whoever holds the link, once, and commit.

    An address without an account gets one with this password; one that has an account must give its password, and keeps
    the stronger role where it has one there already. Raises ``NotFoundError``, ``NotAllowedError`` for a new password
    that is too short, and what ``log_in`` raises.
    """
    invited = read_invited(session, mark, now)
    known = session.execute(select(Account.id).where(Account.email == invited.email)).first()
    password_hash = ""
    if known is None:
        password_hash = hash_password(password)
    else:
        log_in(session, invited.email, password, now=now)
    connection = begin_write(session)
    taken = connection.execute(
        delete(Invitation).where(Invitation.mark == mark).returning(Invitation.site_id, Invitation.role)
    ).one_or_none()
    if taken is None:
        raise NotFoundError(GONE)
    role = role_of(taken.role)
    if known is None:
        account_id = add_account(connection, invited.email, password_hash, role, now=now, site_id=taken.site_id)
    else:
        account_id = known.id
        _add_role(connection, account_id, taken.site_id, role)
    session.commit()
    return session.get_one(Account, account_id)


def _add_role(connection: Connection, account_id: int, site_id: int | None, role: Role) -> None:
    where = Membership.site_id.is_(None) if site_id is None else Membership.site_id == site_id
    own = select(Membership.id, Membership.role).where(Membership.account_id == account_id, where)
    before = connection.execute(own.limit(1)).one_or_none()
    if before is None:
        connection.execute(insert(Membership).values(account_id=account_id, site_id=site_id, role=role))
    elif RANK[role] > RANK[before.role]:
        connection.execute(update(Membership).where(Membership.id == before.id).values(role=role))
