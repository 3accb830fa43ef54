"""The rule of a category or a tracker under a regime, and how long a choice is remembered there."""

from collections.abc import Collection

from app.core.decision import NECESSARY
from app.core.documents import Category, Lifetimes, Model, Tracker
from app.core.durations import duration_days
from app.core.regimes import OPTIONAL_STANDARD, Regime


def rule_category(category_id: str, categories: Collection[Category]) -> str | None:
    """Return the standard category whose rule a category takes; ``None``: no rule, so it is asked first."""
    if category_id == NECESSARY or category_id in OPTIONAL_STANDARD:
        return category_id
    followed = next((category["follows"] for category in categories if category["id"] == category_id), None)
    return followed if followed in OPTIONAL_STANDARD else None


def category_model(category_id: str, categories: Collection[Category], regime: Regime) -> Model:
    """Return the rule of a category under ``regime``, exemptions aside; a category of one's own follows or asks first."""
    rule = rule_category(category_id, categories)
    return "optin" if rule is None else regime.models[rule]


def tracker_model(tracker: Tracker, categories: Collection[Category], regime: Regime) -> Model:
    """Return the rule of one tracker: its category's, or the exemption that an admin has confirmed for ``regime``."""
    rule = rule_category(tracker["category"], categories)
    if rule is not None and rule in regime.exemptions and regime.id in tracker["exempt_in"]:
        return regime.exemptions[rule].model
    return category_model(tracker["category"], categories, regime)


def lifetimes_under(lifetimes: Lifetimes, regime: Regime) -> Lifetimes:
    """Return how long a choice is remembered under ``regime``, as ISO 8601.

    A yes never longer than the law allows; a no at least as long as the law makes a site wait before asking again.
    """
    granted, refused = lifetimes["granted"], lifetimes["refused"]
    if regime.max_granted and duration_days(granted) > duration_days(regime.max_granted):
        granted = regime.max_granted
    if regime.max_refused and duration_days(refused) > duration_days(regime.max_refused):
        refused = regime.max_refused
    if regime.min_refused and duration_days(refused) < duration_days(regime.min_refused):
        refused = regime.min_refused
    return {"granted": granted, "refused": refused}
