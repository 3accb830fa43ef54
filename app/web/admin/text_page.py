"""Texts, side by side: every text of the site in as many languages as one picks, in one form, and what is to be done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.documents import ConfigDocument
from app.core.errors import NotAllowedError, NotFoundError
from app.core.languages import name_of_language
from app.core.paths import ABSENT, replaced, steps_of
from app.core.say import say
from app.core.text_cells import STATES, Cell, Line, State, text_cells, text_lines
from app.core.texts import REFERENCE, BuiltinLanguage, builtin_language, reference_key
from app.schemas.config import fill_defaults
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft, open_draft, problems_of
from app.web.admin.fields import Field
from app.web.admin.forms import PartForm, answer
from app.web.admin.shared import shared_part
from app.web.admin.text_words import TEXT_WORDS
from app.web.admin.texts import HEADINGS
from app.web.runtime import runtime

READ: Final = "texts_read"
LINE_LENGTH = 34
# What may stay open: a language is filled bit by bit, and no version is published before it is whole.
OPEN = ("missing_text", "unread_texts")


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/texts", view_func=texts, methods=["GET", "POST"])


@desk("edit")
def texts(visit: Visit) -> ResponseReturnValue:
    """Edit all texts in the languages of ``?lang=`` (again for each; default: the site's first two)."""
    handle = visit.place.handle
    picked = _picked(open_draft(visit.place))

    def make(draft: OpenDraft) -> PartForm:
        page = _TextPage(draft, picked, handle)
        return PartForm(
            place="texts",
            title=say("Texts"),
            lead=say(
                "Below a field stands what is built in. Write only where the site should say it otherwise; empty means "
                "built in. Words in {{braces}} are filled in for you."
            ),
            fields=page.fields(),
            path="",
            stored=page.stored(),
            put=page.put,
            after=lambda typed: url_for("admin.texts", handle=handle, lang=picked, done="saved"),
            languages=picked,
            template="admin/texts.html",
            named=page.name_of,
            open_codes=OPEN,
            besides=page.besides,
            shared=shared_part(visit, "texts"),
        )

    return answer(visit, make)


def _offered(draft: OpenDraft) -> list[str]:
    return [*draft.languages, *(known for known in draft.filled["texts"] if known not in draft.languages)]


def _picked(draft: OpenDraft) -> list[str]:
    """The languages to show, in the site's order; one that is asked for alone stands beside the site's first."""
    offered = _offered(draft)
    asked = request.args.getlist("lang") or offered[:2]
    strange = [lang for lang in asked if lang not in offered]
    if strange:
        raise NotFoundError(say("The draft offers no language {lang}. Add it under Rules.", lang=strange[0]))
    return [lang for lang in offered if lang in asked or (len(set(asked)) == 1 and lang == offered[0])]


@dataclass(frozen=True)
class Count:
    """What is to be done in one language: how often, by state, and the address of the first."""

    lang: str
    name: str
    is_shown: bool
    states: list[tuple[State, int, str]]


class _TextPage:
    """The form over all texts of one draft in some languages."""

    def __init__(self, draft: OpenDraft, languages: Sequence[str], handle: str) -> None:
        self._draft, self._languages, self._handle = draft, languages, handle
        self._builtin = runtime().desk.texts
        self._lines = list(text_lines(draft.filled, languages, self._builtin))
        self._by_path = {line.path(lang): f"{line.id}.{lang}" for line in self._lines for lang in languages}
        shipped = {lang: builtin_language(lang, self._builtin) for lang in languages}
        self._unread = {lang: own for lang, own in shipped.items() if own and not own.reviewed}

    def fields(self) -> tuple[Field, ...]:
        """One field for what was read in a language, and one for every text."""
        own = [self._field(line) for line in self._lines]
        return (*(_read_field(lang, shipped) for lang, shipped in self._unread.items()), *own)

    def _field(self, line: Line) -> Field:
        filled = self._draft.filled
        if line.group == "categories":
            words = {"name": say("Name"), "description": say("Description")}[line.key]
            return Field(line.id, words, "localized", hint=_entry_name(filled["categories"], line.index, self._draft))
        if line.group == "trackers":
            words = say("Purpose") if line.key == "purpose" else say("Data it collects")
            return Field(line.id, words, "localized", hint=_entry_name(filled["trackers"], line.index, self._draft))
        label, where = TEXT_WORDS.get(line.key, (line.key, ""))
        return Field(line.id, label, "localized", hint=where or say("No text has this key: empty it."))

    def stored(self) -> dict[str, Any]:
        """What the form was made from: the texts on the page, and which entries they belong to."""
        filled = self._draft.filled
        cells = {lang: self._cells(filled, lang, {}) for lang in self._languages}
        own = {
            line.id: {lang: cells[lang][line.id].own for lang in self._languages if _own(cells[lang].get(line.id))}
            for line in self._lines
        }
        read = {_read_name(lang): filled[READ].get(lang) == shipped.digest for lang, shipped in self._unread.items()}
        # Who moves or deletes an entry changes what a place in the list means.
        entries = [[category["id"] for category in filled["categories"]], [item["id"] for item in filled["trackers"]]]
        return {**read, **own, "entries": entries}

    def put(self, document: dict[str, Any], typed: dict[str, Any]) -> None:
        """Put what was typed into a draft, in the languages on the page; an empty text takes it out."""
        new: dict[str, Any] = document
        try:
            for line in self._lines:
                for lang in self._languages:
                    text = typed.get(line.id, {}).get(lang) or ABSENT
                    new = replaced(new, steps_of(line.path(lang)), text)
            for lang, shipped in self._unread.items():
                digest = shipped.digest if typed.get(_read_name(lang)) else ABSENT
                new = replaced(new, [READ, lang], digest)
        except ValueError:
            message = say("In this draft something stands where texts belong. Mend it on the page YAML first.")
            raise NotAllowedError(message) from None
        for name in ("texts", READ):
            kept = {lang: own for lang, own in new.get(name, {}).items() if own or lang not in self._languages}
            if kept or (name == "texts" and name in document):
                new = {**new, name: kept}
            else:
                new.pop(name, None)
        document.clear()
        document.update(new)

    def name_of(self, path: str) -> str | None:
        """Return the input of the page at which a problem at ``path`` is told."""
        own = self._by_path.get(path)
        read = path.removeprefix(f"{READ}.")
        return own or (_read_name(read) if path != read and read in self._unread else None)

    def besides(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return what the page says besides: the cells of what stands in the form, and the counts of every language."""
        document = self._draft.copy()
        if request.method == "POST":
            self.put(document, value)
        filled = fill_defaults(document)
        wrong: dict[str, set[str]] = {}
        for problem in problems_of(document):
            wrong.setdefault(problem.path, set()).add(problem.code)
        counts, cells = [], {}
        for lang in _offered(self._draft):
            lines = self._lines if lang in self._languages else list(text_lines(filled, [lang], self._builtin))
            found = text_cells(filled, lines, lang, self._builtin, wrong)
            counts.append(self._count(lang, found))
            if lang in self._languages:
                cells.update(_marked(found, lang))
        return {
            "cells": cells,
            "counts": counts,
            "lines": {line.id: line for line in self._lines},
            "headings": _headings(),
            "names": {lang: name_of_language(lang) for lang in self._languages},
            "sizes": _sizes(cells),
            "english": {} if REFERENCE in self._languages else self._english(),
        }

    def _english(self) -> dict[str, str]:
        texts = self._builtin[REFERENCE].texts
        own = [line for line in self._lines if line.before == "texts"]
        return {line.id: texts[like] for line in own if (like := reference_key(line.key, texts))}

    def _cells(self, document: ConfigDocument, lang: str, wrong: Mapping[str, set[str]]) -> dict[str, Cell]:
        return text_cells(document, self._lines, lang, self._builtin, wrong)

    def _count(self, lang: str, cells: Mapping[str, Cell]) -> Count:
        number = Counter(cell.state for cell in cells.values())
        is_shown = lang in self._languages
        address = "" if is_shown else url_for("admin.texts", handle=self._handle, lang=lang)
        states = [
            (
                state,
                number[state],
                f"{address}#f-{next(name for name, cell in cells.items() if cell.state == state)}.{lang}",
            )
            for state in STATES
            if number[state]
        ]
        return Count(lang, name_of_language(lang), is_shown, states)


def _own(cell: Cell | None) -> str:
    return cell.own if cell else ""


def _marked(cells: Mapping[str, Cell], lang: str) -> dict[str, tuple[Cell, str]]:
    """Return the cells by the name of their input, each with that of the next of the same language and state."""
    marked: dict[str, tuple[Cell, str]] = {}
    following: dict[State, str] = {}
    for line, cell in reversed(list(cells.items())):
        name = f"{line}.{lang}"
        marked[name] = (cell, following.get(cell.state, ""))
        following[cell.state] = name
    return marked


def _sizes(cells: Mapping[str, tuple[Cell, str]]) -> dict[str, int]:
    """Return how many lines the fields of each text take: as many as the longest of its languages."""
    sizes: dict[str, int] = {}
    for name, (cell, _next) in cells.items():
        line = name.rpartition(".")[0]
        length = max(len(cell.own), len(cell.built_in))
        sizes[line] = max(sizes.get(line, 1), min(-(-length // LINE_LENGTH), 12))
    return sizes


def _headings() -> dict[str, str]:
    return {
        **HEADINGS,
        "unknown": say("Texts that there are not"),
        "categories": say("Categories"),
        "trackers": say("Trackers"),
    }


def _entry_name(entries: Sequence[Any], index: int, draft: OpenDraft) -> str:
    """What a category or tracker is called, in the site's first language."""
    name = entries[index]["name"]
    own = name.get(draft.languages[0], "") if isinstance(name, dict) else name
    return str(own or entries[index]["id"])


def _read_name(lang: str) -> str:
    return f"read-{lang}"


def _read_field(lang: str, shipped: BuiltinLanguage) -> Field:
    return Field(
        _read_name(lang),
        say("I know {language}, have read the built-in texts below, and they are right", language=shipped.name),
        "flag",
        hint=say(
            "A machine translated them, and nobody has reviewed them yet. Until somebody says this, no version that shows "
            "one of them can be published."
        ),
    )
