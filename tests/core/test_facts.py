import json

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.bundle import BundleError, parse_json
from app.core.canonical import canonical_bytes
from app.core.facts import quick_receipt, receipt_facts
from app.core.payload import is_canonical, receipt_problem
from tests.support.bundles import BundleBuilder


def payload(**changes):
    log = BundleBuilder()
    log.publish(1)
    return log.payload(**changes)


PAYLOAD = payload()
DATA = canonical_bytes(PAYLOAD)


def slowly(data):
    """Read a payload in the slow way: its facts, or ``None`` when anything is wrong with it."""
    try:
        found = parse_json(data)
    except BundleError:
        return None
    if not is_canonical(found, data) or receipt_problem(found) is not None:
        return None
    return receipt_facts(found)


def test_receipts_as_the_server_writes_them_are_read_quickly():
    for changes in (
        {},
        {"headless": True},
        {"trackers": {"a": True, "b": False}},
        {"choices": {}},
        {"layer": None, "layout": None, "viewport": None, "scheme": None, "equality": None},
        {"jurisdiction": {"country": "US", "region": "CA", "source": "header"}},
        {"gpc": {"browser": True, "header": True, "effect": "legal_optout"}},
        {"previous": PAYLOAD["id"], "event": "withdrawn", "clock": "implausible", "attested": False},
        {"config": {"version": 10**15 - 1, "sha256": "ab" * 32}},
    ):
        data = canonical_bytes(payload(**changes))
        assert quick_receipt(data) == slowly(data) is not None, changes


def test_letters_that_the_pattern_does_not_know_are_left_to_the_slow_way():
    data = canonical_bytes(payload(method='é"\\'))
    assert quick_receipt(data) is None
    assert slowly(data) is not None


VALUES = st.sampled_from(
    [None, True, False, 0, 1, 2, -1, 2**53, 1.5, "", "a", "é", 'a"b', "a\\b", "\n", [], {}, {"a": 1}, {"necessary": False},
     {"b": True, "a": False}, "2026-03-01T12:00:00.000Z", "2026-02-30T12:00:00.000Z", "2026-03-01T24:00:00.000Z",
     "0000-03-01T12:00:00.000Z", "9999-12-31T23:59:60.000Z", "ab" * 32, "AB" * 32, "A" * 22]
)  # fmt: skip


@settings(max_examples=400)
@given(st.data())
def test_what_is_read_quickly_is_what_is_read_slowly(data):
    """Fields of any value, names in any order, spaces, and single bytes changed: quick is slow or says nothing."""
    changed = json.loads(DATA)
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.sampled_from([(changed, name) for name in changed] + [
            (value, name) for value in changed.values() if isinstance(value, dict) for name in value
        ]))  # fmt: skip
        place[0][place[1]] = data.draw(VALUES)
    written = json.dumps(
        changed,
        ensure_ascii=data.draw(st.booleans()),
        sort_keys=data.draw(st.booleans()),
        separators=data.draw(st.sampled_from([(",", ":"), (", ", ": ")])),
    ).encode("utf-8", "surrogatepass")
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(written) - 1))
        written = written[:at] + bytes([data.draw(st.integers(0, 255))]) + written[at + 1 :]
    quick = quick_receipt(written)
    if quick is not None:
        assert quick == slowly(written)


@settings(max_examples=200)
@given(st.integers(0, len(DATA) - 1), st.sampled_from(b'"\\{}:,0a \n\xff\x7f'))
def test_no_single_byte_makes_the_quick_way_accept_what_the_slow_one_refuses(at, byte):
    changed = DATA[:at] + bytes([byte]) + DATA[at + 1 :]
    quick = quick_receipt(changed)
    assert quick is None or quick == slowly(changed)
