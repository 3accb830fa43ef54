"""Discovery: a signed link by which the site's owner sees, in the site itself, what loads and is stored there."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import UnpublishedError
from app.core.say import say
from app.core.signing import DISCOVERY_SECONDS, mint_discovery
from app.db import request_session
from app.services.configs import current_version, document_of
from app.web.admin.access import Visit, desk
from app.web.admin.checks import standing_of
from app.web.runtime import runtime


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/discovery", view_func=discovery)
    bp.add_url_rule("/sites/<handle>/discovery", endpoint="discovery_link", view_func=discovery_link, methods=["POST"])


@desk("edit")
def discovery(visit: Visit) -> ResponseReturnValue:
    """Say what discovery mode is, and offer the site's own origins."""
    return _page(visit, _origins(visit))


@desk("edit")
def discovery_link(visit: Visit) -> ResponseReturnValue:
    """Make a link to one of the site's published origins, and to nowhere else."""
    origins = _origins(visit)
    origin = request.form.get("origin", "")
    if origin not in origins:
        return _page(visit, origins, wrong=say("Choose one of the site's origins.")), 422
    here = runtime()
    now = here.clock()
    token = mint_discovery(here.keys, visit.place.key, now)
    return _page(
        visit,
        origins,
        link=f"{origin}/#placet-discovery={token}",
        chosen=origin,
        until=now + timedelta(seconds=DISCOVERY_SECONDS),
    )


def _origins(visit: Visit) -> list[str]:
    """The origins of the version in effect: only there the page carries a widget that takes the link. None: no version."""
    try:
        return document_of(current_version(request_session(), visit.place.id, runtime().clock()))["origins"]
    except UnpublishedError:
        return []


def _page(visit: Visit, origins: list[str], **shown: object) -> str:
    return render_template(
        "admin/discovery.html",
        visit=visit,
        place="discovery",
        origins=origins,
        checked=standing_of(visit.place),
        **{"link": "", "chosen": "", "until": None, "wrong": "", **shown},
    )
