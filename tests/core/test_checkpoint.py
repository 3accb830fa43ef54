import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.core.checkpoint import Checkpoint, CheckpointError, open_checkpoint, sign_checkpoint
from app.core.note import sign_note, vkey

VECTOR = json.loads((Path(__file__).parent / "vectors" / "checkpoint.json").read_text())
CHECKPOINT = Checkpoint(VECTOR["origin"], VECTOR["size"], bytes.fromhex(VECTOR["root_hex"]))
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["seed_hex"]))
NEWER = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
ROOT = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="


def signed(text, name=VECTOR["origin"]):
    return sign_note(text, name, KEY)


def test_signing_gives_the_vector_byte_for_byte():
    assert vkey(VECTOR["origin"], KEY) == VECTOR["vkey"]
    assert sign_checkpoint(CHECKPOINT, [KEY]) == VECTOR["note"]


def test_the_vector_opens_with_a_witness_s_signature_below_it():
    assert open_checkpoint(VECTOR["note"] + VECTOR["cosignature"], VECTOR["vkey"] + "\n") == CHECKPOINT


@given(st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32))
def test_what_is_signed_opens_again(size, root):
    checkpoint = Checkpoint(VECTOR["origin"], size, root)
    assert open_checkpoint(sign_checkpoint(checkpoint, [KEY]), VECTOR["vkey"]) == checkpoint


def test_after_a_key_is_added_old_and_new_checkpoints_open():
    both = f"{vkey(VECTOR['origin'], NEWER)}\n{VECTOR['vkey']}\n"
    assert open_checkpoint(VECTOR["note"], both) == CHECKPOINT
    assert open_checkpoint(sign_checkpoint(CHECKPOINT, [NEWER]), both) == CHECKPOINT
    with pytest.raises(CheckpointError, match="known key"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, [NEWER]), VECTOR["vkey"])


def test_while_there_are_two_keys_both_sign_the_newest_first_and_who_knows_one_opens_it():
    note = sign_checkpoint(CHECKPOINT, [KEY, NEWER])
    newer = vkey(VECTOR["origin"], NEWER)
    assert note == sign_checkpoint(CHECKPOINT, [NEWER]) + VECTOR["note"].rpartition("\n\n")[2]
    for known in (VECTOR["vkey"], newer, f"{newer}\n{VECTOR['vkey']}\n"):
        assert open_checkpoint(note, known) == CHECKPOINT


def test_a_checkpoint_of_one_log_does_not_pass_for_another_s_though_the_key_is_the_same():
    note = signed(f"consent.example/log/other\n8\n{ROOT}\n")
    both = f"{VECTOR['vkey']}\n{vkey('consent.example/log/other', KEY)}\n"
    with pytest.raises(CheckpointError, match="known key"):
        open_checkpoint(note, both)


def test_extension_lines_are_passed_over():
    assert open_checkpoint(signed(CHECKPOINT.text() + "an extension\n"), VECTOR["vkey"]) == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("consent.example/log\n8\n", id="no root"),
        pytest.param(f"consent.example/log\n08\n{ROOT}\n", id="a leading zero"),
        pytest.param(f"consent.example/log\n+8\n{ROOT}\n", id="a sign"),
        pytest.param(f"consent.example/log\n\u0668\n{ROOT}\n", id="another script's digit"),
        pytest.param(f"consent.example/log\n{'9' * 5000}\n{ROOT}\n", id="a gigantic size"),
        pytest.param("consent.example/log\n8\nnot base64\n", id="a root that is not base64"),
        pytest.param("consent.example/log\n8\nAAAA\n", id="a root of three bytes"),
        pytest.param(f"consent.example/log\n8\n{ROOT}\n\n", id="an empty line"),
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(CheckpointError):
        open_checkpoint(signed(text), VECTOR["vkey"])


@pytest.mark.parametrize("vkeys", ["", "\n", "nonsense", VECTOR["vkey"] + "\nnonsense"])
def test_without_good_keys_nothing_opens(vkeys):
    with pytest.raises(CheckpointError):
        open_checkpoint(VECTOR["note"], vkeys)


@given(st.text())
def test_any_text_is_a_checkpoint_or_an_error_of_its_own(text):
    with pytest.raises(CheckpointError):
        open_checkpoint(text, VECTOR["vkey"])


def test_an_origin_that_cannot_name_a_signer_is_refused():
    with pytest.raises(CheckpointError, match="cannot be signed"):
        sign_checkpoint(Checkpoint("two words", 8, CHECKPOINT.root), [KEY])
