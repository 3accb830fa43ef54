import io
import json

import pytest

from app.core.bundle import (
    CHECKPOINT,
    ENTRIES,
    JWKS,
    MANIFEST,
    RECEIPTS,
    REQUIRED,
    STATEMENTS,
    VERIFY_PAGE,
    VKEY,
    ZipBundle,
    line_bytes,
)
from app.core.canonical import canonical_bytes
from app.core.signing import sign_jws
from app.core.verify import verify_bundle
from tests.support.bundles import BundleBuilder, verify, with_lines, words, zip_of

# What holds


def test_a_whole_bundle_holds_and_says_first_that_nothing_outside_was_compared(log):
    report = verify(log.files())
    assert report.failures == ()
    assert report.ok
    assert report.verdict.startswith("The bundle agrees with itself. Against the operator it does not prove")
    assert len(report.proven) == 6
    assert "5 receipts, 3 statements, 3 removed" in report.proven[3]
    assert "a verifier key inside the bundle proves nothing" in report.not_proven[0]


def test_with_the_key_got_elsewhere_the_report_says_so(log):
    report = verify(log.files(), trusted_vkey=log.vkey)
    assert report.ok
    assert report.verdict.startswith("The bundle is signed by the key you gave.")
    assert report.proven[0] == "The checkpoint of 11 entries is signed by the key you gave."
    assert not any("verifier key inside" in sentence for sentence in report.not_proven)


@pytest.mark.parametrize("size", range(12))
def test_every_older_checkpoint_of_the_log_is_confirmed(log, size):
    report = verify(log.files(), log.checkpoint(size), log.vkey)
    assert report.ok
    assert f"its first {size} entries are those of the checkpoint held outside" in report.verdict
    assert f"Since the checkpoint of {size} entries, kept by you, the log has only grown" in report.proven[2]


def test_an_empty_log_holds():
    assert verify(BundleBuilder().files()).ok


def test_a_page_that_verifies_may_come_along(log):
    files = log.seal({**log.files(), VERIFY_PAGE: b"<!doctype html>"})
    assert verify(files).ok


def test_a_zip_is_verified_in_place(log):
    with ZipBundle(io.BytesIO(zip_of(log.files()))) as bundle:
        assert verify_bundle(bundle).ok


def test_keys_of_before_still_verify_what_they_signed(log):
    files = log.files()
    jwks = {"keys": BundleBuilder(seed="a newer key").keys.jwks()["keys"] + json.loads(files[JWKS])["keys"]}
    files[JWKS] = canonical_bytes(jwks)
    files[VKEY] = BundleBuilder(seed="a newer key").vkey.encode() + files[VKEY]
    assert verify(log.seal(files)).ok


def test_the_report_is_one_page_with_the_verdict_first(log):
    text = verify(log.files()).to_text()
    assert text.startswith("No checkpoint held outside was compared: against the operator nothing here is proven.\n")
    assert text.split("\n\n")[1].startswith("The bundle agrees with itself.")
    assert text.index("Proven\n") < text.index("Not proven\n")
    assert len(text.splitlines()) < 80
    assert max(map(len, text.splitlines())) <= 100
    broken = verify({**log.files(), RECEIPTS: b"x\n" * 500}).to_text()
    assert "\nTHE BUNDLE DOES NOT HOLD: 506 things" in broken
    assert "… and 481 more." in broken


# One byte

FILES = [*REQUIRED, "configs/", "notices/", "widgets/"]


