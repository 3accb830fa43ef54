"""Publish: what is wrong, what changes, whether visitors are asked again, and from when it holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.differences import suggests_asking_again
from app.core.documents import ConfigDocument
from app.core.errors import ConflictError, NotAllowedError
from app.core.lint import ConfigError, Problem
from app.core.say import say
from app.db import request_session
from app.models import ConfigVersion
from app.schemas.config import parse_config
from app.services.configs import Publication, Urgency, document_of, effective_at, latest_version, publish
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
    """What an admin looks at before publishing. ``document`` is null while lint finds errors."""

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

    def starts(self, ask_again: bool, urgency: Urgency, now: datetime) -> datetime | None:
        """Say from when it would hold."""
        if self.document is None:
            return None
        return effective_at(self.document, self.previous, Publication("?", "?", ask_again, urgency), now)


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
    """Publish the draft that was looked at."""
    draft = open_draft(visit.place)
    review = _review(visit, draft)
    wrong = _wrong_answers(review)
    if wrong:
        return _page(visit, draft, review, wrong=wrong), 422
    here = runtime()
    urgency = cast(Urgency, request.form.get("urgency", "none"))
    publication = Publication(plain(request.form["reason"]), visit.email, request.form.get("ask") == "yes", urgency)
    revision = request.form.get("revision", -1, type=int)
    try:
        version = publish(
            request_session(), visit.place, publication, desk=here.desk, now=here.clock(), revision=revision
        )
    except ConflictError as error:
        return _fresh_page(visit, conflict=error.message), 409
    except ConfigError:
        return _fresh_page(visit), 422
    except NotAllowedError as error:
        return _fresh_page(visit, wrong={"": error.message}), 422
    number = version.number
    picture_soon(visit.place.id, number)
    return redirect(
        url_for("admin.version", handle=visit.place.handle, number=number, done="published"),
        303,
    )


def _review(visit: Visit, draft: OpenDraft) -> Review:
    previous = latest_version(request_session(), visit.place.id)
    before = document_of(previous) if previous else None
    document: ConfigDocument | None = None
    try:
        document, problems = parse_config(
            draft.document, runtime().regimes, runtime().desk.texts, runtime().desk.catalog()
        )
    except ConfigError as error:
        problems = list(error.problems)
    return Review(
        document=document,
        problems=problems,
        previous=previous,
        changes=compare_documents(before, draft.filled),
        reasons=suggests_asking_again(before, document) if document else [],
    )


def _wrong_answers(review: Review) -> dict[str, str]:
    """What the form lacks, by field. The question must be answered where there is a reason to ask it."""
    wrong: dict[str, str] = {}
    if review.previous and review.reasons and request.form.get("ask") not in ("yes", "no"):
        wrong["ask"] = say("Say whether visitors are asked again.")
    if not request.form.get("reason", "").strip():
        wrong["reason"] = say("Say why this version is published. The reason is kept with it.")
    if request.form.get("urgency", "none") not in get_args(Urgency):
        wrong["urgency"] = say("Choose one of the three.")
    return wrong


def _fresh_page(visit: Visit, wrong: dict[str, str] | None = None, conflict: str = "") -> str:
    draft = open_draft(visit.place)
    return _page(visit, draft, _review(visit, draft), wrong=wrong, conflict=conflict)


def _page(
    visit: Visit, draft: OpenDraft, review: Review, *, wrong: dict[str, str] | None = None, conflict: str = ""
) -> str:
    now = runtime().clock()
    return render_template(
        "admin/publish.html",
        visit=visit,
        place="publish",
        draft=draft,
        review=review,
        wrong=wrong or {},
        conflict=conflict,
        now=now,
        at_once=review.starts(False, "none", now),
        after_notice=review.starts(True, "none", now),
        urgencies=URGENCIES,
        typed=request.form,
        back=request.args.get("back", type=int),
        stops=stops_of(visit),
    )
