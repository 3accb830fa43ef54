import json
from datetime import UTC, datetime

import pytest

from app.core.bundle import CHECKPOINT, CHECKPOINTS, STATEMENTS
from app.core.canonical import canonical_bytes
from tests.support.bundle_files import witness
from tests.support.bundles import BundleBuilder, verify, words

AT = datetime(2026, 4, 1, tzinfo=UTC)


class BadStampError(ValueError):
    """What a reader of time stamps says of a bad one."""


def read_stamp(response, note):
    """A time stamp of these tests is the note's size and who stamped it."""
    size, _, by = response.decode().partition(" ")
    if note.split("\n")[1] != size:
        raise BadStampError("the time stamp is of something else")
    return AT, by


# Kept by the one who verifies


def test_of_several_checkpoints_kept_outside_the_largest_counts(log):
    report = verify(log.files(), [log.checkpoint(4), log.checkpoint(9), log.checkpoint(0)])
    assert report.ok
    assert report.held_outside == "Last checkpoint held outside: 9 entries (kept by you)."
    assert report.to_json()["outside"] == {"size": 9, "by": "kept by you", "at": None}


def test_one_of_several_that_contradicts_is_a_failure_and_the_others_are_still_told(log):
    rewritten = BundleBuilder()
    rewritten.publish(1)
    rewritten.receipt(event="renewed")
    report = verify(log.files(), [log.checkpoint(4), rewritten.checkpoint()])
    assert "The log was rewritten: its first 2 entries are not those of the checkpoint you kept." in words(report)
    assert report.outside.size == 4


def test_when_all_contradict_the_first_line_says_so(log):
    report = verify(log.files(), "not a note")
    assert report.held_outside.startswith("No checkpoint held outside agrees with this bundle: against the operator")
    assert report.to_json()["outside"] is None


# In the bundle


def test_earlier_checkpoints_hold_and_what_the_bundle_says_of_them_is_told_as_that(log):
    log.keep_checkpoint(3, handed=[("email", "auditor@example.com", "2026-03-02T00:00:00.000Z")])
    log.keep_checkpoint(
        8,
        handed=[
            ("email", "auditor@example.com", "2026-03-03T00:00:00.000Z"),
            ("witness", "witness.example", "2026-03-03T00:00:01.000Z"),
        ],
    )
    report = verify(log.files())
    assert report.ok
    assert report.outside is None
    assert report.sections["The bundle says, and nobody has signed: ask them"] == (
        "it was handed to auditor@example.com (email), last at 2026-03-03T00:00:00.000Z of 8 entries",
        "it was handed to witness.example (witness), last at 2026-03-03T00:00:01.000Z of 8 entries",
    )
    assert len(report.to_json()["handed"]) == 3


def test_an_earlier_checkpoint_that_the_log_does_not_begin_with_is_named(log):
    log.keep_checkpoint(4)
    rewritten = BundleBuilder()
    rewritten.publish(1)
    for _ in range(4):
        rewritten.receipt(event="renewed")
    rewritten.kept = log.kept
    report = verify(rewritten.files())
    assert f"{CHECKPOINTS}: The log was rewritten: its first 4 entries are not those of the checkpoint here." in words(
        report
    )
    assert [failure.check for failure in report.failures] == ["older"]


def test_an_earlier_checkpoint_beyond_the_log_is_named(log):
    log.keep_checkpoint()
    log.restore(4)
    log.origin = "consent.example/log/s_example"
    del log.entries[4:]
    log.lines[STATEMENTS].pop(4)
    assert f"{CHECKPOINTS}: The log has shrunk: a checkpoint is here of 11 entries, and it has 4." in words(
        verify(log.files())
    )


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"size": 4}, "line 2 is out of order, or its size is not its checkpoint's."),
        ({"size": "3"}, "the field 'size' of line 2 is not as it must be."),
        ({"note": "x"}, "in line 2, the checkpoint does not hold"),
        ({"handed": [{"kind": "post"}]}, "the field 'handed' of line 2 is not as it must be."),
        ({"timestamps": [7]}, "the field 'timestamps' of line 2 is not as it must be."),
        ({"made_at": "noon"}, "the field 'made_at' of line 2 is not as it must be."),
        ({"more": 1}, "the field 'more' of line 2 is not as it must be."),
    ],
)
def test_a_line_of_earlier_checkpoints_that_is_not_as_it_must_be_is_named(log, change, sentence):
    log.keep_checkpoint(3)
    log.keep_checkpoint(5)
    log.kept[1].update(change)
    assert f"{CHECKPOINTS}: {sentence}" in words(verify(log.files()))


def test_lines_of_earlier_checkpoints_must_ascend_and_be_whole(log):
    log.keep_checkpoint(5)
    log.keep_checkpoint(3)
    assert "line 2 is out of order" in words(verify(log.files()))
    files = log.files()
    files[CHECKPOINTS] = files[CHECKPOINTS][:-9]
    assert f"{CHECKPOINTS}: after line 1 it cannot be read: the last line is cut off." in words(verify(log.seal(files)))
    files[CHECKPOINTS] = b"{\n"
    assert "the field 'payload' of line 1" in words(verify(log.seal(files)))


