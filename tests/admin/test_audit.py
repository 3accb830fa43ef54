"""An auditor lists receipts, opens one, downloads them and proves them."""

import hashlib
import io
import json
from base64 import b64decode

import pytest

from app.core.bundle import ZipBundle
from app.core.evidence import Evidence
from app.core.merkle import verify_inclusion
from app.core.verify import verify_bundle
from app.services import audit
from app.web.admin import receipts
from app.web.admin.downloads import MOST_AT_ONCE
from tests.admin.browser import Page
from tests.support.world import BEGINNING, Visitor, payload

HANDLE = "/admin/sites/saas-console"


@pytest.fixture
def store(client, site, clock):
    """Store a receipt of a visitor of their own and return its id."""

    def post(*granted: str, name: str = "visitor", **changes) -> str:
        visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock, name)
        body = visitor.body(granted, **changes)
        answer = client.post(f"/v1/sites/{site}/receipts", json=body)
        assert answer.status_code == 201, answer.json
        return body["id"]

    return post


def rows(browser, query=""):
    page = browser.get(f"{HANDLE}/receipts/{query}").text
    return [row.split("</a>")[0].split(">")[-2].removesuffix("</time") for row in page.split("<tr>")[2:]], page


def test_receipts_are_listed_newest_first_in_words(auditor, store, clock):
    store("analytics", name="one")
    clock.advance(minutes=5)
    store(name="two")
    times, page = rows(auditor)
    assert times == ["2026-11-22 12:05:00", "2026-11-22 12:00:00"]
    said = " ".join(Page(page).text.split())
    assert "2 receipts were received." in said
    assert f"refused banner:reject-all eu nothing {BEGINNING + 2}" in said
    assert f"given preferences:save eu analytics {BEGINNING + 1}" in said


def test_a_signal_is_not_called_a_refusal(auditor, client, site, clock):
    visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=US&region=CA").json, clock)
    body = visitor.body(method="gpc", trusted=False, gpc=True, layer=None)
    assert client.post(f"/v1/sites/{site}/receipts", json=body).status_code == 201
    said = " ".join(auditor.text(f"{HANDLE}/receipts/").split())
    assert (
        f"opt-out of sale and sharing (GPC) gpc us-ca sold or shared: off; the rest unchanged {BEGINNING + 1}" in said
    )
    assert "refused" not in said
    said = " ".join(auditor.text(f"{HANDLE}/receipts/{body['id']}").split())
    assert "No choice was made; what is sold or shared stays off. The rest is unchanged." in said
    assert "nothing is allowed" not in said


def test_a_claimed_signal_that_grants_is_told_as_a_choice(auditor, store):
    store("analytics", method="gpc")
    assert f"given gpc eu analytics {BEGINNING + 1}" in " ".join(auditor.text(f"{HANDLE}/receipts/").split())


