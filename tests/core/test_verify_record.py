import json

import pytest

from app.core.bundle import ENTRIES, JWKS, MANIFEST, RECEIPTS, STATEMENTS, config_name, notice_name, widget_name
from app.core.canonical import b64url, b64url_decode, canonical_bytes, sha256_hex
from app.core.signing import STATEMENT_TYPE, sign_jws
from tests.support.bundles import BundleBuilder, raw_jws, verify, with_lines, words

# Signatures


def test_a_receipt_signed_by_a_stranger_is_refused(log):
    index = log.receipt(key=BundleBuilder(seed="a forger").keys.receipt[-1])
    assert f"index {index}: not signed as this kind of document by a known key." in words(verify(log.files()))


def test_a_statement_does_not_pass_for_a_receipt(log):
    index = log.receipt(typ=STATEMENT_TYPE)
    assert f"index {index}: not signed as this kind of document" in words(verify(log.files()))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"alg": "none"}, id="no algorithm"),
        pytest.param({"alg": "EdDSA"}, id="the deprecated name"),
        pytest.param({"alg": "HS256"}, id="a shared secret"),
        pytest.param({"crit": ["b64"], "b64": False}, id="an extension"),
        pytest.param({"jwk": {"kty": "OKP"}}, id="a key of its own"),
    ],
)
def test_another_header_than_ours_is_refused(log, change):
    jws = sign_jws(log.payload(), log.keys.receipt[-1], "consent-receipt+jwt")
    header, payload, signature = jws.split(".")
    header = b64url(canonical_bytes({**json.loads(b64url_decode(header)), **change}))
    index = log.append(f"{header}.{payload}.{signature}", RECEIPTS)
    assert f"index {index}: not signed as this kind of document" in words(verify(log.files()))


@pytest.mark.parametrize("jws", ["", "..", "a.b", "a.b.c", "\u00e9.\u00e9.\u00e9", "\ud800", "a" * 100_000])
def test_what_is_no_jws_at_all_is_refused(log, jws):
    index = len(log.entries)
    log.append("placeholder", RECEIPTS)
    log.lines[RECEIPTS][index] = jws
    assert f"index {index}: not signed as this kind of document" in words(verify(log.files()))


@pytest.mark.parametrize("change", ["no keys", "private", "wrong kid", "short", "not text", "a list"])
def test_keys_that_are_not_a_public_key_set_are_refused(log, change):
    files = log.files()
    key = json.loads(files[JWKS])["keys"][0]
    jwks = {
        "no keys": {"keys": []},
        "private": {"keys": [{**key, "d": key["x"]}]},
        "wrong kid": {"keys": [{**key, "kid": key["x"]}]},
        "short": {"keys": [{**key, "x": "AAAA"}]},
        "not text": {"keys": [{**key, "x": 7}]},
        "a list": [key],
    }[change]
    files[JWKS] = canonical_bytes(jwks)
    assert "no signature can be checked." in words(verify(log.seal(files)))


# What receipts say


@pytest.mark.parametrize(
    "field, value",
    [
        ("v", 2), ("v", True), ("id", "1"), ("id", 7), ("nonce", ""), ("subject", "short"), ("previous", ""),
        ("event", "granted"), ("method", ""), ("trusted", None), ("choices", {"analytics": 1}), ("choices", []),
        ("choices", {"necessary": False}), ("trackers", None), ("config", {"version": 1}), ("config", None),
        ("notice", {"lang": "en", "sha256": "AB" * 32}), ("widget", {"version": "1"}), ("regime", None),
        ("jurisdiction", {}),
        ("gpc", {"browser": None, "header": None, "effect": "no"}), ("layer", "1"), ("layer", -1), ("layer", 2**60),
        ("layout", ""), ("viewport", 3), ("scheme", True), ("equality", "yes"), ("shown_at", "yesterday"),
        ("decided_at", "2026-02-30T00:00:00.000Z"), ("received_at", "2026-03-01T12:00:00Z"), ("expires_at", None),
        ("expires_at", "2026-01-01T00:00:00.000Z"), ("clock", "fine"), ("attested", 1), ("ip", "203.0.113.7"),
    ],
)  # fmt: skip
def test_a_field_that_is_not_as_it_must_be_is_named(log, field, value):
    try:
        index = log.receipt(**{field: value})
    except ValueError:  # too large a number for RFC 8785: it cannot be signed in the first place
        payload = json.dumps({**log.payload(), field: value}, sort_keys=True, separators=(",", ":"))
        index = log.append(raw_jws(log, payload.encode()), RECEIPTS)
    assert f"index {index}: the receipt's field '{field}' is not as it must be." in words(verify(log.files()))


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"\xff", b"[" * 50_000, b"9" * 5000, b"NaN", b"null", b"[]", b"7", b'"text"', b'{"v":"\\ud800"}'],
    ids=lambda payload: repr(payload[:12]),
)
def test_a_signed_payload_that_is_no_receipt_is_refused(log, payload):
    index = log.append(raw_jws(log, payload), RECEIPTS)
    statement = log.append(raw_jws(log, payload, STATEMENT_TYPE), STATEMENTS)
    found = words(verify(log.files()))
    assert f"receipts.jsonl, index {index}: " in found
    assert f"statements.jsonl, index {statement}: " in found


