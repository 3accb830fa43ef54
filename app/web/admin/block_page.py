"""The page of a shared block: what it changes at each site that uses it, and publishing there together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.blocks import fit, part, put
from app.core.differences import goes_against, suggests_asking_again
from app.core.documents import ConfigDocument
from app.core.durations import duration_days
from app.core.errors import NotAllowedError
from app.core.lint import Problem
from app.core.say import say
from app.db import request_session
from app.models import ConfigVersion
from app.schemas.config import fill_defaults
from app.services.blocks import Block, Use, find_block, list_sites_without
from app.services.configs import Publication, Urgency, document_of, latest_version, waiting_version
from app.services.together import Wanted, publish_together
from app.web.admin.access import Visit, desk
from app.web.admin.diff import Comparison, DiffLine, compare_documents, diff_parts
from app.web.admin.drafts import OpenDraft, open_draft, problems_of
from app.web.admin.fields import plain
from app.web.admin.pictures import picture_soon
from app.web.admin.publishing import URGENCIES
from app.web.admin.shared import KIND_WORDS
from app.web.runtime import runtime


@dataclass(frozen=True)
class Stand:
    """How a block stands at one site. ``visit`` is whoever asks, at that site.

    ``by_hand``: from the block to what the draft says instead (empty: the draft has the block); ``changes``: from the newest
    version to the draft, at the block's place; ``others``: how many lines of YAML the draft changes elsewhere.
    """

    visit: Visit
    draft: OpenDraft
    previous: ConfigVersion | None
    by_hand: list[DiffLine]
    is_gone: bool
    changes: Comparison
    others: int
    errors: list[Problem]
    reasons: list[str]
    may_wait: bool

    @property
    def handle(self) -> str:
        """The site's."""
        return self.visit.place.handle

    @property
    def name(self) -> str:
        """What its draft calls it, or else its handle."""
        return self.draft.filled["name"] or self.handle

    @property
    def is_ready(self) -> bool:
        """Whether its draft can be published from here."""
        return self.visit.may("publish") and not self.errors and bool(self.changes.lines or self.others)

    @property
    def is_proposed(self) -> bool:
        """Whether nothing but the block would be published there."""
        return self.is_ready and not self.others and not self.by_hand


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/blocks/<key>", view_func=block)
    bp.add_url_rule("/blocks/<key>/publish", view_func=publish_block, methods=["POST"])


@desk("blocks")
def block(visit: Visit, key: str) -> ResponseReturnValue:
    """Show a block, and how it stands at each site."""
    found = find_block(request_session(), visit.who, key)
    return _page(visit, found, _stands(visit, found))


@desk("blocks")
def publish_block(visit: Visit, key: str) -> ResponseReturnValue:
    """Publish the drafts of the sites that are checked, and say what became of each."""
    session, here = request_session(), runtime()
    found = find_block(session, visit.who, key)
    stands = _stands(visit, found)
    chosen = [stand for stand in stands if stand.handle in request.form.getlist("sites")]
    wrong = _wrong_answers(chosen)
    if wrong:
        return _page(visit, found, stands, wrong=wrong), 422
    wanted = {stand.handle: _wanted(visit, stand) for stand in chosen}
    outcomes = publish_together(session, visit.who, key, wanted, desk=here.desk, now=here.clock())
    for outcome in outcomes:
        if outcome.number:
            picture_soon(outcome.site_id, outcome.number)
    return render_template(
        "admin/published_together.html",
        visit=visit,
        block=found,
        outcomes=outcomes,
        done=sum(bool(outcome.number) for outcome in outcomes),
        proposed=sum(outcome.is_proposed for outcome in outcomes),
        now=here.clock(),
    )


def _wanted(visit: Visit, stand: Stand) -> Wanted:
    """How one of the checked sites is published: one reason and one answer for all, each by its own proposal."""
    publication = Publication(
        plain(request.form["reason"]),
        visit.email,
        request.form.get("ask") == "yes",
        cast(Urgency, request.form.get("urgency", "none")),
        against=plain(request.form.get("against", "")) if _goes_against(stand) else "",
    )
    return Wanted(request.form.get(f"revision.{stand.handle}", -1, type=int), publication)


