from datetime import UTC, datetime, timedelta

from app.core.retention import removal_limit, removal_rule

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def document(retention="P5Y", granted="P6M", refused="P6M"):
    return {"retention": retention, "lifetimes": {"granted": granted, "refused": refused}}


def test_the_config_in_effect_says_how_long_receipts_are_kept():
    old, live = document("P1Y"), document("P3Y")
    assert removal_limit(live, [old, live], NOW) == NOW - timedelta(days=3 * 365)
    assert removal_rule(live) == "retention P3Y"


def test_a_receipt_is_kept_as_long_as_its_choice_may_hold_whatever_a_later_config_says():
    old, live = document("P5Y", granted="P24M"), document("P1Y")
    assert removal_limit(live, [old, live], NOW) == NOW - timedelta(days=24 * 30)
