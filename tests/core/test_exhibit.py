"""One receipt told from a bundle: what it says, who says it, what was on offer, and what does not hold."""

import pytest

from app.core import bundle as names
from app.core.bundle import BundleError
from app.core.canonical import canonical_bytes
from app.core.errors import NotFoundError
from app.core.exhibit import tell_receipt, tell_statements
from tests.support.bundles import BundleBuilder, MemoryBundle, with_lines

TRACKER = {
    "name": "Counter",
    "vendor": "Count Ltd",
    "purpose": "Counts pages.",
    "legal_basis": "consent",
    "data": [{"name": "Pages viewed", "retention": "P14M"}],
    "recipients": [{"name": "Count Ltd"}],
    "storage": [{"name": "_c", "lifetime": "P1Y"}],
}


@pytest.fixture
def log():
    log = BundleBuilder()
    log.notice = log.keep(
        names.notice_name,
        {
            "v": 1, "site": log.site, "lang": "en", "regime": "eu",
            "texts": {
                "title": "Your choice", "body": "We ask.\x1b[2J", "accept_all": "Yes", "reject_all": "No",
                "choose": "Choose",
            },
            "categories": [
                {"name": "Needed", "required": True, "on": True, "description": "Runs the site.", "trackers": []},
                {"name": "Analytics", "required": False, "on": False, "description": "Counts.", "trackers": [TRACKER]},
            ],
        },
    )  # fmt: skip
    log.publish(1)
    log.receipt()
    log.receipt()
    return log


def told(files, wanted):
    return tell_receipt(MemoryBundle(files, 100), wanted)


def test_a_receipt_is_told_with_who_says_what_and_what_was_on_offer(log):
    page = told(log.files(), "2")
    for words in (
        "Its signature is by a key", "Its hash stands in the log at index 2.", "analytics: yes, necessary: yes",
        "statement at log index 0", "[Yes]   [No]   [Choose]", "Analytics (off before a choice): Counts.",
        "Counter by Count Ltd: Counts pages. Basis: consent. Collects: Pages viewed. Goes to: Count Ltd. Stores: _c (P1Y).",
    ):  # fmt: skip
        assert words in page
    assert page.index("Claimed by the browser") < page.index("method") < page.index("Known to the server")
    assert "\x1b" not in page, "a text of the config does not move the reader's terminal"


def test_it_is_found_by_its_id_too(log):
    by_index = told(log.files(), "1")
    id_ = by_index.split()[1]
    assert told(log.files(), id_) == by_index


def test_what_is_not_there_is_said(log):
    with pytest.raises(NotFoundError, match="no receipt '9'"):
        told(log.files(), "9")


def test_another_key_and_another_entry_are_named(log):
    files = log.files()
    files[names.ENTRIES] = bytes(len(files[names.ENTRIES]))
    assert "IT IS NOT WHAT THE LOG HAS THERE" in told(files, "1")
    files = log.files()
    files[names.JWKS] = canonical_bytes(BundleBuilder("another").keys.jwks())
    assert "ITS SIGNATURE DOES NOT HOLD" in told(files, "1")


def test_a_notice_that_is_missing_or_another_is_named(log):
    files = log.files()
    name = names.notice_name(log.notice)
    files[name] = b"{}"
    assert "IS NOT WHAT THE RECEIPT CITES" in told(files, "1")
    del files[name]
    assert "is not in this bundle" in told(files, "1")


def test_what_cannot_be_read_is_one_error(log):
    with pytest.raises(BundleError):
        told(with_lines(log, names.RECEIPTS, lambda lines: [b'{"index":1,"jws":"no"}\n']), "1")


def test_statements_are_listed_all_or_of_one_kind(log):
    log.remove((1, 1))
    files = MemoryBundle(log.files(), 100)
    lines = list(tell_statements(files))
    assert [line.split("  ")[2] for line in lines if "NOT HOLD" not in line][-2:] == [
        "config-published",
        "receipts-removed",
    ]
    (removed,) = tell_statements(files, "receipts-removed")
    assert '"ranges":[[1,1]]' in removed


def test_a_statement_by_another_key_says_so(log):
    log.statement("config-published", {"version": 9}, key=BundleBuilder("another").keys.receipt[-1])
    assert list(tell_statements(MemoryBundle(log.files(), 100)))[-1].endswith("ITS SIGNATURE DOES NOT HOLD")


def test_a_statement_of_another_form_is_named_and_moves_no_terminal(log):
    log.statement("config-published", ["\x1b[2J"])
    log.statement("config-published", {"version": 9}, at="\x1b]0;title")
    lines = list(tell_statements(MemoryBundle(log.files(), 100)))
    assert lines[-2].endswith("ITS FIELD 'data' IS NOT AS IT MUST BE")
    assert lines[-1].endswith("ITS FIELD 'at' IS NOT AS IT MUST BE")
    assert "\x1b" not in "".join(lines)
    assert "Its signature is by a key" in told(log.files(), "1"), "the receipt is told all the same"


def test_a_line_without_an_index_is_one_error(log):
    with pytest.raises(BundleError, match="not an index"):
        list(
            tell_statements(
                MemoryBundle(with_lines(log, names.STATEMENTS, lambda _: [b'{"index":"x","jws":"y"}\n']), 100)
            )
        )


def test_a_notice_of_another_form_is_said_to_be_one(log):
    log.notice = log.keep(names.notice_name, {"v": 1, "texts": []})
    index = log.receipt()
    assert "is not in the form of a notice" in told(log.files(), str(index))
