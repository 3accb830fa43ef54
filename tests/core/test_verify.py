import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.bundle import (
    CHECKPOINT,
    ENTRIES,
    JWKS,
    MANIFEST,
    RECEIPTS,
    REQUIRED,
    STATEMENTS,
    VERIFY_PAGE,
    VKEY,
    ZipBundle,
    config_name,
    line_bytes,
    notice_name,
    widget_name,
)
from app.core.canonical import b64url, b64url_decode, canonical_bytes, sha256_hex
from app.core.signing import STATEMENT_TYPE, sign_jws
from app.core.verify import verify_bundle


# What holds


def test_a_whole_bundle_holds_and_says_first_that_nothing_outside_was_compared(log):
    report = verify(log.files())
    assert report.failures == ()
    assert report.ok
    assert report.verdict.startswith("The bundle agrees with itself. Against the operator it does not prove")
    assert len(report.proven) == 6
    assert "5 receipts, 3 statements, 3 removed" in report.proven[3]
    assert "a verifier key inside the bundle proves nothing" in report.not_proven[0]


def test_with_the_key_got_elsewhere_the_report_says_so(log):
    report = verify(log.files(), trusted_vkey=log.vkey)
    assert report.ok
    assert report.verdict.startswith("The bundle is signed by the key you gave.")
    assert report.proven[0] == "The checkpoint of 11 entries is signed by the key you gave."
    assert not any("verifier key inside" in sentence for sentence in report.not_proven)


@pytest.mark.parametrize("size", range(12))
def test_every_older_checkpoint_of_the_log_is_confirmed(log, size):
    report = verify(log.files(), log.checkpoint(size), log.vkey)
    assert report.ok
    assert f"its first {size} entries are those of the checkpoint you kept" in report.verdict
    assert f"of {size} entries, the log has only grown" in report.proven[2]


def test_an_empty_log_holds(new_log):
    assert verify(BundleBuilder().files()).ok


def test_a_page_that_verifies_may_come_along(log):
    files = log.seal({**log.files(), VERIFY_PAGE: b"<!doctype html>"})
    assert verify(files).ok


def test_a_zip_is_verified_in_place(log):
    with ZipBundle(io.BytesIO(zip_of(log.files()))) as bundle:
        assert verify_bundle(bundle).ok


def test_keys_of_before_still_verify_what_they_signed(log):
    files = log.files()
    jwks = {"keys": BundleBuilder(seed="a newer key").keys.jwks()["keys"] + json.loads(files[JWKS])["keys"]}
    files[JWKS] = canonical_bytes(jwks)
    files[VKEY] = BundleBuilder(seed="a newer key").vkey.encode() + files[VKEY]
    assert verify(log.seal(files)).ok


def test_the_report_is_one_page_with_the_verdict_first(log):
    text = verify(log.files()).to_text()
    assert text.startswith("The bundle agrees with itself.")
    assert text.index("Proven\n") < text.index("Not proven\n")
    assert len(text.splitlines()) < 60
    assert max(map(len, text.splitlines())) <= 100
    broken = verify({**log.files(), RECEIPTS: b"x\n" * 500}).to_text()
    assert broken.startswith("THE BUNDLE DOES NOT HOLD: 506 things")
    assert "… and 481 more." in broken


# One byte

FILES = [*REQUIRED, "configs/", "notices/", "widgets/"]


