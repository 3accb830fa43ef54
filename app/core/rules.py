"""From a config document and a regime to what decides, what the gate holds, and what the loader carries.

``since`` maps each tracker to the version in which its present meaning first stood: a yes reaches no newer meaning.
"""

from collections.abc import Mapping
from typing import Any

from app.core.category_rules import category_model as category_model
from app.core.category_rules import lifetimes_under as lifetimes_under
from app.core.category_rules import tracker_model as tracker_model
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument, GateTracker, Rules, Tracker, TrackerRule
from app.core.durations import duration_days
from app.core.languages import script_direction
from app.core.look import look_sheet
from app.core.meaning import since_map as since_map
from app.core.meaning import tracker_fingerprint as tracker_fingerprint
from app.core.notices import FIRST_LAYER_TEXTS, notice_categories
from app.core.receipt import Offer
from app.core.regimes import Regime
from app.core.signals import told_by_name
from app.core.take_over import terms_of


def rules_of_loader(loader: dict[str, Any]) -> Rules:
    """Return what ``app.core.decision.decide`` needs, out of what a version's loader carries (``widget_config``).

    So the server decides by what browsers have, also when the table of regimes has changed since the version was made.
    """
    return {
        "version": loader["version"],
        "ask_since": loader["ask_since"],
        "gpc": loader["gpc"],
        "categories": [category["id"] for category in loader["categories"]],
        "trackers": loader["trackers"],
    }


def gate_trackers(document: ConfigDocument, regime: Regime, since: Mapping[str, int]) -> list[GateTracker]:
    """Return each tracker's rule with what the gate holds back, deletes and stops, and what the vendor is told.

    A `declared` tracker is only told, so it has nothing to hold or delete. A `server` tracker keeps what it lists: a
    request of the page to its host is held, too. `necessary` ones keep theirs, so that a wildcard of another cannot
    hold or delete what belongs to them.
    """
    return [
        {
            **_tracker_rule(tracker, document, regime, since),
            "match": tracker["match"] if tracker["kind"] != "declared" else [],
            "storage": tracker["storage"] if tracker["kind"] != "declared" else [],
            "stop": tracker["stop"],
            "signals": told_by_name(tracker["id"], tracker["signals"]),
        }
        for tracker in document["trackers"]
    ]


def lifetime_days(document: ConfigDocument, regime: Regime) -> dict[str, int]:
    """Return ``{"granted": days, "refused": days}`` under ``regime``."""
    lifetimes = lifetimes_under(document["lifetimes"], regime)
    return {"granted": duration_days(lifetimes["granted"]), "refused": duration_days(lifetimes["refused"])}


def offer_of(document: ConfigDocument, regime: Regime | None = None, since: Mapping[str, int] | None = None) -> Offer:
    """Return what a claim is held against. Without a ``regime`` the lifetimes are the config's own.

    Without ``since``, that of the published version, nothing is taken over from another tool.
    """
    days = (
        lifetime_days(document, regime)
        if regime is not None
        else {name: duration_days(document["lifetimes"][name]) for name in ("granted", "refused")}
    )
    return Offer(
        categories=tuple(category["id"] for category in document["categories"]),
        trackers={
            tracker["id"]: tracker["category"] for tracker in document["trackers"] if tracker["category"] != NECESSARY
        },
        per_tracker=document["choice_per_tracker"],
        granted_days=days["granted"],
        refused_days=days["refused"],
        before=terms_of(document, since or {}),
    )


def widget_config(
    document: ConfigDocument,
    regime: Regime,
    lang: str,
    *,
    site: str,
    version: int,
    sha256: str,
    notice_sha256: str,
    since: Mapping[str, int],
    ask_since: int,
    texts: Mapping[str, str],
) -> dict[str, Any]:
    """Return what the loader carries (``WidgetConfig``), but for ``api``, ``widget``, ``shown`` and ``next``.

    ``texts`` is what ``app.core.notices.site_texts`` returns for the same language and regime; only those of the first
    layer are carried, and of each category only its id.
    """
    return {
        "site": site,
        "version": version,
        "sha256": sha256,
        "notice": {"lang": lang, "sha256": notice_sha256},
        "regime": regime.id,
        "gpc": regime.gpc,
        "lang": lang,
        "dir": script_direction(lang),
        "layout": document["look"]["layout"],
        **_look(document),
        "ask_since": ask_since,
        "lifetimes": lifetime_days(document, regime),
        "cookie_domain": document["cookie_domain"],
        "choice_per_tracker": document["choice_per_tracker"],
        "csp_sources": document["csp_sources"],
        "policy_url": document["policy_url"],
        "categories": [{"id": category["id"]} for category in document["categories"]],
        "trackers": gate_trackers(document, regime, since),
        "texts": {key: texts[key] for key in FIRST_LAYER_TEXTS},
    }


def public_config(
    document: ConfigDocument,
    regime: Regime,
    lang: str,
    *,
    site: str,
    version: int,
    sha256: str,
    notice_sha256: str,
    since: Mapping[str, int],
    ask_since: int,
    texts: Mapping[str, str],
) -> dict[str, Any]:
    """Return the body of ``GET /v1/sites/<site>/config``, but for ``shown``, ``effective_at`` and ``next``.

    It has all that a headless client needs to show the whole notice, to decide, and to post a receipt.
    """
    rules = {rule["id"]: rule for rule in gate_trackers(document, regime, since)}
    shown = notice_categories(document, regime, lang)
    return {
        "site": site,
        "version": version,
        "sha256": sha256,
        "regime": regime.id,
        "gpc": regime.gpc,
        "lang": lang,
        "dir": script_direction(lang),
        "languages": document["languages"],
        "name": document["name"],
        "controller": document["controller"],
        "policy_url": document["policy_url"],
        "layout": document["look"]["layout"],
        **_look(document),
        "choice_per_tracker": document["choice_per_tracker"],
        "cookie_domain": document["cookie_domain"],
        "csp_sources": document["csp_sources"],
        "ask_since": ask_since,
        "categories": [
            {
                "id": category["id"],
                "required": category["required"],
                "name": category["name"],
                "description": category["description"],
                "model": category_model(category["id"], document["categories"], regime),
                "on": category["on"],
            }
            for category in shown
        ],
        "trackers": [{**tracker, **rules[tracker["id"]]} for category in shown for tracker in category["trackers"]],
        "texts": dict(texts),
        "notice": {"lang": lang, "sha256": notice_sha256},
        "lifetimes": lifetime_days(document, regime),
    }


def with_optional_off(public: Mapping[str, Any]) -> dict[str, Any]:
    """Return a public config in which no optional switch stands on: what a minor is shown, whatever the law lets run."""
    return {**public, "categories": [{**category, "on": category["required"]} for category in public["categories"]]}


def _look(document: ConfigDocument) -> dict[str, str]:
    """The style sheet of the site's look, where it has one."""
    sheet = look_sheet(document["look"])
    return {"look": sheet} if sheet else {}


def _tracker_rule(tracker: Tracker, document: ConfigDocument, regime: Regime, since: Mapping[str, int]) -> TrackerRule:
    rule: TrackerRule = {
        "id": tracker["id"],
        "category": tracker["category"],
        "kind": tracker["kind"],
        "model": tracker_model(tracker, document["categories"], regime),
        "sale_share": tracker["sale_share"],
        "since": since[tracker["id"]],
    }
    if tracker["via"] is not None:
        rule["via"] = tracker["via"]
    return rule
