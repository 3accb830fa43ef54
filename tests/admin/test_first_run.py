"""Nobody has an account yet: the operator, and no stranger, makes the owner's."""

import threading
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from app import cli
from app.core.errors import PlacetError
from app.core.invitations import first_run_code
from app.db import db
from app.services.accounts import create_first_owner
from tests.admin.browser import PASSWORD, Browser

EMAIL = "ada@example.com"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_system(request) -> str:
    """Two who come first at once are told apart by locks, on both systems."""
    return str(request.param)


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def code(here) -> str:
    return first_run_code(here.keys)


def begin(browser, **typed):
    return browser.submit("/admin/first-run", **{"email": EMAIL, "password": PASSWORD, "again": PASSWORD, **typed})


def test_the_desk_offers_to_make_the_owner_s_account(browser, code):
    assert browser.get("/admin/").location == "/admin/first-run"
    assert browser.get("/admin/login").location == "/admin/first-run"
    answer = begin(browser, code=code.lower())
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert f"My account: {EMAIL}" in browser.text("/admin/")
    assert "People" in browser.text("/admin/"), "an owner of the installation"


def test_it_is_over_once_somebody_has_an_account(app, account, browser, code):
    form = browser.form("/admin/first-run")
    account("auditor")
    assert browser.get("/admin/first-run").location == "/admin/login"
    answer = browser.send(form, "/admin/first-run", code=code, email=EMAIL, password=PASSWORD, again=PASSWORD)
    assert answer.location == "/admin/login"
    assert browser.get("/admin/people/").status_code == 303


@pytest.mark.parametrize(
    ("typed", "status", "words", "field"),
    [
        ({"code": "AAAA-AAAA-AAAA-AAAA"}, 401, "This is not the code.", "code"),
        ({"email": "nobody"}, 422, "is not an e-mail address", "email"),
        ({"password": "short", "again": "short"}, 422, "at least 12 characters", "password"),
        ({"again": "something else"}, 422, "These two are not the same.", "again"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(browser, code, typed, status, words, field):
    answer = begin(browser, **{"code": code, **typed})
    assert answer.status_code == status
    assert words in answer.text
    assert f'href="#f-{field}"' in answer.text
    form = browser.form(answer)
    assert form.fields["email"] == typed.get("email", EMAIL)
    assert (form.fields["password"], form.fields["again"]) == ("", "")


def test_everything_that_is_wrong_is_told_at_once(browser, code):
    answer = begin(browser, code="no", email="nobody", password="short", again="other")
    assert answer.status_code == 401
    assert [name for name in ("code", "email", "password", "again") if f'href="#f-{name}"' not in answer.text] == []


def test_the_code_is_guessed_slowly(browser, code, clock):
    answers = [begin(browser, code=f"{number:016}") for number in range(21)]
    assert [answer.status_code for answer in answers[-2:]] == [401, 429]
    assert begin(browser, code=code).status_code == 429, "also the right one"
    clock.advance(seconds=10)
    assert begin(browser, code=code).status_code == 303


def test_a_form_of_another_site_is_refused(browser, code):
    form = browser.form("/admin/first-run")
    form.fields.update({"code": code})
    foreign = browser.client.post("/admin/first-run", data=form.fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    del form.fields["csrf_token"]
    assert browser.client.post("/admin/first-run", data=form.fields).status_code == 400


def test_a_session_that_was_planted_is_let_go(browser, code):
    with browser.client.session_transaction() as session:
        session["csrf_token"] = planted = "planted"
        session["other"] = 1
    begin(browser, code=code)
    with browser.client.session_transaction() as session:
        assert set(session) <= {"account", "epoch", "since", "csrf_token"}
        assert session.get("csrf_token") != planted


def test_of_two_at_once_one_becomes_the_owner(app, clock):
    with app.app_context():
        engine = db.engine
    start, outcomes = threading.Barrier(2), []

    def run(name):
        with Session(engine) as session:
            start.wait()
            try:
                outcomes.append(create_first_owner(session, f"{name}@example.com", PASSWORD, now=clock()).email)
            except PlacetError as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[1] == "account_exists" or sorted(outcomes)[0] == "account_exists"
    assert len({*outcomes} - {"account_exists"}) == 1


def test_placet_prepare_prints_the_code_until_somebody_has_an_account(app, account, code, monkeypatch, tmp_path):
    monkeypatch.setenv("PLACET_ENV", "development")
    monkeypatch.setenv("PLACET_DATA", str(tmp_path))

    @contextmanager
    def application():
        with app.app_context():
            yield app

    monkeypatch.setattr(cli, "_application", application)
    said = CliRunner().invoke(cli.cli, ["prepare"])
    assert said.exit_code == 0, said.output
    assert f"set-up code: {code}\n" in said.output
    assert "http://placet.example/admin/" in said.output
    account("owner")
    assert "set-up code" not in CliRunner().invoke(cli.cli, ["prepare"]).output
