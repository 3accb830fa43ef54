"""Good receipts in a row are held against the log as one: what comes of it, tests/independent holds against the rest."""

import pytest

from app.core.verify_record import Record
from tests.support.bundles import BundleBuilder, verify


@pytest.fixture
def taken(monkeypatch):
    """First and end of every run that was taken in at once, and whether it was."""
    found = []
    take = Record._take_run

    def watched(record, run, cover):
        done = take(record, run, cover)
        found.append((run.first, run.end, done))
        return done

    monkeypatch.setattr(Record, "_take_run", watched)
    return found


@pytest.fixture
def parted():
    """A log of three receipts, a publication, and two more."""
    log = BundleBuilder()
    log.publish(1)
    for _ in range(3):
        log.receipt()
    log.publish(2)
    log.receipt(version=2)
    log.receipt(version=1)
    return log


def test_good_receipts_are_taken_in_together_and_a_statement_parts_them(parted, taken):
    assert verify(parted.files()).ok
    assert taken == [(1, 4, True), (5, 7, True)]


def test_where_one_of_them_cites_what_was_not_published_yet_each_is_held_by_itself(parted, taken):
    wrong = parted.receipt(version=1, config={"version": 9, "sha256": "0" * 64})
    report = verify(parted.files())
    assert taken == [(1, 4, True), (5, 8, False)]
    assert {(failure.check, failure.index) for failure in report.failures} == {("citations", wrong)}


def test_where_one_of_them_steps_back_in_time_each_is_held_by_itself(parted, taken):
    wrong = parted.receipt(received_at="2026-02-01T12:00:00.000Z")
    report = verify(parted.files())
    assert taken[-1] == (5, 8, False)
    assert [(failure.check, failure.index) for failure in report.failures] == [("times", wrong)]
