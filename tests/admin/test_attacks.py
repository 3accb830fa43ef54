"""The desk as an attacker sees it: every address at once, so that a new one is tried without anybody thinking of it."""

import json
import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Base, db
from app.models import Draft
from app.services import configs
from tests.admin.browser import PASSWORD, Browser, Page
from tests.admin.test_roles import HANDLE, OPEN, addresses
from tests.support.world import Visitor
from tests.web.test_take_over import take_over

EVIL = "evil.example"
MARKUP = "\"'></script></textarea><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
# What is written down about a look is no change of what was looked at.
OF_LOOKING = {"desk_events"}


@pytest.fixture
def owner(site, login):
    return login("owner")


@pytest.fixture
def contents(app):
    """Count the rows of every table, and read which draft stands."""

    def read():
        with app.app_context(), Session(db.engine) as session:
            rows = {
                name: session.scalar(select(func.count()).select_from(table))
                for name, table in Base.metadata.tables.items()
                if name not in OF_LOOKING
            }
            return rows, session.execute(select(Draft.revision, Draft.document)).all()

    return read


def test_a_number_that_no_database_holds_is_nowhere(app, owner):
    token = owner.form(f"{HANDLE}/rules").fields["csrf_token"]
    tried = 0
    for rule in app.url_map.iter_rules():
        path, count = re.subn(r"<int[^>]*:number>", "9" * 30, rule.rule.replace("<handle>", "saas-console"))
        if count and "<" not in path:
            tried += 1
            send = owner.client.post if "POST" in rule.methods else owner.client.get
            assert send(path, data={"csrf_token": token}).status_code in (404, 405), path
    assert tried > 8


def test_a_draft_does_not_grow_without_end(owner, draft, monkeypatch):
    """Each copy of a tracker is one more of what somebody typed once."""
    before = draft()
    monkeypatch.setattr(configs, "MAX_DRAFT", len(json.dumps(before, ensure_ascii=False)) + 200)
    answer = owner.send(owner.form(f"{HANDLE}/order"), f"{HANDLE}/trackers/clickstream/duplicate")
    assert answer.status_code == 422
    assert "larger than a config may be" in answer.text
    assert draft() == before