@pytest.mark.parametrize("file", FILES)
def test_one_byte_changed_in_any_file_and_the_bundle_does_not_hold(log, file):
    whole = log.files()
    for name in [name for name in whole if name.startswith(file)]:
        data = whole[name]
        # Of the manifest, only the day it was made is signed by nobody and repeated nowhere; the report says so.
        free = range(data.index(b"made_at"), data.index(b'"origin"')) if name == MANIFEST else ()
        for at in set(range(0, len(data), max(1, len(data) // 150))) - set(free):
            report = verify({**whole, name: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]})
            assert not report.ok, f"{name} at {at}"
            assert name in words(report), f"{name} at {at}"


@pytest.mark.parametrize("file", [file for file in FILES if file not in (MANIFEST, VKEY, CHECKPOINT)])
def test_one_byte_changed_does_not_pass_when_the_manifest_is_made_to_match(log, file):
    whole = log.files()
    for name in [name for name in whole if name.startswith(file)]:
        data = whole[name]
        for at in range(0, len(data), max(1, len(data) // 80)):
            report = verify(log.seal({**whole, name: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}))
            assert not report.ok, f"{name} at {at}"


def test_a_byte_of_a_receipt_changed_names_its_index(log):
    for at, line in [(0, 1), (2, 7), (4, 10)]:

        def change(lines, at=at):
            middle = len(lines[at]) // 2
            lines[at] = (
                lines[at][:middle]
                + (b"A" if lines[at][middle : middle + 1] != b"A" else b"B")
                + lines[at][middle + 1 :]
            )
            return lines

        report = verify(with_lines(log, RECEIPTS, change))
        assert f"receipts.jsonl, index {line}: it is not what the log has at this index" in words(report)
        assert {failure.index for failure in report.failures} == {line}


# Dropped, added, reordered


@pytest.mark.parametrize("at, index", [(0, 1), (1, 4), (4, 10)])
def test_a_dropped_receipt_names_its_index(log, at, index):
    report = verify(with_lines(log, RECEIPTS, lambda lines: lines[:at] + lines[at + 1 :]))
    assert f"index {index}: it is missing" in words(report)


def test_dropped_statements_name_their_indexes_and_what_rested_on_them(log):
    report = verify(with_lines(log, STATEMENTS, lambda lines: lines[:2]))
    assert "index 2: 2 entries are missing, up to index 3" in words(report)
    assert "index 9: it is missing" in words(report)
    report = verify(with_lines(log, STATEMENTS, lambda lines: lines[1:]))
    assert "index 1: no statement before it published config version 1" in words(report)


def test_a_receipt_added_beyond_the_log_names_its_index(log):
    extra = sign_jws(log.payload(), log.keys.receipt[-1], "consent-receipt+jwt")
    report = verify(with_lines(log, RECEIPTS, lambda lines: [*lines, line_bytes(11, extra)]))
    assert "receipts.jsonl, index 11: it is not in the log, which has 11 entries." in words(report)


def test_a_receipt_added_in_the_place_of_a_removed_one_names_its_index(log):
    extra = sign_jws(log.payload(), log.keys.receipt[-1], "consent-receipt+jwt")
    report = verify(with_lines(log, RECEIPTS, lambda lines: [lines[0], line_bytes(3, extra), *lines[1:]]))
    assert "index 3: it is not what the log has at this index; it is not in the log at all." in words(report)
    assert "index 3: a statement says that it was removed, and it stands here." in words(report)


def test_two_lines_that_changed_places_name_their_indexes(log):
    report = verify(with_lines(log, RECEIPTS, lambda lines: [lines[1], lines[0], *lines[2:]]))
    assert "index 1: line 2 is out of order or stands twice: index 4 stands above it." in words(report)


def test_two_receipts_that_changed_indexes_name_both(log):
    def change(lines):
        one, two = json.loads(lines[0]), json.loads(lines[1])
        return [line_bytes(one["index"], two["jws"]), line_bytes(two["index"], one["jws"]), *lines[2:]]

    found = words(verify(with_lines(log, RECEIPTS, change)))
    assert "index 1: it is not what the log has at this index; it is what the log has at index 4." in found
    assert "index 4: it is not what the log has at this index; it is what the log has at index 1." in found


def test_a_line_that_stands_twice_names_its_index(log):
    report = verify(with_lines(log, RECEIPTS, lambda lines: [lines[0], *lines]))
    assert "index 1: line 2 is out of order or stands twice" in words(report)
    assert "index 1: something else already stands for this index." in words(report)


def test_entries_that_changed_places_do_not_give_the_root(log):
    files = log.files()
    entries = files[ENTRIES]
    files[ENTRIES] = entries[32:64] + entries[:32] + entries[64:]
    found = words(verify(log.seal(files)))
    assert "entries.bin: its entries do not give the checkpoint's root." in found
    assert "index 1: it is not what the log has at this index; it is what the log has at index 0." in found


@pytest.mark.parametrize("change", [lambda data: data[:-32], lambda data: data[:-1], lambda data: data + bytes(32)])
def test_entries_of_another_number_do_not_match_the_checkpoint(log, change):
    files = log.files()
    files[ENTRIES] = change(files[ENTRIES])
    assert "entries.bin: it" in words(verify(log.seal(files)))


# The operator


def test_an_operator_with_all_keys_can_rewrite_what_nobody_kept_a_checkpoint_of(log):
    kept = log.checkpoint(4)
    rewritten = BundleBuilder()
    rewritten.publish(1)
    for _ in range(10):
        rewritten.receipt(event="renewed")
    assert verify(rewritten.files(), trusted_vkey=log.vkey).ok
    report = verify(rewritten.files(), kept, log.vkey)
    assert "The log was rewritten: its first 4 entries are not those of the checkpoint you kept." in words(report)
    assert not any("only grown" in sentence for sentence in report.proven)


def test_a_log_that_has_shrunk_shows(log):
    kept = log.checkpoint()
    del log.entries[10:], log.lines[RECEIPTS][10]
    report = verify(log.files(), kept)
    assert "The log has shrunk: you kept a checkpoint of 11 entries, and it has 10." in words(report)


def test_a_bundle_made_with_other_keys_does_not_pass_for_this_log(log):
    forged = BundleBuilder(seed="a forger")
    forged.publish(1)
    assert verify(forged.files()).ok
    assert "checkpoint: with the verifier key you gave" in words(verify(forged.files(), trusted_vkey=log.vkey))
    assert "In the checkpoint you kept, " in words(verify(forged.files(), log.checkpoint(1)))


def test_another_site_s_checkpoint_is_not_compared(log):
    other = BundleBuilder(site="s_other")
    other.publish(1)
    assert "The checkpoint you kept is of another log." in words(
        verify(log.files(), other.checkpoint(), log.vkey + other.vkey)
    )


@pytest.mark.parametrize("outside", [("not a note", None), (None, "not a key"), ("", ""), ("\ud800", "\ud800")])
def test_what_was_kept_outside_may_be_broken_too(log, outside):
    assert not verify(log.files(), *outside).ok


def test_a_receipt_signed_again_after_the_fact_is_not_what_the_log_has(log):
    def change(lines):
        payload = {**log.payload(), "received_at": "2026-03-01T12:00:01.000Z", "expires_at": "2027-03-01T12:00:01.000Z"}
        return [line_bytes(1, sign_jws(payload, log.keys.receipt[-1], "consent-receipt+jwt")), *lines[1:]]

    report = verify(with_lines(log, RECEIPTS, change))
    assert "index 1: it is not what the log has at this index; it is not in the log at all." in words(report)


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


def raw_jws(log, payload, typ="consent-receipt+jwt"):
    """Sign bytes as they are, as another signer than ours might."""
    key = log.keys.receipt[-1]
    header = b64url(canonical_bytes({"alg": "Ed25519", "kid": key.thumbprint(), "typ": typ}))
    signed = f"{header}.{b64url(payload)}"
    return f"{signed}.{b64url(key.get_op_key('sign').sign(signed.encode()))}"


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


def test_a_notice_of_another_site_or_language_is_refused(log):
    for notice in [{"site": "s_other", "lang": "en"}, {"site": "s_example", "lang": "fr"}, []]:
        index = log.receipt(notice={"lang": "en", "sha256": log.keep(notice_name, notice)})
        assert f"index {index}: the notice it cites is of another site or language." in words(verify(log.files()))


def test_a_receipt_dated_back_names_its_index(log):
    index = log.receipt(received_at="2026-03-01T11:00:00.000Z")
    log.receipt()
    report = verify(log.files())
    assert [failure.index for failure in report.failures] == [index, index + 1] or len(report.failures) == 1
    assert f"index {index}: its time, 2026-03-01T11:00:00.000Z, is before that of an earlier entry" in words(report)


def test_a_statement_dated_back_names_its_index(log):
    index = log.statement("tracker-stopped", {"tracker": "recorder"}, at="2026-03-01T11:00:00.000Z")
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


# Files


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_file_is_named(log, name):
    files = log.files()
    del files[name]
    assert f"{name}: it is missing." in words(verify(files))


@pytest.mark.parametrize("name", ["../../etc/passwd", "receipts.jsonl ", "configs/x.json", "\x1b[2Jterminal", "\ud800"])
def test_a_file_that_does_not_belong_is_named_and_cannot_harm_a_terminal(log, name):
    report = verify({**log.files(), name: b"x"})
    assert "does not belong in a bundle." in words(report)
    assert report.to_text().replace("…", "").isascii()
    assert "\x1b" not in report.to_text()


def test_a_document_that_the_manifest_does_not_list_is_named(log):
    name = widget_name("ab" * 32)
    assert f"{name}: {MANIFEST} does not list it." in words(verify({**log.files(), name: b"x"}))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2}, {"site": ""}, {"site": "s_other"}, {"origin": "consent.example/log/other"}, {"size": 12}, {"size": -1},
        {"size": 10**400}, {"size": True}, {"size": 11.5}, {"root": "A" * 43 + "="}, {"receipts": 4}, {"statements": 0},
        {"removed": 0}, {"made_at": "today"}, {"files": []}, {"files": {"vkey": {}}}, {"files": {"vkey": 7}}, {"more": 1},
    ],
)  # fmt: skip
def test_a_manifest_that_contradicts_the_bundle_is_named(log, change):
    files = log.files()
    manifest = {**json.loads(files[MANIFEST]), **change}
    files[MANIFEST] = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    assert f"{MANIFEST}: its " in words(verify(files))


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", '{"index":1}', '{"index":"1","jws":""}', '{"index":true,"jws":""}',
                                  '{"index":-1,"jws":""}', '{"index":1.0,"jws":""}', '{"index":1,"jws":null}',
                                  '{"index":' + "9" * 5000 + ',"jws":""}', '{"index":' + "9" * 30 + ',"jws":""}',
                                  "[" * 100_000], ids=lambda line: line[:24])  # fmt: skip
