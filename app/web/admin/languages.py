"""In which language the desk speaks: the account's own, else the browser's, else English.

Words are marked by ``gettext`` (pages, ``app.web``) and by ``say`` (core, services), gathered by ``make words`` and
translated in ``app/translations/<language>/LC_MESSAGES/messages.po``.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from babel.dates import format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain, get_domain, get_locale, refresh  # type: ignore[import-untyped]
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.core.say import Said
from app.core.worded import Worded, word

NAMES = {"en": "English", "de": "Deutsch"}
"""The languages of the desk, each by its own name."""
_EXACT = re.compile("`([^`]+)`")
IN_SESSION = "language"
"""Where the session keeps the language of whoever came by an auditor's link."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_FOLDER = Path(__file__).parent.parent.parent / "translations"


class _Words(Domain):  # type: ignore[misc]  # flask_babel has no types
    """Reads the ``.po`` files themselves, so that there is nothing to compile and nothing to forget."""

    def get_translations(self) -> NullTranslations:
        return _read(spoken())


class _Babel(Babel):  # type: ignore[misc]
    @cached_property
    def domain_instance(self) -> Domain:
        return _Words()


def register_languages(app: Flask) -> None:
    """Give templates ``_``, ``ngettext`` and ``trans``; what core and services said is translated when it is shown."""
    _Babel().init_app(app, default_locale="en", locale_selector=choose_language)
    app.jinja_env.finalize = translated
    for name in ("gettext", "ngettext"):
        app.jinja_env.globals[name] = _with_said(cast(Callable[..., Any], app.jinja_env.globals[name]))
    app.jinja_env.globals.update(desk_language=choose_language, desk_languages=NAMES)


def choose_language() -> str:
    """Return the language of this request: a key of ``NAMES``. Outside of the desk it is English."""
    if not has_request_context() or request.blueprint != "admin":
        return "en"
    own = g.get("language") or session.get(IN_SESSION)
    asked = (tag.lower().split("-")[0] for tag, quality in request.accept_languages if quality)
    return own if own in NAMES else next((language for language in asked if language in NAMES), "en")


def choose_anew(own: str | None) -> None:
    """Let the language be chosen again: who visits has become known, and maybe has one of their own."""
    g.language = own
    refresh()


def translated(value: Any) -> Any:
    """Return ``Said`` and ``Worded`` in the language of this request, a day as written there, anything else as it is.

    Where one of its values is ``Markup``, the whole is, and everything else in it is escaped; so it is where something
    exact stands between backticks, which becomes ``<code>``.
    """
    if isinstance(value, Worded):
        return word(value.kind, value.raw, spoken())
    if type(value) is date:
        return written_day(value)
    if not isinstance(value, Said):
        return value
    words, values = get_domain().get_translations(), {name: translated(part) for name, part in value.values.items()}
    if value.many is None:
        template = words.ugettext(value.template)
    else:
        template = words.ungettext(value.template, value.many, value.values["number"])
        values["number"] = written_number(value.values["number"])
    if "`" in template or any(isinstance(part, Markup) for part in values.values()):
        parts = enumerate(_EXACT.split(template))
        template = Markup().join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in parts)
    return template.format(**values)


def written_day(at: date) -> str:
    """Write a day: ``22 Nov 2026``, in German ``22. Nov. 2026``."""
    if spoken() == "en":
        return f"{at.day} {MONTHS[at.month - 1]} {at.year}"
    return format_skeleton("yMMMd", at, locale=spoken())


def written_month(text: str) -> str:
    """Write a month, given as ``2026-11``: ``Nov 2026``, in German ``Nov. 2026``."""
    at = date.fromisoformat(f"{text}-01")
    return f"{MONTHS[at.month - 1]} {at.year}" if spoken() == "en" else format_skeleton("yMMM", at, locale=spoken())


def written_number(value: int) -> str:
    """Write a number with thin groups, as the language of this request does: 1,204 or 1.204."""
    return format_decimal(value, locale=spoken())


def spoken() -> str:
    """Return the language of this request, as ``choose_language`` chose it."""
    return str(get_locale() or "en")


def _with_said(marked: Callable[..., Any]) -> Callable[..., Any]:
    """Let ``_`` and ``ngettext`` of the templates translate what they are given to fill in."""

    @pass_context
    def call(context: Context, *words: Any, **values: Any) -> Any:
        return marked(context, *words, **{name: translated(value) for name, value in values.items()})

    return call


@cache
def _read(language: str) -> NullTranslations:
    file = _FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, language))
    compiled.seek(0)
    return Translations(compiled)
