"""What changes for visitors from one config document to another, in sentences, for people who read no YAML."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from app.core.changes_before import tell_take_over
from app.core.changes_order import tell_categories_moved, tell_trackers_moved
from app.core.changes_trackers import tell_tracker
from app.core.changes_words import Change, Form, listed, named
from app.core.differences import Difference, differences
from app.core.documents import ConfigDocument
from app.core.languages import name_of_language
from app.core.say import say
from app.core.texts import BuiltinTexts, builtin_texts

Group = Literal["responsible", "categories", "trackers", "texts", "look", "languages", "law", "other", "unseen"]
GROUPS: tuple[Group, ...] = (
    "responsible",
    "categories",
    "trackers",
    "texts",
    "look",
    "languages",
    "law",
    "other",
    "unseen",
)
# What is written once per language, and the language's tag.
_LOCALIZED = re.compile(
    r"(?:texts\.|categories\[[^\]]*\]\.(?:name|description)\.|trackers\[[^\]]*\]\.purpose\.)([^.]+)(?:\..+)?"
)
_ENTRY = re.compile(r"(categories|trackers)\[([^\]]*)\](?:\.(.+))?")
_EMPTY: dict[str, Any] = {"categories": [], "trackers": [], "texts": {}, "languages": [], "take_over": None}
_GROUP_OF: dict[str, Group] = {
    "controller": "responsible",
    "policy_url": "responsible",
    "name": "responsible",
    "choice_per_tracker": "categories",
    "texts": "texts",
    "look": "look",
    "languages": "languages",
    "regime": "law",
    "lifetimes": "law",
    "take_over": "law",
    "retention": "unseen",
    "notice_period": "unseen",
    "origins": "unseen",
    "cookie_domain": "unseen",
    "csp_sources": "unseen",
    "texts_read": "unseen",
    "format": "unseen",
}


@dataclass(frozen=True)
class ChangeGroup:
    """Changes of one subject. ``is_seen``: whether visitors see them, or feel them at the least."""

    id: Group
    title: str
    changes: list[Change]

    @property
    def is_seen(self) -> bool:
        """Whether visitors see these."""
        return self.id != "unseen"


@dataclass(frozen=True)
class _Telling:
    """What sentences are made from: both documents, and what texts that a site does not write itself read like."""

    old: ConfigDocument
    new: ConfigDocument
    builtin: BuiltinTexts
    names: Mapping[str, str]
    is_first: bool

    @property
    def lang(self) -> str:
        """The language in which categories and data are named here: the first that is offered."""
        return (self.new["languages"] or self.old["languages"] or ["en"])[0]


def tell_changes(
    old: ConfigDocument | None, new: ConfigDocument, builtin: BuiltinTexts, text_names: Mapping[str, str]
) -> list[ChangeGroup]:
    """Return what changes from ``old`` to ``new`` by subject, in the order of ``GROUPS``; only subjects that change.

    ``old`` is ``None`` before the first version: then categories, trackers and languages are told as new. ``builtin`` are
    the texts that ship, for a text is told by what stood there before; ``text_names`` is what the texts are called, by key.
    No difference goes untold: what has no sentence of its own is told by its path.
    """
    before = cast(ConfigDocument, {**new, **_EMPTY}) if old is None else old
    telling = _Telling(before, new, builtin, text_names, old is None)
    found: dict[Group, list[Change]] = {group: [] for group in GROUPS}
    for difference in differences(before, new):
        told = _tell_localized(difference, telling)
        for group, change in _tell(difference, telling) if told is None else told:
            if change not in found[group]:
                found[group].append(change)
    return [ChangeGroup(group, _title(group), changes) for group, changes in found.items() if changes]


def count_changes(groups: list[ChangeGroup], *, seen: bool) -> int:
    """Return how many changes visitors see, or do not see."""
    return sum(len(group.changes) for group in groups if group.is_seen == seen)


def _title(group: Group) -> str:
    return {
        "responsible": say("Who is responsible"),
        "categories": say("Categories"),
        "trackers": say("Trackers"),
        "texts": say("Texts"),
        "look": say("Look"),
        "languages": say("Languages"),
        "law": say("Law and lifetimes"),
        "other": say("Other"),
        "unseen": say("Not seen by visitors"),
    }[group]


def _tell(difference: Difference, telling: _Telling) -> list[tuple[Group, Change]]:
    entry = _ENTRY.fullmatch(difference.path)
    top = difference.path.split(".")[0]
    if difference.path == "trackers":
        moved = tell_trackers_moved(difference, telling.old, telling.new, telling.lang)
        return [("trackers" if is_seen else "unseen", change) for change, is_seen in moved]
    if entry is None:
        told = _TOLD.get(top, _tell_scalar)(difference, telling)
        return [(_GROUP_OF.get(top, cast(Group, top) if top in _MOVED else "other"), change) for change in told]
    kind, name, field = entry.groups()
    if kind == "categories":
        return [("categories", change) for change in _tell_category(difference, name, field, telling)]
    return [
        ("trackers" if is_seen else "unseen", change)
        for change, is_seen in tell_tracker(difference, name, field, telling.old, telling.new, telling.lang)
    ]


def _tell_localized(difference: Difference, telling: _Telling) -> list[tuple[Group, Change]] | None:
    """Tell what is written in a language that only one of the documents offers, or neither; else ``None``.

    That a language comes or goes is one sentence, not one for each of its texts.
    """
    match = _LOCALIZED.fullmatch(difference.path)
    offered = [document["languages"] for document in (telling.old, telling.new)]
    if match is None or telling.is_first or all(match[1] in languages for languages in offered):
        return None
    if any(match[1] in languages for languages in offered):
        return []
    words = say("Something is written in {language}, which is not offered.", language=_lang(match[1]))
    return [("unseen", Change(words))]


def _tell_scalar(difference: Difference, telling: _Telling) -> list[Change]:
    """A field that has one sentence, and the value before and after."""
    path = difference.path
    make = next((make for prefix, make in _SCALARS if path == prefix or path.startswith(f"{prefix}.")), None)
    words = make() if make else say("{path} changes.", path=path)
    is_duration = path.startswith("lifetimes.") or path in ("retention", "notice_period")
    before, after = (
        _law(value) if path == "regime" else listed(value) for value in (difference.before, difference.after)
    )
    form: Form = "duration" if is_duration else "regime" if path == "regime" else "text"
    return [Change(words, before, after, form=form)]


def _tell_choice(difference: Difference, telling: _Telling) -> list[Change]:
    if difference.after:
        return [Change(say("Visitors can decide tracker by tracker."))]
    return [Change(say("Visitors can no longer decide tracker by tracker."))]


def _tell_languages(difference: Difference, telling: _Telling) -> list[Change]:
    old, new = telling.old["languages"], telling.new["languages"]
    changes = [
        Change(say("{language} is offered.", language=name_of_language(lang))) for lang in new if lang not in old
    ]
    changes += [
        Change(say("{language} is not offered any more.", language=name_of_language(lang)))
        for lang in old
        if lang not in new
    ]
    if old and new and old[0] != new[0]:
        words = say("Who has no language in common with the site gets another one.")
        changes.append(Change(words, name_of_language(old[0]), name_of_language(new[0])))
    return changes or [Change(say("The languages stand in another order."), listed(old), listed(new))]


def _tell_texts(difference: Difference, telling: _Telling) -> list[Change]:
    """``texts.en.title``, or ``texts.en`` whole; a text that the site does not write itself is the built-in one."""
    parts = difference.path.split(".")
    if len(parts) == 3:
        return _told_text(parts[1], parts[2], difference.before, difference.after, telling)
    by_lang = {parts[1]: (difference.before, difference.after)} if len(parts) == 2 else {}
    if len(parts) == 1:
        both = (difference.before or {}, difference.after or {})
        by_lang = {lang: (both[0].get(lang), both[1].get(lang)) for lang in {**both[1], **both[0]}}
    return [
        change
        for lang, (before, after) in by_lang.items()
        for key in {**(after or {}), **(before or {})}
        for change in _told_text(lang, key, (before or {}).get(key), (after or {}).get(key), telling)
    ]


def _told_text(lang: str, key: str, before: str | None, after: str | None, telling: _Telling) -> list[Change]:
    shipped = builtin_texts(lang, telling.builtin).get(key, "")
    was, becomes = (shipped if text is None else text for text in (before, after))
    was = "" if telling.is_first else was
    words = say("{text} ({language}):", text=telling.names.get(key, key), language=name_of_language(lang))
    return [Change(words, was, becomes, lang=lang)]


def _tell_category(difference: Difference, name: str, field: str | None, telling: _Telling) -> list[Change]:
    if field is None:
        is_new = difference.kind == "added"
        category = difference.after if is_new else difference.before
        own = named(category["name"], telling.lang, name)
        if is_new:
            return [
                Change(
                    say("The category {name} is new.", name=own), "", named(category["description"], telling.lang, "")
                )
            ]
        return [Change(say("The category {name} is gone.", name=own))]
    document = telling.old if any(own["id"] == name for own in telling.old["categories"]) else telling.new
    own = next(named(item["name"], telling.lang, name) for item in document["categories"] if item["id"] == name)
    part, _, lang = field.partition(".")
    makers: dict[str, Callable[[], str]] = {
        "name": lambda: say(
            "The category {name} is called something else ({language}).", name=own, language=_lang(lang)
        ),
        "description": lambda: say(
            "The category {name} is described otherwise ({language}).", name=own, language=_lang(lang)
        ),
        "follows": lambda: say("The category {name} follows the rule of another one.", name=own),
    }
    words = makers[part]() if part in makers else say("{path} changes.", path=difference.path)
    return [Change(words, listed(difference.before), listed(difference.after), lang=lang)]


def _lang(tag: str) -> str:
    return name_of_language(tag) if tag else ""


def _law(regime: Any) -> str:
    return say("the law of where each visitor is") if regime == "location" else listed(regime)


_MOVED = ("categories", "trackers")
_TOLD: dict[str, Callable[[Difference, _Telling], list[Change]]] = {
    "choice_per_tracker": _tell_choice,
    "languages": _tell_languages,
    "texts": _tell_texts,
    "categories": lambda difference, telling: tell_categories_moved(difference, telling.new, telling.lang),
    "take_over": lambda _, telling: tell_take_over(telling.old, telling.new),
}
_SCALARS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("controller.name", lambda: say("Somebody else is responsible, or is named otherwise.")),
    ("controller.address", lambda: say("The address of who is responsible changes.")),
    ("controller.contact", lambda: say("Visitors write to another address.")),
    ("controller.dpo", lambda: say("The data protection officer changes.")),
    ("controller.authority", lambda: say("The supervisory authority changes.")),
    ("policy_url", lambda: say("The link to the privacy policy leads elsewhere.")),
    ("name", lambda: say("The site is called something else.")),
    ("look.layout", lambda: say("The banner has another layout.")),
    ("look.colors", lambda: say("The banner has other colours.")),
    ("look.side", lambda: say("The banner stands at another edge.")),
    ("look.radius", lambda: say("The banner has other corners.")),
    ("look.logo", lambda: say("The banner has another logo.")),
    ("look", lambda: say("The banner looks different.")),
    ("regime", lambda: say("Another law holds.")),
    ("lifetimes.granted", lambda: say("A yes is remembered for another time.")),
    ("lifetimes.refused", lambda: say("A no is remembered for another time.")),
    ("retention", lambda: say("Receipts are kept for another time.")),
    ("notice_period", lambda: say("A version that asks again is announced for another time.")),
    ("origins", lambda: say("The site has other addresses.")),
    ("cookie_domain", lambda: say("The choice holds for other subdomains.")),
    ("csp_sources", lambda: say("The Content-Security-Policy lets other sources in.")),
    ("texts_read", lambda: say("Somebody has read translations of a machine.")),
    ("format", lambda: say("The config has another format.")),
)