def _goes_against(stand: Stand) -> bool:
    """Whether the answer is not what is proposed for the site."""
    return goes_against(request.form.get("ask") == "yes", stand.reasons, is_first=stand.previous is None)


def _wrong_answers(chosen: list[Stand]) -> dict[str, str]:
    """What the form lacks, by field. The question must be answered where a site that is checked has a reason to ask it."""
    wrong: dict[str, str] = {}
    if not chosen:
        wrong["sites"] = say("Check at least one site.")
    if any(stand.previous and stand.reasons for stand in chosen) and request.form.get("ask") not in ("yes", "no"):
        wrong["ask"] = say("Say whether visitors are asked again.")
    elif any(map(_goes_against, chosen)) and not plain(request.form.get("against", "")):
        others = ", ".join(stand.handle for stand in chosen if _goes_against(stand))
        wrong["against"] = say(
            "Say why you decide otherwise than proposed at {sites}. That is kept there.", sites=others
        )
    if not plain(request.form.get("reason", "")):
        wrong["reason"] = say("Say why these versions are published. The reason is kept with each.")
    if request.form.get("urgency", "none") not in get_args(Urgency):
        wrong["urgency"] = say("Choose one of the three.")
    return wrong


def _page(visit: Visit, found: Block, stands: list[Stand], wrong: Mapping[str, str] | None = None) -> str:
    reasons: dict[str, list[str]] = {}
    for stand in stands:
        if stand.is_ready and stand.previous:
            for reason in stand.reasons:
                reasons.setdefault(reason, []).append(stand.handle)
    return render_template(
        "admin/block.html",
        visit=visit,
        block=found,
        kinds=KIND_WORDS,
        stands=stands,
        ready=[stand for stand in stands if stand.is_ready],
        reasons=reasons,
        may_wait=any(stand.may_wait for stand in stands if stand.is_ready),
        others=list_sites_without(request_session(), visit.who, found),
        urgencies=URGENCIES,
        wrong=wrong or {},
        typed=request.form,
        checked=request.form.getlist("sites") if wrong else [stand.handle for stand in stands if stand.is_proposed],
    )


def _stands(visit: Visit, found: Block) -> list[Stand]:
    return [_stand(visit, found, use) for use in found.uses]


def _stand(visit: Visit, found: Block, use: Use) -> Stand:
    session, now = request_session(), runtime().clock()
    draft = open_draft(use.site)
    previous = latest_version(session, use.site.id)
    before = document_of(previous) if previous else None
    stands = part(found.body, draft.filled, found.target)
    says = fit(found.body, draft.filled, found.target)
    taken = _with_part(found, before, stands)
    problems = problems_of(draft.document)
    waiting = waiting_version(session, use.site.id, now)
    return Stand(
        visit=replace(visit, site=use.site, role=use.role),
        draft=draft,
        previous=previous,
        by_hand=[] if stands == says else diff_parts(says, stands or {}),
        is_gone=stands is None,
        changes=compare_documents(before, taken) if before else compare_documents(draft.filled, draft.filled),
        others=compare_documents(taken, draft.filled).changed_lines,
        errors=[problem for problem in problems if problem.level == "error"],
        reasons=suggests_asking_again(before, draft.filled),
        may_wait=waiting is not None or _days(draft.filled["notice_period"]) > 0,
    )


def _with_part(found: Block, before: ConfigDocument | None, stands: dict[str, Any] | None) -> Any:
    """Return the newest version as it would be with nothing of the draft but what that has at the block's place."""
    if not before or stands is None:
        return before
    try:
        return put({**before}, stands, fill_defaults(before), found.target)
    except NotAllowedError:
        return before


def _days(text: str) -> int:
    try:
        return duration_days(text)
    except ValueError:
        return 0
