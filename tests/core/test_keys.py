import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from app.core.canonical import b64url
from app.core.errors import KeysError
from app.core.keys import new_key_document, parse_key_document, public_jwk
from tests.support.world import CountedBytes, make_keys

DOCUMENT = json.loads(new_key_document(CountedBytes("keys")))
STRONG = b64url(CountedBytes("another")(32))

# RFC 8037 appendix A: key and thumbprint.
SECRET, PUBLIC = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_published_thumbprint_names_the_public_key():
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": SECRET, "x": PUBLIC})
    assert public_jwk(key) == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": PUBLIC,
        "kid": THUMBPRINT,
        "alg": "Ed25519",
        "use": "sig",
    }


def test_fresh_keys_are_read_and_differ_from_one_another():
    keys = make_keys()
    receipt = keys.receipt[0].jwk.as_dict(private=True)["d"]
    seeds = {*(b64url(item) for item in keys.secret), b64url(keys.subject), receipt, DOCUMENT["log"][0]}
    assert len(seeds) == 4
    assert parse_key_document(json.dumps(DOCUMENT)).jwks() == keys.jwks()


def test_a_newer_key_at_the_end_signs_and_is_listed_first():
    keys = parse_key_document(json.dumps({**DOCUMENT, "receipt": [SECRET, *DOCUMENT["receipt"]]}))
    assert [key["kid"] for key in keys.jwks()["keys"]] == [keys.receipt[1].kid, THUMBPRINT]


def test_the_key_set_holds_nothing_private():
    published = json.dumps(make_keys().jwks())
    assert '"d"' not in published
    assert not any(seed in published for seed in [*DOCUMENT["secret"], DOCUMENT["subject"], *DOCUMENT["receipt"]])


def test_a_ring_shows_none_of_its_keys():
    shown = repr(make_keys()) + str(make_keys())
    assert shown == "<KeyRing of 1 receipt and 1 log keys>" * 2


def test_the_log_key_is_the_one_of_the_document():
    key = make_keys().log[0]
    assert isinstance(key, Ed25519PrivateKey)
    assert b64url(key.private_bytes_raw()) == DOCUMENT["log"][0]


def test_each_site_and_each_purpose_has_a_key_of_its_own():
    keys = make_keys()
    derived = {keys.site_key(purpose, site) for purpose in ("subject", "lookup") for site in ("s_a", "s_b")}
    assert len(derived) == 4
    assert {len(key) for key in derived} == {32}
    assert keys.site_key("subject", "s_a") == make_keys().site_key("subject", "s_a")
    assert keys.site_key("subject", "s_a") != make_keys("others").site_key("subject", "s_a")


@pytest.mark.parametrize("name", ["secret", "subject", "receipt", "log"])
@pytest.mark.parametrize(
    "weak",
    [
        pytest.param(b64url(bytes(32)), id="zeros"),
        pytest.param(b64url(b"password" * 4), id="a repeated word"),
        pytest.param(STRONG[:20], id="too short"),
        pytest.param(STRONG + STRONG, id="too long"),
        pytest.param("", id="empty"),
    ],
)
def test_a_weak_key_is_refused_by_the_field_s_name_and_never_repeated(name, weak):
    with pytest.raises(KeysError) as error:
        parse_key_document(json.dumps({**DOCUMENT, name: weak if name == "subject" else [STRONG, weak]}))
    assert "placet keys create" in str(error.value)
    assert not weak or weak not in str(error.value)


@pytest.mark.parametrize("name", ["secret", "receipt", "log"])
def test_an_empty_list_of_keys_is_refused(name):
    with pytest.raises(KeysError, match="empty list"):
        parse_key_document(json.dumps({**DOCUMENT, name: []}))


@pytest.mark.parametrize(
    "change",
    [
        *({name: None} for name in DOCUMENT if name != "v"),
        {"secret": [7]},
        {"log": STRONG},
        {"log": ["é"]},
        {"subject": 7},
    ],
)
def test_a_key_file_with_a_field_of_another_type_is_refused(change):
    with pytest.raises(KeysError):
        parse_key_document(json.dumps({**DOCUMENT, **change}))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", "{}"])
def test_a_key_file_that_is_not_one_is_refused(text):
    with pytest.raises(KeysError):
        parse_key_document(text)
