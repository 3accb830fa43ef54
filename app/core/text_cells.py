"""Every text of a site as one line with a cell for each language, and what is to be done in a cell.

The lines are the widget's texts, the words of the categories and those of the trackers. What is wrong with a text is for
lint to say; here it becomes one of a few states, which the desk counts and leads to.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.core.documents import ConfigDocument
from app.core.paths import ABSENT, steps_of, value_at
from app.core.texts import REFERENCE, BuiltinTexts, builtin_language, needed_keys, unread_language

State = Literal["missing", "placeholder", "long", "unreviewed", "good"]
STATES: Final[tuple[State, ...]] = ("missing", "placeholder", "long", "unreviewed")
"""What is to be done in a cell, the most pressing first. ``unreviewed``: a machine's words that no person has read."""

BUTTONS: Final = frozenset(
    (
        "accept_all", "reject_all", "choose", "save", "new_accept", "new_reject", "allow_once", "allow_always", "download",
        "erase", "erase_sure",
    )
)  # fmt: skip
LONGEST_LABEL: Final = 40
"""Characters of a button's label. A longer one takes more than three lines on a phone; none that is built in does."""

_WRONG: Final[Mapping[str, State]] = {
    "unknown_placeholder": "placeholder",
    "stray_brace": "placeholder",
    "too_long": "long",
}


@dataclass(frozen=True)
class Line:
    """One text. ``id`` names it on a page; ``before`` and ``after`` stand around the language in its path in the document.

    ``group`` is ``first_layer``, ``preferences``, ``unknown`` (no text has that key), ``categories`` or ``trackers``;
    ``index`` the entry of the latter two that it belongs to; ``key`` a text's key, or the field of the entry.
    """

    id: str
    group: str
    key: str
    before: str
    after: str = ""
    index: int = -1

    def path(self, lang: str) -> str:
        """Return where the text in ``lang`` stands in a config document."""
        return f"{self.before}.{lang}{self.after}"


@dataclass(frozen=True)
class Cell:
    """A text in one language: what the site says, what is built in (empty: nothing), and what is to be done."""

    own: str
    built_in: str
    state: State


def text_lines(document: ConfigDocument, languages: Collection[str], builtin: BuiltinTexts) -> Iterator[Line]:
    """Yield all lines of a document for ``languages``, in the order of the built-in texts and of the document."""
    known: set[str] = set()
    for group, texts in builtin[REFERENCE].groups.items():
        for key in dict.fromkeys(key for lang in languages for key in needed_keys(lang, texts)):
            known.add(key)
            yield _text(group, key)
    strange = [key for lang in languages for key in document["texts"].get(lang, {}) if key not in known]
    yield from (_text("unknown", key) for key in dict.fromkeys(strange))
    for at in range(len(document["categories"])):
        for field in ("name", "description"):
            yield Line(f"c{at}-{field}", "categories", field, f"categories[{at}].{field}", index=at)
    for at, tracker in enumerate(document["trackers"]):
        yield Line(f"t{at}-purpose", "trackers", "purpose", f"trackers[{at}].purpose", index=at)
        for item in range(len(tracker["data"])):
            yield Line(f"t{at}-data{item}", "trackers", "data", f"trackers[{at}].data[{item}].name", index=at)


def _text(group: str, key: str) -> Line:
    return Line(key, group, key, "texts", f".{key}")


def text_cells(
    document: ConfigDocument,
    lines: Collection[Line],
    lang: str,
    builtin: BuiltinTexts,
    wrong: Mapping[str, Collection[str]],
) -> dict[str, Cell]:
    """Return the cells of one language by the id of their line; none where a language has no such form and says nothing.

    ``wrong`` is what lint and the shape found, as codes by path.
    """
    shipped = builtin_language(lang, builtin)
    needed = set(needed_keys(lang, builtin[REFERENCE].texts))
    is_unread = unread_language(document, lang, builtin) is not None
    cells = {}
    for line in lines:
        found: Any = value_at(document, steps_of(line.path(lang)))
        own = "" if found is ABSENT else str(found)
        is_text = line.before == "texts"
        built_in = shipped.texts.get(line.key, "") if is_text and shipped else ""
        if own or not is_text or line.key in needed:
            state = _state(line, own, built_in, is_unread, wrong.get(line.path(lang), ()))
            cells[line.id] = Cell(own, built_in, state)
    return cells


def _state(line: Line, own: str, built_in: str, is_unread: bool, codes: Collection[str]) -> State:
    if not own.strip():
        return "missing" if not built_in else "unreviewed" if is_unread else "good"
    found = {_WRONG[code] for code in codes if code in _WRONG}
    if line.key in BUTTONS and len(own) > LONGEST_LABEL:
        found.add("long")
    return next((state for state in STATES if state in found), "good")
