import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.choice import Choice, format_choice, parse_choice, utc_day

CONTRACT = json.loads((Path(__file__).parent.parent / "contract" / "choice.json").read_text())
ids = st.frozensets(st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True), max_size=6)


@pytest.mark.parametrize("example", CONTRACT["examples"], ids=lambda example: repr(example["value"])[:40])
def test_it_reads_what_the_contract_says(example):
    choice = parse_choice(example["value"])
    expected = example["parsed"]
    if expected is None:
        assert choice is None
    else:
        assert choice == Choice(
            expected["version"],
            frozenset(expected["granted"]),
            frozenset(expected["differs"]),
            expected["decided"],
            expected["expires"],
        )


@given(st.builds(Choice, st.integers(1, 10**9 - 1), ids, ids, st.integers(0, 999999), st.integers(0, 999999)))
def test_what_is_written_is_read_back(choice):
    assert parse_choice(format_choice(choice)) == choice


@given(st.text(max_size=80))
def test_any_text_is_a_choice_or_none_and_never_an_error(text):
    parse_choice(text)


def test_the_day_turns_at_midnight_utc_wherever_the_clock_stands():
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    assert utc_day(midnight) == 20779
    assert utc_day(midnight - timedelta(microseconds=1)) == 20778
    assert utc_day(midnight.astimezone(timezone(timedelta(hours=-8)))) == 20779
