"""What a visitor is shown: the texts, filled in, and the notice document, in one language under one regime.

The first layer says what is true under that regime: what waits for a yes, what runs until a no, and that some of what
is listed cannot be controlled here.
"""

import re
from collections.abc import Mapping

from app.core.category_rules import lifetimes_under, tracker_model
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument, Model, NoticeCategory, NoticeDocument, NoticeTracker, Tracker
from app.core.languages import PLURAL_FORMS, joined, name_of_language, number_in_words, plural_form, script_direction
from app.core.regimes import Regime
from app.core.texts import PLACEHOLDER, BuiltinTexts, merged_texts

FILLED = ("name", "controller", "categories", "running", "waiting", "shared", "waits", "recipients", "contact")
"""Placeholders that are filled in when a version is published; the others are filled in by the widget."""

FIRST_LAYER_TEXTS = (
    "label",
    "title",
    "body",
    "policy_link",
    "accept_all",
    "reject_all",
    "choose",
    "reopen",
    "saved",
    "load_failed",
    "gpc_status",
)
_BUILDING_BLOCKS = {
    "body_optout",
    "body_shared",
    "body_waits",
    "body_declared",
    "recipients_none",
    *(f"recipients_{form}" for form in PLURAL_FORMS),
    "reopen_optout",
    "gpc_optout",
}


def site_texts(document: ConfigDocument, lang: str, builtin: BuiltinTexts, regime: Regime) -> dict[str, str]:
    """Return every text of the widget for one language under one regime, filled in.

    ``body`` is composed from what the regime lets run; ``reopen`` and ``gpc`` take their opt-out wording where the law
    asks for a link or a status. Placeholders that the widget fills in (``{count}``, ``{time}``, …) stay. ``KeyError``
    when a text is missing, which ``app.core.lint`` reports before anything is published.
    """
    merged = merged_texts(document, lang, builtin)
    values = {
        "name": document["name"],
        "controller": document["controller"]["name"],
        "contact": document["controller"]["contact"],
        "categories": joined(_asked_names(document, lang), lang),
        "running": joined(_names(document, lang, regime, "optout"), lang),
        "waiting": joined(_names(document, lang, regime, "optin"), lang),
        "recipients": _recipients(document, regime, lang, merged),
    }
    values["shared"] = merged["body_shared"] if _shares(document, regime) else ""
    values["waits"] = fill(merged["body_waits"], values) if values["waiting"] else ""
    chosen = {key: text for key, text in merged.items() if key not in _BUILDING_BLOCKS}
    chosen["body"] = _body(document, regime, merged)
    if "optout_link" in regime.first_layer:
        chosen["reopen"] = merged["reopen_optout"]
    if regime.gpc == "legal_optout":
        chosen["gpc"] = merged["gpc_optout"]
    return {key: _one_spaced(fill(text, values)) for key, text in chosen.items()}


def _one_spaced(text: str) -> str:
    """Close the gaps that empty values leave."""
    return re.sub(" {2,}", " ", text).strip()


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put ``values`` in the place of their ``{placeholder}``, once: a value is never read for placeholders itself."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def make_notice(
    document: ConfigDocument, regime: Regime, lang: str, texts: Mapping[str, str], *, site: str
) -> NoticeDocument:
    """Return everything a visitor is shown. ``texts`` is what ``site_texts`` returns, ``site`` the site's key."""
    return {
        "v": 1,
        "site": site,
        "name": document["name"],
        "lang": lang,
        "dir": script_direction(lang),
        "regime": regime.id,
        "gpc": regime.gpc,
        "layout": document["look"]["layout"],
        "controller": document["controller"],
        "policy_url": document["policy_url"],
        "choice_per_tracker": document["choice_per_tracker"],
        "lifetimes": lifetimes_under(document["lifetimes"], regime),
        "languages": {own: name_of_language(own) for own in document["languages"]},
        "texts": dict(texts),
        "categories": notice_categories(document, regime, lang),
    }


def notice_categories(document: ConfigDocument, regime: Regime, lang: str) -> list[NoticeCategory]:
    """Return the categories as displayed, each with its trackers, in the config's order."""
    result: list[NoticeCategory] = []
    for category in document["categories"]:
        trackers = [tracker for tracker in document["trackers"] if tracker["category"] == category["id"]]
        required = category["id"] == NECESSARY
        result.append(
            {
                "id": category["id"],
                "name": category["name"][lang],
                "description": category["description"][lang],
                "required": required,
                "on": required or _runs_by_default(trackers, document, regime),
                "trackers": [
                    _notice_tracker(tracker, lang, tracker_model(tracker, document["categories"], regime))
                    for tracker in trackers
                ],
            }
        )
    return result


