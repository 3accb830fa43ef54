"""Klaro 0.7: ``klaroConfig`` with ``services`` (before 0.7: ``apps``); Orejime 2 has the same shape."""

from typing import Any

from app.core.imports.common import as_dict, as_list, choice_cookie, config_of, language_of
from app.core.imports.gathering import Gathering, Imported, policy_link, standard_category
from app.core.imports.js_literal import Unread
from app.core.say import say

_OWN_WORDS = {"consentModal", "consentNotice", "purposes", "purposeItem", "contextualConsent"}


def read_klaro(text: str, lang: str) -> Imported:
    """Read a config of Klaro. Raises ``ImportFormatError``."""
    config = config_of(text, ("services", "apps", "storageName", "translations"))
    own = language_of(config.get("lang")) or lang
    made = Gathering(own)
    translations = as_dict(config.get("translations"))
    services = as_list(config.get("services")) or as_list(config.get("apps"))
    for service in map(as_dict, services):
        _take_service(made, service, translations)
    _take_purposes(made, translations)
    languages = [tag for tag in map(language_of, translations) if tag]
    languages.sort(key=lambda tag: tag != own)
    if languages:
        made.document["languages"] = languages
        made.take(say("Languages"), ", ".join(languages))
    if services:
        made.document["choice_per_tracker"] = True
        made.take(say("Services"), say("{services}, to be switched one by one", services=len(services)))
    choice_cookie(made, {**config}, days="cookieExpiresAfterDays", domain="cookieDomain")
    _take_policy(made, config, translations)
    if config.get("mustConsent") is True:
        made.document["look"] = {"layout": "modal"}
        made.take(say("Layout"), "modal")
    if config.get("default") is True:
        made.leave("default: true", say("Nothing is allowed before a yes, unless the law of the place says so."))
    if any(_OWN_WORDS & as_dict(words).keys() - {"purposes"} for words in translations.values()):
        made.leave(
            say("Texts of the banner"),
            say("Placet has its own, which say what the law wants to be said. Change them under Texts."),
        )
    return made.finish()


def _take_service(made: Gathering, service: dict[str, Any], translations: dict[str, Any]) -> None:
    name = service.get("name")
    if not isinstance(name, str) or not name:
        made.leave(say("A service"), say("It has no name that can be read."))
        return
    purposes = [purpose for purpose in as_list(service.get("purposes")) if isinstance(purpose, str)]
    category = made.category(purposes[0] if purposes else "", is_necessary=service.get("required") is True)
    if len(purposes) > 1:
        made.leave(
            say("Service {name}", name=name),
            say(
                "It stands in {category}; a tracker has one category: {purposes}",
                category=category,
                purposes=", ".join(purposes[1:]),
            ),
        )
    title = made.plain(say("Service {name}, title", name=name), service.get("title"), 120) or _translated(
        made, name, service, "title"
    )
    tracker = made.tracker(name, category, title=title)
    for lang, said in _words_of(name, service, translations):
        text = made.plain(say("Service {name}, description", name=name), said.get("description"))
        if text:
            tracker["purpose"].setdefault(lang, text)
    text = made.plain(say("Service {name}, description", name=name), service.get("description"))
    if text:
        tracker["purpose"].setdefault(made.lang, text)
    for cookie in as_list(service.get("cookies")):
        _take_cookie(made, tracker, cookie)
    if service.get("optOut") is True:
        made.leave(
            say("Service {name}, optOut", name=name),
            say("It waits for a yes here, unless the law of the place says otherwise."),
        )
    if any(key in service for key in ("callback", "onAccept", "onDecline", "onInit")):
        made.leave(say("Service {name}", name=name), say("Its functions: Placet has stop steps and signals."))


def _take_cookie(made: Gathering, tracker: dict[str, Any], cookie: Any) -> None:
    if isinstance(cookie, list):
        made.store(tracker, cookie[0] if cookie else None, domain=cookie[2] if len(cookie) > 2 else None)
    elif isinstance(cookie, dict):
        made.store(tracker, cookie.get("pattern", cookie.get("name")), domain=cookie.get("domain"))
    else:
        made.store(tracker, cookie)


def _words_of(name: str, service: dict[str, Any], translations: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """A service's words by language: its own translations, then those of the whole config."""
    pairs = []
    for source in (
        as_dict(service.get("translations")),
        {tag: as_dict(all_words).get(name) for tag, all_words in translations.items()},
    ):
        for tag, words in source.items():
            lang = language_of(tag)
            if lang and isinstance(words, dict):
                pairs.append((lang, words))
    return pairs


def _translated(made: Gathering, name: str, service: dict[str, Any], key: str) -> str:
    own = as_dict(as_dict(service.get("translations")).get("zz")) or as_dict(
        as_dict(service.get("translations")).get(made.lang)
    )
    return made.plain(say("Service {name}, {key}", name=name, key=key), own.get(key), 120)


def _take_purposes(made: Gathering, translations: dict[str, Any]) -> None:
    for tag, words in translations.items():
        lang = language_of(tag)
        for purpose, said in as_dict(as_dict(words).get("purposes")).items():
            if lang is None:
                continue
            # A purpose that no service has is none to ask for.
            category = standard_category(purpose)
            if isinstance(said, dict):
                made.describe(category, lang, said.get("title"), said.get("description"))
            else:
                made.describe(category, lang, said, None)


def _take_policy(made: Gathering, config: dict[str, Any], translations: dict[str, Any]) -> None:
    said = config.get("privacyPolicy", config.get("privacyPolicyUrl"))
    if isinstance(said, dict):
        said = said.get("default", next(iter(said.values()), None))
    urls: list[Any] = [said, *(as_dict(words).get("privacyPolicyUrl") for words in translations.values())]
    known = [str(url) for url in urls if isinstance(url, str)]
    full = next((url for url in known if url.startswith(("http://", "https://"))), policy_link(*known))
    if full:
        made.document["policy_url"] = full
        made.take(say("Privacy policy"), full)
    elif any(known) or any(isinstance(url, Unread) for url in urls):
        made.leave(say("Privacy policy"), say("Its address is not a full one: write it under Rules."))
