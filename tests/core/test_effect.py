"""From when a version holds."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.effect import Newest, Publication, check_day, earliest, effective_at
from app.core.errors import NotAllowedError
from tests.core.config_documents import good_document

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BEFORE = Newest(good_document(), datetime(2026, 1, 1, tzinfo=UTC))


def how(**changes):
    return Publication("because", "ada", **changes)


def test_one_that_asks_again_waits_for_the_notice_period_and_none_overtakes():
    document, month = good_document(), timedelta(days=30)
    assert earliest(document, BEFORE, how(), NOW) == NOW
    assert earliest(document, BEFORE, how(ask_again=True), NOW) == NOW + month
    assert earliest(document, None, how(ask_again=True), NOW) == NOW, "nobody was asked before the first"
    assert earliest(document, BEFORE, how(ask_again=True, urgency="law"), NOW) == NOW
    assert earliest(document, Newest(document, NOW + month), how(), NOW) == NOW + month


def test_a_shorter_notice_period_holds_from_the_next_version_on():
    shorter = {**good_document(), "notice_period": "P0D"}
    asks = how(ask_again=True)
    assert earliest(shorter, BEFORE, asks, NOW) == NOW + timedelta(days=30)
    assert earliest(shorter, Newest(shorter, BEFORE.effective_at), asks, NOW) == NOW
    assert earliest({**shorter, "notice_period": "P2M"}, BEFORE, asks, NOW) == NOW + timedelta(days=60)


def test_a_chosen_day_counts_where_it_is_later():
    document = good_document()
    assert effective_at(document, BEFORE, how(holds_on=date(2027, 1, 5)), NOW) == datetime(2027, 1, 5, tzinfo=UTC)
    assert effective_at(document, BEFORE, how(holds_on=date(2026, 11, 22)), NOW) == NOW, "today is at once"
    first = NOW + timedelta(days=30)
    assert effective_at(document, BEFORE, how(ask_again=True, holds_on=first.date()), NOW) == first


@pytest.mark.parametrize(
    ("day", "first", "words"),
    [
        (date(2026, 11, 21), NOW, "2026-11-21 is over"),
        (date(2026, 12, 21), NOW + timedelta(days=30), "or another version takes effect, on 2026-12-22"),
        (date(2027, 11, 24), NOW, "more than a year ahead"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_in_words(day, first, words):
    with pytest.raises(NotAllowedError, match=words):
        check_day(day, first, NOW)


@pytest.mark.parametrize("day", [None, date(2026, 12, 22), date(2027, 11, 23)])
def test_any_day_from_the_earliest_on_for_a_year(day):
    check_day(day, NOW + timedelta(days=30), NOW)
