from datetime import UTC, datetime

import pytest

from app.core.bundle import STATEMENTS
from app.core.note import vkey
from tests.support.bundle_files import witness
from tests.support.bundles import BundleBuilder, verify, words

AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def backed_up():
    """A log of eight entries, restored from a backup of five, and two receipts more."""
    log = BundleBuilder()
    log.publish(1)
    for _ in range(7):
        log.receipt()
    log.before, log.after = log.checkpoint(4), log.checkpoint(7)
    log.restore(5)
    log.receipt()
    log.receipt()
    return log


def test_a_restored_log_holds_and_what_was_lost_is_told(backed_up):
    report = verify(backed_up.files())
    assert report.ok, report.to_text()
    assert (
        "What stood in the 3 entries lost when the log was restored from a backup, as index 5 states."
        in report.not_proven
    )


def test_a_checkpoint_kept_of_before_is_compared_as_far_as_the_log_went_on(backed_up):
    report = verify(backed_up.files(), backed_up.before)
    assert report.ok
    assert report.outside.size == 4
    report = verify(backed_up.files(), backed_up.after, backed_up.vkey)
    assert "The log was restored from a backup of 5 entries; you kept a checkpoint of 7: the rest is lost." in words(
        report
    )
    assert report.outside is None


def test_checkpoints_of_before_and_after_may_come_along(backed_up):
    origin = backed_up.origin
    backed_up.origin = "consent.example/log/s_example"
    backed_up.keep_checkpoint(3, witnesses=["one.example"], at=AT)
    backed_up.origin = origin
    backed_up.keep_checkpoint(6)
    report = verify(backed_up.files(), witnesses=[witness("one.example")])
    assert report.ok, report.to_text()
    assert report.outside.size == 3


def test_a_key_got_before_the_log_was_restored_is_still_its_key(backed_up):
    report = verify(backed_up.files(), backed_up.before, vkey("consent.example/log/s_example", backed_up.keys.log[0]))
    assert report.ok, report.to_text()
    other = vkey("consent.example/log/s_other", backed_up.keys.log[0])
    assert {failure.check for failure in verify(backed_up.files(), backed_up.before, other).failures} == {
        "key",
        "older",
    }


def test_a_log_that_was_restored_twice_holds(backed_up):
    kept = backed_up.checkpoint(6)
    backed_up.restore(7)
    report = verify(backed_up.files(), [kept, backed_up.before])
    assert report.ok, report.to_text()
    assert backed_up.origin.endswith(".3")
    assert report.outside.size == 6


def test_a_second_restore_from_the_same_backup_may_have_lost_what_stated_the_first(backed_up):
    backed_up.restore(5)
    assert verify(backed_up.files(), [backed_up.before]).ok
    lost = "The log was restored from a backup of 5 entries; you kept a checkpoint of 7: the rest is lost."
    assert lost in words(verify(backed_up.files(), [backed_up.after]))


def test_a_restored_log_that_was_rewritten_before_is_named(backed_up):
    rewritten = BundleBuilder()
    rewritten.publish(1)
    for _ in range(4):
        rewritten.receipt(event="renewed")
    rewritten.origin = backed_up.origin
    rewritten.append(backed_up.lines[STATEMENTS][5], STATEMENTS)
    report = verify(rewritten.files(), backed_up.before)
    assert "The log was rewritten: its first 4 entries are not those of the checkpoint you kept." in words(report)


def test_a_restored_log_must_say_so():
    log = BundleBuilder()
    log.publish(1)
    log.origin += ".2"
    assert "Its origin is that of a restored log, and no statement says that it was restored." in words(
        verify(log.files())
    )


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"size": 2}, "it says that the log was restored at 2 entries, and stands elsewhere."),
        (
            {"checkpoint": "not a note"},
            "the head that it says the log had before it was restored is not one of this log.",
        ),
    ],
)
def test_a_statement_of_a_restoration_that_does_not_fit_is_named(log, change, sentence):
    head = log.checkpoint()
    log.origin += ".2"
    index = log.statement("log-restored", {"size": len(log.entries), "checkpoint": head, "reason": "", **change})
    assert f"index {index}: {sentence}" in words(verify(log.files()))


def test_a_restoration_that_names_another_log_or_another_past_is_named(log):
    other = BundleBuilder(site="s_other")
    other.publish(1)
    index = log.statement("log-restored", {"size": len(log.entries), "checkpoint": other.checkpoint(), "reason": ""})
    assert f"index {index}: the head that it says the log had before it was restored is not one of this" in words(
        verify(log.files())
    )
    past = BundleBuilder()
    past.publish(2)
    index = log.statement("log-restored", {"size": len(log.entries), "checkpoint": past.checkpoint(), "reason": ""})
    assert f"index {index}: the head that the log had before it was restored is not that of its first" in words(
        verify(log.files())
    )


def test_a_restoration_whose_head_a_stranger_signed_is_named(log):
    forged = BundleBuilder(seed="a forger")
    forged.publish(1)
    index = log.statement("log-restored", {"size": len(log.entries), "checkpoint": forged.checkpoint(), "reason": ""})
    assert f"index {index}: the head that the log had before it was restored does not hold" in words(
        verify(log.files())
    )