def test_a_payload_that_two_readers_could_read_differently_is_refused(log):
    good = canonical_bytes(log.payload()).decode()
    for payload in [good.replace('{"attested"', '{"attested":false,"attested"'), good.replace(":", ": "), good + " "]:
        index = log.append(raw_jws(log, payload.encode()), RECEIPTS)
        assert f"index {index}: its payload is not in its one form (RFC 8785)." in words(verify(log.files()))


def test_a_payload_with_characters_beyond_the_basic_plane_is_read_as_it_stands(log):
    log.receipt(trackers={"\U0001f36a": True, "\ufb33": False, "\u20ac": True})
    assert verify(log.files()).ok


def test_a_receipt_of_another_site_is_refused(log):
    index = log.receipt(site="s_other")
    assert f"index {index}: it is of another site: 's_other'." in words(verify(log.files()))


def test_an_id_that_stands_twice_is_refused(log):
    first = log.payload()
    log.receipt(id=first["id"])
    index = log.receipt(id=first["id"])
    assert f"index {index}: the id {first['id']} stands twice in the log." in words(verify(log.files()))


def test_a_config_cited_before_it_was_published_is_refused(log):
    index = log.receipt(version=3)
    log.publish(3)
    assert f"index {index}: no statement before it published config version 3" in words(verify(log.files()))


def test_a_config_cited_under_another_version_s_number_is_refused(log):
    index = log.receipt(config={"version": 2, "sha256": log.config(1)})
    assert f"index {index}: no statement before it published config version 2" in words(verify(log.files()))


def test_a_version_published_twice_with_other_content_is_refused(log):
    index = log.statement("config-published", {"version": 1, "sha256": log.config(2)})
    assert f"index {index}: config version 1 is published a second time" in words(verify(log.files()))


@pytest.mark.parametrize("kind", ["config", "notice", "widget"])
def test_a_cited_document_that_is_not_there_is_named(log, kind):
    files = log.files()
    name = {
        "config": config_name(log.config(1)),
        "notice": notice_name(log.notice),
        "widget": widget_name(log.widget),
    }[kind]
    del files[name]
    assert f"index 1: it cites {name}, which is not here" in words(verify(log.seal(files)))
    unsealed = log.files()
    del unsealed[name]
    assert f"{MANIFEST} lists '{name}', which is not in the bundle." in words(verify(unsealed))


def test_a_document_put_in_another_s_place_is_named(log):
    files = log.files()
    files[config_name(log.config(1))] = files[config_name(log.config(2))]
    assert "its content does not have the hash that its name gives." in words(verify(log.seal(files)))


def test_a_document_that_is_no_json_is_named(log):
    name = notice_name(sha256_hex(b"{"))
    log.documents[name] = b"{"
    assert f"{name}: it is not JSON." in words(verify(log.files()))


def test_a_notice_of_another_site_language_or_regime_is_refused(log):
    right = {"site": log.site, "lang": "en", "regime": "eu"}
    for notice in [{**right, "site": "s_other"}, {**right, "lang": "fr"}, {**right, "regime": "us"}, []]:
        index = log.receipt(notice={"lang": "en", "sha256": log.keep(notice_name, notice)})
        assert f"index {index}: the notice it cites is of another site, language or regime." in words(
            verify(log.files())
        )


