from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.receipt import rfc3339
from app.core.report import Findings
from app.core.verify_times import Times
from tests.support.bundles import verify

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def found(minutes):
    """Return index and sentence of each finding about entries at these minutes past noon."""
    findings = Findings()
    times = Times(findings)
    for index, minute in enumerate(minutes):
        times.see(rfc3339(NOON + timedelta(minutes=minute)), "receipts.jsonl", index)
    times.finish()
    return [(failure.index, failure.message) for failure in findings.failures]


def indexes(minutes):
    return [index for index, _ in found(minutes)]


def test_five_minutes_back_are_no_sign_of_anything():
    assert found([0, 5, 0, 10, 5]) == []
    assert indexes([0, 1, 2, 5.001, 0]) == [4]


def test_one_entry_dated_back_is_named_with_the_one_it_is_before():
    ((index, words),) = found([0, 1, 2, -60, 3, 4])
    assert index == 3
    assert words.startswith(
        "its time, 2026-03-01T11:00:00.000Z, is before that of an earlier entry, 2026-03-01T12:02:00.000Z"
    )
    assert "at index 2: back-dated, put after what it came before, or a clock was wrong." in words


def test_a_row_of_entries_dated_back_is_one_finding():
    ((index, words),) = found([0, 1, 2, -60, -59, -58, 3, 4])
    assert index == 3
    assert "at index 2, and so are those of the 2 after it, up to index 5:" in words


def test_two_entries_dated_back_apart_are_two_findings():
    assert indexes([0, 1, -60, 2, -60, 3]) == [2, 4]


def test_a_clock_that_ran_ahead_once_is_one_finding_about_that_entry_however_long_the_log_goes_on():
    ((index, words),) = found([0, 1, 1440, *range(2, 400)])
    assert index == 2
    assert "its time, 2026-03-02T12:00:00.000Z, is ahead of the entries after it, which go on from " in words
    assert "2026-03-01T12:02:00.000Z at index 3: its clock ran ahead" in words


def test_when_the_time_that_was_ahead_comes_by_itself_it_is_still_one_finding():
    assert indexes([0, 1, 100, *range(2, 200)]) == [2]


def test_the_first_entry_of_all_can_be_ahead():
    assert indexes([1440, 0, 1, 2]) == [0]


def test_after_an_entry_that_was_ahead_others_are_still_held_against_the_rest():
    assert indexes([0, 10, 1440, 11, 12, 1, 13, 14]) == [2, 5]
    assert indexes([0, 10, 1440, 11, 12, 2880, 13, 14]) == [2, 5]


def test_two_entries_that_were_ahead_are_no_single_one_so_what_follows_is_named():
    assert indexes([0, 1, 1440, 1441, 2, 3, 4]) == [4]


def test_at_the_log_s_end_one_entry_before_another_is_the_one_named():
    assert indexes([0, 1, 1440, 2]) == [3]


@given(st.lists(st.integers(0, 30), max_size=60), st.data())
def test_times_that_never_step_back_too_far_are_never_named_and_one_far_ahead_alone_is(steps, data):
    minutes, at = [], 0
    for step in steps:
        at += step
        minutes.append(at - data.draw(st.integers(0, 2)))
    assert found(minutes) == []
    if len(minutes) >= 3:
        place = data.draw(st.integers(0, len(minutes) - 3))
        ahead = [*minutes[:place], max(minutes) + 1000, *minutes[place + 1 :]]
        assert indexes(ahead) == [place]
        behind = [*minutes[: place + 1], minutes[place] - 1000, *minutes[place + 1 :]]
        assert indexes(behind)[0] in ({place + 1} if place else {0, 1})


@given(st.lists(st.lists(st.integers(0, 14), min_size=1, max_size=6), max_size=8))
def test_entries_seen_in_a_row_are_told_as_each_seen_by_itself_is(runs):
    findings = Findings()
    times, index = Times(findings), 0
    for run in runs:
        moments = [rfc3339(NOON + timedelta(minutes=minute)) for minute in run]
        if not times.see_run(moments, "receipts.jsonl", index):
            for place, moment in enumerate(moments, start=index):
                times.see(moment, "receipts.jsonl", place)
        index += len(run)
    times.finish()
    told = [(failure.index, failure.message) for failure in findings.failures]
    assert told == found([minute for run in runs for minute in run])


def test_a_bundle_of_a_clock_that_ran_ahead_names_that_receipt_alone(log):
    index = log.receipt(received_at="2026-03-02T12:00:00.000Z")
    log.receipt()
    log.receipt()
    report = verify(log.files())
    assert [(failure.check, failure.index) for failure in report.failures] == [("times", index)]
    assert not any("step back" in sentence for sentence in report.proven)
