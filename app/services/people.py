"""People: who has which role where, and who may give, change and take which.

Whoever asks is named by account, and what they may do is read in the same transaction: a role that was taken a moment ago
gives nothing any more. What is outside of their reach is answered like what does not exist.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from app.core.canonical import b64url
from app.core.errors import ForbiddenError, NotAllowedError, NotFoundError
from app.core.invitations import PasswordLink
from app.core.say import say
from app.db import begin_write
from app.models import Account, Invitation, Membership, Site
from app.services.accounts import RANK, ROLE_NAMES, ROLES, Role, hash_password, roles_by_site, set_password
from app.services.who import Roles, Who, role_at, roles_of

STATE_BYTES = 16
GONE = say("This link does not hold any more. Ask whoever sent it for a new one.")
NOBODY = say("There is no such person, or they are not yours to manage.")


@dataclass(frozen=True)
class Person:
    """One role of one account. ``handle`` is the site's; ``None``: at all sites.

    ``is_own``: the asker's; ``may_change``: the asker may change or take the role.
    """

    number: int
    account_id: int
    email: str
    site_id: int | None
    handle: str | None
    role: Role
    is_own: bool
    may_change: bool


def may_give(roles: Roles, site_id: int | None, role: Role) -> bool:
    """Whether somebody with ``roles`` may give, change or take ``role`` at a site (``None``: at all).

    Owners and admins may, where their own role reaches, and nothing above it.
    """
    own = role_at(roles, site_id)
    return own in ("owner", "admin") and RANK[own] >= RANK[role]


def list_people(session: Session, who: Who) -> list[Person]:
    """Return the roles at the sites that ``who`` manages, by address; an admin of all sites sees everybody."""
    roles = roles_of(session, who)
    query = (
        select(Membership.id, Membership.account_id, Account.email, Membership.site_id, Site.handle, Membership.role)
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(Site, Site.id == Membership.site_id)
        .order_by(Account.email, Site.handle)
    )
    return [_person(row, who, roles) for row in session.execute(query) if may_give(roles, row.site_id, "auditor")]


def grantable(session: Session, who: Who) -> tuple[list[tuple[str, int]], dict[int | None, list[Role]]]:
    """Return the sites that ``who`` manages as (handle, id), and the roles that may be given at each (``None``: all)."""
    roles = roles_of(session, who)
    sites = [
        (handle, site_id)
        for site_id, handle in session.execute(select(Site.id, Site.handle).order_by(Site.handle))
        if may_give(roles, site_id, "auditor")
    ]
    places: list[int | None] = [None, *(site_id for _, site_id in sites)]
    return sites, {place: [role for role in ROLES if may_give(roles, place, role)] for place in places}


def find_person(session: Session, who: Who, number: int) -> Person:
    """Return a role by its number. Raises ``NotFoundError``, also for one that is not the asker's to see."""
    found = next((person for person in list_people(session, who) if person.number == number), None)
    if found is None:
        raise NotFoundError(NOBODY)
    return found


def change_role(session: Session, who: Who, number: int, role: Role) -> None:
    """Give a role at one place another strength and commit.

    Raises ``NotFoundError``, ``ForbiddenError``, and ``NotAllowedError`` for the last owner of the installation.
    """
    connection = begin_write(session)
    person = _changeable(session, who, number)
    if role not in ROLES or not may_give(roles_of(session, who), person.site_id, role):
        raise ForbiddenError(say("You may not give this role there. Nothing was changed. Ask an owner."))
    if role != "owner":
        _keep_an_owner(connection, person)
    connection.execute(update(Membership).where(Membership.id == number).values(role=role))
    session.commit()


def remove(session: Session, who: Who, number: int) -> None:
    """Take a role and commit; with its last role an account goes, and its sessions end.

    Raises ``NotFoundError``, ``ForbiddenError``, and ``NotAllowedError`` for the last owner of the installation.
    """
    connection = begin_write(session)
    person = _changeable(session, who, number)
    _keep_an_owner(connection, person)
    connection.execute(delete(Membership).where(Membership.id == number))
    if not roles_by_site(session, person.account_id):
        connection.execute(delete(Invitation).where(Invitation.invited_by == person.account_id))
        connection.execute(delete(Account).where(Account.id == person.account_id))
    session.commit()


def may_set_password(session: Session, who: Who, account_id: int) -> bool:
    """Whether ``who`` may let somebody set a new password: only who could give every role that the account has."""
    roles, own = roles_of(session, who), roles_by_site(session, account_id)
    return all(may_give(roles, site_id, role) for site_id, role in own.items())


def password_link(session: Session, who: Who, number: int) -> PasswordLink:
    """Return what a link says by which a person sets a new password; the old one holds until they do.

    Raises ``NotFoundError`` and ``ForbiddenError``.
    """
    person = find_person(session, who, number)
    if not may_set_password(session, who, person.account_id):
        raise ForbiddenError(
            say("This account has roles that you do not manage. Whoever manages them all can do this.")
        )
    account, maker = session.get_one(Account, person.account_id), session.get_one(Account, who.account_id)
    return PasswordLink(account.id, maker.id, _state(account, maker))


def read_password_account(session: Session, link: PasswordLink | None) -> Account:
    """Return the account whose password a link sets.

    Raises ``NotFoundError`` once the password has been changed since, and when whoever made the link may not do so any more:
    the account may have got a greater role meanwhile, or its maker a smaller one.
    """
    account = session.get(Account, link.account_id) if link else None
    maker = session.get(Account, link.maker) if link else None
    if link is None or account is None or maker is None or _state(account, maker) != link.state:
        raise NotFoundError(GONE)
    if not may_set_password(session, Who(maker.id, maker.email), account.id):
        raise NotFoundError(GONE)
    return account


def take_password(session: Session, link: PasswordLink | None, password: str) -> Account:
    """Set the password of a link's account, once, end its sessions and commit. Raises as above, and ``NotAllowedError``."""
    account = read_password_account(session, link)
    account_id, before = account.id, account.password_hash
    return set_password(session, account_id, before, hash_password(password))


def _person(row: Any, who: Who, roles: Roles) -> Person:
    role = role_of(row.role)
    return Person(
        number=row.id,
        account_id=row.account_id,
        email=row.email,
        site_id=row.site_id,
        handle=row.handle,
        role=role,
        is_own=row.account_id == who.account_id,
        may_change=may_give(roles, row.site_id, role),
    )


def _changeable(session: Session, who: Who, number: int) -> Person:
    person = find_person(session, who, number)
    if not person.may_change:
        raise ForbiddenError(
            say("Only an owner changes what an {role} may do. Nothing was changed.", role=ROLE_NAMES[person.role])
        )
    return person


def _keep_an_owner(connection: Connection, person: Person) -> None:
    """Refuse to take the last owner of the installation away. Two at once wait for each other."""
    if person.site_id is not None or person.role != "owner":
        return
    owners = select(Membership.account_id).where(Membership.site_id.is_(None), Membership.role == "owner")
    if {row.account_id for row in connection.execute(owners.with_for_update())} <= {person.account_id}:
        raise NotAllowedError(
            say(
                "{email} is the last owner of this installation. Make somebody else an owner first.", email=person.email
            )
        )


def role_of(name: str) -> Role:
    """Return a stored role as what it is."""
    return next(role for role in ROLES if role == name)


def _state(account: Account, maker: Account) -> str:
    names = (f"{one.id}\0{one.email}\0{one.created_at.isoformat()}" for one in (account, maker))
    said = "\0".join([*names, account.password_hash])
    return b64url(hashlib.sha256(said.encode()).digest()[:STATE_BYTES])
