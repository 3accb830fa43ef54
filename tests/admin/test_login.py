"""Logging in at the desk."""

import pytest

from tests.admin.browser import PASSWORD, Browser, Page


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app.test_client())


def test_who_is_not_logged_in_is_asked_to_and_comes_back(site, account, browser):
    email = account("auditor")
    answer = browser.get("/admin/sites/saas-console/receipts/?from=2026-11-01")
    assert answer.status_code == 303
    assert answer.location == "/admin/login?next=/admin/sites/saas-console/receipts/?from%3D2026-11-01"
    answer = browser.submit(answer.location, email=email, password=PASSWORD)
    assert answer.location == "/admin/sites/saas-console/receipts/?from=2026-11-01"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example/admin/",
        "https://evil.example/admin/",
        "/\\evil.example",
        "/admin/\r\nX: y",
        "/s/x.js",
        "javascript:1",
    ],
)
def test_the_login_leads_nowhere_else(site, account, browser, elsewhere):
    answer = browser.submit("/admin/login", email=account("auditor"), password=PASSWORD, next=elsewhere)
    assert (answer.status_code, answer.location) == (303, "/admin/")


def test_wrong_words_are_the_same_for_an_unknown_address(site, account, browser):
    known = browser.submit("/admin/login", email=account("admin"), password="wrong")
    unknown = browser.submit("/admin/login", email="nobody@example.com", password="wrong")
    assert (known.status_code, unknown.status_code) == (401, 401)
    for answer in (known, unknown):
        assert "E-mail address or password is wrong." in answer.text
        assert 'role="alert"' in answer.text


def test_a_wrong_password_ten_times_is_429_and_the_right_one_works_after(site, account, browser, clock):
    email = account("admin")
    answers = [browser.submit("/admin/login", email=email, password=f"wrong {number}") for number in range(10)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 5
    wait = int(answers[-1].headers["Retry-After"])
    assert f"Try again in {wait} second" in answers[-1].text
    locked = browser.submit("/admin/login", email=email, password=PASSWORD)
    assert locked.status_code == 429, "locked means locked, also for who guesses right"
    clock.advance(seconds=wait)
    assert browser.submit("/admin/login", email=email, password=PASSWORD).location == "/admin/"


def test_an_address_without_an_account_is_locked_alike(site, account, browser):
    known, unknown = account("admin"), "nobody@example.com"

    def statuses(email):
        return [browser.submit("/admin/login", email=email, password="wrong").status_code for _ in range(7)]

    assert statuses(known) == statuses(unknown)


def test_a_network_may_try_only_so_often(site, account, browser, clock):
    account("auditor")
    answers = [browser.submit("/admin/login", email=f"a{number}@example.com", password="x") for number in range(22)]
    assert [answer.status_code for answer in answers[-3:]] == [401, 429, 429]
    clock.advance(seconds=int(answers[-1].headers["Retry-After"]))
    assert browser.submit("/admin/login", email="b@example.com", password="x").status_code == 401


def test_a_login_without_its_token_is_refused(site, account, app):
    answer = app.test_client().post("/admin/login", data={"email": account("admin"), "password": PASSWORD})
    assert answer.status_code == 400
    assert "Log in once more" in answer.text


def test_a_form_that_another_site_sent_is_refused(admin):
    form = admin.form("/admin/sites/saas-console/categories/analytics")
    path = "/admin/sites/saas-console/categories/analytics"
    answer = admin.client.post(path, data=form.fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_form_of_another_site_cannot_even_log_somebody_out(app, site):
    path = "/admin/sites/saas-console/publish"
    answer = app.test_client().post(path, data={"reason": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers, "the cookie that SameSite held back is not replaced"


def test_the_cookie_holds_no_more_than_it_must(admin):
    with admin.client.session_transaction() as session:
        assert set(session) <= {"account", "epoch", "since", "csrf_token"}
    cookie = admin.client.get_cookie("placet_desk")
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.secure) == (True, "Lax", "/", False)


class TestOnHttps:
    @pytest.fixture
    def settings_changes(self):
        return {"public_url": "https://placet.example"}

    def test_the_cookie_is_bound_to_this_host(self, site, account, app):
        client, email = app.test_client(), account("admin")
        form = Browser(client).form(client.get("/admin/login", base_url="https://placet.example"))
        data = {**form.fields.to_dict(), "email": email, "password": PASSWORD}
        answer = client.post("/admin/login", data=data, base_url="https://placet.example")
        assert answer.status_code == 303
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-placet=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        assert client.get("/admin/", base_url="https://placet.example").status_code == 200


def test_a_session_ends_after_twelve_hours(admin, clock):
    clock.advance(hours=11, minutes=59)
    assert admin.get("/admin/").status_code == 200
    clock.advance(minutes=1)
    assert admin.get("/admin/").status_code == 303


def test_logging_in_lets_go_of_what_the_cookie_held(site, account, browser):
    with browser.client.session_transaction() as session:
        session["csrf_token"] = planted = "planted"
        session["other"] = 1
    browser.submit("/admin/login", email=account("admin"), password=PASSWORD)
    with browser.client.session_transaction() as session:
        assert "other" not in session
        assert session.get("csrf_token") != planted


def test_logging_out_ends_copies_of_the_cookie_too(admin, app):
    copy = admin.client.get_cookie("placet_desk").value
    forms = [form for form in Page(admin.get("/admin/").text).forms if form.action == "/admin/logout"]
    assert admin.send(forms[0]).location == "/admin/login"
    thief = app.test_client()
    thief.set_cookie("placet_desk", copy)
    assert thief.get("/admin/").status_code == 303


def test_what_was_typed_survives_the_end_of_the_session(admin, clock, account, app):
    path = "/admin/sites/saas-console/categories/analytics"
    form = admin.form(path)
    clock.advance(hours=13)
    answer = admin.send(form, path, name__en="Measuring")
    assert answer.status_code == 401
    assert "Nothing was saved, and what you typed is not lost" in answer.text
    waiting = admin.form(answer)
    assert waiting.fields["name.en"] == "Measuring"
    assert admin.submit("/admin/login", email="admin-all@example.com", password=PASSWORD).status_code == 303
    again = admin.send(waiting, path)
    assert again.status_code == 400, "the token was that of the session that is over"
    assert admin.send(admin.form(again), path).status_code == 303
    assert admin.form(path).fields["name.en"] == "Measuring"


def test_pages_are_not_kept_and_run_nothing_foreign(admin):
    for path in ("/admin/", "/admin/sites/saas-console/", "/admin/nowhere", "/admin/login"):
        headers = admin.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert "unsafe" not in headers["Content-Security-Policy"]
