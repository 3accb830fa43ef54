"""Orejime 3: ``orejimeConfig`` with ``purposes``, which may stand in groups. Orejime 2 (``apps``) is read as Klaro is."""

from typing import Any

from app.core.imports.common import as_dict, as_list, choice_cookie, config_of, language_of
from app.core.imports.gathering import Gathering, Imported
from app.core.imports.js_literal import Regex
from app.core.imports.klaro import read_klaro
from app.core.say import say


def read_orejime(text: str, lang: str) -> Imported:
    """Read a config of Orejime. Raises ``ImportFormatError``."""
    config = config_of(text, ("purposes", "apps", "privacyPolicyUrl"))
    if "apps" in config:
        return read_klaro(text, lang)
    made = Gathering(language_of(config.get("lang")) or lang)
    if language_of(config.get("lang")):
        made.document["languages"] = [made.lang]
        made.take(say("Languages"), made.lang)
    for purpose in map(as_dict, as_list(config.get("purposes"))):
        inner = as_list(purpose.get("purposes"))
        name = _id(made, purpose)
        if not name:
            continue
        category = made.category(name, is_necessary=purpose.get("isMandatory") is True)
        if category != "necessary" or name == "necessary":
            made.describe(category, made.lang, purpose.get("title"), purpose.get("description"))
        for child in map(as_dict, inner) if inner else (purpose,):
            _take_purpose(made, child, category)
    if made.trackers:
        made.document["choice_per_tracker"] = True
        made.take(say("Purposes"), say("{trackers}, to be switched one by one", trackers=len(made.trackers)))
    choice_cookie(made, as_dict(config.get("cookie")), days="duration", domain="domain")
    if isinstance(config.get("privacyPolicyUrl"), str) and config["privacyPolicyUrl"].startswith(
        ("http://", "https://")
    ):
        made.document["policy_url"] = config["privacyPolicyUrl"]
        made.take(say("Privacy policy"), config["privacyPolicyUrl"])
    elif config.get("privacyPolicyUrl"):
        made.leave(say("Privacy policy"), say("Its address is not a full one: write it under Rules."))
    if config.get("forceModal") is True:
        made.document["look"] = {"layout": "modal"}
        made.take(say("Layout"), "modal")
    if config.get("translations"):
        made.leave(
            say("Texts of the banner"),
            say("Placet has its own, which say what the law wants to be said. Change them under Texts."),
        )
    return made.finish()


def _take_purpose(made: Gathering, purpose: dict[str, Any], category: str) -> None:
    name = _id(made, purpose)
    if not name:
        return
    if purpose.get("isMandatory") is True:
        category = made.category("necessary")
    tracker = made.tracker(
        name, category, title=made.plain(say("Purpose {name}, title", name=name), purpose.get("title"), 120)
    )
    text = made.plain(say("Purpose {name}, description", name=name), purpose.get("description"))
    if text:
        tracker["purpose"][made.lang] = text
    for cookie in as_list(purpose.get("cookies")):
        if isinstance(cookie, list):
            made.store(tracker, _pattern(cookie[0] if cookie else None), domain=cookie[2] if len(cookie) > 2 else None)
        else:
            made.store(tracker, _pattern(cookie))
    if purpose.get("isExempt") is True:
        made.leave(
            say("Purpose {name}, isExempt", name=name),
            say("An exemption is confirmed at the tracker, for each law that knows one."),
        )


def _id(made: Gathering, purpose: dict[str, Any]) -> str:
    name = purpose.get("id")
    if isinstance(name, str) and name:
        return name
    made.leave(say("A purpose"), say("It has no id that can be read."))
    return ""


def _pattern(name: Any) -> Any:
    """Orejime writes regular expressions as texts, too: ``"/^_gat_.+$/i"``."""
    if isinstance(name, str) and len(name) > 2 and name.startswith("/") and "/" in name[1:]:
        pattern, _, flags = name[1:].rpartition("/")
        return Regex(pattern, flags)
    return name
