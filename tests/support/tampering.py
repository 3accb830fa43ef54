"""Tampered bundles, each with the check that it must fail. Here: what is done to receipts; ``tampering_log``: to the rest.

Every verifier of bundles is held to them: ``placet verify``, the page ``verify.html``, and one made of other people's
libraries.
"""

import json
from dataclasses import replace
from functools import cache
from hashlib import sha256

from app.core import bundle as names
from app.core.bundle import line_bytes
from app.core.canonical import b64url, b64url_decode, canonical_bytes
from app.core.keys import public_jwk
from app.core.signing import RECEIPT_TYPE, STATEMENT_TYPE, sign_jws
from tests.support.bundles import raw_jws, zip_of
from tests.support.good_bundles import TAKEN_OVER, Case, Journal, grown, resized
from tests.support.world import make_keys

_TAMPERED = []


def tampering(check, index=None):
    """Register a function that returns a tampered bundle: its files, or its zip as bytes; and what it is held against."""

    def register(make):
        _TAMPERED.append((make, check, index))
        return make

    return register


@cache
def tampered_bundles():
    """Return every tampered case."""
    from tests.support import tampering_cited, tampering_files, tampering_log  # they register the others

    assert tampering_cited and tampering_files and tampering_log

    return tuple(_case(*item) for item in _TAMPERED)


def _case(make, check, index):
    made = make()
    made, outside = made if isinstance(made, tuple) else (made, {})
    packed = made if isinstance(made, bytes) else zip_of(made)
    return Case(make.__name__.replace("_", " "), packed, check, index, **outside)


def stranger():
    return make_keys("a stranger")


def _lines(log, change):
    files = log.files()
    files[names.RECEIPTS] = b"".join(change(files[names.RECEIPTS].splitlines(keepends=True)))
    return log.seal(files)


def _header(jws, **changes):
    header, payload, signature = jws.split(".")
    return f"{b64url(canonical_bytes({**json.loads(b64url_decode(header)), **changes}))}.{payload}.{signature}"


def _payload(jws, **changes):
    header, payload, signature = jws.split(".")
    return f"{header}.{b64url(canonical_bytes({**json.loads(b64url_decode(payload)), **changes}))}.{signature}"


def _put(log, index, jws):
    """Replace a receipt and its entry: the operator, who has the log's key, signs the head anew."""
    log.lines[names.RECEIPTS][index] = jws
    log.entries[index] = sha256(jws.encode()).digest()
    return log.files()


# Receipts


@tampering("signatures", 8)
def a_receipt_altered_and_put_into_the_log():
    log = grown()
    altered = _payload(log.lines[names.RECEIPTS][8], choices={"necessary": True, "analytics": True, "ads": True})
    return _put(log, 8, altered)


@tampering("log", 8)
def a_receipt_altered():
    log = grown()
    log.lines[names.RECEIPTS][8] = _payload(log.lines[names.RECEIPTS][8], method="api")
    return log.files()


@tampering("log", 8)
def a_receipt_signed_anew_after_the_fact():
    log = grown()
    log.lines[names.RECEIPTS][8] = sign_jws(log.payload(), log.keys.receipt[-1], RECEIPT_TYPE)
    return log.files()


@tampering("signatures", 20)
def a_receipt_signed_by_another_key():
    log = grown()
    log.receipt(key=stranger().receipt[0])
    return log.files()


@tampering("signatures", 8)
def a_header_that_says_alg_none():
    log = grown()
    header, payload, _ = _header(log.lines[names.RECEIPTS][8], alg="none").split(".")
    return _put(log, 8, f"{header}.{payload}.")


@tampering("signatures", 8)
def a_header_with_the_deprecated_alg():
    log = grown()
    return _put(log, 8, _header(log.lines[names.RECEIPTS][8], alg="EdDSA"))


@tampering("signatures", 8)
def a_header_with_a_key_of_its_own():
    log, theirs = grown(), stranger().receipt[0]
    header = {"alg": "Ed25519", "kid": log.keys.receipt[0].kid, "typ": RECEIPT_TYPE, "jwk": public_jwk(theirs.jwk)}
    signed = f"{b64url(canonical_bytes(header))}.{b64url(canonical_bytes(log.payload()))}"
    return _put(log, 8, f"{signed}.{b64url(theirs.private.sign(signed.encode()))}")


@tampering("signatures", 20)
def a_statement_passed_off_as_a_receipt():
    log = grown()
    log.receipt(typ=STATEMENT_TYPE)
    return log.files()


@tampering("signatures", 8)
def a_signature_with_another_spelling():
    log = grown()
    jws = log.lines[names.RECEIPTS][8]
    # The last of 86 digits carries four bits that no byte is made of.
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return _put(log, 8, jws[:-1] + digits[digits.index(jws[-1]) + 1])


