"""The list of sites, and the overview of one: is it live, and what needs me?"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotFoundError, UnpublishedError
from app.core.review import review_due
from app.core.say import say
from app.db import request_session
from app.models import ConfigVersion, Site
from app.services.all_sites import DraftNote, SiteLine, list_own_sites, note_draft, published_first
from app.services.configs import current_version, document_of, latest_version, waiting_version
from app.services.held import read_held
from app.services.proposals import read_proposal
from app.web.admin.access import Visit, desk
from app.web.admin.checks import standing_of
from app.web.admin.drafts import open_draft, problems_of
from app.web.admin.guide import install_words
from app.web.admin.stops import stops_of
from app.web.runtime import runtime

_NEVER = datetime.max.replace(tzinfo=UTC)
SORTS = {
    "needs": say("what needs somebody first"),
    "name": say("name"),
    "live": say("live the longest"),
    "edited": say("draft edited last"),
    "findings": say("most findings"),
    "review": say("next review"),
    "held": say("held outside the longest ago"),
}
"""Orders of the table, by what ``?sort=`` says; the first is the usual one."""


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
    now, asked = runtime().clock(), request.args.get("q", "").strip()
    lines = list_own_sites(request_session(), visit.account_id, now, _note_of)
    sort = request.args.get("sort", "")
    return render_template(
        "admin/sites.html",
        visit=visit,
        lines=lines,
        shown=arrange([line for line in lines if _matches(line, asked.casefold())], sort, now),
        asked=asked,
        sort=sort if sort in SORTS else next(iter(SORTS)),
        sorts=SORTS,
        overdue_count=sum(line.is_overdue(now) for line in lines),
        now=now,
    )


def arrange(lines: list[SiteLine], sort: str, now: datetime) -> list[SiteLine]:
    """Return the lines in the order ``sort`` (a key of ``SORTS``); what is equal stands by name."""
    keys: dict[str, Callable[[SiteLine], Any]] = {
        "name": lambda line: (),
        "live": lambda line: line.live_since or _NEVER,
        "edited": lambda line: -line.edited_at.timestamp() if line.edited_at else 0,
        "findings": lambda line: (-line.draft.errors, -line.draft.warnings) if line.draft else (1, 0),
        "review": lambda line: line.review_due or _NEVER,
        "held": lambda line: (not line.held.is_missing(), line.held.made_at or _NEVER),
    }
    key = keys.get(sort) or (lambda line: _needs(line, now))
    return sorted(lines, key=lambda line: (key(line), (line.name or line.handle).casefold(), line.handle))


def _needs(line: SiteLine, now: datetime) -> tuple[Any, ...]:
    overdue = line.is_overdue(now)
    has_errors = line.draft is not None and line.draft.errors > 0
    return not overdue, line.review_due if overdue else _NEVER, not line.unread, not has_errors


def _matches(line: SiteLine, asked: str) -> bool:
    return any(asked in text.casefold() for text in (line.handle, line.name, *line.origins))


def _note_of(site_id: int, revision: int) -> DraftNote:
    here = runtime()
    return here.caches.drafts.get((site_id, revision), lambda: note_draft(request_session(), site_id, here.desk))


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
        review_due=review_due(site.reviewed_at or published_first(session, site.id), site.review_months),
        now=now,
        draft=draft,
        live=_live(site),
        waiting=waiting_version(session, site.id, now),
        is_changed=newest is not None and document_of(newest) != draft.filled,
        problems=problems_of(draft.document) if draft.revision else [],
        stops=stops_of(visit),
        proposal=read_proposal(session, site),
        checked=standing_of(site),
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
