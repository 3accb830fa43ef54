import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.bundle import MANIFEST, RECEIPTS, line_bytes
from app.core.receipt import rfc3339
from app.core.selection import Margins, Selection
from tests.support.bundles import START, BundleBuilder, verify, with_lines, words


@pytest.fixture
def hours():
    """Twelve entries an hour apart: a publication at noon, then receipts, of which the one at index 3 is removed at 11."""
    log = BundleBuilder(step=timedelta(hours=1))
    log.publish(1)
    for _ in range(10):
        log.receipt()
    log.remove((3, 3))
    return log


def at(hour, minutes=0):
    return rfc3339(START + timedelta(hours=hour, minutes=minutes))


def changed(log, **selection):
    files = log.files()
    manifest = json.loads(files[MANIFEST])
    manifest["selection"].update(selection)
    files[MANIFEST] = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    return files


def test_a_selection_by_index_holds_and_says_what_is_left_out(hours):
    hours.select(4, 6)
    report = verify(hours.files())
    assert report.ok, report.to_text()
    assert report.to_json()["counts"] == {"receipts": 3, "statements": 2, "removed": 1, "left_out": 6}
    assert report.to_json()["selection"] == {"from": None, "to": None, "first": 4, "last": 6}
    assert any(
        "1 removed under a signed statement, 6 left out by the selection." in sentence for sentence in report.proven
    )
    assert any("6 receipts left out" in sentence for sentence in report.not_proven)
    assert not any("all that were received" in sentence for sentence in (*report.proven, *report.not_proven))


@pytest.mark.parametrize("first, last", [(0, 11), (0, -1), (12, 11), (5, 4), (1, 1), (11, 11), (3, 3)])
def test_every_range_of_the_log_holds(hours, first, last):
    hours.select(first, last)
    assert verify(hours.files()).ok


def test_a_period_whose_margins_are_here_is_shown_to_be_whole(hours):
    hours.select(4, 8, at(5), at(7, 30))
    report = verify(hours.files())
    assert report.ok
    assert f"all that were received from {at(5)} up to {at(7, 30)}, if the times" in "\n".join(report.proven)
    assert "all that were received" not in "\n".join(report.not_proven)


@pytest.mark.parametrize(
    "first, last, start, end",
    [
        pytest.param(5, 8, at(5), at(7, 30), id="nothing before the period is here"),
        pytest.param(4, 7, at(5), at(7, 30), id="nothing after the period is here"),
        pytest.param(4, 8, at(4, 5), at(7, 30), id="what is before it is within the margin"),
        pytest.param(4, 8, at(5), at(7, 56), id="what is after it is within the margin"),
        pytest.param(4, 8, None, at(7, 30), id="an open beginning leaves something out"),
        pytest.param(4, 8, at(5), None, id="an open end leaves something out"),
        pytest.param(6, 8, at(5), at(7, 30), id="a receipt of the period is left out"),
    ],
)  # fmt: skip
def test_a_period_whose_margins_are_not_here_is_not_shown_to_be_whole(hours, first, last, start, end):
    hours.select(first, last, start, end)
    report = verify(hours.files())
    assert report.ok
    assert "all that were received" not in "\n".join(report.proven)
    assert "That the receipts here are all that were received" in "\n".join(report.not_proven)


def test_the_margin_counts_to_the_millisecond(hours):
    hours.select(4, 8, at(4, 5).replace(".000Z", ".001Z"), at(7, 55))
    assert "all that were received" in "\n".join(verify(hours.files()).proven)


@pytest.mark.parametrize(
    "first, last, start, end", [(0, 8, None, at(7, 30)), (4, 11, at(5), None), (0, 11, at(0), at(50))]
)
def test_a_side_on_which_nothing_is_left_out_needs_no_margin(hours, first, last, start, end):
    hours.select(first, last, start, end)
    assert "all that were received" in "\n".join(verify(hours.files()).proven)


