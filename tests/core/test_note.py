import json
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.core.note import NoteError, base64_bytes, open_note, parse_vkey, sign_note, vkey

VECTOR = json.loads((Path(__file__).parent / "vectors" / "signed_note.json").read_text())
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
NOTE = sign_note("a line\n", "consent.example", KEY)
KNOWN = [parse_vkey(vkey("consent.example", KEY))]


def test_the_specification_s_example_opens():
    assert open_note(VECTOR["note"], [parse_vkey(VECTOR["vkey"])]) == VECTOR["text"]


@pytest.mark.parametrize("text", [VECTOR["vkey"], VECTOR["other_vkey"]])
def test_a_published_verifier_key_is_read_and_written_back(text):
    assert str(parse_vkey(text)) == text


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n")))
def test_what_is_signed_opens_again(text):
    assert open_note(sign_note(text + "\n", "consent.example", KEY), KNOWN) == text + "\n"


@given(st.text())
def test_any_text_is_a_note_or_an_error_of_its_own(text):
    with pytest.raises(NoteError):
        open_note(text, KNOWN)
    with pytest.raises(NoteError):
        open_note("a line\n\n\u2014 consent.example " + text, KNOWN)


@given(st.text())
def test_any_text_is_a_verifier_key_or_an_error_of_its_own(text):
    with pytest.raises(NoteError):
        parse_vkey(text)
    with pytest.raises(NoteError):
        parse_vkey("name+00000000+" + text)


@given(st.data())
def test_one_changed_character_and_the_note_does_not_open(data):
    at = data.draw(st.integers(0, len(NOTE) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda char: char != NOTE[at]))
    with pytest.raises(NoteError):
        open_note(NOTE[:at] + other + NOTE[at + 1 :], KNOWN)


def test_signatures_of_strangers_are_passed_over():
    strangers = [f"stranger{number}.example" for number in range(16)]
    lines = [sign_note("a line\n", name, OTHER).rpartition("\n\n")[2] for name in strangers]
    assert open_note(NOTE + "".join(lines), KNOWN) == "a line\n"


def test_a_note_only_strangers_have_signed_does_not_open():
    with pytest.raises(NoteError, match="no signature"):
        open_note(sign_note("a line\n", "stranger.example", OTHER), KNOWN)
    with pytest.raises(NoteError, match="no signature"):
        open_note(NOTE, [])


def test_one_false_signature_of_a_known_key_spoils_the_note():
    false = sign_note("another line\n", "consent.example", KEY).rpartition("\n\n")[2]
    with pytest.raises(NoteError, match="does not match"):
        open_note(NOTE + false, KNOWN)


def test_a_hundred_signatures_are_read_and_more_are_not():
    line = NOTE.rpartition("\n\n")[2]
    assert open_note(NOTE + line * 99, KNOWN) == "a line\n"
    with pytest.raises(NoteError, match="more than 100"):
        open_note(NOTE + line * 100, KNOWN)


@pytest.mark.parametrize(
    "note",
    [
        pytest.param("a line\n", id="no signature"),
        pytest.param(NOTE[:-1], id="no newline at the end"),
        pytest.param(NOTE.replace("\u2014", "-"), id="a hyphen for the dash"),
        pytest.param(NOTE.replace("consent.example ", "consent.example"), id="no space"),
        pytest.param(NOTE.replace("=", ""), id="base64 without padding"),
        pytest.param(NOTE.replace("\n", "\r\n"), id="other line ends"),
        pytest.param("a line\n\n\u2014 consent.example AAAA\n", id="a signature of three bytes"),
        pytest.param("a line\n\n\u2014 consent.example 3rWthg==\n", id="a key's hash alone"),
    ],
)
def test_a_malformed_note_is_refused(note):
    with pytest.raises(NoteError):
        open_note(note, KNOWN)


def test_a_known_key_s_signature_of_another_length_spoils_the_note():
    line = sign_note("a line\n", "consent.example", KEY).rpartition(" ")[2]
    cut = base64_bytes(line.strip())[:12]
    with pytest.raises(NoteError, match="not 64 bytes"):
        open_note(f"a line\n\n\u2014 consent.example {b64encode(cut).decode()}\n", KNOWN)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak", "thin\u2009space", "nul\0"])
def test_a_name_that_cannot_stand_in_a_note_is_refused(name):
    with pytest.raises(NoteError, match="name"):
        vkey(name, KEY)
    with pytest.raises(NoteError, match="name"):
        sign_note("a line\n", name, KEY)


@pytest.mark.parametrize("text", ["", "no end", "tab\t\n", "bell\a\n", "surrogate\ud800\n"])
def test_a_text_that_cannot_stand_in_a_note_is_refused(text):
    with pytest.raises(NoteError):
        sign_note(text, "consent.example", KEY)


@pytest.mark.parametrize(
    "text",
    [
        VECTOR["vkey"].replace("530d903a", "530d903b"),
        VECTOR["vkey"].replace("530d903a", "530D903A"),
        VECTOR["vkey"].replace("example.com", "example.org"),
        "example.com/foo+530d903a",
        "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",  # a witness key, type 4
    ],
)
def test_a_verifier_key_that_is_not_what_it_says_is_refused(text):
    with pytest.raises(NoteError):
        parse_vkey(text)
