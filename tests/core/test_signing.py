import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from joserfc.jwk import OKPKey

from app.core.canonical import b64url, b64url_decode, canonical_bytes
from app.core.signing import (
    RECEIPT_TYPE,
    STATEMENT_TYPE,
    JwsVerifier,
    Shown,
    SignatureError,
    is_discovery,
    mint_discovery,
    mint_shown,
    read_shown,
    sign_jws,
    verify_jws,
)
from tests.support.world import make_keys

KEYS = make_keys()
KEY = KEYS.receipt[0]
KNOWN = {KEY.kid: KEY.jwk}
QUICK = JwsVerifier(KEYS.jwks())
PAYLOAD = {"v": 1, "id": "one", "text": "\u00e9"}
JWS = sign_jws(PAYLOAD, KEY, RECEIPT_TYPE)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOWN = Shown("s_a", 3, "eu", "FR", None, 20779)


def with_header(change):
    header, payload, signature = JWS.split(".")
    return f"{b64url(change(b64url_decode(header)))}.{payload}.{signature}"


def is_refused(token, typ=RECEIPT_TYPE, keys=KNOWN, quick=QUICK):
    """Both verifiers refuse, with their own error and no other."""
    with pytest.raises(SignatureError):
        verify_jws(token, keys, typ)
    with pytest.raises(SignatureError):
        quick.payload(token, typ)
    return True


def test_the_header_says_algorithm_key_and_kind_and_the_payload_is_canonical():
    header, payload, _ = JWS.split(".")
    assert json.loads(b64url_decode(header)) == {"alg": "Ed25519", "kid": KEY.kid, "typ": RECEIPT_TYPE}
    assert b64url_decode(payload) == canonical_bytes(PAYLOAD)


def test_the_signature_is_that_of_rfc_8037_under_its_newer_name():
    key = OKPKey.import_key(
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }
    )
    signed = b"eyJhbGciOiJFZDI1NTE5In0.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    expected = "UxhIYLHGg39NVCLpQAVD_UcfOmnGSCzLFZoXYkLiIbFccmOb_qObsgjzLKsfJw-4NlccUgvYrEHrRbNV0HcZAQ"
    assert b64url(key.get_op_key("sign").sign(signed)) == expected


def test_both_verifiers_give_back_what_was_signed():
    assert verify_jws(JWS, KNOWN, RECEIPT_TYPE) == canonical_bytes(PAYLOAD)
    assert QUICK.payload(JWS, RECEIPT_TYPE) == canonical_bytes(PAYLOAD)


def test_a_document_of_another_kind_is_refused():
    assert is_refused(JWS, STATEMENT_TYPE)
    assert is_refused(sign_jws(PAYLOAD, KEY, "JWT"))


def test_a_stranger_s_signature_is_refused():
    stranger = make_keys("stranger").receipt[0]
    assert is_refused(sign_jws(PAYLOAD, stranger, RECEIPT_TYPE))
    assert is_refused(with_header(lambda header: header.replace(KEY.kid.encode(), stranger.kid.encode())))


@pytest.mark.parametrize("alg", ["none", "EdDSA", "HS256", "Ed448", "ed25519", None, ["Ed25519"]])
def test_another_algorithm_is_refused(alg):
    assert is_refused(with_header(lambda header: canonical_bytes({**json.loads(header), "alg": alg})))


@pytest.mark.parametrize("more", [{"crit": 7}, {"crit": ["b64"], "b64": False}, {"kid": {}}, {"typ": None}])
def test_a_header_with_strange_members_is_refused(more):
    assert is_refused(with_header(lambda header: canonical_bytes({**json.loads(header), **more})))


@pytest.mark.parametrize("header", [b"", b"[]", b"null", b"7", b"\xff", b"[" * 50_000, b"9" * 5000, b'"text"'])
def test_a_header_that_is_no_object_is_refused(header):
    assert is_refused(with_header(lambda _: header))


@given(st.data())
def test_one_changed_character_anywhere_is_refused(data):
    at = data.draw(st.integers(0, len(JWS) - 1))
    other = data.draw(st.characters().filter(lambda char: char != JWS[at]))
    assert is_refused(JWS[:at] + other + JWS[at + 1 :])


@given(st.text())
def test_any_text_is_refused_by_the_same_error(text):
    assert is_refused(text)


def test_after_a_key_is_added_both_keys_verify():
    newer = make_keys("newer")
    quick = JwsVerifier({"keys": newer.jwks()["keys"] + KEYS.jwks()["keys"]})
    for key in (newer.receipt[0], KEY):
        assert quick.payload(sign_jws(PAYLOAD, key, STATEMENT_TYPE), STATEMENT_TYPE) == canonical_bytes(PAYLOAD)


@pytest.mark.parametrize("jwks", [None, [], {}, {"keys": None}, {"keys": []}, {"keys": [None]}, {"keys": [{}]}])
def test_what_is_no_key_set_is_refused(jwks):
    with pytest.raises(SignatureError):
        JwsVerifier(jwks)


