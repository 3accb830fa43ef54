"""The widget's own words as fields: what is built in, and the site's in their place, in one language."""

from collections.abc import Mapping

from app.core.say import say, together
from app.core.texts import REFERENCE, builtin_language, needed_keys, reference_key
from app.web.admin.fields import Field
from app.web.admin.text_words import TEXT_WORDS
from app.web.runtime import runtime

CHARACTERS_A_LINE = 72
HEADINGS = {"first_layer": say("First layer"), "preferences": say("Preferences")}


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
