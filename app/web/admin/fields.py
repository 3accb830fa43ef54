"""Form fields over one part of a draft. A field's name is its path in that part: ``purpose.en``, ``data.0.retention``.

Forms are whole without JavaScript: a button that adds or removes a row sends the form, which comes back with what was
typed and one row more or less, not saved.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from werkzeug.datastructures import MultiDict

from app.core.say import say
from app.core.worded import language_words
from app.web.admin.field_times import time_parts, time_text

Kind = Literal[
    "text",
    "date",
    "area",
    "select",
    "flag",
    "lines",
    "checks",
    "localized",
    "mapping",
    "rows",
    "time",
    "country",
    "languages",
]
_STEP = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Field:
    """One field. ``options`` are (value, words); ``nullable``: empty means null; ``fields``: those of a mapping or a row.

    Of a ``time`` the ``options`` are its units; a ``country`` and each of ``languages`` is chosen by name.
    ``one`` names a row in words ("data item"); ``default`` is what a new row or part begins with; ``heading`` stands above
    the field; ``notes`` are the points to read before checking each of the ``options``; ``built_in`` is what holds while it
    is empty. ``tidy`` writes what was typed as a config wants it: a text, each of the lines, or each of the rows.
    """

    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    nullable: bool = False
    long: bool = False
    fields: tuple["Field", ...] = ()
    one: str = ""
    default: Any = None
    heading: str = ""
    notes: tuple[tuple[str, ...], ...] = ()
    lang: str = ""
    size: int = 3
    built_in: str = ""
    tidy: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Input:
    """One input of a field on the page: of a language, for a text in several."""

    name: str
    value: str
    label: str
    lang: str
    problems: list[str]


@dataclass(frozen=True)
class Shown:
    """A field with its value and what is wrong with it, ready for the template. ``rows`` holds a list of rows."""

    field: Field
    name: str
    value: Any
    problems: list[str]
    inputs: list[Input] = dataclasses.field(default_factory=list)
    children: list["Shown"] = dataclasses.field(default_factory=list)
    rows: list[list["Shown"]] = dataclasses.field(default_factory=list)


def blank(fields: Iterable[Field]) -> dict[str, Any]:
    """Return the value that an empty form begins with."""
    return {item.name: item.default if item.default is not None else _blank(item) for item in fields}


def read(fields: Iterable[Field], form: MultiDict[str, str], prefix: str = "") -> dict[str, Any]:
    """Return what a submitted form says. Rows in which nothing was typed are left in; ``drop_empty_rows`` removes them."""
    return {item.name: _read(item, form, f"{prefix}{item.name}") for item in fields}


def drop_empty_rows(fields: Iterable[Field], value: dict[str, Any]) -> dict[str, Any]:
    """Return ``value`` without rows in which nothing was typed."""
    kept = dict(value)
    for item in fields:
        if item.kind == "languages":
            kept[item.name] = [tag for tag in value[item.name] if tag]
        if item.kind == "rows":
            kept[item.name] = [row for row in value[item.name] if not _is_empty(item.fields, row)]
    return kept


def tidied(fields: Iterable[Field], value: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return ``value`` written as a config wants it, and what became of what was typed: (typed, written)."""
    said: list[tuple[str, str]] = []
    return {item.name: _tidied(item, value[item.name], said) for item in fields}, said


def change_rows(fields: Sequence[Field], value: dict[str, Any], order: str) -> str | None:
    """Obey ``add:<name>`` or ``remove:<name>.<index>`` in place; return the name of the input to go to, if any."""
    verb, _, target = order.partition(":")
    name, _, index = target.partition(".")
    item = next((item for item in fields if item.kind in ("rows", "languages") and item.name == name), None)
    if item is None:
        return None
    rows: list[Any] = value[name]
    if verb == "add" and item.kind == "languages":
        return f"{name}.{len(rows)}"  # the empty one that always stands below
    if verb == "add":
        rows.append(blank(item.fields))
        return f"{name}.{len(rows) - 1}."
    if verb == "remove" and index.isdecimal() and len(index) <= 6 and int(index) < len(rows):
        del rows[int(index)]
    return None


def show(
    fields: Iterable[Field],
    value: Mapping[str, Any],
    languages: Sequence[str],
    problems: Mapping[str, list[str]],
    prefix: str = "",
) -> list[Shown]:
    """Return the fields with their values; ``problems`` goes by input name."""
    return [_show(item, value.get(item.name), languages, problems, f"{prefix}{item.name}") for item in fields]


def input_name(path: str) -> str:
    """Turn a path within the part, such as ``data[0].name.en``, into the name of its input."""
    return _STEP.sub(r".\1", path).lstrip(".")


def label_of(fields: Iterable[Field], name: str) -> str:
    """Say where ``name`` is in the words of the form: ``Purpose, en``, ``Data it collects 2 › Kept for``; empty: nowhere."""
    first, *rest = name.split(".")
    item = next((item for item in fields if item.name == first), None)
    if item is None:
        return ""
    own = item.label
    if item.kind in ("rows", "languages") and rest and rest[0].isdecimal():
        own = say("{label} {row}", label=own, row=int(rest.pop(0)) + 1)
    if item.kind == "localized" and rest:
        return say("{label}, {language}", label=own, language=language_words(rest[0]))
    if item.kind == "lines" and rest and rest[0].isdecimal():
        return say("{label}, line {line}", label=own, line=int(rest[0]) + 1)
    inner = label_of(item.fields, ".".join(rest)) if rest else ""
    return say("{outer} › {inner}", outer=own, inner=inner) if inner else own