# Witnesses


def test_a_cosignature_of_a_witness_that_the_verifier_names_counts_as_held_outside(log):
    log.keep_checkpoint(3, witnesses=["one.example"], at=AT)
    log.keep_checkpoint(7, witnesses=["other.example", "one.example"], at=AT)
    report = verify(log.files(), witnesses=[witness("one.example")])
    assert report.ok
    assert report.held_outside == (
        "Last checkpoint held outside: 7 entries (cosigned by one.example at 2026-04-01T00:00:00.000Z)."
    )
    assert "Since the checkpoint of 7 entries, cosigned by one.example at 2026" in "\n".join(report.proven)
    assert "its first 7 entries are those of the checkpoint held outside" in report.verdict


def test_the_bundle_s_own_checkpoint_may_be_cosigned_too(log):
    note = log.keep_checkpoint(witnesses=["one.example"], at=AT)
    log.kept.clear()
    files = log.seal({**log.files(), CHECKPOINT: note.encode()})
    assert verify(files, witnesses=[witness("one.example")]).outside.size == 11


def test_a_cosignature_of_a_witness_whom_nobody_named_counts_nothing(log):
    log.keep_checkpoint(7, witnesses=["one.example"])
    report = verify(log.files())
    assert report.ok
    assert report.outside is None


def test_a_witness_who_has_not_signed_is_a_failure(log):
    log.keep_checkpoint(7, witnesses=["one.example"])
    report = verify(log.files(), witnesses=[witness("one.example"), witness("other.example")])
    assert "No checkpoint here that agrees with the log is cosigned by 'other.example'." in words(report)
    assert [failure.check for failure in report.failures] == ["witness"]
    assert report.outside.size == 7


def test_a_cosignature_that_does_not_match_is_a_failure(log):
    log.keep_checkpoint(7, witnesses=["one.example"])
    log.keep_checkpoint(8)
    line = log.kept[0]["note"].splitlines()[-1]
    log.kept[1]["note"] += f"{line}\n"
    report = verify(log.files(), witnesses=[witness("one.example")])
    assert "under the checkpoint of 8 entries, the cosignature of one.example does not match" in words(report)


def test_a_cosignature_under_a_checkpoint_that_contradicts_the_log_counts_nothing(log):
    rewritten = BundleBuilder()
    rewritten.publish(1)
    rewritten.receipt(event="renewed")
    rewritten.keep_checkpoint(witnesses=["one.example"])
    log.kept = rewritten.kept
    report = verify(log.files(), witnesses=[witness("one.example")])
    assert {failure.check for failure in report.failures} == {"older", "witness"}
    assert report.outside is None


def test_a_witness_that_is_no_verifier_key_is_a_failure(log):
    assert "Of the witness you named, the verifier key is not" in words(verify(log.files(), witnesses=["x"]))


# Time stamps


def test_a_time_stamp_under_roots_that_the_verifier_trusts_counts_as_held_outside(log):
    log.keep_checkpoint(3, timestamps=[b"3 An authority"])
    log.keep_checkpoint(6, timestamps=[b"6 An authority"])
    report = verify(log.files(), read_stamp=read_stamp)
    assert report.ok
    assert report.to_json()["outside"] == {
        "size": 6,
        "by": "time-stamped by An authority",
        "at": "2026-04-01T00:00:00.000Z",
    }


def test_without_roots_time_stamps_count_nothing(log):
    log.keep_checkpoint(3, timestamps=[b"not even one"])
    report = verify(log.files())
    assert report.ok
    assert report.outside is None


def test_a_time_stamp_of_something_else_is_a_failure(log):
    log.keep_checkpoint(3, timestamps=[b"4 An authority"])
    report = verify(log.files(), read_stamp=read_stamp)
    assert "a time stamp of the checkpoint of 3 entries does not hold: the time stamp is of something else." in words(
        report
    )
    assert "No checkpoint here that agrees with the log has a time stamp that holds." in words(report)


def test_a_time_stamp_that_is_no_base64_is_a_failure(log):
    log.keep_checkpoint(3, timestamps=[b"3 An authority"])
    log.kept[0]["timestamps"].append("%%%")
    report = verify(log.files(), read_stamp=read_stamp)
    assert [failure.check for failure in report.failures] == ["witness"]


def test_roots_given_and_no_time_stamp_is_a_failure(log):
    report = verify(log.files(), read_stamp=read_stamp)
    assert [failure.check for failure in report.failures] == ["witness"]


def test_json_is_json(log):
    log.keep_checkpoint(3)
    told = json.loads(json.dumps(verify(log.files()).to_json()))
    assert told["fields"]["checked"] == ["config", "notice", "widget"]
    assert canonical_bytes(told["counts"]) == b'{"left_out":0,"receipts":5,"removed":3,"statements":3}'
