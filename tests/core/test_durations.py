from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.durations import Duration, duration_days, parse_duration

LETTERS = {"year": "Y", "month": "M", "week": "W", "day": "D"}


@pytest.mark.parametrize(
    ("text", "days"),
    [("P1D", 1), ("P2W", 14), ("P6M", 180), ("P13M", 390), ("P5Y", 1825), ("P0D", 0), ("PT0S", 0)],
)
def test_a_duration_is_counted_in_days(text, days):
    assert duration_days(text) == days


@pytest.mark.parametrize(("text", "days"), [("PT30M", 1), ("PT24H", 1), ("PT25H", 2), ("PT1S", 1), ("PT86401S", 2)])
def test_a_part_of_a_day_counts_as_one(text, days):
    assert duration_days(text) == days


@pytest.mark.parametrize(
    "text",
    ["", "P", "6M", "P6", "p6m", "P1Y6M", "PT", "P6H", "PT6D", "P-6M", "P1.5Y", " P6M", "P6M\n", "P٦M", "P123456D"],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="duration"):
        duration_days(text)


@given(st.integers(0, 99_999), st.sampled_from(sorted(LETTERS)))
def test_amount_and_unit_are_read_back(amount, unit):
    assert parse_duration(f"P{amount}{LETTERS[unit]}") == Duration(amount, unit)


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_a_value_error(text):
    with suppress(ValueError):
        assert duration_days(text) >= 0


@given(st.integers(0, 9_999), st.integers(0, 9_999), st.sampled_from("YMWD"))
def test_more_is_never_shorter(one, other, letter):
    assert (one <= other) == (duration_days(f"P{one}{letter}") <= duration_days(f"P{other}{letter}"))