def test_a_receipt_dated_back_names_its_index(log):
    index = log.receipt(received_at="2026-03-01T11:00:00.000Z")
    log.receipt()
    report = verify(log.files())
    assert [failure.index for failure in report.failures] == [index]
    assert f"index {index}: its time, 2026-03-01T11:00:00.000Z, is before that of an earlier entry" in words(report)


def test_a_statement_dated_back_names_its_index(log):
    index = log.statement("something-new", {"tracker": "recorder"}, at="2026-03-01T11:00:00.000Z")
    assert f"statements.jsonl, index {index}: its time" in words(verify(log.files()))


def test_a_few_seconds_out_of_order_are_no_sign_of_anything(log):
    log.receipt(received_at="2026-03-01T11:59:00.000Z")
    assert verify(log.files()).ok


# Removals


@pytest.mark.parametrize(
    "ranges, sentence",
    [
        ([(4, 4)], "index 4: a statement says that it was removed, and it stands here."),
        ([(2, 2)], "it removes 2 to 2, of which something else covers a part already."),
        ([(0, 1)], "it removes 0 to 1, of which something else covers a part already."),
        ([(11, 11)], "it removes index 11, which does not stand before it."),
        ([(10, 2**52)], "it removes index 4503599627370496, which does not stand before it."),
    ],
)
def test_a_removal_that_contradicts_the_bundle_is_refused(log, ranges, sentence):
    data = {"ranges": ranges, "count": sum(last - first + 1 for first, last in ranges), "reason": "x", "by": "operator"}
    log.statement("receipts-removed", data)
    assert sentence in words(verify(log.files()))


@pytest.mark.parametrize(
    "change",
    [
        {"ranges": []}, {"ranges": [[4, 1]]}, {"ranges": [[1]]}, {"ranges": [[1, 1], [1, 1]]}, {"ranges": [[4, 4], [1, 1]]},
        {"ranges": [[-1, 1]]}, {"ranges": [[1, True]]}, {"ranges": [["1", "1"]]}, {"ranges": {"1": 1}}, {"ranges": [1]},
        {"count": 2}, {"count": "1"}, {"reason": ""}, {"by": "nobody"}, {"and": "more"},
    ],
)  # fmt: skip
def test_a_removal_that_is_not_as_it_must_be_removes_nothing(log, change):
    data = {"ranges": [[1, 1]], "count": 1, "reason": "asked", "by": "operator", **change}
    del log.lines[RECEIPTS][1]
    index = log.statement("receipts-removed", data)
    found = words(verify(log.files()))
    assert f"index {index}: the statement's field 'data' is not as it must be." in found
    assert "index 1: it is missing" in found


@pytest.mark.parametrize(
    "change", [{"v": 0}, {"id": None}, {"kind": "Removed!"}, {"at": "now"}, {"data": []}, {"by": "me"}]
)
def test_a_statement_s_field_that_is_not_as_it_must_be_is_named(log, change):
    index = log.statement("config-published", {"version": 9, "sha256": "ab" * 32}, **change)
    assert f"index {index}: the statement's field '{min(change)}' is not" in words(verify(log.files()))


def test_a_publication_without_a_hash_publishes_nothing(log):
    index = log.statement("config-published", {"version": 9})
    assert f"index {index}: the statement's field 'data' is not" in words(verify(log.files()))


def test_a_kind_of_statement_that_is_not_known_yet_is_no_failure(log):
    log.statement("something-new", {})
    assert verify(log.files()).ok


# Many


def test_of_many_misplaced_receipts_every_one_is_named_and_counted():
    log = BundleBuilder()
    log.publish(1)
    for _ in range(60):
        log.receipt()
    files = log.files()
    files[ENTRIES] = files[ENTRIES][:32] + bytes(60 * 32)
    report = verify(log.seal(files))
    named = {failure.index for failure in report.failures if "not what the log has" in failure.message}
    assert named == set(range(1, 61))


def test_a_thousand_failures_are_kept_and_all_are_counted(log):
    report = verify(with_lines(log, RECEIPTS, lambda lines: [b"x\n"] * 2000))
    assert len(report.failures) == 1000
    assert report.failure_count == 2000 + 4 + 1
