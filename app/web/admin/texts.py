"""Texts: the widget's own words, and the site's in their place, language by language."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotAllowedError, NotFoundError
from app.core.notices import builtin_texts
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft, open_draft
from app.web.admin.fields import Field
from app.web.admin.forms import PartForm, answer
from app.web.admin.text_words import TEXT_WORDS
from app.web.runtime import runtime

REFERENCE = "en"
CHARACTERS_A_LINE = 72
HEADINGS = {"first_layer": "First layer", "preferences": "Preferences"}


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/texts", view_func=texts, methods=["GET", "POST"])


@desk("edit")
def texts(visit: Visit) -> ResponseReturnValue:
    """Edit the site's own texts in one language (``?lang=``, default: the site's first)."""
    offered = _offered(open_draft(visit.place))
    lang = request.args.get("lang", offered[0])
    if lang not in offered:
        raise NotFoundError(f"The draft offers no language {lang}. Add it under Look & rules.")
    handle = visit.place.handle

    def put(document: dict[str, Any], typed: dict[str, Any]) -> None:
        own = document.setdefault("texts", {})
        if not isinstance(own, dict):
            raise NotAllowedError("In this draft `texts` is not a mapping. Mend it on the page YAML first.")
        said = {key: text for key, text in typed.items() if text}
        if said:
            own[lang] = said
        else:
            own.pop(lang, None)

    def make(draft: OpenDraft) -> PartForm:
        stored: dict[str, Any] = dict(draft.filled["texts"].get(lang, {}))
        return PartForm(
            place="texts",
            title="Texts",
            lead="Below each field stands what is built in. Write only where the site should say it otherwise; empty means "
            "built in. Words in {braces} are filled in for you.",
            fields=text_fields(lang, stored),
            path=f"texts.{lang}",
            stored=stored,
            put=put,
            after=lambda typed: url_for("admin.texts", handle=handle, lang=lang, done="saved"),
            links=_tabs(handle, lang, offered),
        )

    return answer(visit, make)


def _offered(draft: OpenDraft) -> list[str]:
    return [*draft.languages, *(known for known in draft.filled["texts"] if known not in draft.languages)]


def _tabs(handle: str, lang: str, offered: list[str]) -> list[tuple[str, str, bool]]:
    if len(offered) < 2:
        return []
    return [(known, url_for("admin.texts", handle=handle, lang=known), known == lang) for known in offered]


def text_fields(lang: str, stored: Mapping[str, str]) -> tuple[Field, ...]:
    """Return one field for each built-in text, and for whatever else ``stored``, the draft's in ``lang``, has."""
    shipped = runtime().desk.texts
    built_in = builtin_texts(lang, shipped)
    known = built_in or builtin_texts(REFERENCE, shipped)
    fields = []
    for group, texts in (shipped.get(lang) or shipped.get(lang.split("-")[0]) or shipped[REFERENCE]).items():
        for key, text in texts.items():
            heading = HEADINGS.get(group, group) if key == next(iter(texts)) else ""
            hint = "" if built_in else f"English: {text}"
            fields.append(_field(lang, key, built_in.get(key, ""), stored.get(key, ""), heading=heading, english=hint))
    for key in stored:
        if key not in known:
            fields.append(_field(lang, key, "", stored[key], english="No text has this key: empty it."))
    return tuple(fields)


def _field(lang: str, key: str, built_in: str, own: str, *, heading: str = "", english: str = "") -> Field:
    label, where = TEXT_WORDS.get(key, (key, ""))
    length = max(len(built_in), len(own), len(english))
    return Field(
        key,
        label,
        "area" if length > CHARACTERS_A_LINE else "text",
        built_in=built_in,
        hint=" ".join(filter(None, (where, english))),
        heading=heading,
        lang=lang,
        size=-(-length // CHARACTERS_A_LINE) if length > CHARACTERS_A_LINE else 3,
    )