def _notice_tracker(tracker: Tracker, lang: str, model: Model) -> NoticeTracker:
    # Nobody consents by saying nothing: what may run until a no is not told to rest on consent.
    unasked = model == "optout" and tracker["legal_basis"] == "consent" and tracker["kind"] != "declared"
    return {
        "id": tracker["id"],
        "kind": tracker["kind"],
        "name": tracker["name"],
        "vendor": tracker["vendor"],
        "purpose": tracker["purpose"][lang],
        "legal_basis": "opt_out" if unasked else tracker["legal_basis"],
        "data": [{"name": item["name"][lang], "retention": item["retention"]} for item in tracker["data"]],
        "recipients": tracker["recipients"],
        "sale_share": tracker["sale_share"],
        "storage": tracker["storage"],
    }


def _models(trackers: list[Tracker], document: ConfigDocument, regime: Regime) -> list[Model]:
    """The rules of those trackers that can be held; a declared one runs whatever is chosen, so it does not count."""
    return [
        tracker_model(tracker, document["categories"], regime) for tracker in trackers if tracker["kind"] != "declared"
    ]


def _runs_by_default(trackers: list[Tracker], document: ConfigDocument, regime: Regime) -> bool:
    """A switch stands on before a choice only when everything behind it may run: on is never a yes put in a mouth."""
    models = _models(trackers, document, regime)
    return bool(models) and all(model == "optout" for model in models)


def _optional(document: ConfigDocument) -> list[Tracker]:
    return [tracker for tracker in document["trackers"] if tracker["category"] != NECESSARY]


def _asked_names(document: ConfigDocument, lang: str) -> list[str]:
    """The names of the categories in which a choice changes something."""
    held = {tracker["category"] for tracker in _held(document)}
    return [category["name"][lang] for category in document["categories"] if category["id"] in held]


def _names(document: ConfigDocument, lang: str, regime: Regime, model: Model) -> list[str]:
    """What runs until a no, or waits for a yes: a category by its name, or those of its trackers that differ from others."""
    names = []
    for category in document["categories"]:
        trackers = [tracker for tracker in _held(document) if tracker["category"] == category["id"]]
        same = [tracker["name"] for tracker in trackers if _model(tracker, document, regime) == model]
        if same:
            name = category["name"][lang]
            names.append(name if len(same) == len(trackers) else f"{name} ({joined(same, lang)})")
    return names


def _body(document: ConfigDocument, regime: Regime, merged: Mapping[str, str]) -> str:
    is_optout = "optout" in _models(_optional(document), document, regime)
    parts = [merged["body_optout" if is_optout else "body"]]
    if any(tracker["kind"] == "declared" for tracker in _optional(document)):
        parts.append(merged["body_declared"])
    return " ".join(parts)


def _recipients(document: ConfigDocument, regime: Regime, lang: str, merged: Mapping[str, str]) -> str:
    """Who gets what is collected, as a number of others than the site itself.

    Where something runs until a no, those who get that; elsewhere those who would get it after a yes to everything.
    """
    trackers = _running(document, regime) or _held(document)
    names = {recipient["name"] for tracker in trackers for recipient in tracker["recipients"]}
    names -= {document["controller"]["name"]}
    if not names:
        return merged["recipients_none"]
    text = merged[f"recipients_{plural_form(len(names), lang)}"]
    return fill(text, {"count": number_in_words(len(names), lang)})


def _shares(document: ConfigDocument, regime: Regime) -> bool:
    return any(tracker["sale_share"] for tracker in _running(document, regime))


def _running(document: ConfigDocument, regime: Regime) -> list[Tracker]:
    return [tracker for tracker in _held(document) if _model(tracker, document, regime) == "optout"]


def _held(document: ConfigDocument) -> list[Tracker]:
    """Optional trackers that a choice can hold: a declared one runs whatever is chosen."""
    return [tracker for tracker in _optional(document) if tracker["kind"] != "declared"]


def _model(tracker: Tracker, document: ConfigDocument, regime: Regime) -> Model:
    return tracker_model(tracker, document["categories"], regime)
