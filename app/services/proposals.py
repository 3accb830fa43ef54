"""Four eyes: a version is proposed by one person and published, or declined, by another.

What is approved is what was proposed, byte for byte: a proposal lapses when the draft or the newest version changes.
"""

from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from app.core.canonical import b64url
from app.core.errors import ConflictError, ForbiddenError, NotAllowedError
from app.core.say import say
from app.db import begin_write
from app.models import ConfigVersion, Proposal, Site
from app.services.configs import (
    Desk,
    Publication,
    Urgency,
    add_version,
    check_publication,
    latest_version,
    read_draft,
    read_ready,
)
from app.services.desk_events import Deed, add_deed
from app.services.four_eyes import needs_second
from app.services.translog import close_logs, open_logs
from app.services.who import Who, demand_publisher

PROPOSED, APPROVED, DECLINED, WITHDRAWN = "proposed", "approved", "declined", "withdrawn"
MARK_BYTES = 12
OVER = say(
    "This proposal is over: the draft or the newest version has changed, or somebody has decided. Look at it again."
)


def propose(
    session: Session,
    site: Site,
    publication: Publication,
    who: Who,
    *,
    desk: Desk,
    now: datetime,
    revision: int | None = None,
) -> str:
    """Propose the draft as the next version, in the place of an earlier proposal, and commit. Returns the proposal's mark.

    Raises what ``publish`` raises for such a publication, ``ForbiddenError`` when ``who`` may not publish here, and
    ``NotAllowedError`` where no second person is needed.
    """
    site_id = site.id
    connection = begin_write(session)
    role = demand_publisher(session, who, site_id)
    open_logs(connection, [site_id])  # whoever publishes or decides meanwhile waits
    if not needs_second(connection, site_id):
        raise NotAllowedError(say("This site needs no second person: publish it."))
    ready = check_publication(session, site, publication, desk=desk, now=now, revision=revision)
    follows = ready.previous.number if ready.previous else 0
    draft, mark = read_draft(session, site), b64url(desk.random_bytes(MARK_BYTES))
    connection.execute(delete(Proposal).where(Proposal.site_id == site_id))
    connection.execute(
        insert(Proposal).values(
            site_id=site_id,
            mark=mark,
            revision=draft.revision if draft else 0,
            sha256=ready.sha256,
            follows=follows,
            ask_again=publication.ask_again,
            urgency=publication.urgency,
            holds_on=publication.holds_on,
            reason=publication.reason.strip(),
            against=publication.against.strip(),
            proposed_at=now,
            proposed_by=who.name,
        )
    )
    add_deed(connection, site_id, Deed(who.name, role, PROPOSED, {"number": follows + 1}), now=now)
    session.commit()
    return mark


def approve(session: Session, site: Site, mark: str, who: Who, *, desk: Desk, now: datetime) -> ConfigVersion:
    """Publish what was proposed, in the names of both, and commit.

    A date that has come too near meanwhile becomes the earliest one. Raises ``ForbiddenError`` for whoever proposed it and
    whoever may not publish, ``ConflictError`` when the proposal is over.
    """
    site_id = site.id
    connection = begin_write(session)
    role = demand_publisher(session, who, site_id)
    # The lock of the log: of two who decide at once the second finds it decided.
    log = open_logs(connection, [site_id])[site_id]
    found = _open(session, site, mark)
    if found.proposed_by == who.name:
        raise ForbiddenError(say("You proposed this version yourself: somebody else approves it."))
    publication = publication_of(found, approved_by=who.name)
    ready = read_ready(session, site, desk)
    if ready.sha256 != found.sha256:
        raise ConflictError(OVER)
    version = add_version(session, connection, log, site, publication, ready, desk=desk, now=now)
    connection.execute(delete(Proposal).where(Proposal.site_id == site_id))
    add_deed(connection, site_id, Deed(who.name, role, APPROVED, {"number": version.number}), now=now)
    close_logs(connection, [log], desk.keys.log)
    session.commit()
    return version


def decline(session: Session, site: Site, mark: str, note: str, who: Who, *, now: datetime) -> None:
    """Decline a proposal with a note for whoever made it, and commit; it stays to be read until the next one.

    Raises ``NotAllowedError`` without a note, ``ForbiddenError``, and ``ConflictError`` when the proposal is over.
    """
    if not note.strip():
        raise NotAllowedError(say("Say why you decline it: whoever proposed it reads that."))
    site_id = site.id
    connection = begin_write(session)
    role = demand_publisher(session, who, site_id)
    open_logs(connection, [site_id])
    found = _open(session, site, mark)
    if found.proposed_by == who.name:
        raise ForbiddenError(say("You proposed this version yourself: take it back instead."))
    connection.execute(
        update(Proposal)
        .where(Proposal.site_id == site_id)
        .values(declined_at=now, declined_by=who.name, note=note.strip())
    )
    add_deed(connection, site_id, Deed(who.name, role, DECLINED, {"number": found.follows + 1}), now=now)
    session.commit()


def withdraw(session: Session, site: Site, mark: str, who: Who, *, now: datetime) -> None:
    """Take one's own proposal back and commit. Raises ``ForbiddenError``, and ``ConflictError`` when it is over."""
    site_id = site.id
    connection = begin_write(session)
    open_logs(connection, [site_id])
    role = demand_publisher(session, who, site_id)
    found = _open(session, site, mark)
    if found.proposed_by != who.name:
        raise ForbiddenError(say("Somebody else proposed this version: decline it instead."))
    connection.execute(delete(Proposal).where(Proposal.site_id == site_id))
    add_deed(connection, site_id, Deed(who.name, role, WITHDRAWN, {"number": found.follows + 1}), now=now)
    session.commit()


def read_proposal(session: Session, site: Site) -> Proposal | None:
    """Return the newest proposal, decided or not, as long as it is about the present draft and the newest version."""
    found = session.get(Proposal, site.id)
    if found is None or not site.four_eyes:
        return None
    draft, newest = read_draft(session, site), latest_version(session, site.id)
    is_about_this = draft is not None and draft.revision == found.revision
    return found if is_about_this and (newest.number if newest else 0) == found.follows else None


def publication_of(proposal: Proposal, approved_by: str | None = None) -> Publication:
    """Return how the version is published that was proposed."""
    urgency: Urgency = proposal.urgency  # type: ignore[assignment]  # only these are stored
    return Publication(
        proposal.reason,
        proposal.proposed_by,
        proposal.ask_again,
        urgency,
        proposal.holds_on,
        proposal.against,
        approved_by,
    )


def _open(session: Session, site: Site, mark: str) -> Proposal:
    found = read_proposal(session, site)
    if found is None or found.mark != mark or found.declined_at is not None:
        raise ConflictError(OVER)
    return found
