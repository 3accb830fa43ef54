"""Publishing the drafts of several sites that use one block, each as its own version, by its own rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import PlacetError
from app.core.lint import ConfigError
from app.core.say import say, say_number
from app.services.accounts import Role, roles_by_site, stronger
from app.services.blocks import find_block
from app.services.configs import Desk, Publication, publish

PUBLISHERS: frozenset[Role] = frozenset({"owner", "admin"})


@dataclass(frozen=True)
class Outcome:
    """What became of one site: its new version ``number`` and from when it holds, or (number 0) why there is none."""

    site_id: int
    handle: str
    number: int = 0
    effective_at: datetime | None = None
    problem: str = ""


def publish_together(
    session: Session,
    account: int,
    key: str,
    revisions: Mapping[str, int],
    publication: Publication,
    *,
    desk: Desk,
    now: datetime,
) -> list[Outcome]:
    """Publish the drafts of the sites named in ``revisions`` (handle: the revision that was looked at), one after another.

    Each is published by ``app.services.configs.publish``, in a transaction of its own, in ascending order of site ids: what
    keeps one from it (its errors, its rules, a role that is not enough, a draft that changed) keeps no other. Returns what
    became of each; a site that does not use the block, or where the account may not edit, is not in it. Raises
    ``NotFoundError`` when the account does not see the block.
    """
    uses = sorted(find_block(session, account, key).uses, key=lambda use: use.site.id)
    sites = [(use.site.id, use.site.handle) for use in uses if use.site.handle in revisions]
    by_id = {use.site.id: use.site for use in uses}
    outcomes = []
    for site_id, handle in sites:
        roles = roles_by_site(session, account)
        if stronger(roles.get(None), roles.get(site_id)) not in PUBLISHERS:
            problem = say("An admin or owner of this site publishes.")
            outcomes.append(Outcome(site_id, handle, problem=problem))
            continue
        try:
            version = publish(session, by_id[site_id], publication, desk=desk, now=now, revision=revisions[handle])
        except ConfigError as error:
            session.rollback()
            errors = sum(problem.level == "error" for problem in error.problems)

            outcomes.append(Outcome(site_id, handle, problem=_errors(errors)))
        except PlacetError as error:
            session.rollback()
            outcomes.append(Outcome(site_id, handle, problem=error.message))
        else:
            outcomes.append(Outcome(site_id, handle, version.number, version.effective_at))
    return outcomes


def _errors(number: int) -> str:
    return say_number("{number} error keeps the draft from it.", "{number} errors keep the draft from it.", number)
