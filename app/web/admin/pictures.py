"""Pictures of the banner as it was published."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.core.errors import PlacetError
from app.db import db, describe_error, request_session
from app.models import Site
from app.services.pictures import Studio, find_picture, take_pictures
from app.web.admin.access import Visit, desk
from app.web.runtime import runtime

log = logging.getLogger("placet")


def register(bp: Blueprint) -> None:
    """Add the address of this place."""
    bp.add_url_rule("/sites/<handle>/pictures/<sha256:sha256>.png", view_func=picture)


@desk("versions")
def picture(visit: Visit, sha256: str) -> Response:
    """One picture."""
    return Response(find_picture(request_session(), visit.place, sha256), mimetype="image/png")


def picture_soon(site_id: int, number: int) -> None:
    """Take the pictures of a version that was just published, in a thread: nobody waits half a minute for them.

    What does not come about here, because the process ends or Chromium fails, comes with ``placet daily``.
    """
    here = runtime()
    if here.studio is not None:
        work = (db.engine, site_id, number, here.studio)
        threading.Thread(target=_take, args=(*work, here.clock), name="pictures", daemon=True).start()


def _take(engine: Engine, site_id: int, number: int, studio: Studio, clock: Callable[[], datetime]) -> None:
    try:
        with Session(engine) as session:
            take_pictures(session, session.get_one(Site, site_id), number, studio, clock=clock)
    except PlacetError as error:
        log.warning("version %d of site %d has no pictures yet: %s", number, site_id, error.message)
    except Exception as error:  # noqa: BLE001  nobody hears of what a thread raises
        log.error("version %d of site %d has no pictures yet\n%s", number, site_id, describe_error(error))