@pytest.mark.parametrize("file", FILES)
def test_one_byte_changed_in_any_file_and_the_bundle_does_not_hold(log, file):
    whole = log.files()
    for name in [name for name in whole if name.startswith(file)]:
        data = whole[name]
        # Of the manifest, only the day it was made is signed by nobody and repeated nowhere; the report says so.
        free = range(data.index(b"made_at"), data.index(b'"origin"')) if name == MANIFEST else ()
        for at in set(range(0, len(data), max(1, len(data) // 150))) - set(free):
            report = verify({**whole, name: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]})
            assert not report.ok, f"{name} at {at}"
            assert name in words(report), f"{name} at {at}"


@pytest.mark.parametrize("file", [file for file in FILES if file not in (MANIFEST, VKEY, CHECKPOINT)])
def test_one_byte_changed_does_not_pass_when_the_manifest_is_made_to_match(log, file):
    whole = log.files()
    for name in [name for name in whole if name.startswith(file)]:
        data = whole[name]
        for at in range(0, len(data), max(1, len(data) // 80)):
            report = verify(log.seal({**whole, name: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}))
            assert not report.ok, f"{name} at {at}"


def test_a_byte_of_a_receipt_changed_names_its_index(log):
    for at, line in [(0, 1), (2, 7), (4, 10)]:

        def change(lines, at=at):
            middle = len(lines[at]) // 2
            lines[at] = (
                lines[at][:middle]
                + (b"A" if lines[at][middle : middle + 1] != b"A" else b"B")
                + lines[at][middle + 1 :]
            )
            return lines

        report = verify(with_lines(log, RECEIPTS, change))
        assert f"receipts.jsonl, index {line}: it is not what the log has at this index" in words(report)
        assert {failure.index for failure in report.failures} == {line}


# Dropped, added, reordered


@pytest.mark.parametrize("at, index", [(0, 1), (1, 4), (4, 10)])
def test_a_dropped_receipt_names_its_index(log, at, index):
    report = verify(with_lines(log, RECEIPTS, lambda lines: lines[:at] + lines[at + 1 :]))
    assert f"index {index}: it is missing" in words(report)


def test_dropped_statements_name_their_indexes_and_what_rested_on_them(log):
    report = verify(with_lines(log, STATEMENTS, lambda lines: lines[:2]))
    assert "index 2: 2 entries are missing, up to index 3" in words(report)
    assert "index 9: it is missing" in words(report)
    report = verify(with_lines(log, STATEMENTS, lambda lines: lines[1:]))
    assert "index 1: no statement before it published config version 1" in words(report)


def test_a_receipt_added_beyond_the_log_names_its_index(log):
    extra = sign_jws(log.payload(), log.keys.receipt[-1], "consent-receipt+jwt")
    report = verify(with_lines(log, RECEIPTS, lambda lines: [*lines, line_bytes(11, extra)]))
    assert "receipts.jsonl, index 11: it is not in the log, which has 11 entries." in words(report)


def test_a_receipt_added_in_the_place_of_a_removed_one_names_its_index(log):
    extra = sign_jws(log.payload(), log.keys.receipt[-1], "consent-receipt+jwt")
    report = verify(with_lines(log, RECEIPTS, lambda lines: [lines[0], line_bytes(3, extra), *lines[1:]]))
    assert "index 3: it is not what the log has at this index; it is not in the log at all." in words(report)
    assert "index 3: a statement says that it was removed, and it stands here." in words(report)


def test_two_lines_that_changed_places_name_their_indexes(log):
    report = verify(with_lines(log, RECEIPTS, lambda lines: [lines[1], lines[0], *lines[2:]]))
    assert "index 1: line 2 is out of order or stands twice: index 4 stands above it." in words(report)


def test_two_receipts_that_changed_indexes_name_both(log):
    def change(lines):
        one, two = json.loads(lines[0]), json.loads(lines[1])
        return [line_bytes(one["index"], two["jws"]), line_bytes(two["index"], one["jws"]), *lines[2:]]

    found = words(verify(with_lines(log, RECEIPTS, change)))
    assert "index 1: it is not what the log has at this index; it is what the log has at index 4." in found
    assert "index 4: it is not what the log has at this index; it is what the log has at index 1." in found


def test_a_line_that_stands_twice_names_its_index(log):
    report = verify(with_lines(log, RECEIPTS, lambda lines: [lines[0], *lines]))
    assert "index 1: line 2 is out of order or stands twice" in words(report)
    assert "index 1: something else already stands for this index." in words(report)


def test_entries_that_changed_places_do_not_give_the_root(log):
    files = log.files()
    entries = files[ENTRIES]
    files[ENTRIES] = entries[32:64] + entries[:32] + entries[64:]
    found = words(verify(log.seal(files)))
    assert "entries.bin: its entries do not give the checkpoint's root." in found
    assert "index 1: it is not what the log has at this index; it is what the log has at index 0." in found


@pytest.mark.parametrize("change", [lambda data: data[:-32], lambda data: data[:-1], lambda data: data + bytes(32)])
def test_entries_of_another_number_do_not_match_the_checkpoint(log, change):
    files = log.files()
    files[ENTRIES] = change(files[ENTRIES])
    assert "entries.bin: it" in words(verify(log.seal(files)))


# The operator


def test_an_operator_with_all_keys_can_rewrite_what_nobody_kept_a_checkpoint_of(log):
    kept = log.checkpoint(4)
    rewritten = BundleBuilder()
    rewritten.publish(1)
    for _ in range(10):
        rewritten.receipt(event="renewed")
    assert verify(rewritten.files(), trusted_vkey=log.vkey).ok
    report = verify(rewritten.files(), kept, log.vkey)
    assert "The log was rewritten: its first 4 entries are not those of the checkpoint you kept." in words(report)
    assert not any("only grown" in sentence for sentence in report.proven)


def test_a_log_that_has_shrunk_shows(log):
    kept = log.checkpoint()
    del log.entries[10:], log.lines[RECEIPTS][10]
    report = verify(log.files(), kept)
    assert "The log has shrunk: you kept a checkpoint of 11 entries, and it has 10." in words(report)


def test_a_bundle_made_with_other_keys_does_not_pass_for_this_log(log):
    forged = BundleBuilder(seed="a forger")
    forged.publish(1)
    assert verify(forged.files()).ok
    assert "checkpoint: with the verifier key you gave" in words(verify(forged.files(), trusted_vkey=log.vkey))
    assert "In the checkpoint you kept, " in words(verify(forged.files(), log.checkpoint(1)))


def test_another_site_s_checkpoint_is_not_compared(log):
    other = BundleBuilder(site="s_other")
    other.publish(1)
    assert "The checkpoint you kept is of another log." in words(
        verify(log.files(), other.checkpoint(), log.vkey + other.vkey)
    )


@pytest.mark.parametrize("outside", [("not a note", None), (None, "not a key"), ("", ""), ("\ud800", "\ud800")])
def test_what_was_kept_outside_may_be_broken_too(log, outside):
    assert not verify(log.files(), *outside).ok


def test_a_receipt_signed_again_after_the_fact_is_not_what_the_log_has(log):
    def change(lines):
        payload = {**log.payload(), "received_at": "2026-03-01T12:00:01.000Z", "expires_at": "2027-03-01T12:00:01.000Z"}
        return [line_bytes(1, sign_jws(payload, log.keys.receipt[-1], "consent-receipt+jwt")), *lines[1:]]

    report = verify(with_lines(log, RECEIPTS, change))
    assert "index 1: it is not what the log has at this index; it is not in the log at all." in words(report)
