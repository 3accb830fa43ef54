"""Auditors from outside come by a link, look, and are written down; so is everything that auditors do."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from app.services.desk_events import Deed
from app.web.admin import auditors, deeds
from app.web.admin.audit_log import sentence
from app.web.admin.downloads import MOST_AT_ONCE
from tests.admin.browser import Browser, Page
from tests.support.world import Visitor

HANDLE = "/admin/sites/saas-console"


def log_of(browser):
    """The sentences of the audit log, newest first."""
    page = browser.get(f"{HANDLE}/log").text
    return [" ".join(Page(item).text.split())[9:] for item in re.findall(r"<li><time.*?</li>", page)]


@pytest.fixture
def receipt(client, site, clock):
    body = Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock).body(("analytics",))
    assert client.post(f"/v1/sites/{site}/receipts", json=body).status_code == 201
    return body["id"]


def test_an_admin_makes_a_link_that_is_shown_once_and_opens_the_record(admin, app, clock):
    form = admin.form(f"{HANDLE}/proof")
    answer = admin.send(form, label=" Audit & Co ", days="30")
    assert answer.status_code == 200
    assert "The link for Audit &amp; Co is made. It holds until " in answer.text
    assert "22 Dec 2026, 12:00 UTC" in answer.text
    [address] = re.findall(r"http://placet\.example(/admin/auditor/[\w.-]+)", answer.text)
    assert address.split("/")[-1] not in admin.get(f"{HANDLE}/auditors").text
    listed = admin.text(f"{HANDLE}/proof")
    assert "Audit & Co" in listed and "admin-all@example.com, 22 Nov 2026" in listed and "never" in listed

    outsider = Browser(app.test_client())
    opened = outsider.get(address)
    assert opened.status_code == 200
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert opened.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" in opened.headers and outsider.get(f"{HANDLE}/receipts/").status_code == 303, "not by a GET"
    assert "You can change nothing." in opened.text
    answer = outsider.submit(address)
    assert (answer.status_code, answer.location) == (303, f"{HANDLE}/receipts/")
    page = outsider.get(answer.location)
    assert page.status_code == 200
    assert "link 1 (Audit &amp; Co), auditor" in page.text
    assert "never" not in admin.text(f"{HANDLE}/auditors")


@pytest.mark.parametrize("label, days", [("", "14"), ("x", ""), ("x", "0"), ("x", "366"), ("x", "²"), ("x", "1e2")])
def test_what_is_wrong_is_told_and_no_link_is_made(admin, label, days):
    answer = admin.submit(f"{HANDLE}/auditors", label=label, days=days)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text and "No link was made." in answer.text
    assert f'value="{label}"' in answer.text
    assert "No link holds at present." in admin.text(f"{HANDLE}/auditors")


def test_a_link_ends_at_once_when_it_is_revoked(admin, link, come_by, app):
    address = link()
    browser = come_by(address)
    assert browser.get(f"{HANDLE}/proof").status_code == 200
    answer = admin.send(admin.form(f"{HANDLE}/auditors", 0))
    assert answer.status_code == 303 and answer.location.endswith("done=revoked")
    refused = browser.get(f"{HANDLE}/proof")
    assert refused.status_code == 403
    assert "This link for auditors is over, or was revoked." in refused.text
    assert browser.get(f"{HANDLE}/proof").status_code == 303, "the session is gone, too"
    assert Browser(app.test_client()).get(address).status_code == 403
    assert "revoked 22 Nov 2026" in admin.text(f"{HANDLE}/auditors")
    said = log_of(admin)
    assert said[:3] == [
        "link 1 (Audit & Co) auditor came in by the link: refused.",
        "link 1 (Audit & Co) auditor opened the page Proof: refused.",
        "admin-all@example.com admin revoked the link for Audit & Co.",
    ]


def test_a_link_ends_when_it_is_over_and_its_session_with_it(site, link, come_by, clock, app):
    address = link(days=1)
    clock.advance(hours=23, minutes=59)
    browser = come_by(address)
    assert browser.get(f"{HANDLE}/receipts/").status_code == 200
    clock.advance(minutes=1)
    assert browser.get(f"{HANDLE}/receipts/").status_code == 403
    assert Browser(app.test_client()).get(address).status_code == 403


def test_a_link_that_is_over_fills_no_log(site, link, come_by, clock, app, admin):
    address = link()
    cookie = come_by(address).client.get_cookie("placet_desk").value
    assert admin.send(admin.form(f"{HANDLE}/auditors", 0)).status_code == 303
    clock.advance(minutes=1)

    def knock(hits):
        for _ in range(hits):
            assert Browser(app.test_client()).get(address).status_code == 403
            again = Browser(app.test_client())
            again.client.set_cookie("placet_desk", cookie)
            assert again.get(f"{HANDLE}/receipts/").status_code == 403

    knock(3)
    tried = [line for line in log_of(admin) if "refused" in line]
    assert tried == [
        "link 1 (Audit & Co) auditor looked at the list of receipts: refused.",
        "link 1 (Audit & Co) auditor came in by the link: refused.",
    ]
    clock.advance(hours=1)
    knock(2)
    assert [line for line in log_of(admin) if "refused" in line] == tried * 2


def test_a_session_ends_after_twelve_hours_though_the_link_holds(site, link, come_by, clock):
    browser = come_by(link())
    clock.advance(hours=12)
    assert browser.get(f"{HANDLE}/receipts/").status_code == 303


def test_a_forged_link_tells_nothing(app, site, link):
    address = link()
    answers = [Browser(app.test_client()).get(path) for path in (address[:-1], address + "A", "/admin/auditor/1")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "saas-console" not in answers[0].text


def test_the_token_is_not_logged(app, site, link, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("a fault")

    address = link()
    monkeypatch.setattr(auditors, "find_link", fail)
    with caplog.at_level("DEBUG"):
        assert Browser(app.test_client()).get(address).status_code == 500
    assert "/admin/auditor/<token>" in caplog.text
    assert address.split("/")[-1] not in caplog.text


def test_looking_whether_a_link_is_there_opens_nothing(app, site, link):
    client = app.test_client()
    assert client.head(link()).status_code == 200
    assert client.get(f"{HANDLE}/receipts/").status_code == 303


def test_another_website_cannot_open_a_link_in_somebody_s_browser(admin, link):
    address = link()
    fields = admin.form(address).fields
    answer = admin.client.post(address, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert admin.client.post(address).status_code == 400, "a token is needed"
    assert "You are logged in here as admin-all@example.com" in admin.get(address).text
    assert admin.get(f"{HANDLE}/trackers/").status_code == 200


def test_leaving_ends_the_session_in_this_browser_and_no_account_s(site, link, come_by, admin):
    browser = come_by(link())
    form = next(form for form in Page(browser.get(f"{HANDLE}/proof").text).forms if form.action == "/admin/logout")
    assert browser.send(form).status_code == 303
    assert browser.get(f"{HANDLE}/proof").status_code == 303
    assert admin.get(f"{HANDLE}/proof").status_code == 200


@pytest.mark.parametrize("by", ["account", "link"])
def test_everything_that_an_auditor_does_is_written_down_in_plain_words(receipt, login, link, come_by, by, admin):
    browser = login("auditor") if by == "account" else come_by(link())
    who = "auditor-all@example.com auditor" if by == "account" else "link 1 (Audit & Co) auditor"
    for path in (
        "receipts/?from=2026-11-22&to=2026-11-22",
        f"receipts/{receipt}",
        "receipts/export.csv?from=2026-11-22&after=0",
        "receipts/export.jsonld",
        "versions/1",
        "proof",
        "bundle.zip?from=2026-11-22",
        "rules",
        "receipts/019aabbc-0000-7000-8000-000000000001",
        "receipts/?from=yesterday",
    ):
        browser.get(f"{HANDLE}/{path}")
    browser.client.post(f"{HANDLE}/publish", data={"secret": "not for the log"})
    said = [line.removeprefix(f"{who} ") for line in log_of(browser)]
    assert (
        said[:12]
        == [
            "tried to change something at “publish_draft”: refused.",
            "looked at the list of receipts from yesterday: it could not be read.",
            "opened receipt 019aabbc-0000-7000-8000-000000000001: nothing was there.",
            "asked for “rules”: refused.",
            "downloaded the bundle from 22 Nov 2026.",
            "opened the page Proof.",
            "opened version 1.",
            "downloaded receipts as ISO/IEC TS 27560.",
            "downloaded receipts as CSV from 22 Nov 2026, after index 0.",
            f"opened receipt {receipt}.",
            "looked at the list of receipts from 22 Nov 2026 to 22 Nov 2026.",
            *(["came in by the link."] if by == "link" else []),
        ][: len(said[:12])]
    )
    assert "not for the log" not in admin.get(f"{HANDLE}/log").text
    assert log_of(admin)[0].endswith("auditor read this log.")


def test_every_address_that_an_auditor_reaches_has_a_sentence_of_its_own(app, site):
    without = []
    for rule in app.url_map.iter_rules():
        name, view = rule.endpoint.removeprefix("admin."), app.view_functions[rule.endpoint]
        if "GET" in rule.methods and getattr(view, "need", "") in ("versions", "audit"):
            said = sentence(Deed("somebody", "auditor", name, {}))
            without += [name] if said == f"asked for “{name}”" else []
    assert without == []


def test_a_foreign_site_that_a_link_asked_for_stands_in_the_log_of_its_own(publish_site, link, come_by, login):
    publish_site("saas-console")
    publish_site("other", "account-management")
    come_by(link()).get("/admin/sites/other/receipts/")
    assert log_of(login("admin"))[0].endswith("looked at the list of receipts: nothing was there.")
    assert "list of receipts" not in login("admin", "other").get("/admin/sites/other/log").text


def test_of_others_only_downloads_are_written_down(admin, receipt):
    for path in ("receipts/", "receipts/export.jsonl", "proof", "bundle.zip", "trackers/"):
        assert admin.get(f"{HANDLE}/{path}").status_code == 200
    assert log_of(admin) == [
        "admin-all@example.com admin downloaded the bundle.",
        "admin-all@example.com admin downloaded receipts as JSON lines.",
    ]


def test_an_auditor_is_shown_nothing_that_cannot_be_written_down(auditor, receipt, monkeypatch, admin):
    def fail(*_, **__):
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(deeds, "write_deed", fail)
    for path in ("receipts/", f"receipts/{receipt}", "receipts/export.jsonl", "proof"):
        answer = auditor.get(f"{HANDLE}/{path}")
        assert answer.status_code == 503, path
        assert answer.headers["Retry-After"]
        assert receipt not in answer.text and "Nothing was shown or changed." in answer.text
    for _ in range(MOST_AT_ONCE):
        assert auditor.get(f"{HANDLE}/receipts/export.jsonl").status_code == 503
    assert admin.get(f"{HANDLE}/receipts/").status_code == 200, "what is not written down goes on"
    monkeypatch.undo()
    assert auditor.get(f"{HANDLE}/receipts/export.jsonl").status_code == 200, "every place for a download is free again"


def test_the_log_is_by_the_day_and_paged(site, login, clock):
    login("auditor").get(f"{HANDLE}/proof")
    clock.advance(days=1)
    auditor, admin = login("auditor", "saas-console"), login("admin")
    for _ in range(100):
        auditor.get(f"{HANDLE}/versions/1")
    page = admin.get(f"{HANDLE}/log").text
    assert page.count("<li><time") == 100 and "23 Nov 2026" in page
    [older] = re.findall(r'rel="next" href="([^"]+)"', page)
    page = admin.get(older).text
    assert "22 Nov 2026" in page and page.count("<li><time") == 1
