"""What receipts cite is found without reading each, and never anything else."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.canonical import b64url, canonical_bytes
from app.services.bundle_documents import Cited, Notice
from tests.support.bundles import BundleBuilder

LOG = BundleBuilder()
PAYLOAD = LOG.payload()
HASHES = st.sampled_from(["ab" * 32, "cd" * 32])
TEXTS = st.sampled_from(
    [
        "eu",
        "a,b",
        'a"b',
        'x","widget":{"sha256":"',
        '"notice":{"lang":"de"',
        '"config":{',
        "é",
        "}",
        "{",
        "\\",
        "a\nb",
        '\\"',
    ]
)


def found(*payloads):
    cited = Cited()
    cited.note(b"e30." + b64url(data).encode() + b".c" for data in payloads)
    return cited.read()


def test_what_cannot_be_read_cites_nothing():
    for data in (b"", b"{", b"[]", b"null", b"[" * 50_000, b'{"config":{},"notice":{},"regime":"","widget":0}'):
        assert found(data) == (set(), set())
    cited = Cited()
    cited.note([b"", b"a", b"a.%%%.c", b"\xff.\xff.\xff"])
    assert cited.read() == (set(), set())


def test_a_version_or_a_text_that_no_database_takes_is_left_out():
    assert found(canonical_bytes({**PAYLOAD, "regime": "e\0u"}))[0] == set()
    wrong = json.dumps({**PAYLOAD, "config": {"version": 2**70, "sha256": "ab" * 32}}).encode()
    assert found(wrong) == (set(), set())


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.data())
def test_what_is_cut_out_is_what_reading_finds(data):
    """Whatever else stands in a payload, names of citations in its texts included."""
    widget = data.draw(st.none() | st.fixed_dictionaries({"version": TEXTS, "sha256": HASHES}))
    payload = {
        **PAYLOAD,
        "method": data.draw(TEXTS),
        "layout": data.draw(TEXTS),
        "trackers": {data.draw(TEXTS): True},
        "choices": {data.draw(st.sampled_from(["config", "notice", "regime", "widget"])): True},
        "config": {"version": data.draw(st.integers(0, 9)), "sha256": data.draw(HASHES)},
        "notice": {"lang": data.draw(st.sampled_from(["en", "pt-BR"])), "sha256": data.draw(HASHES)},
        "regime": data.draw(st.sampled_from(["eu", "us-ca"])),
        "widget": widget,
    }
    notice = payload["notice"]
    expected = Notice(payload["config"]["version"], payload["regime"], notice["lang"], notice["sha256"])
    assert found(canonical_bytes(payload)) == ({expected}, {widget["sha256"]} if widget else set())
    assert found(json.dumps(payload, indent=1).encode()) == found(canonical_bytes(payload))
