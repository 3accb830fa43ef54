"""Time stamps made by ``openssl ts``, read and verified by us, and by ``openssl ts -verify``."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.services.timestamps import TimestampError, check_answer, request_timestamp, verify_timestamp
from tests.support.authority import Authority

VECTOR = json.loads((Path(__file__).parents[1] / "core" / "vectors" / "checkpoint.json").read_text())
NOTE = VECTOR["note"]
COSIGNED = NOTE + VECTOR["cosignature"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def stamp(authority):
    return authority.answer(request_timestamp(NOTE).body)


def test_a_stamp_is_checked_against_its_request_and_verified_by_the_root(authority):
    request = request_timestamp(COSIGNED)
    answer = authority.answer(request.body)
    told = check_answer(request, answer)
    assert told.by == "Test Time Stamping"
    assert abs(datetime.now(UTC) - told.at) < timedelta(minutes=5)
    assert verify_timestamp(answer, NOTE, authority.root.read_bytes()) == told


def test_a_cosignature_that_came_later_changes_nothing(authority, stamp):
    root = authority.root.read_bytes()
    assert verify_timestamp(stamp, COSIGNED, root) == verify_timestamp(stamp, NOTE, root)


def test_openssl_verifies_it_too(authority, stamp, tmp_path):
    (tmp_path / "stamp.tsr").write_bytes(stamp)
    (tmp_path / "checkpoint.txt").write_text(NOTE)
    command = ["openssl", "ts", "-verify", "-in", "stamp.tsr", "-data", "checkpoint.txt", "-CAfile", authority.root]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "Verification: OK\n", done.stderr


def test_another_request_s_stamp_is_no_answer(stamp):
    with pytest.raises(TimestampError, match="another request"):
        check_answer(request_timestamp(NOTE), stamp)


def test_a_stamp_of_another_checkpoint_is_refused(authority, stamp):
    other = NOTE.replace("\n8\n", "\n9\n")
    with pytest.raises(TimestampError, match="something else"):
        check_answer(request_timestamp(other), stamp)
    with pytest.raises(TimestampError, match="does not hold"):
        verify_timestamp(stamp, other, authority.root.read_bytes())
    with pytest.raises(TimestampError, match="no checkpoint"):
        verify_timestamp(stamp, "no note", authority.root.read_bytes())


def test_a_root_that_did_not_vouch_does_not_verify_it(stamp, tmp_path):
    stranger = Authority(tmp_path / "two")
    with pytest.raises(TimestampError, match="does not hold"):
        verify_timestamp(stamp, NOTE, stranger.root.read_bytes())
    for roots in (b"", b"no certificate"):
        with pytest.raises(TimestampError, match="no certificates"):
            verify_timestamp(stamp, NOTE, roots)


def test_a_certificate_that_was_over_when_it_stamped_does_not_vouch(tmp_path):
    expired = Authority(tmp_path / "expired", to=datetime(2021, 1, 1, tzinfo=UTC))
    answer = expired.answer(request_timestamp(NOTE).body)
    with pytest.raises(TimestampError, match="does not hold"):
        verify_timestamp(answer, NOTE, expired.root.read_bytes())


# A changed byte may make a certificate that the library warns of; it still does not verify.
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_one_changed_byte_never_verifies(authority, stamp):
    root = authority.root.read_bytes()
    for at in range(0, len(stamp), 7):
        changed = stamp[:at] + bytes([stamp[at] ^ 1]) + stamp[at + 1 :]
        try:
            told = verify_timestamp(changed, NOTE, root)
        except TimestampError:
            continue
        # Bytes outside of what is signed, e.g. in the list of certificates, may change; what it says may not.
        assert told == verify_timestamp(stamp, NOTE, root), at


def test_a_refusal_is_told_in_the_authority_s_words(authority, tmp_path):
    subprocess.run(["openssl", "ts", "-query", "-data", authority.root, "-md5", "-out", tmp_path / "q"], check=True)
    refusal = authority.answer((tmp_path / "q").read_bytes())
    with pytest.raises(TimestampError, match="^the authority refused: Message digest algorithm is not supported"):
        check_answer(request_timestamp(NOTE), refusal)


def test_anything_else_is_an_error_of_its_own(stamp):
    request = request_timestamp(NOTE)
    for garbage in (b"", b"0", b"0\x80", b"<html>", stamp[:-1], stamp[:40], bytes(2000), b"0\x84" + b"\xff" * 2000):
        with pytest.raises(TimestampError):
            check_answer(request, garbage)
