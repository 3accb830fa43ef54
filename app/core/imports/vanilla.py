"""vanilla-cookieconsent 3: ``CookieConsent.run({…})``. Its options: cookieconsent.orestbida.com/reference."""

from typing import Any

from app.core.imports.common import as_dict, as_list, choice_cookie, config_of, language_of
from app.core.imports.gathering import BRIEF, Gathering, Imported, policy_link, standard_category, storage_name
from app.core.imports.words import duration_in_words
from app.core.say import say

LAYOUTS = {"box": "corner", "cloud": "bar", "bar": "bar"}
_HEADERS = {
    "name": ("name", "cookie"),
    "lifetime": ("expir", "duration", "lifetime", "retention", "dauer"),
    "domain": ("domain", "host"),
}


def read_vanilla(text: str, lang: str) -> Imported:
    """Read a config of vanilla-cookieconsent 3. Raises ``ImportFormatError``."""
    config = config_of(text, ("categories", "language"))
    translations = as_dict(as_dict(config.get("language")).get("translations"))
    default = language_of(as_dict(config.get("language")).get("default")) or lang
    made = Gathering(default)
    names = _take_categories(made, as_dict(config.get("categories")))
    languages = []
    for tag, translation in translations.items():
        own = language_of(tag)
        if own is None:
            made.leave(say("Language {tag}", tag=tag), say("It is no language tag."))
        elif not isinstance(translation, dict):
            made.leave(say("Language {tag}", tag=tag), say("Its words are in another file or made by a function."))
            languages.append(own)
        else:
            languages.append(own)
            _take_translation(made, names, own, translation)
    languages.sort(key=lambda own: own != default)
    if languages:
        made.document["languages"] = languages
        made.take(say("Languages"), ", ".join(languages))
        made.leave(
            say("Texts of the banner"),
            say("Placet has its own, which say what the law wants to be said. Change them under Texts."),
        )
    choice_cookie(made, as_dict(config.get("cookie")), days="expiresAfterDays", domain="domain")
    _take_look(made, config)
    links = [
        modal.get(key)
        for translation in translations.values()
        if isinstance(translation, dict)
        for modal in (as_dict(translation.get("consentModal")), as_dict(translation.get("preferencesModal")))
        for key in ("footer", "description")
    ]
    if policy_link(*links):
        made.document["policy_url"] = policy_link(*links)
        made.take(say("Privacy policy"), policy_link(*links))
    if config.get("mode") == "opt-out":
        made.leave("mode: opt-out", say("Which law holds where is decided by Law, under Rules."))
    if config.get("revision"):
        made.leave("revision", say("Here each published version says itself whether visitors are asked again."))
    return made.finish()


def _take_categories(made: Gathering, categories: dict[str, Any]) -> dict[str, str]:
    """Take categories, services and cookies; return the id here of each of the tool's categories."""
    names = {}
    for name, category in categories.items():
        options = as_dict(category)
        own = names[name] = made.category(name, is_necessary=options.get("readOnly") is True)
        clear = as_dict(options.get("autoClear"))
        services = as_dict(options.get("services"))
        for service_id, service in services.items():
            said = as_dict(service)
            title = made.plain(say("Service {service_id}, label", service_id=service_id), said.get("label"), 120)
            tracker = made.tracker(service_id, own, title=title)
            for cookie in as_list(said.get("cookies")):
                item = as_dict(cookie)
                made.store(tracker, item.get("name"), domain=item.get("domain"))
            if "onAccept" in said or "onReject" in said:
                made.leave(
                    tracker["name"], say("Its functions onAccept and onReject: Placet has stop steps and signals.")
                )
        cookies = as_list(clear.get("cookies"))
        if cookies:
            _take_cleared(made, name, own, cookies)
        if clear.get("reloadPage") is True:
            made.leave(
                say("Category {name}, reloadPage", name=name),
                say("Write the stop step `reload` at the trackers that need it."),
            )
    made.take(say("Categories"), ", ".join(made.categories) or say("none"))
    return names


def _take_cleared(made: Gathering, name: str, own: str, cookies: list[Any]) -> None:
    """Cookies that belong to a category and to no service: one entry holds what no service has."""
    there = [other for other in made.trackers.values() if other["category"] == own]
    tracker = there[0] if len(there) == 1 else made.tracker(f"{name}-cookies", own, title=f"Cookies of {name}")
    held = {item["name"] for other in there if other is not tracker for item in other["storage"]}
    for cookie in cookies:
        item = as_dict(cookie)
        if storage_name(item.get("name")) not in held:
            made.store(tracker, item.get("name"), domain=item.get("domain"))
    if not there:
        made.take(tracker["name"], say("One entry for all cookies of the category: say who sets which."))


def _take_translation(made: Gathering, names: dict[str, str], lang: str, translation: dict[str, Any]) -> None:
    for section in as_list(as_dict(translation.get("preferencesModal")).get("sections")):
        said = as_dict(section)
        linked = said.get("linkedCategory")
        if not isinstance(linked, str):
            continue
        known = names.get(linked, standard_category(linked))
        made.describe(known, lang, said.get("title"), said.get("description"))
        table = as_dict(said.get("cookieTable"))
        _take_table(made, known, as_dict(table.get("headers")), as_list(table.get("body")))


def _take_table(made: Gathering, category: str, headers: dict[str, Any], rows: list[Any]) -> None:
    """A table of cookies that is shown to visitors: its columns are known by their keys or by what stands above them."""
    columns = {
        what: next((key for key, title in headers.items() if _is_column(key, title, words)), None)
        for what, words in _HEADERS.items()
    }
    if not rows or columns["name"] is None:
        return
    tracker = next((own for own in made.trackers.values() if own["category"] == category), None)
    tracker = tracker or made.tracker(f"{category}-cookies", category, title=f"Cookies of {category}")
    for row in map(as_dict, rows):
        name = made.plain(say("Cookie table, name"), row.get(columns["name"] or ""), 120)
        said = row.get(columns["lifetime"] or "")
        lifetime = duration_in_words(said) if isinstance(said, str) else None
        if said and lifetime is None:
            made.leave(say("Cookie {name}", name=name), say("How long it is kept: {said}", said=str(said)[:BRIEF]))
        holder = next(
            (own for own in made.trackers.values() if any(item["name"] == name for item in own["storage"])), tracker
        )
        made.store(holder, name.replace("(*)", "*"), domain=row.get(columns["domain"] or ""), lifetime=lifetime or "")


def _is_column(key: str, title: Any, words: tuple[str, ...]) -> bool:
    said = f"{key} {title if isinstance(title, str) else ''}".lower()
    return any(word in said for word in words)


def _take_look(made: Gathering, config: dict[str, Any]) -> None:
    layout = as_dict(as_dict(config.get("guiOptions")).get("consentModal")).get("layout")
    own = "modal" if config.get("disablePageInteraction") is True else None
    if own is None and isinstance(layout, str):
        own = LAYOUTS.get(layout.split(" ")[0])
    if own:
        made.document["look"] = {"layout": own}
        made.take(say("Layout"), own)
    if any(as_dict(category).get("services") for category in as_dict(config.get("categories")).values()):
        made.document["choice_per_tracker"] = True
        made.take(say("Choice per tracker"), say("Yes: there are services to switch one by one."))
