import pytest

from app.core.bundle import CHECKPOINT, JWKS, RECEIPTS, STATEMENTS, VKEY
from app.core.canonical import canonical_bytes
from app.core.note import vkey
from tests.support.bundles import BundleBuilder, verify, words
from tests.support.world import make_keys


@pytest.fixture
def stated():
    """A log that begins with its keys: a receipt key, a log key, a widget, a publication, a receipt."""
    log = BundleBuilder()
    log.begin()
    log.publish_whole(1)
    log.receipt()
    return log


def test_a_log_that_states_its_keys_holds_and_says_so(stated):
    report = verify(stated.files())
    assert report.ok, report.to_text()
    assert "From index 0 on, each is signed by a key that the log had stated and not retired." in report.proven


def test_a_log_of_before_keys_were_stated_says_nothing_of_them(log):
    report = verify(log.files())
    assert report.ok
    assert not any("had stated" in sentence for sentence in report.proven)


def test_a_log_of_before_may_state_its_keys_later(log):
    log.begin()
    log.receipt()
    assert verify(log.files()).ok


def test_keys_that_are_rotated_and_retired_hold(stated):
    old = stated.keys.receipt[0]
    stated.rotate("newer")
    stated.receipt()
    stated.receipt(key=old)
    stated.retire(old)
    stated.receipt()
    stated.statement("key-retired", {"use": "log", "vkey": stated.vkey.splitlines()[-1], "reason": "rotated"})
    report = verify(stated.files())
    assert report.ok, report.to_text()


def test_a_key_that_is_used_before_it_is_stated_is_named(stated):
    newer = make_keys("newer").receipt[0]
    stated.keys = type(stated.keys)((), b"", (*stated.keys.receipt, newer), stated.keys.log)
    index = stated.receipt(key=newer)
    stated.add_key(newer, by=stated.keys.receipt[0])
    stated.receipt(key=newer)
    report = verify(stated.files())
    assert f"receipts.jsonl, index {index}: it is signed by the key '{newer.kid}', which no statement before" in words(
        report
    )
    assert {(failure.check, failure.index) for failure in report.failures} == {("keys", index)}
    assert not any("had stated" in sentence for sentence in report.proven)


def test_a_key_that_states_itself_later_is_named(stated):
    newer = make_keys("newer").receipt[0]
    stated.keys = type(stated.keys)((), b"", (*stated.keys.receipt, newer), stated.keys.log)
    index = stated.add_key(newer, by=newer)
    assert f"statements.jsonl, index {index}: it is signed by the key '{newer.kid}', which no" in words(
        verify(stated.files())
    )


def test_the_first_key_must_state_itself():
    log = BundleBuilder()
    newer = make_keys("newer").receipt[0]
    log.keys = type(log.keys)((), b"", (*log.keys.receipt, newer), log.keys.log)
    index = log.add_key(log.keys.receipt[0], by=newer)
    assert f"statements.jsonl, index {index}: it states the log's first key, and is signed by another." in words(
        verify(log.files())
    )


def test_a_key_that_was_retired_signs_nothing_more_even_when_it_is_added_again(stated):
    old = stated.keys.receipt[0]
    stated.rotate("newer")
    retired = stated.retire(old)
    again = stated.add_key(old)
    first, second = stated.receipt(key=old), stated.statement("something-new", {}, key=old)
    found = words(verify(stated.files()))
    for file, index in ((RECEIPTS, first), (STATEMENTS, second)):
        assert (
            f"{file}, index {index}: it is signed by the key '{old.kid}', which index {retired} had retired." in found
        )
    assert f"index {again}:" not in found


def test_a_key_may_retire_itself(stated):
    old = stated.keys.receipt[0]
    stated.rotate("newer")
    stated.statement("key-retired", {"use": "receipt", "kid": old.kid, "reason": "rotated"}, key=old)
    assert verify(stated.files()).ok


