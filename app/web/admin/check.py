"""What is wrong in a form, told field by field while it is filled in: its own address, asked by a POST that stores nothing.

A form that knows it asks ``is_check`` before it saves, and answers with ``tell``. The problems are found as Save finds
them, and shown as the page would show them; ``app/web/static/check.js`` puts each at its field.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import render_template, request

from app.web.admin.fields import Field, Shown, drop_empty_rows, label_of

HEADER = "Placet-Check"
"""A header, since no form can send one by itself: whoever presses Save, saves."""


def is_check() -> bool:
    """Whether the present request only asks what is wrong."""
    return HEADER in request.headers


def tell(problems: Iterable[tuple[str, Sequence[str]]], labels: Mapping[str, str]) -> str:
    """Return what is wrong, (field, words), one paragraph each, with the field's label."""
    return render_template("admin/_told.html", found=[(name, labels.get(name, ""), words) for name, words in problems])


def tell_fields(shown: Sequence[Shown], fields: Sequence[Field], typed: Mapping[str, Any]) -> str:
    """Do so for fields as they are ``shown``; ``typed`` has the rows as the page has them, empty ones among them."""
    found = [(_on_page(fields, typed, name), name, words) for name, words in problems_at(shown)]
    return tell([(place, words) for place, _, words in found], {place: label_of(fields, place) for place, *_ in found})


def problems_at(shown: Iterable[Shown]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the fields and inputs at which something is wrong, by name, with the words."""
    for item in shown:
        if item.problems:
            yield item.name, item.problems
        yield from ((own.name, own.problems) for own in item.inputs if own.problems)
        yield from problems_at(item.children)
        for row in item.rows:
            yield from problems_at(row)


def _on_page(fields: Sequence[Field], typed: Mapping[str, Any], name: str) -> str:
    """Turn the name of a cell, in which empty rows do not count, into the one that it has on the page."""
    first, _, rest = name.partition(".")
    index, dot, cell = rest.partition(".")
    item = next((item for item in fields if item.name == first and item.kind in ("rows", "languages")), None)
    if item is None or not index.isdecimal():
        return name
    if item.kind == "languages":
        places = [str(number) for number, tag in enumerate(request.form.getlist(first)) if tag.strip()]
        return f"{first}.{[*places, 'other'][min(int(index), len(places))]}"
    kept = [number for number, row in enumerate(typed[first]) if drop_empty_rows([item], {first: [row]})[first]]
    return f"{first}.{kept[int(index)]}{dot}{cell}"
