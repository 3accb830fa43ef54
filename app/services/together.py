"""Publishing the drafts of several sites that use one block, each as its own version, by its own rules."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.errors import PlacetError
from app.core.lint import ConfigError
from app.core.say import say, say_number
from app.db import describe_error
from app.models import Site
from app.services.blocks import find_block
from app.services.configs import Desk, Publication, publish
from app.services.proposals import propose
from app.services.who import PUBLISHERS, Who, role_at, roles_of

log = logging.getLogger("placet")


@dataclass(frozen=True)
class Wanted:
    """How a site is to be published: its draft at the ``revision`` that was looked at."""

    revision: int
    publication: Publication


@dataclass(frozen=True)
class Outcome:
    """What became of one site: its new version ``number`` and from when it holds; or that it waits for a second person.

    Or (``problem``) why neither; or (``is_unknown``) why nobody knows.
    """

    site_id: int
    handle: str
    number: int = 0
    effective_at: datetime | None = None
    is_proposed: bool = False
    problem: str = ""
    is_unknown: bool = False


def publish_together(
    session: Session, who: Who, key: str, wanted: Mapping[str, Wanted], *, desk: Desk, now: datetime
) -> list[Outcome]:
    """Publish the drafts of the sites that ``wanted`` names by handle, one after another.

    Each is published by ``app.services.configs.publish``, or proposed where a second person approves, in a transaction
    of its own, in ascending order of site ids: what keeps one from it (its errors, its rules, a role that is not enough,
    a draft that changed, a database that does not answer) keeps no other. Returns what became of each; a site that does
    not use the block, or where the account may not edit, is not in it. Raises ``NotFoundError`` when the account does
    not see the block.
    """
    uses = find_block(session, who, key).uses
    sites = {use.site.id: use.site for use in uses if use.site.handle in wanted}
    names = {site_id: site.handle for site_id, site in sites.items()}
    outcomes = []
    for site_id, handle in sorted(names.items()):
        how: dict[str, Any] = {"desk": desk, "now": now, "revision": wanted[handle].revision}
        try:
            if role_at(roles_of(session, who), site_id) in PUBLISHERS:
                made = _publish(session, sites[site_id], wanted[handle].publication, who, how)
            else:
                made = Outcome(0, "", problem=say("An admin or owner of this site publishes."))
        except ConfigError as error:
            made = Outcome(0, "", problem=_errors(sum(found.level == "error" for found in error.problems)))
        except PlacetError as error:
            made = Outcome(0, "", problem=error.message)
        except SQLAlchemyError as error:
            # The other sites are told of nevertheless: some are published by now. A commit may have been kept or not.
            log.error("publishing together at %s:\n%s", handle, describe_error(error))
            words = say("The database did not answer. Look at the versions of this site before you try again.")
            made = Outcome(0, "", problem=words, is_unknown=True)
        session.rollback()
        outcomes.append(replace(made, site_id=site_id, handle=handle))
    return outcomes


def _publish(session: Session, site: Site, publication: Publication, who: Who, how: dict[str, Any]) -> Outcome:
    if site.four_eyes:
        propose(session, site, publication, who, **how)
        return Outcome(0, "", is_proposed=True)
    version = publish(session, site, publication, **how)
    return Outcome(0, "", version.number, version.effective_at)


def _errors(number: int) -> str:
    return say_number("{number} error keeps the draft from it.", "{number} errors keep the draft from it.", number)
