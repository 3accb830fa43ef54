"""Publish: what is wrong, what changes, whether visitors are asked again, and from when it holds."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast, get_args

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.differences import goes_against, suggests_asking_again
from app.core.documents import ConfigDocument
from app.core.effect import DayError, earliest, effective_at, notice_period
from app.core.errors import ConflictError, NotAllowedError
from app.core.lint import ConfigError, Problem
from app.core.say import say
from app.db import request_session
from app.models import ConfigVersion, Proposal
from app.schemas.config import parse_config
from app.services.configs import Publication, Urgency, document_of, latest_version, newest_of, publish
from app.services.proposals import propose, publication_of, read_proposal
from app.web.admin.access import Visit, desk
from app.web.admin.diff import Comparison, compare_documents
from app.web.admin.drafts import OpenDraft, open_draft
from app.web.admin.fields import plain
from app.web.admin.pictures import picture_soon
from app.web.admin.stops import stops_of
from app.web.runtime import runtime

URGENCIES = (
    ("none", say("It can wait")),
    ("law", say("The law demands it now")),
    ("emergency", say("It is an emergency")),
)


@dataclass(frozen=True)
class Review:
    """What an admin looks at before publishing. ``document`` is null while lint finds errors.

    ``reasons``: why visitors should be asked again; with any, that is what Placet proposes.
    """

    document: ConfigDocument | None
    problems: list[Problem]
    previous: ConfigVersion | None
    changes: Comparison
    reasons: list[str]

    @property
    def errors(self) -> list[Problem]:
        """What keeps the draft from being published."""
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """What is worth a look."""
        return [problem for problem in self.problems if problem.level != "error"]

    @property
    def notice_period(self) -> str:
        """How long it is announced if it asks again; empty while nothing can be published."""
        return notice_period(self.document, newest_of(self.previous)) if self.document else ""

    def starts(self, ask_again: bool, now: datetime) -> datetime | None:
        """Say from when it could hold."""
        if self.document is None:
            return None
        return earliest(self.document, newest_of(self.previous), Publication("?", "?", ask_again), now)

    def would_hold(self, proposal: Proposal | None, now: datetime) -> datetime | None:
        """Say from when what was proposed would hold, approved now."""
        if self.document is None or proposal is None:
            return None
        return effective_at(self.document, newest_of(self.previous), publication_of(proposal), now)


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/publish", view_func=review_draft)
    bp.add_url_rule("/sites/<handle>/publish", view_func=publish_draft, methods=["POST"])


@desk("edit")
def review_draft(visit: Visit) -> ResponseReturnValue:
    """Show what publishing would do; an editor sees it too, without the form."""
    draft = open_draft(visit.place)
    return _page(visit, draft, _review(visit, draft))


@desk("publish")
def publish_draft(visit: Visit) -> ResponseReturnValue:
    """Publish the draft that was looked at, or propose it where a second person approves."""
    draft = open_draft(visit.place)
    review = _review(visit, draft)
    wrong, holds_on = _wrong_answers(review)
    if wrong:
        return _page(visit, draft, review, wrong=wrong), 422
    publication = Publication(
        plain(request.form["reason"]),
        visit.email,
        request.form.get("ask") == "yes",
        cast(Urgency, request.form.get("urgency", "none")),
        holds_on,
        plain(request.form.get("against", "")) if _goes_against(review) else "",
    )
    here, session, site = runtime(), request_session(), visit.place
    how: dict[str, Any] = {
        "desk": here.desk,
        "now": here.clock(),
        "revision": request.form.get("revision", -1, type=int),
    }
    try:
        if site.four_eyes:
            propose(session, site, publication, visit.who, **how)
            return redirect(url_for("admin.review_draft", handle=visit.place.handle, done="proposed"), 303)
        number = publish(session, site, publication, **how).number
    except ConflictError as error:
        return _fresh_page(visit, conflict=error.message), 409
    except ConfigError:
        return _fresh_page(visit), 422
    except NotAllowedError as error:
        return _fresh_page(visit, wrong={"holds_on" if isinstance(error, DayError) else "": error.message}), 422
    picture_soon(visit.place.id, number)
    return redirect(url_for("admin.version", handle=visit.place.handle, number=number, done="published"), 303)


def _review(visit: Visit, draft: OpenDraft) -> Review:
    previous = latest_version(request_session(), visit.place.id)
    before = document_of(previous) if previous else None
    document: ConfigDocument | None = None
    desk_ = runtime().desk
    try:
        document, problems = parse_config(draft.document, desk_.regimes, desk_.texts, desk_.catalog())
    except ConfigError as error:
        problems = list(error.problems)
    return Review(
        document=document,
        problems=problems,
        previous=previous,
        changes=compare_documents(before, draft.filled),
        reasons=suggests_asking_again(before, document) if document else [],
    )


def _goes_against(review: Review) -> bool:
    """Whether what was answered is not what Placet proposes."""
    return goes_against(request.form.get("ask") == "yes", review.reasons, is_first=review.previous is None)


def _wrong_answers(review: Review) -> tuple[dict[str, str], date | None]:
    """What the form lacks, by field, and the day. The question must be answered where there is a reason to ask it."""
    wrong: dict[str, str] = {}
    day = None
    if review.previous and review.reasons and request.form.get("ask") not in ("yes", "no"):
        wrong["ask"] = say("Say whether visitors are asked again.")
    elif _goes_against(review) and not request.form.get("against", "").strip():
        wrong["against"] = say("Say why you decide otherwise than proposed. That is kept with the version.")
    if request.form.get("urgency", "none") not in get_args(Urgency):
        wrong["urgency"] = say("Choose one of the three.")
    if request.form.get("holds_on"):
        try:
            day = date.fromisoformat(request.form["holds_on"])
        except ValueError:
            wrong["holds_on"] = say("Write the day as year-month-day, such as 2027-01-31.")
    if not request.form.get("reason", "").strip():
        wrong["reason"] = say("Say why this version is published. The reason is kept with it.")
    return wrong, day


def _fresh_page(visit: Visit, wrong: dict[str, str] | None = None, conflict: str = "") -> str:
    draft = open_draft(visit.place)
    return _page(visit, draft, _review(visit, draft), wrong=wrong, conflict=conflict)


def _page(
    visit: Visit, draft: OpenDraft, review: Review, *, wrong: dict[str, str] | None = None, conflict: str = ""
) -> str:
    now = runtime().clock()
    proposal = read_proposal(request_session(), visit.place)
    return render_template(
        "admin/publish.html",
        visit=visit,
        place="publish",
        draft=draft,
        review=review,
        proposal=proposal,
        would_hold=review.would_hold(proposal, now),
        wrong=wrong or {},
        conflict=conflict,
        now=now,
        at_once=review.starts(False, now),
        after_notice=review.starts(True, now),
        urgencies=URGENCIES,
        typed=request.form,
        back=request.args.get("back", type=int),
        stops=stops_of(visit),
    )
