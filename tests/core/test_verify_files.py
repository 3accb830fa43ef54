import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.bundle import CHECKPOINT, MANIFEST, RECEIPTS, REQUIRED, VKEY, ZipBundle, widget_name
from app.core.checkpoint import Checkpoint, sign_checkpoint
from app.core.report import said
from app.core.verify import verify_bundle
from tests.support.bundle_files import witness
from tests.support.bundles import BundleBuilder, verify, with_lines, words, zip_of

# Files


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_file_is_named(log, name):
    files = log.files()
    del files[name]
    assert f"{name}: it is missing." in words(verify(files))


@pytest.mark.parametrize("name", ["../../etc/passwd", "receipts.jsonl ", "configs/x.json", "\x1b[2Jterminal", "\ud800"])
def test_a_file_that_does_not_belong_is_named_and_cannot_harm_a_terminal(log, name):
    report = verify({**log.files(), name: b"x"})
    assert "does not belong in a bundle." in words(report)
    assert report.to_text().replace("…", "").isascii()
    assert "\x1b" not in report.to_text()


def test_a_document_that_the_manifest_does_not_list_is_named(log):
    name = widget_name("ab" * 32)
    assert f"{name}: {MANIFEST} does not list it." in words(verify({**log.files(), name: b"x"}))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2}, {"site": ""}, {"site": "s_other"}, {"origin": "consent.example/log/other"}, {"size": 12}, {"size": -1},
        {"size": 10**400}, {"size": True}, {"size": 11.5}, {"root": "A" * 43 + "="}, {"receipts": 4}, {"statements": 0},
        {"removed": 0}, {"made_at": "today"}, {"files": []}, {"files": {"vkey": {}}}, {"files": {"vkey": 7}}, {"more": 1},
    ],
)  # fmt: skip
def test_a_manifest_that_contradicts_the_bundle_is_named(log, change):
    files = log.files()
    manifest = {**json.loads(files[MANIFEST]), **change}
    files[MANIFEST] = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    assert f"{MANIFEST}: its " in words(verify(files))


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", '{"index":1}', '{"index":"1","jws":""}', '{"index":true,"jws":""}',
                                  '{"index":-1,"jws":""}', '{"index":1.0,"jws":""}', '{"index":1,"jws":null}',
                                  '{"index":' + "9" * 5000 + ',"jws":""}', '{"index":' + "9" * 30 + ',"jws":""}',
                                  "[" * 100_000], ids=lambda line: line[:24])  # fmt: skip
def test_a_line_that_is_no_index_and_jws_names_its_number(log, line):
    found = words(verify(with_lines(log, RECEIPTS, lambda lines: [lines[0], line.encode() + b"\n", *lines[1:]])))
    assert "receipts.jsonl: line 2 is not an index and a JWS." in found


def test_lines_that_are_not_text_or_never_end_are_named(log):
    assert "line 1 is not" in words(verify({**log.files(), RECEIPTS: b"\xff\xfe\n"}))
    assert "receipts.jsonl: after line 5 it cannot be read: the last line is cut off." in words(
        verify(with_lines(log, RECEIPTS, lambda lines: [*lines, b"{"]))
    )
    assert "longer than" in words(verify({**log.files(), RECEIPTS: b"x" * 9_000_000}, chunk=2**20))


@settings(max_examples=60)
@given(data=st.data())
def test_any_bytes_in_any_file_end_in_a_report(data):
    log = BundleBuilder()
    log.begin()
    log.publish_whole(1)
    log.picture(1)
    log.receipt()
    log.receipt()
    log.keep_checkpoint(3, witnesses=["one.example"], handed=[("post", "x", "2026-03-02T00:00:00.000Z")])
    log.select(6, 6)
    files = log.files()
    assert verify(files).ok
    name = data.draw(st.sampled_from(sorted(files)))
    files[name] = data.draw(st.binary(max_size=200))
    report = verify(files, log.checkpoint(2), witnesses=[witness("one.example")])
    assert not report.ok
    report.to_text()
    json.dumps(report.to_json())


def test_a_zip_cut_off_or_damaged_anywhere_ends_in_a_report(log):
    whole = zip_of(log.files())
    for at in range(0, len(whole), 97):
        for data in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            with ZipBundle(io.BytesIO(data)) as bundle:
                report = verify_bundle(bundle)
            assert report.to_text()
            # A change that is in no file's content (a date, a flag that nobody reads) may pass; a cut may not.
            assert len(data) == len(whole) or not report.ok


def test_what_cannot_be_opened_says_so_and_nothing_more():
    with ZipBundle(io.BytesIO(b"not a zip")) as bundle:
        report = verify_bundle(bundle)
    assert words(report) == "The bundle cannot be read: it is not a whole zip file."
    assert (report.proven, report.not_proven) == ((), ())


def test_a_document_larger_than_any_is_not_kept_in_memory(log):
    assert f"{VKEY}: it is larger than" in words(verify({**log.files(), VKEY: bytes(17 * 1024 * 1024)}, chunk=2**20))


def test_a_gigantic_number_is_not_written_out(log):
    checkpoint = Checkpoint(log.origin, 10**18 - 1, bytes(32))
    files = {**log.files(), CHECKPOINT: sign_checkpoint(checkpoint, log.keys.log).encode()}
    assert "entries.bin: it holds 11 entries, and the checkpoint is of 999999999999999999." in words(verify(files))
    assert said(10**400) == "a gigantic number"
    assert said("x" * 200) == "'" + "x" * 79 + "…"
