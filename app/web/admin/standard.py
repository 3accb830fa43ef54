"""The standard categories in a draft, in the words that Placet has for them, and the entry for what it stores itself."""

from collections.abc import Sequence
from typing import Any

from app.core.decision import NECESSARY
from app.core.languages import name_of_language
from app.core.regimes import STANDARD_CATEGORIES
from app.core.say import say
from app.data import load_standard
from app.schemas.config import fill_defaults
from app.web.admin.drafts import list_in
from app.web.admin.fields import Field

OWN_TRACKER = str(load_standard()["own"]["id"])


def category_field(languages: Sequence[str]) -> Field:
    """Return the field by which the standard categories are chosen."""
    words = load_standard()["categories"]
    lang = next((lang for lang in languages if lang in words[NECESSARY]["name"]), "en")
    strange = [name_of_language(lang) for lang in languages if lang not in words[NECESSARY]["name"]]
    written = (
        say("Their German words are a machine's: read them on the page Categories & trackers.")
        if any(lang.split("-")[0] == "de" for lang in languages)
        else say("There are words for them already; change them on the page Categories & trackers.")
    )
    kept = say("A category with trackers in it stays, and Necessary always.")
    if strange:
        names = ", ".join(strange)
        hint = say("{written} In {languages} you write them there. {kept}", written=written, languages=names, kept=kept)
    else:
        hint = say("{written} {kept}", written=written, kept=kept)
    return Field(
        "categories",
        say("Standard categories"),
        "checks",
        hint=hint,
        options=tuple((own, said["name"][lang]) for own, said in words.items()),
        notes=tuple((said["description"][lang],) for said in words.values()),
    )


def add_standard(document: dict[str, Any], typed: dict[str, Any]) -> None:
    """Put the chosen categories into a draft, leave out the others that hold no tracker, and tell what Placet stores.

    Words that somebody wrote stay; only languages that have none get ours. Categories of one's own stay where they are.
    """
    filled = fill_defaults(document)
    languages = filled["languages"] or ["en"]
    used = {tracker["category"] for tracker in filled["trackers"]}
    wanted = {NECESSARY, *typed["categories"], *used} & set(STANDARD_CATEGORIES)
    entries = list_in(document, "categories")
    before = {entry["id"]: entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)}
    others = [entry for entry in entries if not (isinstance(entry, dict) and entry.get("id") in STANDARD_CATEGORIES)]
    words = load_standard()["categories"]
    document["categories"] = [
        _category(own, before.get(own, {}), words[own], languages) for own in STANDARD_CATEGORIES if own in wanted
    ] + others
    trackers = list_in(document, "trackers")
    if not any(item["name"].startswith("placet_") for tracker in filled["trackers"] for item in tracker["storage"]):
        trackers.insert(0, _own_tracker(filled, languages))


def _category(own: str, before: dict[str, Any], words: dict[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    made = {**before, "id": own}
    for key in ("name", "description"):
        written = before.get(key)
        made[key] = {**_in(languages, words[key]), **(written if isinstance(written, dict) else {})}
    return made


def _own_tracker(filled: Any, languages: Sequence[str]) -> dict[str, Any]:
    own = load_standard()["own"]
    return {
        "id": own["id"],
        "category": NECESSARY,
        "kind": "browser",
        "name": own["name"],
        "vendor": filled["controller"]["name"],
        "purpose": _in(languages, own["purpose"]),
        "legal_basis": "legal_obligation",
        "data": [{"name": _in(languages, own["data"]), "retention": filled["retention"]}],
        "recipients": [],
        "sale_share": False,
        "storage": [
            {"kind": "cookie", "name": "placet_*", "lifetime": filled["lifetimes"]["granted"], "domain": None},
            {"kind": "local", "name": "placet_*", "lifetime": "persistent", "domain": None},
        ],
    }


def _in(languages: Sequence[str], words: dict[str, str]) -> dict[str, str]:
    return {lang: words[lang] for lang in languages if lang in words}
