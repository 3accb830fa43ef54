"""An auditor lists receipts, opens one, downloads them and proves them."""

import hashlib
import json
from base64 import b64decode

import pytest
from sqlalchemy import delete

from app.core.canonical import sha256_hex
from app.core.checkpoint import open_checkpoint
from app.core.merkle import verify_inclusion
from app.models import ConfigSlice, WidgetRelease, WidgetReleasePart
from app.services import audit
from app.services.widgets import register_widget
from app.web.admin import receipts
from app.web.admin.downloads import MOST_AT_ONCE
from tests.admin.browser import Page
from tests.support.world import BEGINNING, BUILDS, PINNED_SCRIPT, SIGNING, Visitor, payload

HANDLE = "/admin/sites/saas-console"


def rows(browser, query=""):
    page = browser.get(f"{HANDLE}/receipts/{query}").text
    return [row.split("</a>")[0].split(">")[-2].removesuffix("</time") for row in page.split("<tr>")[2:]], page


def test_receipts_are_listed_newest_first_in_words(auditor, store, clock):
    store("analytics", name="one")
    clock.advance(minutes=5)
    store(name="two")
    times, page = rows(auditor)
    assert times == ["22 Nov 2026, 12:05:00", "22 Nov 2026, 12:00:00"]
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


def test_what_was_taken_over_is_called_that_and_no_click(auditor, client, site, clock):
    visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock)
    kept = {"from": "onetrust", "decided_at": "2026-11-01T08:00:00.000Z", "value": None}
    body = visitor.body(method="takeover", trusted=False, layer=None, taken_over=kept)
    assert client.post(f"/v1/sites/{site}/receipts", json=body).status_code == 201
    said = " ".join(auditor.text(f"{HANDLE}/receipts/").split())
    assert f"refused, taken over from OneTrust takeover eu nothing {BEGINNING + 1}" in said
    said = " ".join(auditor.text(f"{HANDLE}/receipts/{body['id']}").split())
    assert "A browser claims that OneTrust had kept this choice" in said
    assert "from: onetrust" in said
    assert "Nothing was shown: the choice was taken over from another tool." in said
    assert "sent this choice then" not in said


def test_days_are_utc_and_both_included(login, store, clock):
    clock.advance(hours=11, minutes=59, seconds=59)
    store(name="last second of the 22nd")
    clock.advance(seconds=1)
    store(name="first second of the 23rd")
    auditor = login("auditor")
    assert rows(auditor, "?from=2026-11-22&to=2026-11-22")[0] == ["22 Nov 2026, 23:59:59"]
    assert rows(auditor, "?from=2026-11-23&to=2026-11-23")[0] == ["23 Nov 2026, 00:00:00"]
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


def test_the_proof_is_one_file_that_verifies(auditor, store, client, site):
    for number in range(5):
        receipt_id = store(name=f"visitor {number}")
    page = auditor.get(f"{HANDLE}/receipts/{receipt_id}").text
    assert f'href="{HANDLE}/receipts/{receipt_id}/proof"' in page
    answer = auditor.get(f"{HANDLE}/receipts/{receipt_id}/proof")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={receipt_id}.tlog-proof"
    proof, _, note = answer.text.partition("\n\n")
    kind, index, *hashes = proof.splitlines()
    assert kind == "c2sp.org/tlog-proof@v1"
    assert note == client.get(f"/log/{site}/checkpoint").text
    head = open_checkpoint(note, client.get(f"/log/{site}/vkey").text)
    jws = page.split('data-copy="Compact JWS"')[1].split(">", 1)[1].split("</pre>")[0]
    entry = hashlib.sha256(jws.encode()).digest()
    number = int(index.removeprefix("index "))
    verify_inclusion(entry, number, head.size, [b64decode(line) for line in hashes], head.root)


def test_the_banner_is_drawn_by_what_the_receipt_cites_and_reaches_nothing(auditor, store):
    receipt_id = store("analytics", scheme="dark", viewport="narrow", layer=2)
    page = auditor.get(f"{HANDLE}/receipts/{receipt_id}")
    path = f"{HANDLE}/receipts/{receipt_id}/banner"
    assert f'<iframe src="{path}" sandbox="allow-scripts"' in page.text and "at 360 pixels (narrow), dark" in page.text
    assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
    answer = auditor.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'; script-src 'nonce-")
    assert "frame-ancestors 'self'" in policy and "connect-src" not in policy
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert answer.text.count(f'nonce="{nonce}"') == 2
    assert "color-scheme:dark" in answer.text
    assert "window.given=config" in answer.text and "window.notice=notice" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    again = auditor.get(path).headers["Content-Security-Policy"]
    assert again != policy, "each time another nonce"


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"widget": None}, "A client without our widget showed it"),
        ({"layer": None}, "Nothing was shown."),
        ({"layout": "page"}, "the page without a script"),
        ({"widget": {"version": "0.0.1", "sha256": sha256_hex(PINNED_SCRIPT)}}, "had pinned the widget"),
    ],
)
def test_what_cannot_be_drawn_again_is_told(auditor, store, session, clock, changes, words):
    register_widget(session, BUILDS.pinned, now=clock(), **SIGNING)
    receipt_id = store("analytics", **changes)
    page = auditor.get(f"{HANDLE}/receipts/{receipt_id}").text
    assert words in page and "<iframe" not in page
    answer = auditor.get(f"{HANDLE}/receipts/{receipt_id}/banner")
    assert answer.status_code == 404 and words in answer.text


def test_a_build_or_version_that_is_gone_is_told(auditor, store, session):
    receipt_id = store("analytics")
    path = f"{HANDLE}/receipts/{receipt_id}"
    for gone, what in ((WidgetRelease, "build of the widget"), (ConfigSlice, "version")):
        session.execute(delete(WidgetReleasePart))
        session.execute(delete(gone))
        session.commit()
        assert f"The {what} that this receipt cites is not stored here any more." in auditor.get(path).text
        assert auditor.get(f"{path}/banner").status_code == 404


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
    answer = auditor.get(link.replace("&amp;", "&") + f"&after={BEGINNING + 1}")
    assert answer.mimetype == mimetype
    assert answer.headers["Content-Disposition"].endswith(
        f"saas-console-receipts-2026-11-22-after-{BEGINNING + 1}.{name}"
    )
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


def test_a_receipt_of_another_site_is_not_found(auditor, publish_site, store):
    receipt_id = store("analytics")
    publish_site("other", "account-management")
    assert auditor.get(f"/admin/sites/other/receipts/{receipt_id}").status_code == 404
