"""Who acts, and with which role.

Services read the role in the transaction that acts: one that was taken a moment ago gives nothing any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.errors import ForbiddenError
from app.core.say import say
from app.services.accounts import Role, roles_by_site, stronger

Roles = Mapping[int | None, Role]
"""The strongest role at each site where there is one of its own, and under ``None`` at all sites."""

EDITORS: frozenset[Role] = frozenset({"owner", "admin", "editor"})
PUBLISHERS: frozenset[Role] = frozenset({"owner", "admin"})
OPERATOR = "operator"
"""The role of whoever is at the command line."""


@dataclass(frozen=True)
class Who:
    """Whoever acts: an account by its id and address, or (``account_id`` null) the operator at the command line."""

    account_id: int | None
    name: str


def role_at(roles: Roles, site_id: int | None) -> Role | None:
    """Return the role that somebody with ``roles`` has at a site (``None``: at all sites)."""
    return stronger(roles.get(None), roles.get(site_id))


def roles_of(session: Session, who: Who) -> Roles:
    """Return the roles of an account as they stand now; the operator has none, and needs none."""
    return {} if who.account_id is None else roles_by_site(session, who.account_id)


def demand_editor(session: Session, who: Who, site_id: int) -> str:
    """Return the role with which somebody may edit here. Raises ``ForbiddenError`` when theirs is not enough any more."""
    refusal = say(
        "You may not edit at this site. Nothing was changed. Ask an editor, an admin or an owner of this site."
    )
    return _demand(session, who, site_id, EDITORS, refusal)


def demand_publisher(session: Session, who: Who, site_id: int) -> str:
    """Return the role with which somebody may publish here. Raises ``ForbiddenError`` when theirs is not enough any more."""
    refusal = say("You may not publish here any more. Nothing was changed. Ask an admin or an owner of this site.")
    return _demand(session, who, site_id, PUBLISHERS, refusal)


def _demand(session: Session, who: Who, site_id: int, enough: frozenset[Role], refusal: str) -> str:
    if who.account_id is None:
        return OPERATOR
    role = role_at(roles_of(session, who), site_id)
    if role not in enough:
        raise ForbiddenError(refusal)
    return role
