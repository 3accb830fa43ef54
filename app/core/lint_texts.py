"""Lint of texts: plain, in every offered language, with known keys and placeholders, and fair on the first layer."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.core.documents import ConfigDocument, Localized
from app.core.languages import plural_forms
from app.core.lint_labels import lint_labels
from app.core.notices import FILLED
from app.core.problems import Problem, error, warning
from app.core.regimes import Regime
from app.core.say import say, together
from app.core.texts import (
    PLACEHOLDER,
    REFERENCE,
    BuiltinTexts,
    merged_texts,
    needed_keys,
    reference_key,
    unread_language,
)
from app.core.worded import language_words

_HTML = re.compile(r"<[a-zA-Z/!?]|&(?:[a-zA-Z][a-zA-Z0-9]*|#[0-9]+|#[xX][0-9a-fA-F]+);")
# C0 and C1 controls but tab and newline; marks that turn the direction of what follows (Unicode TR36 §2.1)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_BODY_MUST_NAME = {"who": ("{controller}", "{name}"), "purposes": ("{categories}",), "recipients": ("{recipients}",)}
_ITEMS = {"who": say("who asks"), "purposes": say("what for"), "recipients": say("who receives the data")}


def not_plain(path: str, text: str) -> Iterator[Problem]:
    """Report markup and characters that hide or turn text: everything a config says is plain."""
    if _HTML.search(text):
        yield error(path, "html", say("HTML is not taken: every text is plain, links are fields of their own."))
    if _CONTROL.search(text):
        yield error(path, "control_character", say("There is an invisible control character in this text."))


def lint_texts(document: ConfigDocument, builtin: BuiltinTexts, served: list[Regime]) -> list[Problem]:
    """Return the problems of the widget's texts and of all localized ones."""
    problems = [problem for path, texts in _localized(document) for problem in _languages(document, path, texts)]
    for lang in filter(None, document["languages"]):
        problems += _overrides(document, lang, builtin, served)
        problems += _unread(document, lang, builtin)
        problems += lint_labels(document, lang, builtin, served)
    for field in ("texts", "texts_read"):
        for lang in document[field].keys() - set(document["languages"]):
            problems.append(
                warning(
                    f"{field}.{lang}",
                    "unused_language",
                    say("{lang} is not one of the site's languages.", lang=language_words(lang)),
                )
            )
    return problems


def _localized(document: ConfigDocument) -> Iterator[tuple[str, Localized]]:
    for index, category in enumerate(document["categories"]):
        yield f"categories[{index}].name", category["name"]
        yield f"categories[{index}].description", category["description"]
    for index, tracker in enumerate(document["trackers"]):
        yield f"trackers[{index}].purpose", tracker["purpose"]
        for item, data in enumerate(tracker["data"]):
            yield f"trackers[{index}].data[{item}].name", data["name"]


def _languages(document: ConfigDocument, path: str, texts: Localized) -> Iterator[Problem]:
    for lang in filter(None, document["languages"]):
        if not texts.get(lang, "").strip():
            yield error(
                f"{path}.{lang}",
                "missing_text",
                say("The site offers {lang}; this text is missing in it.", lang=language_words(lang)),
            )
    for lang in texts.keys() - set(document["languages"]):
        yield warning(
            f"{path}.{lang}",
            "unused_language",
            say("{lang} is not one of the site's languages.", lang=language_words(lang)),
        )


def _unread(document: ConfigDocument, lang: str, builtin: BuiltinTexts) -> Iterator[Problem]:
    """Nobody is shown a machine's translation that no person has read."""
    own = unread_language(document, lang, builtin)
    if own is None:
        return
    language = language_words(lang)
    if lang in document["texts_read"]:
        message = say(
            "The built-in texts in {language} have changed since they were read. Somebody who knows the language reads them "
            "on the page Texts, and confirms there that they are right.",
            language=language,
        )
    else:
        message = say(
            "A machine translated the built-in texts in {language}. Somebody who knows the language reads them on the page "
            "Texts, and confirms there that they are right.",
            language=language,
        )
    yield replace(error(f"texts_read.{lang}", "unread_texts", message), in_yaml=f"texts_read: {{{lang}: {own.digest}}}")


def _overrides(document: ConfigDocument, lang: str, builtin: BuiltinTexts, served: list[Regime]) -> Iterator[Problem]:
    reference = builtin[REFERENCE].texts
    own, merged = document["texts"].get(lang, {}), merged_texts(document, lang, builtin)
    needed = list(needed_keys(lang, reference))
    missing = [key for key in needed if not merged.get(key, "").strip()]
    if missing:
        message = say(
            "There are no built-in texts in {lang}; these must be written: {missing}.",
            lang=language_words(lang),
            missing=", ".join(missing),
        )
        yield error(f"texts.{lang}", "missing_text", message)
    for key, text in own.items():
        path = f"texts.{lang}.{key}"
        like = reference_key(key, reference)
        if like is None:
            yield error(
                path, "unknown_text", say("The widget has no text {key!r}. Its keys: app/data/texts/en.yaml.", key=key)
            )
            continue
        if key not in needed:
            forms = ", ".join(plural_forms(lang))
            yield error(
                path,
                "unknown_text",
                say("{lang} has no such plural form. It has: {forms}.", lang=language_words(lang), forms=forms),
            )
            continue
        yield from _placeholders(path, text, {*FILLED, *PLACEHOLDER.findall(reference[like])})
        if key in ("body", "body_optout"):
            yield from _says_enough(path, text, served)


def _placeholders(path: str, text: str, allowed: set[str]) -> Iterator[Problem]:
    unknown = sorted(set(PLACEHOLDER.findall(text)) - allowed)
    if unknown:
        names = ", ".join(f"{{{name}}}" for name in sorted(allowed))
        yield error(
            path,
            "unknown_placeholder",
            say("Nothing fills in {{{unknown}}} here. Known: {names}.", unknown=unknown[0], names=names),
        )
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        yield error(path, "stray_brace", say("A {{ or }} stands alone: placeholders are written {{name}}."))


def _says_enough(path: str, text: str, served: list[Regime]) -> Iterator[Problem]:
    """Whoever rewrites the first layer should still say who asks, for what, and who receives it, in their own words."""
    wanted = {item for regime in served for item in regime.first_layer}
    lacking = [
        item
        for item, placeholders in _BODY_MUST_NAME.items()
        if item in wanted and not any(placeholder in text for placeholder in placeholders)
    ]
    if lacking:
        message = say(
            "The first layer has to say {lacking}; check that this text does, or use the placeholders.",
            lacking=together(_ITEMS[item] for item in lacking),
        )
        yield warning(path, "first_layer_incomplete", message)
