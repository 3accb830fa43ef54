"""Mending by a button: one step in the draft that removes a problem, told afterwards, with Undo beside it."""

import json
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import ConflictError, NotAllowedError
from app.core.mending import Means, Mending, is_better, mending
from app.core.paths import ABSENT, Former, entry_of, former_of, put_back, value_at
from app.core.problems import Problem
from app.core.say import say
from app.schemas.config import write_config_yaml
from app.schemas.config_yaml import MAX_DEPTH, MAX_YAML_BYTES
from app.web.admin.access import Visit, desk, own_path
from app.web.admin.diff import DiffLine, diff_texts
from app.web.admin.drafts import OpenDraft, base_revision, digest, open_draft, problems_of, save
from app.web.admin.spots import spot
from app.web.runtime import runtime

_LONGEST_PATH = 20


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/mend", view_func=mend_problem, methods=["POST"])
    bp.add_url_rule("/sites/<handle>/mend/undo", view_func=undo_mending, methods=["POST"])


def mending_of(draft: OpenDraft, problem: Problem) -> Mending | None:
    """Return what a button beside a problem of the draft would do, if there is to be one."""
    desk = runtime().desk
    return mending(problem, draft.document, Means(desk.regimes, desk.texts, desk.catalog()))


def mark_of(draft: OpenDraft, problem: Problem) -> str:
    """Return what a button names its problem by: what is wrong, and with what. Another draft may have the same."""
    own = value_at(draft.document, entry_of(problem))
    return digest([problem.path, problem.code, problem.message, None if own is ABSENT else own])


@desk("edit")
def mend_problem(visit: Visit) -> ResponseReturnValue:
    """Mend the problem that ``mark`` names in the draft as it stands, and show what was changed."""
    draft = open_draft(visit.place)
    before = problems_of(draft.document)
    problem = next((one for one in before if mark_of(draft, one) == request.form.get("mark")), None)
    made = mending_of(draft, problem) if problem else None
    if problem is None or made is None:
        raise ConflictError(
            say("This has changed meanwhile, or is mended already. Nothing was changed: look at it again.")
        )
    if not is_better(problem, before, problems_of(made.document)):
        raise NotAllowedError(say("A button cannot mend this without breaking something else. Nothing was changed."))
    revision = save(visit, made.document, draft.revision)
    former = former_of(draft.document, made.document)
    return render_template(
        "admin/mended.html",
        visit=visit,
        place="",
        draft=draft,
        problem=problem,
        where=spot(draft, problem),
        label=made.label,
        changes=_changes(draft.document, made.document, former),
        former=_written(former),
        base={"revision": revision, "part": digest(_standing(made.document, former))},
        back=_back(visit),
    )


@desk("edit")
def undo_mending(visit: Visit) -> ResponseReturnValue:
    """Put back what stood there before, unless somebody has changed it since."""
    draft = open_draft(visit.place)
    former = _read(request.form.get("former", ""))
    revision = base_revision(draft, _standing(draft.document, former))
    try:
        document = put_back(draft.document, former)
    except ValueError as error:
        raise ConflictError(say("This has changed meanwhile. Nothing was put back.")) from error
    save(visit, document, revision)
    return redirect(f"{_back(visit).partition('?')[0]}?done=undone", 303)


def _back(visit: Visit) -> str:
    own = own_path(request.form.get("back", ""))
    return own or url_for("admin.review_draft", handle=visit.place.handle)


def _standing(document: dict[str, Any], former: Former) -> list[Any]:
    """What stands now where something else stood before; nothing is told from null."""
    found = [value_at(document, steps) for steps, _was in former]
    return [[own is not ABSENT, None if own is ABSENT else own] for own in found]


def _changes(before: dict[str, Any], after: dict[str, Any], former: Former) -> list[DiffLine]:
    """The parts that were changed, before and after, as YAML, line by line."""
    return [line for steps, _was in former for line in diff_texts(_yaml(before, steps), _yaml(after, steps))]


def _yaml(document: dict[str, Any], steps: list[Any]) -> str:
    own = value_at(document, steps)
    if own is ABSENT:
        return ""
    top = steps[0]
    return write_config_yaml({top: [own] if len(steps) > 1 else own})


def _written(former: Former) -> str:
    return json.dumps([[steps, *([] if own is ABSENT else [own])] for steps, own in former], ensure_ascii=False)


def _read(text: str) -> Former:
    """Read what ``_written`` wrote. Raises ``NotAllowedError`` for anything else: it comes from a form."""
    try:
        rows = json.loads(text, parse_constant=_refuse)
        # As much and as deep as a config that is typed: the other pages could not show more.
        is_too_large = len(json.dumps(rows, ensure_ascii=False).encode()) > MAX_YAML_BYTES
        former = [(row[0], row[1] if len(row) > 1 else ABSENT) for row in rows]
        is_whole = former and not is_too_large and all(_is_path(steps) for steps, _was in former)
        is_whole = is_whole and all(len(steps) + _depth(was) <= MAX_DEPTH for steps, was in former)
    except (ValueError, TypeError, IndexError, KeyError, RecursionError):
        is_whole = False
    if not is_whole:
        raise NotAllowedError(say("Nothing says what to put back. Nothing was changed."))
    return former


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is nothing that a draft holds")


def _depth(value: Any) -> int:
    """How many mappings and lists are within each other."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _is_path(steps: Any) -> bool:
    if not isinstance(steps, list) or not 0 < len(steps) <= _LONGEST_PATH or not isinstance(steps[0], str):
        return False
    return all(isinstance(step, str) or (type(step) is int and step >= 0) for step in steps)
