"""The guided set-up of a site: one question a page, each saved in the draft, none of them the only place to answer it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.csp import content_security_policy
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument
from app.core.errors import NotFoundError
from app.core.lint import Problem
from app.core.regimes import STANDARD_CATEGORIES
from app.core.say import say
from app.db import request_session
from app.models import Site
from app.schemas.config import CONFIG
from app.services.audit import Period, list_receipts
from app.services.configs import document_of, latest_version
from app.web.admin.access import Visit, desk
from app.web.admin.checks import standing_of
from app.web.admin.drafts import OpenDraft, open_draft, problems_of
from app.web.admin.fields import Field
from app.web.admin.forms import PartForm, answer
from app.web.admin.languages import spoken
from app.web.admin.rules import merge_into, rule_fields
from app.web.admin.standard import OWN_TRACKER, add_standard, category_field
from app.web.runtime import runtime

CATEGORIES = "categories"


@dataclass(frozen=True)
class Step:
    """One page: its fields are those of Rules with the ``names``, maybe with other hints."""

    id: str
    title: str
    lead: str
    names: tuple[str, ...]


STEPS = (
    Step(
        "responsible",
        say("Who is responsible?"),
        say("Whoever decides why and how data is used on this site. The banner names them, and visitors turn to them."),
        ("controller", "policy_url"),
    ),
    Step(
        "languages",
        say("Which languages does the site speak?"),
        say("Each visitor gets the one that suits their browser best. The texts of the banner are built in."),
        ("languages",),
    ),
    Step(
        "law",
        say("Which law holds?"),
        say("Let the law of each visitor's place decide, or treat everybody by one that asks first."),
        ("regime",),
    ),
    Step(
        "times",
        say("How long does what hold?"),
        say(
            "These defaults suit most sites: asked again after six months, as authorities advise; receipts kept "
            "for five years, as long as somebody may ask for proof; and 30 days' notice before a version that "
            "asks again."
        ),
        ("lifetimes", "retention", "notice_period"),
    ),
    Step(
        "look",
        say("How does the banner sit on the page?"),
        say("It takes the page's own font, and light or dark from it. Yes and no always look the same."),
        ("look", "choice_per_tracker"),
    ),
    Step(
        "categories",
        say("What do visitors decide on?"),
        say("Leave those that you will use. Trackers are sorted into them afterwards."),
        (CATEGORIES,),
    ),
)
TITLES = (say("Name and address"), *(step.title for step in STEPS))


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/setup/", view_func=ready)
    bp.add_url_rule("/sites/<handle>/setup/<step>", view_func=setup_step, methods=["GET", "POST"])


@desk("edit")
def setup_step(visit: Visit, step: str) -> ResponseReturnValue:
    """Ask one thing and go on to the next."""
    index = next((index for index, known in enumerate(STEPS) if known.id == step), None)
    if index is None:
        raise NotFoundError(say("The guided set-up has no such step."))
    own, handle = STEPS[index], visit.place.handle
    is_last = index + 1 == len(STEPS)
    after = (
        url_for("admin.ready", handle=handle)
        if is_last
        else url_for("admin.setup_step", handle=handle, step=STEPS[index + 1].id)
    )

    def make(draft: OpenDraft) -> PartForm:
        fields, stored, put = _part(own, draft)
        return PartForm(
            place="overview",
            title=own.title,
            lead=own.lead,
            fields=fields,
            path="",
            stored=stored,
            put=put,
            after=lambda typed: after,
            back=url_for("admin.setup_step", handle=handle, step=STEPS[index - 1].id)
            if index
            else url_for("admin.ready", handle=handle),
            back_label=STEPS[index - 1].title if index else say("All steps"),
            button=say("Save and finish") if is_last else say("Save and go on"),
            steps=TITLES,
            shallow=own.names == (CATEGORIES,),
            step=index + 2,
        )

    return answer(visit, make)


@desk("edit")
def ready(visit: Visit) -> ResponseReturnValue:
    """Say what is done, what is still wrong, and what comes next: trackers, publishing, the tag, whether it is there."""
    draft = open_draft(visit.place)
    problems = problems_of(draft.document)
    newest = latest_version(request_session(), visit.place.id)
    document = document_of(newest) if newest else draft.filled
    newest_receipt = next(
        iter(list_receipts(request_session(), visit.place, Period(None, None), limit=1).receipts), None
    )
    return render_template(
        "admin/ready.html",
        visit=visit,
        place="overview",
        draft=draft,
        steps=_steps(visit, draft, problems),
        errors=[problem for problem in problems if problem.level == "error" and not _is_unasked(problem, draft)],
        others=[tracker for tracker in draft.filled["trackers"] if tracker["id"] != OWN_TRACKER],
        newest=newest,
        answered_at=newest_receipt.received_at if newest_receipt else None,
        checked=standing_of(visit.place),
        **install_words(visit.place, document, draft.filled),
    )


def install_words(site: Site, published: ConfigDocument, draft: ConfigDocument) -> dict[str, str]:
    """Return what the ways to embed the site (``docs/embedding.md``) are made of."""
    here = runtime()
    origin = here.settings.public_url
    return {
        "src": f"{origin}/s/{site.key}.js",
        "origin": origin,
        "category": optional_category(draft),
        "policy": _closed_policy(published, origin),
        "bootstrap": here.builds.bootstrap.decode().strip(),
    }


def optional_category(document: ConfigDocument) -> str:
    """Return a category of the site to show in a snippet."""
    ids = [category["id"] for category in document["categories"]]
    return next((own for own in ids if own and own != NECESSARY), "analytics")


Put = Callable[[dict[str, Any], dict[str, Any]], None]


def _part(step: Step, draft: OpenDraft) -> tuple[tuple[Field, ...], dict[str, Any], Put]:
    if step.names == (CATEGORIES,):
        there = [own["id"] for own in draft.filled["categories"] if own["id"] in STANDARD_CATEGORIES]
        return (category_field(draft.languages),), {CATEGORIES: there or list(STANDARD_CATEGORIES)}, add_standard
    known = {item.name: item for item in rule_fields(runtime().regimes)}
    fields = tuple(replace(known[name], hint="") if name == "languages" else known[name] for name in step.names)
    stored: dict[str, Any] = {name: draft.filled[name] for name in step.names}  # type: ignore[literal-required]
    if stored.get("languages") == []:
        stored["languages"] = [spoken()]  # most likely the site speaks what its owner does
    return fields, stored, merge_into


def _steps(visit: Visit, draft: OpenDraft, problems: list[Problem]) -> list[tuple[str, str, bool]]:
    """Every step as (title, address, done): done is what was saved and has no error."""
    wrong = {problem.path.split(".")[0].split("[")[0] for problem in problems if problem.level == "error"}
    handle = visit.place.handle
    all_steps = [(TITLES[0], url_for("admin.rules", handle=handle), ("name", "origins"))]
    all_steps += [
        (step.title, url_for("admin.setup_step", handle=handle, step=step.id), step.names)  # type: ignore[misc]
        for step in STEPS
    ]
    return [
        (title, address, all(name in draft.document and name not in wrong for name in names))
        for title, address, names in all_steps
    ]


def _is_unasked(problem: Problem, draft: OpenDraft) -> bool:
    """Whether something is missing only because its step was not taken yet."""
    return problem.code == "missing" and problem.path in CONFIG.fields and problem.path not in draft.document


def _closed_policy(document: ConfigDocument, origin: str) -> str:
    """The policy before any choice: only what is necessary. Empty while a draft has sources that cannot stand in one."""
    necessary = {tracker["id"] for tracker in document["trackers"] if tracker["category"] == NECESSARY}
    try:
        return content_security_policy(document, necessary, placet_origin=origin)
    except ValueError:
        return ""