@tampering("coverage", 8)
def a_receipt_dropped():
    log = grown()
    del log.lines[names.RECEIPTS][8]
    return log.files()


@tampering("coverage", 4)
def a_receipt_that_stands_twice():
    return _lines(grown(), lambda lines: [lines[0], *lines])


@tampering("log", 20)
def a_receipt_inserted_beyond_the_log():
    log = grown()
    extra = sign_jws(log.payload(), log.keys.receipt[-1], RECEIPT_TYPE)
    return _lines(log, lambda lines: [*lines, line_bytes(20, extra)])


@tampering("coverage", 5)
def a_receipt_inserted_where_one_was_removed():
    log = grown()
    log.lines[names.RECEIPTS][5] = sign_jws(log.payload(), log.keys.receipt[-1], RECEIPT_TYPE)
    return log.files()


@tampering("coverage", 4)
def two_lines_that_changed_places():
    return _lines(grown(), lambda lines: [lines[1], lines[0], *lines[2:]])


@tampering("log", 4)
def two_receipts_that_changed_indexes():
    log = grown()
    lines = log.lines[names.RECEIPTS]
    lines[4], lines[8] = lines[8], lines[4]
    return log.files()


@tampering("key")
def a_log_re_ordered_and_signed_by_another_key():
    log = grown()
    theirs = log.vkey
    lines = log.lines[names.RECEIPTS]
    lines[4], lines[7] = lines[7], lines[4]
    log.entries[4], log.entries[7] = log.entries[7], log.entries[4]
    log.keys = replace(log.keys, log=stranger().log)
    return log.files(), {"vkey": theirs}


@tampering("older")
def a_log_re_ordered_since_a_checkpoint_was_kept():
    log = grown()
    kept = log.checkpoint(12)
    lines = log.lines[names.RECEIPTS]
    lines[4], lines[7] = lines[7], lines[4]
    log.entries[4], log.entries[7] = log.entries[7], log.entries[4]
    return log.files(), {"against": (kept,)}


@tampering("older")
def a_log_that_has_shrunk():
    log = grown()
    kept = log.checkpoint()
    return resized(log, 19).files(), {"against": (log.checkpoint(2), kept)}


@tampering("older")
def a_kept_checkpoint_of_another_log():
    return grown().files(), {"against": (Journal(site="s_other").begin().checkpoint(),)}


@tampering("times", 20)
def a_receipt_dated_back():
    log = grown()
    log.receipt(received_at="2026-03-01T11:50:00.000Z")
    log.receipt()
    return log.files()


@tampering("contents", 21)
def an_id_that_stands_twice():
    log = grown()
    same = log.new_id()
    log.receipt(id=same)
    log.receipt(id=same)
    return log.files()


@tampering("contents", 20)
def a_receipt_of_another_site():
    log = grown()
    log.receipt(site="s_other")
    return log.files()


@tampering("contents", 20)
def a_receipt_without_a_field():
    log = grown()
    payload = log.payload()
    del payload["attested"]
    log.append(sign_jws(payload, log.keys.receipt[-1], RECEIPT_TYPE), names.RECEIPTS)
    return log.files()


@tampering("contents", 20)
def what_another_tool_had_kept_passed_off_as_a_click():
    log = grown()
    log.receipt(method="takeover", trusted=True, taken_over=dict(TAKEN_OVER))
    return log.files()


@tampering("contents", 20)
def what_another_tool_had_kept_without_saying_so():
    log = grown()
    log.receipt(method="banner:accept-all", trusted=False, taken_over={**TAKEN_OVER, "more": 1})
    return log.files()


@tampering("contents", 20)
def a_payload_in_another_form():
    log = grown()
    spaced = json.dumps(log.payload(), sort_keys=True).encode()
    log.append(raw_jws(log, spaced), names.RECEIPTS)
    return log.files()


@tampering("contents", 20)
def a_payload_that_says_something_twice():
    log = grown()
    twice = canonical_bytes(log.payload()).replace(b'"attested":true', b'"attested":false,"attested":true')
    log.append(raw_jws(log, twice), names.RECEIPTS)
    return log.files()


@tampering("contents", 20)
def a_payload_with_half_a_character():
    log = grown()
    half = canonical_bytes(log.payload(regime="??")).replace(b'"??"', b'"\\ud800"')
    log.append(raw_jws(log, half), names.RECEIPTS)
    return log.files()


@tampering("files")
def a_line_cut_off():
    log = grown()
    files = log.files()
    files[names.RECEIPTS] = files[names.RECEIPTS][:-2]
    return log.seal(files)


@tampering("contents")
def a_line_that_is_no_index_and_jws():
    return _lines(grown(), lambda lines: [lines[0], b'{"index":"5"}\n', *lines[1:]])
