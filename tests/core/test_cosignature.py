import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.core.checkpoint import open_checkpoint, sign_checkpoint
from app.core.cosignature import (
    Cosignature,
    add_cosignatures,
    cosign,
    open_cosignatures,
    own_note,
    parse_witness_key,
    witness_key,
)
from app.core.note import NoteError, Signature, sign_note

VECTOR = json.loads((Path(__file__).parent / "vectors" / "checkpoint.json").read_text())
NOTE, COSIGNATURE = VECTOR["note"], VECTOR["cosignature"]
VKEY = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
NAME = "witness.example/w1"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96)))
AT = datetime(2026, 1, 1, tzinfo=UTC)
WITNESS = parse_witness_key(VKEY)


def line(time: bytes, message: bytes, key=KEY) -> str:
    """A cosignature of any time over any message."""
    return f"{Signature(NAME, WITNESS.key_id, time + key.sign(message))}\n"


def test_signing_gives_the_vector_byte_for_byte():
    assert cosign(NOTE, NAME, KEY, AT) == COSIGNATURE
    assert cosign(NOTE + COSIGNATURE, NAME, KEY, AT) == COSIGNATURE, "other signatures are not signed along"


def test_a_witness_s_verifier_key_is_read_and_written_back():
    assert str(WITNESS) == VKEY
    assert witness_key(NAME, KEY) == witness_key(NAME, KEY.public_key()) == WITNESS


def test_the_vector_opens_for_who_knows_the_witness():
    assert open_cosignatures(NOTE + COSIGNATURE, [WITNESS]) == [(NAME, AT)]
    assert open_cosignatures(NOTE + COSIGNATURE, [witness_key("other.example", OTHER), WITNESS]) == [(NAME, AT)]


def test_who_knows_no_witness_finds_nothing():
    assert open_cosignatures(NOTE, [WITNESS]) == []
    assert open_cosignatures(NOTE + COSIGNATURE, []) == []
    assert open_cosignatures(NOTE + COSIGNATURE, [witness_key(NAME, OTHER)]) == [], "same name, another key"


def test_a_plain_signature_of_the_witness_s_key_is_no_cosignature():
    plain = sign_note(NOTE.rpartition("\n\n")[0] + "\n", NAME, KEY).rpartition("\n\n")[2]
    assert open_cosignatures(NOTE + plain, [WITNESS]) == []


@given(st.integers(0, 253_402_300_799), st.text(st.sampled_from("ab")))
def test_what_is_cosigned_opens_again(seconds, text):
    note, at = sign_note(text + "\n", "consent.example", OTHER), datetime.fromtimestamp(seconds, UTC)
    signed = open_cosignatures(note + cosign(note, NAME, KEY, at), [WITNESS])
    assert signed == [Cosignature(NAME, at)]


@pytest.mark.parametrize(
    "false",
    [
        pytest.param(COSIGNATURE.replace("AAAAAGlVuQ", "AAAAAGlVuR").replace("AABpVbkA", "AABpVbkB"), id="another time"),
        pytest.param(line(bytes(8), b"cosignature/v1\ntime 0\nanother\n8\n"), id="another checkpoint"),
        pytest.param(cosign(NOTE, NAME, OTHER, AT).replace(cosign(NOTE, NAME, OTHER, AT).split()[2][:6],
                                                           COSIGNATURE.split()[2][:6]), id="another key"),
        pytest.param(f"{Signature(NAME, WITNESS.key_id, bytes(71))}\n", id="too short"),
        pytest.param(f"{Signature(NAME, WITNESS.key_id, bytes(73))}\n", id="too long"),
        pytest.param(line(b"\xff" * 8, b""), id="a time beyond every calendar"),
    ],
)  # fmt: skip
def test_a_false_cosignature_of_a_known_witness_spoils_the_note(false):
    assert false != COSIGNATURE
    with pytest.raises(NoteError, match=f"the cosignature of {NAME}"):
        open_cosignatures(NOTE + false, [WITNESS])
    with pytest.raises(NoteError, match=f"the cosignature of {NAME}"):
        add_cosignatures(NOTE, false, [WITNESS])
    assert open_checkpoint(NOTE + false, VECTOR["vkey"]).size == 8, "whoever does not know the witness passes it over"


@given(st.data())
def test_one_changed_character_of_the_text_and_no_cosignature_holds(data):
    note = NOTE + COSIGNATURE
    at = data.draw(st.integers(0, len(NOTE.rpartition("\n\n")[0]) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda char: char != note[at]))
    with pytest.raises(NoteError):
        open_cosignatures(note[:at] + other + note[at + 1 :], [WITNESS])


@given(st.text())
def test_any_text_is_cosigned_or_an_error_of_its_own(text):
    with pytest.raises(NoteError):
        open_cosignatures(text, [WITNESS])
    with pytest.raises(NoteError):
        add_cosignatures(NOTE, text, [WITNESS])
    with pytest.raises(NoteError):
        parse_witness_key(text)


def test_cosignatures_are_added_below_and_the_log_s_own_signature_stays():
    other = witness_key("other.example", OTHER)
    lines = cosign(NOTE, "other.example", OTHER, AT) + COSIGNATURE
    note, found = add_cosignatures(NOTE, lines, [WITNESS, other])
    assert note == NOTE + lines
    assert found == [("other.example", AT), (NAME, AT)]
    assert open_checkpoint(note, VECTOR["vkey"]).size == 8


def test_what_the_log_signed_is_found_again_whatever_others_add():
    newer = sign_checkpoint(open_checkpoint(NOTE, VECTOR["vkey"]), [OTHER]).rpartition("\n\n")[2]
    for note in (NOTE, NOTE + newer):
        assert own_note(note) == note
        assert own_note(note + COSIGNATURE + cosign(note, "other.example", OTHER, AT)) == note
    with pytest.raises(NoteError):
        own_note("no note")


def test_a_witness_stays_with_its_first_time():
    later = cosign(NOTE, NAME, KEY, AT.replace(year=2027))
    note, found = add_cosignatures(NOTE + COSIGNATURE, later, [WITNESS])
    assert note == NOTE + COSIGNATURE
    assert found == [(NAME, AT.replace(year=2027))]
    assert add_cosignatures(NOTE, COSIGNATURE + later, [WITNESS])[0] == NOTE + COSIGNATURE


def test_lines_of_strangers_are_not_taken_in():
    stranger = cosign(NOTE, "stranger.example", OTHER, AT)
    assert add_cosignatures(NOTE, stranger + COSIGNATURE, [WITNESS])[0] == NOTE + COSIGNATURE
    for lines in (stranger, NOTE.rpartition("\n\n")[2]):
        with pytest.raises(NoteError, match="no line is a cosignature"):
            add_cosignatures(NOTE, lines, [WITNESS])


@pytest.mark.parametrize(
    "text",
    [
        VECTOR["vkey"],  # a log's key, type 1
        VKEY.replace("20324abe", "20324abf"),
        VKEY.replace("witness", "vitness"),
        VKEY + "\n",
        "witness.example/w1+20324abe",
    ],
)
def test_a_witness_s_key_that_is_not_what_it_says_is_refused(text):
    with pytest.raises(NoteError):
        parse_witness_key(text)
