"""Receipts in other people's formats: read back by other people's readers, and held to what those formats demand."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pyld import jsonld

from app.core import export_csv, export_dpv, export_kantara
from app.core.export_terms import Terms
from app.core.notices import make_notice, site_texts
from app.core.receipt import make_payload
from app.core.rules import offer_of
from app.data import load_regimes, load_texts
from tests.core.claims import CLAIM, CONTEXT, NOW, payload_of
from tests.core.config_documents import EXAMPLES, good_document, load

TABLE, TEXTS = load_regimes(), load_texts()
SCHEMAS = Path(__file__).parents[1] / "contract"
RECORD = Draft202012Validator(json.loads((SCHEMAS / "consent-record.schema.json").read_text()))
KANTARA = Draft202012Validator(json.loads((SCHEMAS / "kantara-receipt.schema.json").read_text()))
DPV, DCT = "https://w3id.org/dpv#", "http://purl.org/dc/terms/"


def terms(document, regime="eu", lang=None):
    lang = lang or document["languages"][0]
    texts = site_texts(document, lang, TEXTS, TABLE.get(regime))
    notice = make_notice(document, TABLE.get(regime), lang, texts, site="s_x")
    return Terms("https://consent.example", "s_x", "ab" * 32, "cd" * 32, document, notice)


def receipt(document, granted=(), regime="eu", event="given", trackers=None, context=None, **changes):
    """A payload under ``document`` that grants the categories ``granted``."""
    choices = {category["id"]: category["id"] in ("necessary", *granted) for category in document["categories"]}
    claim = replace(CLAIM, choices=choices, trackers=trackers or {}, **changes)
    return make_payload(
        claim,
        offer_of(document, TABLE.get(regime)),
        replace(CONTEXT, regime=regime, **(context or {})),
        site="s_x",
        subject="-" + "A" * 21,
        event=event,
        now=NOW,
        nonce=bytes(16),
    )


def document_of(*records):
    return json.loads(export_dpv.HEAD + export_dpv.SEPARATOR.join(records) + export_dpv.TAIL)


def no_network(url, options):
    raise AssertionError(f"{url} was asked for")


def expanded(document):
    return jsonld.expand(document, {"documentLoader": no_network})


def states(payload, cited):
    """Return the state of consent by tracker, as a reader of JSON-LD sees it."""
    [node] = expanded(document_of(export_dpv.record_bytes(7, payload, cited)))
    return {
        process[f"{DCT}identifier"][0]["@value"].split("/")[1]: process[f"{DPV}hasConsentStatus"][0]["@type"][
            0
        ].removeprefix(DPV)
        for process in node[f"{DPV}hasProcess"]
    }


# JSON-LD


@pytest.mark.parametrize("regime", ["eu", "uk", "us-ca", "unknown"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_record_has_what_the_standard_demands_and_is_json_ld(path, regime):
    document = load(path)
    cited = terms(document, regime)
    optional = [category["id"] for category in document["categories"]][1:]
    for granted in ((), optional[:1], optional):
        payload = receipt(document, granted, regime, context={"country": None} if regime == "unknown" else {})
        whole = document_of(export_dpv.record_bytes(7, payload, cited), export_dpv.receipt_bytes(7, payload, cited))
        assert [error.message for error in RECORD.iter_errors(whole)] == []
        record, own = expanded(whole)
        assert record["@type"] == [f"{DPV}ConsentRecord"]
        assert own["@type"] == [f"{DPV}ConsentReceipt"]
        assert record["https://schema.org/position"] == [{"@value": 7}]
        created = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": payload["received_at"]}
        assert record[f"{DCT}created"] == [created]
        assert own[f"{DPV}hasRecordOfActivity"] == [record]
        gdpr = "-eu-gdpr" if regime == "eu" else ""
        assert record[f"{DCT}conformsTo"] == [{"@id": f"https://w3id.org/dpv/schema/dpv-27560#record{gdpr}"}]
        # Nothing is lost between the words of the document and what they stand for.
        assert len(record) == len(json.loads(export_dpv.record_bytes(7, payload, cited)))


def test_every_term_is_one_of_a_vocabulary_that_it_names():
    document = good_document()
    whole = expanded(document_of(export_dpv.record_bytes(7, receipt(document), terms(document))))

    def keys(node):
        if isinstance(node, dict):
            for key, value in node.items():
                yield key
                yield from (value if key == "@type" and isinstance(value, list) else keys(value))
        elif isinstance(node, list):
            for item in node:
                yield from keys(item)

    known = tuple(export_dpv.CONTEXT[prefix] for prefix in ("dpv", "dct", "eu-gdpr", "loc", "rdf", "schema", "xsd"))
    foreign = {key for key in keys(whole) if not key.startswith(("@", *known))}
    assert foreign == set()


def test_the_states_of_consent_are_those_of_the_receipt():
    document = good_document()
    cited = terms(document)
    asked = {tracker["id"]: category for category, tracker in cited.asked() if tracker["kind"] != "declared"}
    category = next(iter(asked.values()))
    for event, yes in (("given", "ConsentGiven"), ("changed", "ConsentGiven"), ("renewed", "RenewedConsentGiven")):
        found = states(receipt(document, (category,), event=event), cited)
        for tracker, own in asked.items():
            assert found[tracker] == (yes if own == category else "ConsentRefused")
    for event, no in (("refused", "ConsentRefused"), ("withdrawn", "ConsentWithdrawn")):
        found = states(receipt(document, event=event), cited)
        assert {found[tracker] for tracker in asked} == {no}
    one = next(iter(asked))
    assert states(receipt(document, tuple(asked.values()), trackers={one: False}), cited)[one] == "ConsentRefused"


def test_what_nobody_chose_is_no_refusal():
    document = good_document()
    cited = terms(document, "us-ca")
    found = states(receipt(document, (), "us-ca", "refused", method="gpc", trusted=False), cited)
    for _, tracker in cited.asked():
        held = tracker["sale_share"] and tracker["kind"] != "declared"
        assert found[tracker["id"]] == ("ConsentRefused" if held else "ConsentUnknown")
    assert set(found.values()) == {"ConsentRefused", "ConsentUnknown"}


def test_a_time_that_cannot_be_true_is_not_the_time_of_consent():
    document = good_document()
    late = NOW + timedelta(days=365)
    payload = receipt(document, shown_at=late, decided_at=late)
    [node] = expanded(document_of(export_dpv.record_bytes(7, payload, terms(document))))
    status = node[f"{DPV}hasProcess"][0][f"{DPV}hasConsentStatus"][0]
    assert status[f"{DPV}isIndicatedAtTime"][0]["@value"] == payload["received_at"]


def test_a_document_without_records_is_json_ld_too():
    assert expanded(document_of()) == []


# Kantara


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_kantara_receipt_has_what_its_specification_demands(path):
    document = load(path)
    cited = terms(document)
    asked = [(category, tracker) for category, tracker in cited.asked() if tracker["kind"] != "declared"]
    category = asked[0][0]
    payload = receipt(document, (category,))
    line = json.loads(export_kantara.line_bytes(7, payload, cited))
    assert line["index"] == 7
    assert [error.message for error in KANTARA.iter_errors(line["receipt"])] == []
    assert line["receipt"]["consentTimestamp"] == int(datetime.fromisoformat(payload["decided_at"]).timestamp())
    purposes = [tracker["purpose"] for own, tracker in asked if own == category]
    assert [purpose["purpose"] for purpose in line["receipt"]["services"][0]["purposes"]] == purposes


def test_a_refusal_has_no_form_there():
    document = good_document()
    for event in ("refused", "withdrawn"):
        assert export_kantara.line_bytes(7, receipt(document, event=event), terms(document)) is None


def test_seconds_are_whole_and_may_be_before_1970():
    document = good_document()
    category = terms(document).asked()[0][0]
    now = datetime(1969, 12, 31, 23, 59, 58, 500_000, tzinfo=UTC)
    payload = {**receipt(document, (category,)), "decided_at": now.isoformat(), "clock": "plausible"}
    found = export_kantara.receipt(payload, terms(document))
    assert found["consentTimestamp"] == -2


# CSV


def read(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def test_a_table_is_read_back_as_it_was():
    categories = ["necessary", "analytics", "marketing", "of a later version"]
    payload = payload_of(CLAIM)
    [row] = read(export_csv.header(categories) + export_csv.rows([(7, "ee" * 32, payload)], categories))
    assert list(row) == [*export_csv.FIXED, *(f"choice:{category}" for category in categories)]
    assert row["log_index"] == "7" and row["entry_sha256"] == "ee" * 32
    assert row["received_at"] == "2026-11-22T12:00:00.000Z"
    assert (row["trusted"], row["gpc_browser"], row["previous"], row["layer"]) == ("true", "", "", "1")
    assert (row["country"], row["config_version"], row["widget_version"]) == ("FR", "3", "0.1.0")
    chosen = [row[f"choice:{category}"] for category in categories]
    assert chosen == ["true", "true", "false", ""], "a category that the version did not have was not answered"
    carried = {column.partition("_")[0] for column in export_csv.FIXED}
    assert payload.keys() - {"v", "site", "nonce", "choices", "jurisdiction"} <= {
        *export_csv.FIXED, *carried
    }, "whatever else a receipt says has a column"  # fmt: skip


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\n=1",
    "'quoted",
    '"',
    'a,"b"\r\nc',
    "＝1",
    "é\0",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_a_formula(text):
    payload = {**payload_of(CLAIM), "method": text, "trackers": {text: True}, "choices": {text: False}}
    [row] = read(export_csv.header([text]) + export_csv.rows([(7, text, payload)], [text]))
    for cell in row.values():
        assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    for name in ("method", "trackers_allowed", "entry_sha256"):
        assert row[name] in (text, f"'{text}")
    assert row[f"choice:{text}"] == "false"


@given(st.text(), st.text())
def test_taking_one_apostrophe_away_gives_back_what_was_there(method, layout):
    payload = {**payload_of(CLAIM), "method": method, "layout": layout}
    [row] = read(export_csv.header([]) + export_csv.rows([(7, "", payload)], []))
    assert [row["method"].removeprefix("'"), row["layout"].removeprefix("'")] == [method, layout]


def test_what_cannot_be_read_has_a_row_all_the_same():
    [row] = read(export_csv.header(["analytics"]) + export_csv.rows([(7, "ee" * 32, None)], ["analytics"]))
    assert row.pop("log_index") == "7" and row.pop("entry_sha256") == "ee" * 32
    assert set(row.values()) == {""}
