"""Who may do what at the desk."""

import re

import pytest

from app.web.admin.access import MAY, WHOM
from tests.admin.browser import Browser

HANDLE = "/admin/sites/saas-console"
OPEN = {
    "admin.login",
    "admin.auditor_link",
    "admin.static",
    "admin.first_run",
    "admin.invitation",
    "admin.new_password",
}
# What everybody may do to themselves.
OWN = {"admin.logout", "admin.my_account", "admin.switch_language"}
ROLES = ("owner", "admin", "editor", "auditor")


def addresses(app):
    """Every address of the desk: (endpoint, an example path, methods)."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            path = rule.rule.replace("<handle>", "saas-console")
            path = re.sub(r"<int[^>]*:number>", "1", path)
            path = re.sub(r"<[^>]+>", "analytics" if "categories" in path else "clickstream", path)
            yield rule.endpoint, path, rule.methods


def test_every_address_but_the_login_demands_somebody_who_is_logged_in(app, site, account, client):
    account("auditor")
    for endpoint, path, methods in addresses(app):
        if endpoint in OPEN:
            continue
        assert getattr(app.view_functions[endpoint], "need", None) in (*MAY, "login"), endpoint
        if "GET" in methods:
            answer = client.get(path)
            assert answer.status_code == 303, path
            assert answer.location.startswith("/admin/login"), path
        if "POST" in methods:
            assert client.post(path).status_code == 401, path


def test_every_address_of_a_site_demands_a_role_there(app, site):
    for endpoint, path, _ in addresses(app):
        if "/sites/saas-console" in path:
            assert app.view_functions[endpoint].need != "login", path


@pytest.fixture(params=["account", "link"])
def auditor(request, site):
    """An auditor: with an account, and without one, by a link."""
    if request.param == "account":
        return request.getfixturevalue("login")("auditor")
    return request.getfixturevalue("come_by")(request.getfixturevalue("link")())


def test_an_auditor_can_change_nothing(app, auditor):
    tried = 0
    for endpoint, path, methods in addresses(app):
        if "POST" in methods and endpoint not in OPEN | OWN:
            answer = auditor.client.post(path, data={"revision": "1", "reason": "because"})
            assert answer.status_code == 403, path
            assert "Nothing was changed" in answer.text
            tried += 1
    assert tried >= 10


def test_an_auditor_sees_nothing_to_press_by_mistake(app, auditor):
    for endpoint, path, methods in addresses(app):
        need = getattr(app.view_functions[endpoint], "need", "login")
        if "GET" in methods and need != "login":
            answer = auditor.get(path)
            allowed = need in ("versions", "audit")
            assert (answer.status_code in (200, 303, 404)) == allowed, path
            assert (answer.status_code == 403) != allowed, path
            if answer.status_code == 200 and answer.mimetype == "text/html":
                buttons = re.findall(r'<form method="post" action="([^"]*)"', answer.text)
                is_drawn = endpoint == "admin.version_banner"  # the page of a frame, which reaches nothing
                assert buttons == ([] if is_drawn else ["/admin/logout"]), path
    links = re.findall(rf'href="({HANDLE}/[a-z]*/?)"', auditor.get(f"{HANDLE}/versions/").text)
    assert set(links) == {f"{HANDLE}/versions/", f"{HANDLE}/receipts/", f"{HANDLE}/proof", f"{HANDLE}/log"}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_it_needs_and_no_more(app, site, login, role):
    browser = login(role)
    for endpoint, path, methods in addresses(app):
        need = getattr(app.view_functions[endpoint], "need", "login")
        if "GET" in methods and need != "login":
            answer = browser.get(path)
            assert (answer.status_code != 403) == (role in MAY[need]), path
            if role not in MAY[need]:
                assert f"Nothing was changed. {WHOM[need]}" in answer.text, "it says whom to ask"


def test_a_link_reaches_what_an_auditor_reaches_at_its_site_and_nothing_elsewhere(app, publish_site, link, come_by):
    publish_site("saas-console")
    publish_site("other", "account-management")
    own, foreign = come_by(link("saas-console")), come_by(link("other"))
    for endpoint, path, methods in addresses(app):
        need = getattr(app.view_functions[endpoint], "need", "login")
        if "/sites/saas-console" not in path:
            continue
        for method in methods & {"GET", "POST"}:
            here = own.client.open(path, method=method, buffered=True).status_code
            assert (here != 403) == (method == "GET" and need in ("versions", "audit")), (method, path)
            assert foreign.client.open(path, method=method, buffered=True).status_code == 404, (method, path)
    assert own.get("/admin/").location == f"{HANDLE}/receipts/"
    assert foreign.get("/admin/").location == "/admin/sites/other/receipts/"


def test_whoever_came_by_a_link_has_no_account_to_change(site, link, come_by):
    browser = come_by(link())
    assert "My account" not in browser.get(f"{HANDLE}/receipts/").text
    answer = browser.get("/admin/account")
    assert answer.status_code == 403
    assert "this is for people who have an account. Ask whoever sent you the link." in answer.text


def test_an_editor_edits_and_does_not_publish(editor, site):
    answer = editor.submit(f"{HANDLE}/categories/analytics", name__en="Measuring")
    assert answer.status_code == 303
    assert "An admin or owner of this site publishes." in editor.text(f"{HANDLE}/publish")
    form = editor.form(f"{HANDLE}/categories/analytics")
    answer = editor.client.post(f"{HANDLE}/publish", data={**form.fields, "reason": "mine", "ask": "no"})
    assert answer.status_code == 403


def test_a_site_of_others_is_not_there(publish_site, login):
    publish_site("saas-console")
    publish_site("other", "account-management")
    stranger = login("admin", "other")
    assert [line for line in ("saas-console", "other") if line in stranger.text("/admin/")] == ["other"]
    foreign, nowhere = stranger.get(f"{HANDLE}/"), stranger.get("/admin/sites/nowhere/")
    assert (foreign.status_code, nowhere.status_code) == (404, 404)
    assert "There is no such site, or you have no role there." in foreign.text
    assert foreign.text.replace("saas-console", "nowhere") == nowhere.text
    assert stranger.client.post(f"{HANDLE}/publish").status_code == 404


def test_a_role_at_one_site_does_not_weaken_one_at_all(site, login, app, account):
    browser = login("auditor", "saas-console")
    assert "auditor" in browser.text("/admin/")
    assert browser.get(f"{HANDLE}/yaml").status_code == 403


def test_an_address_that_does_not_exist_is_a_page(admin, app):
    answer = admin.get("/admin/nowhere/at/all")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert Browser(app.test_client()).get("/admin/nowhere").location.startswith("/admin/login")
