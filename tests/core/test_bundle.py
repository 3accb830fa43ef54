import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.bundle import (
    MAX_LINE_BYTES,
    BundleError,
    Counts,
    FileFacts,
    ZipBundle,
    cited_kind,
    config_name,
    line_bytes,
    lines_of,
    loader_name,
    manifest_bytes,
    notice_name,
    parse_json,
    part_name,
    picture_name,
    widget_name,
)
from app.core.selection import Selection
from tests.support.bundles import zip_of

SHA = "ab" * 32


def read(data):
    with ZipBundle(io.BytesIO(data)) as bundle:
        return {name: b"".join(bundle.chunks(name)) for name in bundle.names()}


def test_a_line_is_index_and_jws_and_a_newline():
    assert line_bytes(7, "a.b.c") == b'{"index":7,"jws":"a.b.c"}\n'


def test_the_manifest_has_one_form():
    made = manifest_bytes(
        site="s_x",
        origin="consent.example/log/s_x",
        root=bytes(32),
        counts=Counts(receipts=1, statements=1, removed=1, left_out=2),
        selection=Selection.of_period(None, datetime(2026, 11, 22, tzinfo=UTC), 0, 2),
        made_at=datetime(2026, 11, 22, tzinfo=UTC),
        files={"vkey": FileFacts(SHA, 5)},
    )
    assert made == (
        b'{"files":{"vkey":{"bytes":5,"sha256":"' + SHA.encode() + b'"}},"left_out":2,'
        b'"made_at":"2026-11-22T00:00:00.000Z","origin":"consent.example/log/s_x","receipts":1,"removed":1,'
        b'"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",'
        b'"selection":{"first":0,"from":null,"last":2,"to":"2026-11-22T00:00:00.000Z"},'
        b'"site":"s_x","size":5,"statements":1,"v":1}'
    )


@pytest.mark.parametrize(
    "name_of, folder",
    [
        (config_name, "configs"),
        (notice_name, "notices"),
        (loader_name, "loaders"),
        (widget_name, "widgets"),
        (part_name, "parts"),
        (picture_name, "pictures"),
    ],
)
def test_a_cited_document_is_found_by_its_name(name_of, folder):
    assert cited_kind(name_of(SHA)) == (folder, SHA)


@pytest.mark.parametrize(
    "name",
    ["vkey", f"configs/{SHA}.js", f"widgets/{SHA}.json", f"configs/{SHA.upper()}.json", f"/configs/{SHA}.json",
     f"configs/../{SHA}.json", f"configs/{SHA}.json\n", "configs/ab.json"],
)  # fmt: skip
def test_no_other_name_is_a_cited_document_s(name):
    assert cited_kind(name) is None


@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b""))), st.integers(1, 30))
def test_lines_come_out_wherever_the_chunks_are_cut(lines, step):
    data = b"".join(line + b"\n" for line in lines)
    assert list(lines_of(data[at : at + step] for at in range(0, len(data), step))) == lines


def test_a_line_without_its_end_and_a_line_without_any_are_errors():
    with pytest.raises(BundleError, match="cut off"):
        list(lines_of(iter([b"one\ntw"])))
    with pytest.raises(BundleError, match="longer than"):
        list(lines_of(iter([b"x" * MAX_LINE_BYTES, b"x"])))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN",
        b"[Infinity]",
        b"[" * 100_000,
        b"9" * 5000,
        "\ufeff{}".encode(),
        '{"a":1}'.encode("utf-16"),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_not_plain_json_is_one_kind_of_error(data):
    with pytest.raises(BundleError, match="not JSON"):
        parse_json(data)


@given(st.binary())
def test_any_bytes_are_json_or_that_error(data):
    try:
        value = parse_json(data)
    except BundleError:
        return
    assert json.loads(data) == value


def test_a_zip_is_read_in_place(tmp_path):
    files = {"vkey": b"key", "receipts.jsonl": b"x" * 600_000}
    path = tmp_path / "bundle.zip"
    path.write_bytes(zip_of(files))
    with ZipBundle(path) as bundle:
        assert list(bundle.names()) == list(files)
        assert b"".join(bundle.chunks("receipts.jsonl")) == files["receipts.jsonl"]


def test_a_file_that_is_not_there_is_the_caller_s_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        ZipBundle(tmp_path / "nothing.zip")


def test_names_are_never_paths():
    assert list(read(zip_of({"../../etc/passwd": b"x"}))) == ["../../etc/passwd"]


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(17)])
def test_what_is_no_zip_is_an_error(data):
    with pytest.raises(BundleError, match="not a whole zip"):
        read(data)


def test_a_zip_cut_off_anywhere_is_an_error():
    whole = zip_of({"vkey": b"key" * 100, "checkpoint": b"head" * 100})
    for end in range(len(whole)):
        with pytest.raises(BundleError):
            read(whole[:end])


def test_one_byte_changed_in_a_zip_loses_a_file_or_is_an_error_but_never_changes_what_is_read():
    files = {"vkey": b"key" * 9, "checkpoint": b"head" * 9}
    whole = zip_of(files)
    for at in range(len(whole)):
        try:
            found = read(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        except BundleError:
            continue
        assert found.items() <= files.items(), at


def test_two_files_of_one_name_are_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("vkey", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("vkey", "other")
    with pytest.raises(BundleError, match="one name"):
        read(packed.getvalue())


def test_a_zip_bomb_is_not_unpacked():
    with pytest.raises(BundleError, match="far more"):
        read(zip_of({"entries.bin": bytes(80 * 1024 * 1024)}))


def test_an_encrypted_file_is_an_error():
    data = bytearray(zip_of({"vkey": b"key"}))
    data[6] |= 1  # the encryption bit in the local header, and then in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BundleError, match="damaged"):
        read(bytes(data))


def test_reading_a_name_that_is_not_there_is_an_error():
    with ZipBundle(io.BytesIO(zip_of({"vkey": b"key"}))) as bundle, pytest.raises(BundleError):
        list(bundle.chunks("checkpoint"))