@pytest.mark.parametrize("is_new", [True, False])
def test_a_checkpoint_that_only_a_key_not_stated_signs_is_named(stated, is_new):
    newer = make_keys("newer").log[0]
    if is_new:
        stated.statement("key-added", {"use": "log", "vkey": vkey(stated.origin, newer)})
    stated.keys = type(stated.keys)((), b"", stated.keys.receipt, (newer,))
    report = verify(stated.files())
    assert report.ok == is_new
    if not is_new:
        assert f"{CHECKPOINT}: by the log keys that the log has stated and not retired, no signature" in words(report)
        assert [failure.check for failure in report.failures] == ["keys"]


def test_a_checkpoint_that_only_a_retired_key_signs_is_named(stated):
    stated.statement("key-retired", {"use": "log", "vkey": stated.vkey.strip(), "reason": "lost"})
    assert [failure.check for failure in verify(stated.files()).failures] == ["keys"]


@pytest.mark.parametrize(
    "kind, data",
    [
        ("key-added", {"use": "receipt"}),
        ("key-added", {"use": "receipt", "jwk": {"kty": "OKP"}}),
        ("key-added", {"use": "receipt", "jwk": "x"}),
        ("key-added", {"use": "log", "vkey": "x"}),
        ("key-added", {"use": "log", "vkey": 7}),
        ("key-added", {"use": "other", "vkey": "x"}),
        ("key-retired", {"use": "receipt", "kid": "x"}),
        ("key-retired", {"use": "receipt", "kid": "", "reason": ""}),
        ("key-retired", {"use": "log", "vkey": "x", "reason": "lost"}),
        ("tracker-stopped", {"tracker": "recorder", "version": 1, "reason": "asked"}),
        ("tracker-resumed", {"tracker": "", "version": 1, "reason": "", "by": ""}),
        ("banner-pictured", {"version": 1, "pictures": [{"sha256": "x"}]}),
        ("site-checked", {"url": "https://shop.example/", "pages": 1, "report": "x"}),
        ("log-restored", {"size": -1, "checkpoint": "x", "reason": ""}),
        ("widget-released", {"builds": []}),
        ("widget-released", {"builds": [{"version": "1", "sha256": "ab" * 32, "parts": {"gpp": "x"}}]}),
        ("config-published", {"version": 1, "sha256": "ab" * 32, "slices": [{"regime": "eu"}]}),
        ("config-published", {"version": 1, "sha256": "ab" * 32, "lint": []}),
        ("config-published", {"version": 1, "sha256": "ab" * 32, "by": None}),
        ("receipts-removed", {"ranges": [[1, 1]], "count": 1, "reason": "old", "by": "operator", "rule": ""}),
    ],
)
def test_a_statement_whose_data_is_not_as_its_kind_wants_is_named(log, kind, data):
    index = log.statement(kind, data)
    assert f"statements.jsonl, index {index}: the statement's field 'data' is not as it must be." in words(
        verify(log.files())
    )


@pytest.mark.parametrize(
    "kind, data",
    [
        ("tracker-stopped", {"tracker": "recorder", "version": 1, "reason": "", "by": "owner@example.com"}),
        ("tracker-resumed", {"tracker": "recorder", "version": 2, "reason": "it is safe", "by": "owner@example.com"}),
        ("something-new", {"anything": [1, None, {"at": "all"}]}),
    ],
)
def test_other_kinds_are_counted_and_listed(log, kind, data):
    log.statement(kind, data)
    report = verify(log.files())
    assert report.ok
    assert report.to_json()["statements"] == {"config-published": 2, "receipts-removed": 1, kind: 1}
    assert f"{kind}: 1" in report.sections["Statements"]


def test_keys_that_jwks_lacks_do_not_verify_even_when_they_are_stated(stated):
    stated.rotate("newer")
    stated.receipt()
    files = stated.files()
    files[JWKS] = canonical_bytes({"keys": stated.keys.jwks()["keys"][1:]})
    files[VKEY] = stated.vkey.encode()
    assert "not signed as this kind of document by a known key." in words(verify(stated.seal(files)))
