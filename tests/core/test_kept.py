"""What an answer may set as the choice cookie: the browser's last word, and nothing that came before it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.choice import utc_day
from app.core.kept import choice_of_claim, choice_to_set
from tests.core.claims import CLAIM, NOW, OFFER, REFUSAL

TODAY = utc_day(NOW)
YES = f"1.3.analytics.-.{TODAY}.{TODAY + 180}"
NO = f"1.3.-.-.{TODAY}.{TODAY + 90}"


def value(claim, *cookies, today=TODAY):
    kept = choice_to_set(claim, OFFER, cookies, today)
    return kept and kept.value


def test_the_value_is_what_the_widget_writes():
    kept = choice_to_set(CLAIM, OFFER, (), TODAY)
    assert (kept.value, kept.expires_day) == (YES, TODAY + 180)
    assert value(REFUSAL) == NO


def test_ids_stand_in_the_order_of_the_config():
    everything = replace(
        CLAIM,
        choices={"marketing": True, "analytics": True, "necessary": True},
        trackers={"clicks": False, "ads": False},
    )
    assert value(everything) == f"1.3.analytics~marketing.ads~clicks.{TODAY}.{TODAY + 180}"


def test_a_tracker_that_follows_its_category_is_not_listed():
    assert choice_of_claim(replace(CLAIM, trackers={"clicks": True, "ads": True}), OFFER).differs == {"ads"}


@pytest.mark.parametrize(
    ("says", "is_set"),
    [
        (YES, True),
        (f"1.3.analytics.-.{TODAY + 1}.{TODAY + 181}", True),
        (f"1.3.analytics.-.{TODAY}.{TODAY + 9}", True),
        (NO, False),
        (f"1.3.analytics~marketing.-.{TODAY}.{TODAY + 180}", False),
        (f"1.3.analytics.clicks.{TODAY}.{TODAY + 180}", False),
        (f"1.4.analytics.-.{TODAY}.{TODAY + 180}", False),
        (f"1.3.analytics.-.{TODAY - 9}.{TODAY + 171}", False),
        (f"1.3.analytics.-.{TODAY}.{TODAY + 181}", False),
        ("", False),
        (f"{YES}; Domain=example.com", False),
    ],
    ids=["it", "midnight", "sooner", "a no", "more", "less", "version", "another day", "longer", "none", "no choice"],
)
def test_only_what_the_browser_keeps_by_now_is_set(says, is_set):
    assert value(replace(CLAIM, choice=says)) == (says if is_set else None)


@pytest.mark.parametrize("cookie", [NO, YES, "nonsense", ""])
def test_who_says_what_is_kept_is_believed_over_a_cookie_of_the_same_day(cookie):
    """An earlier answer may have set the cookie after the visitor had chosen anew."""
    assert value(replace(CLAIM, choice=YES), cookie) == YES
    assert value(replace(REFUSAL, choice=NO), cookie) == NO


@pytest.mark.parametrize("claim", [CLAIM, REFUSAL])
@pytest.mark.parametrize("says_so", [True, False])
def test_a_cookie_of_a_later_day_always_stands(claim, says_so):
    queued = replace(claim, decided_at=NOW - timedelta(days=2))
    written = value(queued)
    assert written, "alone it is set"
    queued = replace(queued, choice=written if says_so else None)
    assert value(queued, YES) is value(queued, NO) is value(queued, "nonsense", NO) is None


def test_without_a_word_from_the_browser_the_refusal_wins_a_tie():
    assert value(CLAIM, NO) is None
    assert value(REFUSAL, YES) == NO
    assert value(CLAIM, YES) == YES
    assert value(CLAIM, f"1.3.-.-.{TODAY - 1}.{TODAY + 89}") == YES


def test_a_cookie_from_a_day_to_come_is_no_choice():
    assert value(CLAIM, f"1.3.-.-.{TODAY + 300}.{TODAY + 400}") == YES


@pytest.mark.parametrize("days", [-400, -180, 2, 365, 365 * 1000])
def test_what_is_not_in_force_is_not_set(days):
    assert value(replace(CLAIM, decided_at=NOW + timedelta(days=days))) is None


def test_the_signal_is_no_choice():
    assert value(replace(REFUSAL, method="gpc")) is None
    assert value(replace(REFUSAL, method="gpc", choice=NO)) is None
