"""Small forms that belong to no draft: a few questions, what is wrong at the top and at the field, nothing typed lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from flask import render_template
from flask.typing import ResponseReturnValue

from app.core.errors import ForbiddenError, NotAllowedError, PlacetError, RateLimitedError, UnauthorizedError
from app.web.admin.access import Visit
from app.web.errors import status_of

LONGEST_INPUT = 1024


@dataclass(frozen=True)
class Ask:
    """One question. ``options`` (value, words) make it a list to choose from; a ``password`` never comes back filled."""

    name: str
    label: str
    type: Literal["text", "email", "password", "area"] = "text"
    hint: str = ""
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    autocomplete: str = "off"
    spellcheck: bool = True
    is_optional: bool = False


@dataclass(frozen=True)
class AskPage:
    """A page with one form. ``facts`` stand above it; ``back`` is an address and what is there.

    ``username`` tells a password manager whose password is typed.
    """

    title: str
    asks: Sequence[Ask]
    button: str
    lead: str = ""
    step: str = ""
    facts: Sequence[tuple[str, str]] = ()
    after: Sequence[str] = ()
    back: tuple[str, str] | None = None
    destroys: bool = False
    username: str = ""
    visit: Visit | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)


def show_asks(page: AskPage) -> str:
    """Make the page. ``wrong`` says by field what is wrong; under the empty name what is about no field."""
    return render_template("admin/ask.html", visit=page.visit, page=page)


def refuse(page: AskPage, error: PlacetError, at: str = "") -> ResponseReturnValue:
    """Show the page once more with the words of an error at a field, and the status that the error has."""
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, RateLimitedError) else {}
    body = show_asks(replace(page, wrong={at: error.message}))
    return body, status_of(error), headers


def refuse_all(page: AskPage, wrong: Mapping[str, str]) -> ResponseReturnValue:
    """Show the page once more with what is wrong at each field."""
    return show_asks(replace(page, wrong=wrong)), 422


REFUSALS = (ForbiddenError, NotAllowedError, UnauthorizedError, RateLimitedError)
"""What goes wrong when somebody types the wrong thing."""
