"""Edit a shared block: the form that a site has for such a part, checked as it would stand at every site that uses it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.blocks import OWN_KEYS, Body, put, tracker_of
from app.core.errors import ConflictError, ForbiddenError, NotAllowedError
from app.core.languages import name_of_language
from app.core.lint import Problem
from app.core.say import say
from app.db import request_session
from app.schemas.config import fill_defaults
from app.services.blocks import Block, edit_block, find_block
from app.web.admin.access import Visit, desk
from app.web.admin.check import is_check, tell_fields
from app.web.admin.diff import DiffLine, diff_parts
from app.web.admin.drafts import OpenDraft, digest, open_draft, problems_of
from app.web.admin.fields import (
    Field,
    all_names,
    blank,
    change_rows,
    drop_empty_rows,
    input_name,
    label_of,
    read,
    show,
    tidied,
)
from app.web.admin.languages import translated
from app.web.admin.look import DEFAULTS, look_fields, put_look
from app.web.admin.rewritten import tell_rewritten
from app.web.admin.shared import KIND_WORDS
from app.web.admin.texts import text_fields
from app.web.admin.tracker_fields import tracker_fields
from app.web.runtime import runtime

_NOT_HERE = {"id", *OWN_KEYS}


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/blocks/<key>/edit", view_func=edit_shared, methods=["GET", "POST"])


@desk("blocks")
def edit_shared(visit: Visit, key: str) -> ResponseReturnValue:
    """Edit a block, and with it the draft of every site that uses it."""
    form = _open(visit, key)
    if request.method == "GET":
        return form.render(form.stored)
    typed = read(form.fields, request.form)
    order = request.form.get("rows")
    if order:
        focus = change_rows(form.fields, typed, order) or ""
        return form.render(typed, focus=focus, base=request.form.get("part", ""), is_underway=True)
    typed, rewritten = tidied(form.fields, drop_empty_rows(form.fields, typed))
    if is_check():
        return form.tell(typed)
    if request.form.get("part") != digest(form.block.body):
        tell_rewritten(rewritten)
        return form.render(typed, conflict=diff_parts(form.stored, typed)), 409
    body = form.body(typed)
    found = form.problems(body)
    if found and "unfinished" not in request.form:
        tell_rewritten(rewritten)
        return form.render(typed, found=found, refused=True), 422
    try:
        left_out = edit_block(
            request_session(), key, body, revision=form.block.revision, who=visit.who, now=runtime().clock()
        )
    except ConflictError:  # somebody saved it between our reading and our writing
        form = _open(visit, key)
        tell_rewritten(rewritten)
        return form.render(typed, conflict=diff_parts(form.stored, typed)), 409
    tell_rewritten(rewritten)
    return redirect(url_for("admin.block", key=key, done="left" if left_out else "block"), 303)


def _open(visit: Visit, key: str) -> "_Form":
    block = find_block(request_session(), visit.who, key)
    if block.hidden:
        raise ForbiddenError(
            say(
                "Sites use this block at which you may not edit. Nothing was changed. Ask somebody who edits at all of them."
            )
        )
    return _Form(visit, block, [open_draft(use.site) for use in block.uses])


@dataclass
class _Form:
    """The form of one block; ``drafts`` are those of the sites that use it, in the order of its uses."""

    visit: Visit
    block: Block
    drafts: Sequence[OpenDraft]
    languages: list[str] = field(init=False)
    fields: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        offered = [*self.block.body] if self.block.kind == "texts" else []
        self.languages = list(dict.fromkeys([*offered, *(lang for draft in self.drafts for lang in draft.languages)]))
        self.fields = _fields(self.block, self.drafts, self.languages)

    @property
    def stored(self) -> dict[str, Any]:
        """What the form begins with."""
        says = {**DEFAULTS, **self.block.body["look"]} if self.block.kind == "look" else self.block.body
        return {**blank(self.fields), **{item.name: says[item.name] for item in self.fields if item.name in says}}

    def body(self, typed: dict[str, Any]) -> Body:
        """Return the block as it was typed. A language gets into it when something is said in it."""
        if self.block.kind == "texts":
            said = {lang: {key: text for key, text in texts.items() if text} for lang, texts in typed.items()}
            return {lang: texts for lang, texts in said.items() if texts or lang in self.block.body}
        body = {**self.block.body}
        if self.block.kind == "look":
            put_look(body, typed)
        else:
            body.update(typed)
        return body

    def problems(self, body: Body) -> dict[str, list[str]]:
        """Return the errors that the block would have at its sites, by the name of the input."""
        said: dict[tuple[str, str], list[str]] = {}
        for use, draft in zip(self.block.uses, self.drafts, strict=True):
            try:
                made = put(draft.document, body, draft.filled, self.block.target)
            except NotAllowedError:
                continue  # it is left out, and told so
            for problem in problems_of(made):
                name = _within(self.block, problem, made)
                if problem.level == "error" and name is not None:
                    said.setdefault((name, translated(problem.message)), []).append(use.site.handle)
        found: dict[str, list[str]] = {}
        for (name, message), handles in said.items():
            everywhere = len(handles) == len(self.block.uses)
            words = message if everywhere else say("At {sites}: {words}", sites=", ".join(handles), words=message)
            found.setdefault(name, []).append(words)
        return found

    def tell(self, typed: dict[str, Any]) -> str:
        """Say what would be wrong at the sites, field by field; nothing is stored."""
        shown = show(self.fields, typed, self.languages, self.problems(self.body(typed)))
        return tell_fields(shown, self.fields, read(self.fields, request.form))

    def render(
        self,
        value: dict[str, Any],
        *,
        found: dict[str, list[str]] | None = None,
        refused: bool = False,
        conflict: list[DiffLine] | None = None,
        focus: str = "",
        base: str = "",
        is_underway: bool = False,
    ) -> str:
        """Make the page."""
        found = found or {}
        shown = show(self.fields, value, self.languages, found)
        names = list(all_names(shown))
        return render_template(
            "admin/block_form.html",
            visit=self.visit,
            block=self.block,
            kinds=KIND_WORDS,
            shown=shown,
            part=base or digest(self.block.body),
            summary=[
                (_nearest(name, names), label_of(self.fields, name), words) for name in found for words in found[name]
            ],
            refused=refused,
            is_underway=is_underway,
            conflict=conflict,
            focus=focus,
        )


def _fields(block: Block, drafts: Sequence[OpenDraft], languages: list[str]) -> tuple[Field, ...]:
    here = runtime()
    if block.kind == "texts":
        return tuple(
            Field(lang, name_of_language(lang), "mapping", fields=text_fields(lang, block.body.get(lang, {})))
            for lang in languages
        )
    if block.kind == "look":
        return tuple(_with_hints(item) for item in look_fields())
    categories = {own["id"]: own for draft in drafts for own in draft.filled["categories"]}
    trackers: Any = [{**block.body, "via": None, "exempt_in": []}]
    filled: Any = {
        **drafts[0].filled,
        "languages": languages,
        "categories": [*categories.values()],
        "trackers": trackers,
    }
    whole = tracker_fields(replace(drafts[0], filled=filled), here.regimes, 0)
    return tuple(item for item in whole if item.name not in _NOT_HERE)


def _with_hints(item: Field) -> Field:
    """Say how colours are written, which the page Look of a site says otherwise."""
    if item.fields:
        return replace(item, fields=tuple(_with_hints(own) for own in item.fields))
    return replace(item, hint=say("Written #rrggbb, such as #0b5d45.")) if item.name == "surface" else item


def _within(block: Block, problem: Problem, document: dict[str, Any]) -> str | None:
    """Return the name of the input that a problem is about, or ``None`` when it is about another part of the config."""
    path = problem.path
    if block.kind != "tracker":
        return input_name(path.removeprefix(f"{block.kind}.")) if path.startswith(f"{block.kind}.") else None
    ids = [own["id"] for own in fill_defaults(document)["trackers"]]
    own = f"trackers[{ids.index(tracker_of(block.target))}]"
    if path == own:
        return ""
    return input_name(path[len(own) + 1 :]) if path.startswith(f"{own}.") else None


def _nearest(name: str, names: list[str]) -> str:
    """Return the input that a problem at ``name`` is about: itself, or what it stands in; empty: none of this form."""
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name
