"""The list of sites, and the overview of one: is it live, and what needs me?"""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotFoundError, UnpublishedError
from app.db import request_session
from app.models import ConfigVersion, Site
from app.services.configs import current_version, document_of, latest_version, waiting_version
from app.services.desk import list_own_sites
from app.services.held import read_held
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import open_draft, problems_of
from app.web.admin.guide import install_words
from app.web.admin.stops import stops_of
from app.web.runtime import runtime


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/", view_func=sites)
    bp.add_url_rule("/sites/", endpoint="sites_alias", view_func=sites_alias)
    bp.add_url_rule("/sites/<handle>/", view_func=overview)


@desk("login")
def sites(visit: Visit) -> ResponseReturnValue:
    """List the sites where the account has a role; whoever came by a link has one site."""
    if visit.account_id is None:
        return redirect(url_for("admin.receipts", handle=_site_of(visit).handle), 303)
    lines = list_own_sites(request_session(), visit.account_id, runtime().clock())
    return render_template("admin/sites.html", visit=visit, lines=lines, now=runtime().clock())


@desk("login")
def sites_alias(visit: Visit) -> ResponseReturnValue:
    """One address for one thing."""
    return redirect(url_for("admin.sites"), 301)


@desk("versions")
def overview(visit: Visit) -> ResponseReturnValue:
    """Say whether the site is live and what needs the admin; an auditor begins at the receipts."""
    site = visit.place
    if not visit.may("edit"):
        return redirect(url_for("admin.receipts", handle=site.handle), 303)
    session, now = request_session(), runtime().clock()
    draft = open_draft(site)
    newest = latest_version(session, site.id)
    return render_template(
        "admin/overview.html",
        visit=visit,
        place="overview",
        held=read_held(session, site.id),
        now=now,
        draft=draft,
        live=_live(site),
        waiting=waiting_version(session, site.id, now),
        is_changed=newest is not None and document_of(newest) != draft.filled,
        problems=problems_of(draft.document) if draft.revision else [],
        stops=stops_of(visit),
        **install_words(site, document_of(newest) if newest else draft.filled, draft.filled),
    )


def _site_of(visit: Visit) -> Site:
    """The site of the link by which somebody came."""
    if visit.written_at is None:
        raise NotFoundError
    return request_session().get_one(Site, visit.written_at)


def _live(site: Site) -> ConfigVersion | None:
    try:
        return current_version(request_session(), site.id, runtime().clock())
    except UnpublishedError:
        return None
