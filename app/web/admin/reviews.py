"""The review of a site: that somebody looked at its config as a whole, when the next look is due, and how often."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotAllowedError
from app.core.review import MOST_MONTHS, review_due
from app.db import request_session
from app.services.all_sites import published_first
from app.services.reviews import list_reviews, record_review, set_review_interval
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import open_draft
from app.web.admin.fields import plain
from app.web.runtime import runtime

LISTED = 20


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/review", view_func=review)
    bp.add_url_rule("/sites/<handle>/review", view_func=reviewed, methods=["POST"])
    bp.add_url_rule("/sites/<handle>/review/interval", view_func=review_interval, methods=["POST"])


@desk("edit")
def review(visit: Visit) -> ResponseReturnValue:
    """Say when the config was last looked at as a whole, when the next look is due, and what to look at."""
    return _page(visit)


@desk("edit")
def reviewed(visit: Visit) -> ResponseReturnValue:
    """Record that whoever asks has looked at it now."""
    note = plain(request.form.get("note", ""))
    try:
        record_review(request_session(), visit.place, note, who=visit.who, now=runtime().clock())
    except NotAllowedError as error:
        return _page(visit, wrong={"note": error.message}), 422
    return redirect(url_for("admin.review", handle=visit.place.handle, done="reviewed"), 303)


@desk("publish")
def review_interval(visit: Visit) -> ResponseReturnValue:
    """Set after how many months it has to be looked at again."""
    months = request.form.get("months", 0, type=int)
    try:
        set_review_interval(request_session(), visit.place, months, who=visit.who, now=runtime().clock())
    except NotAllowedError as error:
        return _page(visit, wrong={"months": error.message}), 422
    return redirect(url_for("admin.review", handle=visit.place.handle, done="interval"), 303)


def _page(visit: Visit, *, wrong: dict[str, str] | None = None) -> str:
    session, site = request_session(), visit.place
    published = published_first(session, site.id)
    return render_template(
        "admin/review.html",
        visit=visit,
        place="overview",
        draft=open_draft(site),
        now=runtime().clock(),
        reviewed_at=site.reviewed_at,
        reviewed_by=site.reviewed_by,
        published=published,
        months=site.review_months,
        most_months=MOST_MONTHS,
        due=review_due(site.reviewed_at or published, site.review_months),
        reviews=list_reviews(session, site, limit=LISTED),
        wrong=wrong or {},
        typed=request.form,
    )