@pytest.mark.parametrize(
    "change",
    [{"x": "AAAA"}, {"x": None}, {"x": "\u00e9"}, {"kid": "another"}, {"alg": "EdDSA"}, {"kty": "EC"}, {"d": "AAAA"}],
)
def test_a_key_that_is_not_a_plain_public_one_is_refused(change):
    with pytest.raises(SignatureError):
        JwsVerifier({"keys": [{**KEYS.jwks()["keys"][0], **change}]})


def test_a_shown_token_is_read_back_for_two_days():
    token = mint_shown(KEYS, SHOWN)
    assert token == mint_shown(KEYS, SHOWN)
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    assert read_shown(KEYS, token, "s_a", midnight) == SHOWN
    assert read_shown(KEYS, token, "s_a", midnight + timedelta(days=2, microseconds=-1)) == SHOWN
    assert read_shown(KEYS, token, "s_a", midnight + timedelta(days=2)) is None
    assert read_shown(KEYS, token, "s_a", midnight - timedelta(microseconds=1)) is None


def test_a_shown_token_of_another_site_or_installation_is_none():
    assert read_shown(KEYS, mint_shown(KEYS, SHOWN), "s_b", NOON) is None
    assert read_shown(KEYS, mint_shown(make_keys("others"), SHOWN), "s_a", NOON) is None


def test_a_shown_token_of_before_a_key_was_added_is_still_read():
    rotated = replace(KEYS, secret=(*KEYS.secret, make_keys("newer").secret[0]))
    assert read_shown(rotated, mint_shown(KEYS, SHOWN), "s_a", NOON) == SHOWN
    assert read_shown(KEYS, mint_shown(rotated, SHOWN), "s_a", NOON) is None


@given(st.text(st.characters()) | st.none())
def test_any_text_is_a_shown_token_or_none(token):
    assert read_shown(KEYS, token, "s_a", NOON) is None


@pytest.mark.parametrize("token", ["\ud800", "a.b", ".", "é"])
def test_a_shown_token_that_is_none_is_no_error(token):
    assert read_shown(KEYS, token, "s_a", NOON) is None


def test_a_discovery_token_opens_its_own_site_for_an_hour():
    token = mint_discovery(KEYS, "s_a", NOON)
    assert is_discovery(KEYS, token, "s_a", NOON)
    assert is_discovery(KEYS, token, "s_a", NOON + timedelta(hours=1, seconds=-1))
    assert not is_discovery(KEYS, token, "s_a", NOON + timedelta(hours=1))
    assert not is_discovery(KEYS, token, "s_a", NOON - timedelta(seconds=1)), "minted in a time to come"
    assert not is_discovery(KEYS, token, "s_b", NOON)
    assert not is_discovery(make_keys("others"), token, "s_a", NOON)


def test_a_discovery_token_outlives_a_rotation_of_keys_and_says_nothing_of_anybody():
    token = mint_discovery(KEYS, "s_a", NOON)
    assert is_discovery(replace(KEYS, secret=(*KEYS.secret, b"a newer one")), token, "s_a", NOON)
    assert json.loads(b64url_decode(token.split(".")[0])) == ["s_a", int(NOON.timestamp())]


@pytest.mark.parametrize("token", [None, "", "\ud800", "a.b", ".", "\u00e9", mint_shown(KEYS, SHOWN)])
def test_what_is_no_discovery_token_opens_nothing(token):
    assert not is_discovery(KEYS, token, "s_a", NOON)


@pytest.mark.parametrize("said", [["s_a"], ["s_a", "now"], ["s_a", None], ["s_a", [0]], "s_a", 7, None, {"s_a": 0}])
def test_nor_does_signed_text_of_another_shape(said):
    serializer = URLSafeSerializer(
        list(KEYS.secret),
        salt=b"placet.discovery.v1",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
    assert is_discovery(KEYS, serializer.dumps(["s_a", int(NOON.timestamp())]), "s_a", NOON)
    assert not is_discovery(KEYS, serializer.dumps(said), "s_a", NOON)


def test_a_shown_token_is_none_that_opens_discovery_mode_and_the_other_way_round():
    assert read_shown(KEYS, mint_discovery(KEYS, "s_a", NOON), "s_a", NOON) is None


def test_a_key_of_small_order_signs_nothing():
    """Such a key (RFC 8032 leaves it open) makes one signature good for every text."""
    x = b64url(b"\x01" + bytes(31))
    kid = b64url(hashlib.sha256(canonical_bytes({"crv": "Ed25519", "kty": "OKP", "x": x})).digest())
    jwk = {"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "use": "sig", "x": x, "kid": kid}
    header = b64url(canonical_bytes({"alg": "Ed25519", "kid": kid, "typ": RECEIPT_TYPE}))
    token = f"{header}.{b64url(b'{}')}." + b64url(b"\x01" + bytes(63))
    with pytest.raises(SignatureError, match="does not match"):
        JwsVerifier({"keys": [jwk]}).open(token, RECEIPT_TYPE)