def test_days_are_utc_and_both_included(login, store, clock):
    clock.advance(hours=11, minutes=59, seconds=59)
    store(name="last second of the 22nd")
    clock.advance(seconds=1)
    store(name="first second of the 23rd")
    auditor = login("auditor")
    assert rows(auditor, "?from=2026-11-22&to=2026-11-22")[0] == ["2026-11-22 23:59:59"]
    assert rows(auditor, "?from=2026-11-23&to=2026-11-23")[0] == ["2026-11-23 00:00:00"]
    assert len(rows(auditor, "?from=2026-11-22")[0]) == 2
    assert rows(auditor, "?to=2026-11-21")[0] == []


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=2026-11-23&to=2026-11-22", "to=9999-12-31", "from=2026-02-30"]
)
def test_days_that_are_none_are_told_and_nothing_else(auditor, store, query):
    store("analytics")
    answer = auditor.get(f"{HANDLE}/receipts/?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "received from" not in answer.text and "<table" not in answer.text
    assert auditor.get(f"{HANDLE}/receipts/export.jsonl?{query}").status_code == 422


def test_pages_go_by_log_index(auditor, store):
    for number in range(53):
        store(name=f"visitor {number}")
    first = auditor.get(f"{HANDLE}/receipts/")
    assert first.text.count("<tr>") == 51
    assert f'href="{HANDLE}/receipts/?before={BEGINNING + 4}' in first.text
    older = auditor.get(f"{HANDLE}/receipts/?before={BEGINNING + 4}&from=&to=")
    assert older.text.count("<tr>") == 4
    assert "Newest" in older.text and "Older" not in older.text


def test_one_receipt_says_who_claims_what(auditor, store, site):
    first = store("analytics", name="same")
    receipt_id = store("analytics", "recording", name="other", previous=first)
    page = auditor.get(f"{HANDLE}/receipts/{receipt_id}").text
    said = " ".join(Page(page).text.split())
    known, checked, claimed = (
        said.index(words)
        for words in ("Known to the server", "Claimed by the browser, checked by the server", "trusted")
    )
    assert known < said.index("received_at") < checked < said.index("widget") < claimed
    assert f'href="{HANDLE}/versions/1"' in page
    assert f"/v1/sites/{site}/notices/" in page
    assert f'href="{HANDLE}/receipts/{first}"' in page
    for link in page.split('href="')[1:]:
        target = link.split('"')[0]
        if target.startswith(f"/v1/sites/{site}/"):
            assert auditor.get(target).status_code == 200, target


def test_the_subject_is_not_shown_at_length(auditor, store, client, site):
    receipt_id = store("analytics")
    line = auditor.get(f"{HANDLE}/receipts/export.jsonl").text
    subject = json.loads(line)["payload"]["subject"]
    for path in (f"{HANDLE}/receipts/", f"{HANDLE}/receipts/{receipt_id}"):
        assert subject not in auditor.get(path).text
    assert f"{subject[:6]}…" in auditor.get(f"{HANDLE}/receipts/{receipt_id}").text


def test_the_proof_of_a_receipt_verifies(auditor, store):
    for number in range(5):
        receipt_id = store(name=f"visitor {number}")
    page = auditor.get(f"{HANDLE}/receipts/{receipt_id}").text

    def shown(label):
        return page.split(f'data-copy="{label}"')[1].split(">", 1)[1].split("</pre>")[0]

    _, size, root = shown("Checkpoint").splitlines()[:3]
    hashes = [b64decode(line) for line in shown("Hashes").splitlines()]
    entry = hashlib.sha256(shown("Compact JWS").encode()).digest()
    verify_inclusion(entry, int(size) - 1, int(size), hashes, b64decode(root))


def test_json_lines_are_the_receipts_of_the_days(login, store, clock):
    first = store("analytics", name="one")
    clock.advance(days=1)
    second = store(name="two")
    auditor = login("auditor")
    answer = auditor.get(f"{HANDLE}/receipts/export.jsonl")
    assert answer.mimetype == "application/x-ndjson"
    assert answer.headers["Content-Disposition"] == "attachment; filename=saas-console-receipts.jsonl"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["payload"]["id"] for line in lines] == [first, second]
    assert all(payload(line["jws"]) == line["payload"] for line in lines)
    answer = auditor.get(f"{HANDLE}/receipts/export.jsonl?from=2026-11-23&to=2026-11-23")
    assert [json.loads(line)["payload"]["id"] for line in answer.text.splitlines()] == [second]
    assert "2026-11-23-2026-11-23" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "name, mimetype",
    [
        ("jsonl", "application/x-ndjson"),
        ("csv", "text/csv"),
        ("jsonld", "application/ld+json"),
        ("kantara.jsonl", "application/x-ndjson"),
    ],
)
def test_each_format_is_a_file_of_the_days_that_goes_on_behind_an_index(auditor, store, name, mimetype):
    first, second = store("analytics", name="one"), store("analytics", name="two")
    page = auditor.get(f"{HANDLE}/receipts/?from=2026-11-22").text
    link = f"{HANDLE}/receipts/export.{name}?from=2026-11-22&amp;to="
    assert f'href="{link}"' in page
    answer = auditor.get(link.replace("&amp;", "&") + "&after=1")
    assert answer.mimetype == mimetype
    assert answer.headers["Content-Disposition"].endswith(f"saas-console-receipts-2026-11-22-after-1.{name}")
    assert second in answer.text and first not in answer.text
    assert auditor.get(f"{HANDLE}/receipts/export.{name}?after=x").status_code == 422


def test_only_so_many_downloads_at_once_and_a_place_is_free_again_when_one_is_over(auditor, store):
    store("analytics")
    path = f"{HANDLE}/receipts/export.jsonl"
    open_ = [auditor.client.get(path) for _ in range(MOST_AT_ONCE)]
    refused = auditor.get(path)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    assert "Try again when one of them is done." in refused.text
    assert auditor.get(f"{HANDLE}/receipts/").status_code == 200
    open_.pop().close()
    assert auditor.get(path).status_code == 200
    for answer in open_:
        answer.close()


def test_more_than_can_be_counted_quickly_is_said_to_be_more(auditor, store, monkeypatch):
    for number in range(3):
        store(name=f"visitor {number}")
    monkeypatch.setattr(audit, "COUNTED", 2)
    monkeypatch.setattr(receipts, "COUNTED", 2)
    assert "More than 2 receipts were received." in auditor.text(f"{HANDLE}/receipts/")


def test_the_bundle_verifies_offline_against_a_checkpoint_kept_before(auditor, store):
    store("analytics", name="one")
    kept = auditor.get(f"{HANDLE}/proof").text.split('data-copy="Checkpoint"')[1].split(">", 1)[1].split("</pre>")[0]
    store(name="two")
    answer = auditor.get(f"{HANDLE}/bundle.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == "attachment; filename=saas-console-2026-11-22.zip"
    assert answer.content_length is None  # sent while it is made
    with ZipBundle(io.BytesIO(answer.data)) as files:
        report = verify_bundle(files, Evidence((kept.replace("&#43;", "+"),)))
    assert report.ok, report.to_text()


def test_the_proof_page_says_how_to_verify(auditor, store, client, site):
    store("analytics")
    said = auditor.text(f"{HANDLE}/proof")
    assert "placet verify saas-console-2026-11-22.zip\n" in f"{said}\n"
    assert "placet verify saas-console-2026-11-22.zip --against saas-console-checkpoint.txt" in said
    assert "scripts/venv.sh requirements.txt" in said, "it says how an auditor gets the command"
    assert "Keep a checkpoint outside this server" in said
    assert client.get(f"/log/{site}/checkpoint").text.strip() in said
    assert client.get(f"/log/{site}/vkey").text.strip() in said


def test_a_receipt_of_another_site_is_not_found(auditor, publish_site, store):
    receipt_id = store("analytics")
    publish_site("other", "account-management")
    assert auditor.get(f"/admin/sites/other/receipts/{receipt_id}").status_code == 404