def test_a_line_that_is_no_index_and_jws_names_its_number(log, line):
    found = words(verify(with_lines(log, RECEIPTS, lambda lines: [lines[0], line.encode() + b"\n", *lines[1:]])))
    assert "receipts.jsonl: line 2 is not an index and a JWS." in found


def test_lines_that_are_not_text_or_never_end_are_named(log):
    assert "line 1 is not" in words(verify({**log.files(), RECEIPTS: b"\xff\xfe\n"}))
    assert "receipts.jsonl: after line 5 it cannot be read: the last line is cut off." in words(
        verify(with_lines(log, RECEIPTS, lambda lines: [*lines, b"{"]))
    )
    assert "longer than" in words(verify({**log.files(), RECEIPTS: b"x" * 9_000_000}))


@settings(max_examples=60)
@given(data=st.data())
def test_any_bytes_in_any_file_end_in_a_report(data):
    log = BundleBuilder()
    log.publish(1)
    log.receipt()
    files = log.files()
    name = data.draw(st.sampled_from(sorted(files)))
    files[name] = data.draw(st.binary(max_size=200))
    report = verify(files)
    assert not report.ok
    report.to_text()


def test_a_zip_cut_off_or_damaged_anywhere_ends_in_a_report(log):
    whole = zip_of(log.files())
    for at in range(0, len(whole), 97):
        for data in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            with ZipBundle(io.BytesIO(data)) as bundle:
                report = verify_bundle(bundle)
            assert report.to_text()
            # A change that is in no file's content (a date, a flag that nobody reads) may pass; a cut may not.
            assert len(data) == len(whole) or not report.ok


def test_what_cannot_be_opened_says_so_and_nothing_more():
    with ZipBundle(io.BytesIO(b"not a zip")) as bundle:
        report = verify_bundle(bundle)
    assert words(report) == "The bundle cannot be read: it is not a whole zip file."
    assert (report.proven, report.not_proven) == ((), ())
