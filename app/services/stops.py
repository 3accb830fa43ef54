"""Stop a tracker now: in what the server answers within seconds, without publishing, until it is resumed."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from app.core.errors import NotAllowedError, NotFoundError
from app.core.keys import KeyRing
from app.core.reasons import check_reason
from app.core.say import say
from app.core.statement import Kind
from app.db import begin_write
from app.models import Site, StoppedTracker
from app.services.configs import current_version, document_of
from app.services.statements import state
from app.services.translog import OpenLog, close_logs, open_logs


def stop_tracker(
    session: Session,
    site: Site,
    tracker: str,
    reason: str,
    *,
    by: str,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> None:
    """Stop a tracker of the version in effect, state it in the site's log, and commit once. ``by``: whose doing it is.

    No version is made; later ones keep it stopped too. Raises ``NotAllowedError`` without a reason, for a tracker that is
    stopped already, and for one that is only declared (nothing here holds it); ``NotFoundError`` for one that the version in
    effect does not have, ``UnpublishedError`` when there is none.
    """
    connection, log = _begin(session, site, reason)
    version = current_version(session, site.id, now)
    found = next((own for own in document_of(version)["trackers"] if own["id"] == tracker), None)
    if found is None:
        raise NotFoundError(
            say(
                "Version {number}, which is in effect, has no tracker `{tracker}`.",
                number=version.number,
                tracker=tracker,
            )
        )
    if found["kind"] == "declared":
        raise NotAllowedError(
            say("This tracker is only declared: nothing here controls it. Take it out of the page itself.")
        )
    if session.get(StoppedTracker, (site.id, tracker)) is not None:
        raise NotAllowedError(say("This tracker is stopped already."))
    session.add(StoppedTracker(site_id=site.id, tracker=tracker, reason=reason.strip(), stopped_at=now, stopped_by=by))
    session.flush()
    data = {"tracker": tracker, "version": version.number, "reason": reason.strip(), "by": by}
    _finish(session, connection, log, site, "tracker-stopped", data, keys=keys, random_bytes=random_bytes, now=now)


def resume_tracker(
    session: Session,
    site: Site,
    tracker: str,
    reason: str,
    *,
    by: str,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> None:
    """Let a stopped tracker load again where it may, state it in the site's log, and commit once.

    Raises ``NotAllowedError`` without a reason and for one that is not stopped, ``UnpublishedError`` when no version is in
    effect. It may be a tracker that the version in effect no longer has.
    """
    connection, log = _begin(session, site, reason)
    version = current_version(session, site.id, now)
    if session.get(StoppedTracker, (site.id, tracker)) is None:
        raise NotAllowedError(say("The tracker `{tracker}` is not stopped.", tracker=tracker))
    connection.execute(
        delete(StoppedTracker).where(StoppedTracker.site_id == site.id, StoppedTracker.tracker == tracker)
    )
    data = {"tracker": tracker, "version": version.number, "reason": reason.strip(), "by": by}
    _finish(session, connection, log, site, "tracker-resumed", data, keys=keys, random_bytes=random_bytes, now=now)


def list_stopped(session: Session, site_id: int) -> list[StoppedTracker]:
    """Return what is stopped, oldest first."""
    query = select(StoppedTracker).where(StoppedTracker.site_id == site_id)
    return list(session.scalars(query.order_by(StoppedTracker.stopped_at, StoppedTracker.tracker)))


def _begin(session: Session, site: Site, reason: str) -> tuple[Connection, OpenLog]:
    check_reason(reason, say("Say why: the reason stands in the log."))
    connection = begin_write(session)
    return connection, open_logs(connection, [site.id])[site.id]


def _finish(
    session: Session,
    connection: Connection,
    log: OpenLog,
    site: Site,
    kind: Kind,
    data: dict[str, object],
    *,
    keys: KeyRing,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> None:
    state(connection, log.append, site, kind, data, keys=keys, random_bytes=random_bytes, now=now)
    close_logs(connection, [log], keys.log)
    session.commit()
