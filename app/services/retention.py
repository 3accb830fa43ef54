"""Removing receipts whose retention is over: the operator's promise, kept without anybody thinking of it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.errors import UnpublishedError
from app.core.keys import KeyRing
from app.core.retention import removal_limit, removal_rule
from app.core.statement import index_ranges
from app.db import begin_write
from app.models import Receipt, Site
from app.services.configs import current_version, document_of, list_versions
from app.services.statements import state
from app.services.translog import close_logs, open_logs

AT_ONCE = 5000


def remove_expired(
    session: Session,
    site: Site,
    *,
    keys: KeyRing,
    now: datetime,
    random_bytes: Callable[[int], bytes],
    at_once: int = AT_ONCE,
) -> int:
    """Remove up to ``at_once`` receipts of ``site`` whose retention is over, oldest first, and commit; returns how many.

    To be called until it returns 0: the log is locked meanwhile, and browsers wait. The entries stay in the log; one
    statement says which indexes are gone and under which rule. Nothing is kept of what is removed, no mark either: years
    later no browser sends it again.
    """
    try:
        live = document_of(current_version(session, site.id, now))
    except UnpublishedError:
        return 0
    limit = removal_limit(live, [document_of(version) for version in list_versions(session, site.id)], now)
    # Found without the lock: nobody changes a receipt's time, and who erases at the same moment is seen below.
    oldest = (
        select(Receipt.log_index)
        .where(Receipt.site_id == site.id, Receipt.received_at < limit)
        .order_by(Receipt.received_at)
        .limit(at_once)
    )
    found = session.scalars(oldest).all()
    if not found:
        return 0
    connection = begin_write(session)
    logs = open_logs(connection, [site.id])
    gone = delete(Receipt).where(Receipt.site_id == site.id, Receipt.log_index.in_(found)).returning(Receipt.log_index)
    indexes = list(connection.execute(gone).scalars())
    if not indexes:
        session.rollback()
        return 0
    data = {
        "ranges": index_ranges(indexes),
        "count": len(indexes),
        "reason": "kept as long as the site's config says",
        "by": "operator",
        "rule": removal_rule(live),
    }
    log = logs[site.id]
    state(connection, log.append, site, "receipts-removed", data, keys=keys, random_bytes=random_bytes, now=now)
    close_logs(connection, logs.values(), keys.log)
    session.commit()
    return len(indexes)
