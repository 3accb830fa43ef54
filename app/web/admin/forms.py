"""A form over one part of the draft: shown, checked, saved; what was typed is never lost."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import ConflictError
from app.core.lint import ConfigError, Problem
from app.core.paths import steps_of
from app.core.say import say
from app.schemas.yaml_lines import line_of
from app.web.admin.access import Visit
from app.web.admin.check import is_check, tell_fields
from app.web.admin.diff import DiffLine, diff_parts
from app.web.admin.drafts import OpenDraft, base_revision, digest, open_draft, problems_of, save
from app.web.admin.fields import (
    Field,
    all_names,
    change_rows,
    drop_empty_rows,
    input_name,
    label_of,
    read,
    show,
    tidied,
)
from app.web.admin.part_yaml import part_text, put_part, read_part, shown_part
from app.web.admin.rewritten import tell_rewritten
from app.web.admin.shared import SharedPart

ATTEMPTS = 3
_INPUT = re.compile(r"f-[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class YamlSide:
    """What stands beside the form as YAML; ``wrong``: line and words of what keeps it from being saved."""

    text: str
    wrong: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PartForm:
    """A form and the part of the draft that it changes.

    ``path`` is the part's path in lint's words (``trackers[3]``; empty: the whole document); ``stored`` what stands
    there, or what a new one begins with; ``put`` writes what was typed into a copy of the document; ``after`` is the
    address to go to when it is saved; ``steps`` are those of the guided set-up, and ``step`` which of them this is.
    ``shared``: the block that the part is, or could become. ``delete`` and ``stop`` are addresses where a tracker is.
    ``shallow``: what is wrong inside of its fields is mended elsewhere. ``gone`` names a part that is not there any
    more: the form then goes to ``action``, where a new one is added. ``as_yaml``: the part stands beside the form as YAML,
    and can be edited there as well. ``template`` draws the page, with what ``besides`` makes of the value that is shown.
    ``named`` returns the input for a problem's path (``None``: it is told elsewhere), where that is not its place in the
    part; ``open_codes`` are those of problems that may stay: they keep nothing from being saved, and the page shows them.
    ``left``: what the catalog leaves to a person, in sentences.
    """

    place: str
    title: str
    fields: Sequence[Field]
    path: str
    stored: dict[str, Any]
    put: Callable[[dict[str, Any], dict[str, Any]], None]
    after: Callable[[dict[str, Any]], str]
    lead: str = ""
    back: str = ""
    back_label: str = say("Categories & trackers")
    button: str = say("Save in the draft")
    steps: Sequence[str] = ()
    step: int = 0
    shallow: bool = False
    delete: str = ""
    stop: str = ""
    gone: str = ""
    action: str = ""
    as_yaml: bool = False
    languages: Sequence[str] = ()
    shared: SharedPart | None = None
    template: str = "admin/form.html"
    besides: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    named: Callable[[str], str | None] | None = None
    open_codes: Sequence[str] = ()
    left: Sequence[str] = ()
    links: list[tuple[str, str, bool]] = field(default_factory=list)


def answer(visit: Visit, make: Callable[[OpenDraft], PartForm]) -> ResponseReturnValue:
    """Handle one request for the form that ``make`` makes of the draft: show it, change its rows, or save it.

    Errors in its own part keep it from being saved, unless the admin says that the draft may be unfinished; what is
    wrong elsewhere is for the page Publish. What others saved elsewhere in the draft meanwhile stays, and is no conflict.
    """
    for _ in range(ATTEMPTS):
        try:
            return _answer(visit, make)
        except ConflictError:  # somebody saved between our reading and our writing: look at the newer draft
            continue
    draft = open_draft(visit.place)
    form = make(draft)
    page = _Page(visit, draft, form)
    if _is_yaml(form):
        return page.take_yaml(is_late=True)
    return page.conflict(drop_empty_rows(form.fields, read(form.fields, request.form)))


def _answer(visit: Visit, make: Callable[[OpenDraft], PartForm]) -> ResponseReturnValue:
    draft = open_draft(visit.place)
    form = make(draft)
    page = _Page(visit, draft, form)
    if request.method == "GET":
        return page.render(form.stored, page.standing_problems())
    if _is_yaml(form):
        return page.take_yaml()
    typed = read(form.fields, request.form)
    order = request.form.get("rows")
    if order:
        return page.render(typed, [], focus=change_rows(form.fields, typed, order) or "", is_underway=True)
    typed, rewritten = tidied(form.fields, drop_empty_rows(form.fields, typed))
    document = draft.copy()
    form.put(document, typed)
    if is_check():
        return page.tell(document, typed)
    if base_revision(draft, form.stored) != draft.revision or form.gone:
        tell_rewritten(rewritten)
        return page.conflict(typed)
    errors = [problem for problem in page.problems(document) if problem.level == "error"]
    if errors and "unfinished" not in request.form:
        tell_rewritten(rewritten)
        return page.render(typed, errors, refused=True), 422
    save(visit, document, draft.revision)
    tell_rewritten(rewritten)
    return redirect(_back_to_place(form.after(typed)), 303)


def _is_yaml(form: PartForm) -> bool:
    return form.as_yaml and "yaml" in request.form


class _Page:
    def __init__(self, visit: Visit, draft: OpenDraft, form: PartForm) -> None:
        self._visit, self._draft, self._form = visit, draft, form
        self._yaml: YamlSide | None = None

    def problems(self, document: dict[str, Any]) -> list[Problem]:
        """What lint says about the form's own part."""
        found = [problem for problem in problems_of(document) if self._own(problem) is not None]
        return [problem for problem in found if problem.code not in self._form.open_codes]

    def standing_problems(self) -> list[Problem]:
        """What is wrong in the draft as it stands. A step that nobody has answered yet has nothing wrong in it."""
        if not self._draft.revision or not self._form.stored:
            return []
        found = self.problems(self._draft.document)
        if not self._form.steps:
            return found
        unanswered = {item.name for item in self._form.fields if item.name not in self._draft.document}
        return [problem for problem in found if problem.code != "missing" or problem.path not in unanswered]

    def tell(self, document: dict[str, Any], typed: dict[str, Any]) -> str:
        """Say what is wrong in the part as it stands in ``document``, field by field; nothing is stored."""
        errors = [problem for problem in self.problems(document) if problem.level == "error"]
        fields, by_name = self._form.fields, self._by_name(errors)
        shown = show(fields, typed, self._form.languages or self._draft.languages, by_name)
        return tell_fields(shown, fields, read(fields, request.form))

    def take_yaml(self, *, is_late: bool = False) -> ResponseReturnValue:
        """Save the part as it was typed as YAML, by the same rules as the form. ``is_late``: others were quicker."""
        form, draft = self._form, self._draft
        text = request.form["yaml"].replace("\r\n", "\n")
        names = [item.name for item in form.fields]
        try:
            part = read_part(text, form.path, names)
        except ConfigError as error:
            self._yaml = YamlSide(text, tuple((one.path.removeprefix("line "), one.message) for one in error.problems))
            return self.render(form.stored, []), 422
        document = draft.copy()
        form.put(document, part)
        document = put_part(document, form.path, names, part)
        typed = shown_part(document, form.path, names)
        self._yaml = YamlSide(text)
        if is_late or base_revision(draft, form.stored) != draft.revision or form.gone:
            return self.conflict(typed)
        errors = [problem for problem in self.problems(document) if problem.level == "error"]
        if errors and "unfinished" not in request.form:
            lines = [(str(line_of(text, steps_of(self._own(one) or ""))), one.message) for one in errors]
            self._yaml = YamlSide(text, tuple(lines))
            return self.render(typed, errors, refused=True), 422
        save(self._visit, document, draft.revision)
        return redirect(_back_to_place(form.after(typed)), 303)

    def conflict(self, typed: dict[str, Any]) -> ResponseReturnValue:
        """Show what was typed beside what somebody else has saved; pressing Save again is a decision then."""
        stored = {} if self._form.gone else {name: self._form.stored.get(name) for name in typed}
        return self.render(typed, [], conflict=diff_parts(stored, typed)), 409

    def render(
        self,
        value: dict[str, Any],
        problems: list[Problem],
        *,
        refused: bool = False,
        conflict: list[DiffLine] | None = None,
        focus: str = "",
        is_underway: bool = False,
    ) -> str:
        """Make the page. ``is_underway``: it goes on from what the form was made from, not from what stands there now."""
        form = self._form
        by_name = self._by_name(problems)
        shown = show(form.fields, value, form.languages or self._draft.languages, by_name)
        names = list(all_names(shown))
        newest = {"revision": self._draft.revision, "part": digest(form.stored)}
        return render_template(
            form.template,
            visit=self._visit,
            place=form.place,
            form=form,
            draft=self._draft,
            shown=shown,
            base={name: request.form.get(name, "") for name in newest} if is_underway else newest,
            summary=self._summary(by_name, names),
            refused=refused,
            conflict=conflict,
            focus=focus,
            is_underway=is_underway,
            yaml=self._yaml or self._yaml_of(value),
            **(form.besides(value) if form.besides else {}),
        )

    def _by_name(self, problems: list[Problem]) -> dict[str, list[str]]:
        by_name: dict[str, list[str]] = {}
        for problem in problems:
            by_name.setdefault(input_name(self._own(problem) or ""), []).append(problem.message)
        return by_name

    def _yaml_of(self, value: dict[str, Any]) -> YamlSide | None:
        """The part as it stands in the draft, or as it was typed into the form."""
        form = self._form
        if not form.as_yaml:
            return None
        document = {} if value is not form.stored else self._draft.document
        return YamlSide(part_text(document, form.path, [item.name for item in form.fields], value))

    def _summary(self, by_name: dict[str, list[str]], names: list[str]) -> list[tuple[str, str, str]]:
        """What is wrong as (input, label, words), in the order of the form; what is about no input comes first."""
        found = [
            (_nearest(name, names), label_of(self._form.fields, name), words)
            for name, all_words in by_name.items()
            for words in all_words
        ]
        return sorted(found, key=lambda line: names.index(line[0]) if line[0] else -1)

    def _own(self, problem: Problem) -> str | None:
        """The problem's path within the form's part, or ``None`` when it is elsewhere."""
        path, part = problem.path, self._form.path
        if self._form.named:
            return self._form.named(path)
        if not part:
            own = {item.name for item in self._form.fields}
            if self._form.shallow:
                return path if path in own else None
            return path if path.split(".")[0].split("[")[0] in own else None
        if path == part:
            return ""
        return path[len(part) :].lstrip(".") if path.startswith((f"{part}.", f"{part}[")) else None


def _back_to_place(address: str) -> str:
    """Return ``address``; where it is the same page again, with the input where somebody was (a script tells it: ``at``)."""
    at = request.form.get("at", "")
    return f"{address}#{at}" if _INPUT.fullmatch(at) and urlsplit(address).path == request.path else address


def _nearest(name: str, names: list[str]) -> str:
    """Return the input that a problem at ``name`` is about: itself, or what it stands in; empty: none of this form."""
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name