def test_statements_outside_the_range_show_a_margin_too():
    log = BundleBuilder(step=timedelta(hours=1))
    log.publish(1)
    log.receipt()
    log.publish(2)
    log.receipt()
    log.receipt()
    log.publish(3)
    log.receipt()
    log.select(3, 4, at(3), at(4, 30))
    report = verify(log.files())
    assert report.ok
    assert "all that were received" in "\n".join(report.proven)


def test_what_failed_takes_the_period_along(hours):
    hours.select(4, 8, at(5), at(7, 30))
    report = verify(with_lines(hours, RECEIPTS, lambda lines: lines[:2] + lines[3:]))
    assert "index 6: it is missing" in words(report)
    assert "all that were received" not in "\n".join(report.proven)
    assert "That the receipts here are all that were received" in "\n".join(report.not_proven)


def test_a_receipt_outside_the_range_does_not_belong_there(hours):
    outside = hours.lines[RECEIPTS][9]
    hours.select(4, 6)
    report = verify(with_lines(hours, RECEIPTS, lambda lines: [*lines, line_bytes(9, outside)]))
    assert "receipts.jsonl, index 9: it stands outside what the selection says is here." in words(report)


def test_a_receipt_missing_inside_the_range_is_named(hours):
    hours.select(4, 6)
    assert "index 5: it is missing" in words(verify(with_lines(hours, RECEIPTS, lambda lines: [lines[0], lines[2]])))


def test_a_statement_missing_outside_the_range_does_not_pass_for_left_out(hours):
    hours.select(4, 6)
    report = verify(with_lines(hours, "statements.jsonl", lambda lines: lines[:1]))
    assert f"{MANIFEST}: its `left_out` is 6, and the bundle gives 8." in words(report)


@pytest.mark.parametrize(
    "change",
    [{"first": 13, "last": 12}, {"first": 2, "last": 0}, {"first": 4, "last": 12}, {"first": -1}, {"last": -2},
     {"first": 4.5}, {"from": "noon"}, {"to": 7}, {"more": 1}],
)  # fmt: skip
def test_a_selection_that_cannot_be_is_named(hours, change):
    hours.select(4, 6)
    assert f"{MANIFEST}: its " in words(verify(changed(hours, **change)))


def test_a_manifest_of_before_selections_holds(hours):
    files = hours.files()
    manifest = json.loads(files[MANIFEST])
    del manifest["selection"], manifest["left_out"]
    files[MANIFEST] = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    report = verify(files)
    assert report.ok
    assert report.to_json()["selection"] is None


@settings(max_examples=120)
@given(st.data())
def test_whatever_the_margins_show_to_be_whole_leaves_nothing_of_the_period_out(data):
    """Times that step back by five minutes at most, any range, any period: what is shown is so."""
    times, latest = [], 0
    for _ in range(data.draw(st.integers(1, 25))):
        latest += data.draw(st.integers(0, 9))
        times.append(latest - data.draw(st.integers(0, 5)))
    size = len(times)
    statements = data.draw(st.sets(st.integers(0, size - 1), max_size=4))
    first = data.draw(st.integers(0, size))
    last = data.draw(st.integers(first - 1, size - 1))
    start = data.draw(st.none() | st.integers(-10, latest + 10))
    end = data.draw(st.none() | st.integers(-10, latest + 10))
    period = [None if one is None else START + timedelta(minutes=one) for one in (start, end)]
    selection = Selection.of_period(*period, first, last)
    left_out = [index for index in range(size) if index not in statements and not selection.has(index)]
    below = max((index for index in left_out if index < first), default=None)
    above = min((index for index in left_out if index > last), default=None)
    margins = Margins(selection, below, above)
    for index in range(size):
        if index not in left_out:
            margins.see(index, at(0, times[index]))
    if margins.is_early_shown:
        assert not any(start is None or times[index] >= start for index in left_out if index < first)
    if margins.is_late_shown:
        assert not any(end is None or times[index] < end for index in left_out if index > last)
