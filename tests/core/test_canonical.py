import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.canonical import b64url, b64url_decode, canonical_bytes, script_json, sha256_hex

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=10,
)


def test_the_form_is_that_of_rfc_8785():
    # The names of RFC 8785 §3.2.3, whose order is by UTF-16 code units.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert canonical_bytes(dict.fromkeys(names, 0)).decode() == (
        '{"\\r":0,"1":0,"\u0080":0,"\u00f6":0,"\u20ac":0,"\U0001f600":0,"\ufb33":0}'
    )


@given(values)
def test_the_form_is_json_of_the_same_value_and_does_not_depend_on_the_order_of_keys(value):
    data = canonical_bytes(value)
    assert json.loads(data) == value
    if isinstance(value, dict):
        assert canonical_bytes(dict(reversed(value.items()))) == data


@pytest.mark.parametrize("value", [2**53, float("nan"), "\ud800", {1: 2}, b"bytes"])
def test_what_has_no_such_form_is_an_error(value):
    with pytest.raises(ValueError):
        canonical_bytes(value)


def test_a_hash_is_in_lower_case_hex():
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.binary())
def test_bytes_written_are_read_back(data):
    text = b64url(data)
    assert b64url_decode(text) == data
    assert not set(text) & set("+/=")


@pytest.mark.parametrize("text", ["AA==", "A", "AB", "A A", "+/8", "é", "A\n", "\ud800"])
def test_anything_but_the_one_form_of_base64url_is_an_error(text):
    with pytest.raises(ValueError):
        b64url_decode(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_inside_a_script_stays_itself_and_cannot_end_it(text):
    written = script_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert not set(written) & set("<\u2028\u2029")