@pytest.mark.parametrize("token", [None, "IjEi.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
def test_no_form_is_taken_without_its_token(app, owner, contents, token):
    before = contents()
    for endpoint, path, methods in addresses(app):
        if "POST" in methods and endpoint not in OPEN:
            answer = owner.client.post(path, data={} if token is None else {"csrf_token": token, "reason": "x"})
            assert answer.status_code == 400, path
    assert contents() == before


def test_no_form_is_taken_that_another_site_sent_with_the_right_token(app, owner, contents):
    before = contents()
    token = owner.form(f"{HANDLE}/rules").fields["csrf_token"]
    for endpoint, path, methods in addresses(app):
        for said in ("cross-site", "same-site"):
            if "POST" in methods:
                headers = {"Sec-Fetch-Site": said}
                answer = owner.client.post(path, data={"csrf_token": token}, headers=headers)
                # The first run is over for everybody, and who has no real link finds nothing.
                is_nothing = endpoint in OPEN and (answer.status_code == 404 or answer.location == "/admin/login")
                assert is_nothing or answer.status_code == 403, (path, said)
    assert contents() == before


@pytest.fixture
def misled(app, owner):
    """A client that sends the owner's cookie to us under the name of another host, as behind a careless proxy."""
    client = app.test_client(use_cookies=False)

    def send(method, path, **more):
        cookie = owner.client.get_cookie("placet_desk").value
        headers = {
            "Host": EVIL,
            "X-Forwarded-Host": EVIL,
            "Forwarded": f"host={EVIL}",
            "Cookie": f"placet_desk={cookie}",
        }
        return client.open(path, method=method, headers=headers, buffered=True, **more)

    return send


def test_looking_changes_nothing_and_a_false_host_and_header_lines_stand_nowhere(app, owner, site, contents, misled):
    before = contents()
    public = ["s/{}.js", "v1/sites/{}/config", "log/{}/checkpoint", ".well-known/jwks.json", "openapi.json"]
    names = ("from", "to", "q", "next", "done", "after", "lang", "country", "label", "back", "page", "site", "width")
    query = "&".join(f"{name}=2026-11-22%0d%0aX-Injected:%20{EVIL}" for name in names)
    paths = [path for _, path, methods in addresses(app) if "GET" in methods] + [
        f"/{one.format(site)}" for one in public
    ]
    pages = 0
    for path in paths:
        answer = misled("GET", path)
        pages += answer.status_code == 200
        assert EVIL.encode() not in answer.data, path
        assert EVIL not in str(answer.headers), path
    for path in paths:
        headers = misled("GET", f"{path}?{query}").headers
        assert "X-Injected" not in headers, path
        assert not any("\r" in value or "\n" in value for value in headers.values()), path
        leads = [headers.get(name, "") for name in ("Location", "Content-Location", "Link", "Refresh")]
        assert not any(part.startswith(("//", "http")) for part in leads), path
    assert pages >= 25, "the owner was let in"
    assert contents() == before
    assert owner.get(f"{HANDLE}/").status_code == 200, "nor does it log anybody out"


def test_a_link_for_somebody_names_our_own_address_whatever_the_host_says(owner, misled):
    page = "/admin/people/invite"
    form = owner.form(page)
    answer = misled("POST", page, data={**form.fields.to_dict(), "email": "max@example.com", "role": "auditor"})
    assert "http://placet.example/admin/" in answer.text
    assert EVIL not in answer.text


def test_nothing_leads_elsewhere(owner):
    form = next(form for form in forms_of(owner, f"{HANDLE}/rules") if "language" in form.action)
    for elsewhere in (f"//{EVIL}/", f"https://{EVIL}/admin/", f"/\\{EVIL}", "/admin/\\..", "javascript:1"):
        answers = [
            owner.client.get("/admin/login", query_string={"next": elsewhere}),
            owner.client.post(form.action, data={**form.fields.to_dict(), "language": "en", "next": elsewhere}),
        ]
        assert [answer.location for answer in answers] == ["/admin/", "/admin/"], elsewhere


def test_names_with_markup_are_text_on_every_page(app, owner, session):
    draft = session.scalars(select(Draft)).one()
    spoiled = draft.document.replace("Clickstream", MARKUP.replace('"', '\\"')).replace(
        '"Analytics"', f'"{MARKUP[2:]}"'
    )
    assert spoiled != draft.document
    draft.document = spoiled
    session.commit()
    shown = 0
    for _, path, methods in addresses(app):
        if "GET" in methods and "/sites/saas-console" in path:
            page = owner.get(path)
            if page.mimetype == "text/html":
                assert "<script>alert" not in page.text, path
                assert "<img src=x" not in page.text, path
                assert "'>49" not in page.text, path
                shown += "&lt;script&gt;alert" in page.text
    assert shown >= 5, "it is shown, as text"


def test_a_handle_is_plain(owner, contents):
    def ask_for(handle):
        return owner.submit("/admin/new-site", name="Shop", handle=handle, origins="https://shop.example").status_code

    before = contents()
    lookalikes = ("ѕhop", "ｓｈｏｐ", "shop\u200b", "Shop", "shop\u202e")  # noqa: RUF001
    for handle in (*lookalikes, "../shop", "shop/../x", "shop\r\nX: y", "shop?", "-shop", "a" * 65, "s_x"):
        assert ask_for(handle) == 422, handle
    assert contents() == before
    assert ask_for("shop") == 303


def test_another_spelling_of_an_address_is_locked_with_it(site, account, app):
    email, browser = account("admin"), Browser(app.test_client())
    spellings = [email, email.upper(), f" {email}", f"{email} ", email.title(), email.swapcase(), f"\t{email}"]
    answers = [browser.submit("/admin/login", email=one, password="wrong").status_code for one in spellings]
    assert answers == [401] * 5 + [429] * 2
    assert browser.submit("/admin/login", email=email.upper(), password=PASSWORD).status_code == 429


def test_what_a_browser_claims_is_text_at_the_desk(owner, client, publish_site, clock):
    site = publish_site("moved", change=take_over)
    config = client.get(f"/v1/sites/{site}/config?country=DE").json
    kept = {"from": "klaro", "decided_at": None, "value": f"=1+1{MARKUP}"}
    others = [own["id"] for own in config["trackers"] if own["category"] == "analytics" and own["id"] != "clickstream"]
    body = Visitor(config, clock).body(
        ("analytics",),
        method="takeover",
        trusted=False,
        layer=None,
        layout="corner",
        trackers=dict.fromkeys(others, False),
        taken_over=kept,
    )
    assert client.post(f"/v1/sites/{site}/receipts", json=body).status_code == 201
    page = owner.get(f"/admin/sites/moved/receipts/{body['id']}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def forms_of(browser, path):
    return Page(browser.get(path).text).forms
