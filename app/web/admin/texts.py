"""Texts: the widget's own words, and the site's in their place, language by language."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotAllowedError, NotFoundError
from app.core.say import say, together
from app.core.texts import REFERENCE, BuiltinLanguage, builtin_language, needed_keys, reference_key
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft, open_draft
from app.web.admin.fields import Field
from app.web.admin.forms import PartForm, answer
from app.web.admin.shared import shared_part
from app.web.admin.text_words import TEXT_WORDS
from app.web.runtime import runtime

CHARACTERS_A_LINE = 72
# Where a draft keeps that somebody has read what a machine translated: by language, which texts those were.
READ = "texts_read"
HEADINGS = {"first_layer": say("First layer"), "preferences": say("Preferences")}


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/texts", view_func=texts, methods=["GET", "POST"])


@desk("edit")
def texts(visit: Visit) -> ResponseReturnValue:
    """Edit the site's own texts in one language (``?lang=``, default: the site's first)."""
    offered = _offered(open_draft(visit.place))
    lang = request.args.get("lang", offered[0])
    if lang not in offered:
        raise NotFoundError(say("The draft offers no language {lang}. Add it under Rules.", lang=lang))
    handle = visit.place.handle
    shipped = builtin_language(lang, runtime().desk.texts)
    unreviewed = shipped if shipped and not shipped.reviewed else None

    def put(document: dict[str, Any], typed: dict[str, Any]) -> None:
        said = {key: text for key, text in typed.items() if text and key != READ}
        _set(document, "texts", lang, said)
        _set(document, READ, lang, unreviewed.digest if unreviewed and typed.get(READ) else "")

    def make(draft: OpenDraft) -> PartForm:
        stored: dict[str, Any] = dict(draft.filled["texts"].get(lang, {}))
        fields = text_fields(lang, stored)
        if unreviewed:
            fields = (_read_field(unreviewed), *fields)
            stored[READ] = draft.filled["texts_read"].get(lang) == unreviewed.digest
        return PartForm(
            place="texts",
            title=say("Texts"),
            lead=say(
                "Below each field stands what is built in. Write only where the site should say it "
                "otherwise; empty means built in. Words in {{braces}} are filled in for you."
            ),
            fields=fields,
            path=f"texts.{lang}",
            stored=stored,
            put=put,
            after=lambda typed: url_for("admin.texts", handle=handle, lang=lang, done="saved"),
            shared=shared_part(visit, "texts"),
            links=_tabs(handle, lang, offered),
        )

    return answer(visit, make)


def _offered(draft: OpenDraft) -> list[str]:
    return [*draft.languages, *(known for known in draft.filled["texts"] if known not in draft.languages)]


def _tabs(handle: str, lang: str, offered: list[str]) -> list[tuple[str, str, bool]]:
    if len(offered) < 2:
        return []
    return [(known, url_for("admin.texts", handle=handle, lang=known), known == lang) for known in offered]


def _set(document: dict[str, Any], name: str, lang: str, value: Any) -> None:
    """Put the value of one language into a mapping of the draft; an empty one takes the language out."""
    own = document.setdefault(name, {})
    if not isinstance(own, dict):
        raise NotAllowedError(
            say("In this draft `{name}` is not a mapping. Mend it on the page YAML first.", name=name)
        )
    if value:
        own[lang] = value
    else:
        own.pop(lang, None)
    if not own and name == READ:
        del document[name]


def _read_field(shipped: BuiltinLanguage) -> Field:
    return Field(
        READ,
        say("I know {name}, have read the built-in texts below, and they are right", name=shipped.name),
        "flag",
        hint=say(
            "A machine translated them, and nobody has reviewed them yet. Until somebody says this, no "
            "version that shows one of them can be published."
        ),
    )


def text_fields(lang: str, stored: Mapping[str, str]) -> tuple[Field, ...]:
    """Return one field for each built-in text, and for whatever else ``stored``, the draft's in ``lang``, has."""
    shipped = runtime().desk.texts
    own, reference = builtin_language(lang, shipped), shipped[REFERENCE]
    fields = []
    for group, texts in reference.groups.items():
        heading = HEADINGS.get(group, group)
        for key in needed_keys(lang, texts):
            built_in = own.texts.get(key, "") if own else ""
            english = "" if own else say("English: {texts}", texts=texts[reference_key(key, texts) or key])
            fields.append(_field(lang, key, built_in, stored.get(key, ""), heading=heading, english=english))
            heading = ""
    known = {field.name for field in fields}
    for key in stored:
        if key not in known:
            fields.append(_field(lang, key, "", stored[key], english=say("No text has this key: empty it.")))
    return tuple(fields)


def _field(lang: str, key: str, built_in: str, own: str, *, heading: str = "", english: str = "") -> Field:
    label, where = TEXT_WORDS.get(key, (key, ""))
    length = max(len(built_in), len(own), len(english))
    return Field(
        key,
        label,
        "area" if length > CHARACTERS_A_LINE else "text",
        built_in=built_in,
        hint=together([words for words in (where, english) if words], " "),
        heading=heading,
        lang=lang,
        size=-(-length // CHARACTERS_A_LINE) if length > CHARACTERS_A_LINE else 3,
    )