def all_names(shown: Iterable[Shown]) -> Iterator[str]:
    """Yield the name of every field and input on the page."""
    for item in shown:
        yield item.name
        yield from (own.name for own in item.inputs)
        yield from all_names(item.children)
        for row in item.rows:
            yield from all_names(row)


def plain(text: str) -> str:
    """Return a typed text without the browser's line ends and outer space."""
    return text.replace("\r\n", "\n").strip()


def _tidied(item: Field, value: Any, said: list[tuple[str, str]]) -> Any:
    if item.kind == "rows":
        return [_written(item, _inner(item, row, said), said) for row in value]
    if item.kind == "mapping":
        return _inner(item, value, said) if isinstance(value, dict) else value
    if item.kind == "lines":
        return [_written(item, line, said) for line in value]
    return _written(item, value, said) if value else value


def _inner(item: Field, value: dict[str, Any], said: list[tuple[str, str]]) -> dict[str, Any]:
    inner, more = tidied(item.fields, value)
    said += more
    return inner


def _written(item: Field, typed: Any, said: list[tuple[str, str]]) -> Any:
    written = item.tidy(typed) if item.tidy else typed
    if isinstance(written, str) and written != typed:
        said.append((typed, written))
    elif written != typed:
        changed = [name for name in written if written[name] != typed[name]]
        said.append((typed[changed[0]], ", ".join(written[name] for name in changed)))
    return written


def _blank(item: Field) -> Any:
    if item.kind in ("lines", "checks", "rows", "languages"):
        return []
    if item.kind == "localized":
        return {}
    if item.kind == "mapping":
        return None if item.nullable else blank(item.fields)
    if item.kind == "flag":
        return False
    return None if item.nullable else ""


def _read(item: Field, form: MultiDict[str, str], name: str) -> Any:
    if item.kind == "flag":
        return name in form
    if item.kind == "checks":
        return form.getlist(name)
    if item.kind == "lines":
        return [line.strip() for line in form.get(name, "").splitlines() if line.strip()]
    if item.kind == "languages":
        typed = [*form.getlist(name), form.get(f"{name}.other", "")]
        return [tag for value in typed for tag in value.replace(",", " ").split()]
    if item.kind == "time":
        text = time_text(form.get(name, ""), form.get(f"{name}.unit", ""))
        return None if item.nullable and not text else text
    if item.kind == "localized":
        texts = {key.removeprefix(f"{name}."): plain(form[key]) for key in form if key.startswith(f"{name}.")}
        return {lang: text for lang, text in texts.items() if text}
    if item.kind == "mapping":
        inner = read(item.fields, form, f"{name}.")
        return None if item.nullable and _is_empty(item.fields, inner) else inner
    if item.kind == "rows":
        start = re.compile(re.escape(name) + r"\.(\d{1,3})\.")
        found = sorted({int(match[1]) for match in map(start.match, form) if match})
        return [read(item.fields, form, f"{name}.{index}.") for index in found]
    text = plain(form.get(name, ""))
    return None if item.nullable and not text else text


def _is_empty(fields: Iterable[Field], value: Mapping[str, Any]) -> bool:
    """Whether nothing was typed: a default that still stands does not count, nor a list where something always is chosen."""
    return not any(
        value[item.name] for item in fields if value[item.name] != item.default and not _is_always_chosen(item)
    )


def _is_always_chosen(item: Field) -> bool:
    return item.kind == "select" and all(chosen for chosen, _ in item.options)


def _show(item: Field, value: Any, languages: Sequence[str], problems: Mapping[str, list[str]], name: str) -> Shown:
    own = list(problems.get(name, []))
    if item.kind == "localized":
        texts = value if isinstance(value, dict) else {}
        shown = [*languages, *(lang for lang in texts if lang not in languages)]
        inputs = [
            Input(f"{name}.{lang}", texts.get(lang, ""), language_words(lang), lang, problems.get(f"{name}.{lang}", []))
            for lang in shown
        ]
        return Shown(item, name, texts, own, inputs=inputs)
    if item.kind == "mapping":
        inner = value if isinstance(value, dict) else blank(item.fields)
        return Shown(item, name, value, own, children=show(item.fields, inner, languages, problems, f"{name}."))
    if item.kind == "rows":
        rows = [
            show(item.fields, row, languages, problems, f"{name}.{index}.") for index, row in enumerate(value or [])
        ]
        return Shown(item, name, value, own, rows=rows)
    if item.kind == "languages":
        inputs = [
            Input(f"{name}.{index}", tag, item.label, "", list(problems.get(f"{name}.{index}", [])))
            for index, tag in enumerate([*(value or []), ""])
        ]
        return Shown(item, name, value or [], own, inputs=inputs)
    if item.kind == "time":
        number, unit = time_parts(value if isinstance(value, str) else "", item.options)
        return Shown(item, name, number, own, inputs=[Input(f"{name}.unit", unit, item.label, "", [])])
    if item.kind in ("lines", "checks"):
        below = [words for key, found in problems.items() if key.startswith(f"{name}.") for words in found]
        value = value or []
        return Shown(item, name, "\n".join(value) if item.kind == "lines" else value, own + below)
    return Shown(item, name, value if value is not None else "", own)
