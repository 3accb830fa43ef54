"""A check of the site from the desk: begun by a button, done in a thread, its report kept, stated and shown."""

import re
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.commands import check as commands
from app.core.canonical import sha256_hex
from app.core.errors import LogRolledBackError, PlacetError
from app.core.site_check import Loaded, Looked, Stored
from app.db import db
from app.models import SiteCheck, Statement
from app.services import site_checks
from app.services.chromium import ChromiumError
from app.services.pictures import Studio
from app.web.runtime import EXTENSION
from tests.admin.browser import Page
from tests.e2e.conftest import eventually
from tests.support.world import BUILDS, payload

ORIGIN = "http://saas-console.localhost:8001"
PLACE = "/admin/sites/saas-console/discovery/check"
NECESSARY = frozenset({"sign-in", "cookie-choice", "payment"})


class Walk:
    """In the place of Chromium: what it would have seen, and where it was sent."""

    def __init__(self, site):
        self.plans, self.problem, self.goes_on = [], "", Event()
        self.goes_on.set()
        fine = {"site": site, "regime": "eu", "allowed": NECESSARY}
        self.looks = [
            Looked("before", f"{ORIGIN}/", embedding="marked", asked=True, **fine),
            Looked("rejected", f"{ORIGIN}/", loaded=frozenset({Loaded("analytics.localhost", "/", "image")}), **fine),
            Looked(
                "accepted",
                f"{ORIGIN}/",
                stored=frozenset({Stored("cookie", "_fbp"), Stored("local", 'th"eme')}),
                **fine,
            ),
        ]

    def __call__(self, chromium, plan):
        assert chromium == "/opt/chromium"
        self.plans.append(plan)
        assert self.goes_on.wait(15)
        if self.problem:
            raise ChromiumError(self.problem)
        return self.looks


@pytest.fixture
def walk(app, here, site, monkeypatch):
    """The server has a Chromium."""
    walk = Walk(site)
    monkeypatch.setattr(site_checks, "walk", walk)
    studio = Studio("/opt/chromium", BUILDS, here.keys, here.desk.random_bytes)
    monkeypatch.setitem(app.extensions, EXTENSION, type(here)(**{**vars(here), "studio": studio}))
    return walk


@pytest.fixture
def checks(app):
    def read(kind=SiteCheck):
        with app.app_context():
            rows = db.session.scalars(select(kind)).all()
            db.session.expunge_all()
            return rows

    return read


def press(browser, **given):
    """Fill in the form that begins a check and send it."""
    form = next(form for form in Page(browser.get(PLACE).text).forms if form.action == PLACE)
    return browser.send(form, **given)


def done(checks, count=1):
    eventually(lambda: sum(row.ended_at is not None for row in checks()) == count, "the check is done")


def test_what_a_check_finds_stands_on_the_page_and_where_it_matters(admin, walk, checks, auditor):
    assert "No check has been made yet." in admin.text("/admin/sites/saas-console/discovery")
    assert press(admin, origin=ORIGIN, pages="2").location == PLACE
    done(checks)
    (plan,) = walk.plans
    assert (plan.url, plan.pages, plan.origins, plan.private) == (f"{ORIGIN}/", 2, frozenset([ORIGIN]), True)
    text = " ".join(admin.text(PLACE).split())
    assert "Placet is there, and something optional got past it" in text
    assert "clickstream loads from analytics.localhost after a no." in text
    assert "_fbp (cookie) is listed by no tracker. The catalog knows it: meta-pixel." in text
    assert "Marked: what is marked is held in every browser" in text
    assert "not stated" in text
    for place in ("", "setup/", "discovery"):
        text = " ".join(admin.text(f"/admin/sites/saas-console/{place}").split())
        assert "Installed: found on 1 of 1 page, embedding marked; it does not hold everything." in text, place
        assert "So it was on 22 Nov 2026, 12:00 UTC." in text, place
    (row,) = checks()
    assert sha256_hex(row.report) == row.sha256
    report = auditor.get(f"{PLACE}/{row.sha256}.json")
    assert report.data == row.report
    assert "opened the report of a check" in " ".join(auditor.text("/admin/sites/saas-console/log").split())
    assert auditor.get(f"{PLACE}/{'ab' * 32}.json").status_code == 404
    form = admin.form(PLACE, 0)
    assert form.action.endswith("/catalog")
    found = Page(admin.send(form).text).text
    assert "Meta Pixel" in found and 'th"eme' in found


def test_whoever_may_publish_can_have_it_stated_in_the_log(admin, editor, walk, checks):
    assert "State the result" not in editor.text(PLACE)
    assert press(editor, stated="yes").status_code == 303
    done(checks)
    assert [row.log_index for row in checks()] == [None], "an editor writes no log"
    assert press(admin, stated="yes").status_code == 303
    done(checks, 2)
    (stated,) = [row for row in checks(Statement) if row.kind == "site-checked"]
    row = checks()[1]
    assert stated.log_index == row.log_index
    data = payload(bytes(stated.jws).decode())["data"]
    assert (data["report"], data["version"], data["holds"], data["errors"]) == (row.sha256, 1, False, 1)
    assert f"stated as entry {row.log_index}" in admin.text(PLACE)


def test_one_check_at_a_time_and_what_breaks_off_is_said(admin, walk, checks, clock):
    walk.goes_on.clear()
    walk.problem = "Chromium ended before it was done."
    assert press(admin).status_code == 303
    assert "A check is under way since" in admin.text(PLACE)
    answer = press(admin)
    assert answer.status_code == 409
    assert "Wait until it is done." in answer.text
    walk.goes_on.set()
    done(checks)
    text = " ".join(admin.text(PLACE).split())
    assert "came to no end. Chromium ended before it was done." in text
    assert "Installed" not in admin.text("/admin/sites/saas-console/")


def test_nothing_but_the_site_s_own_addresses_is_opened(admin, walk, checks):
    for origin in ("https://evil.example", f"{ORIGIN}.evil.example", "file:///etc/passwd", "javascript:alert(1)"):
        answer = press(admin, origin=origin)
        assert answer.status_code == 422, origin
        assert "none of the site" in " ".join(answer.text.split())
    assert press(admin, pages="21").status_code == 422
    assert walk.plans == [] and checks() == []


@pytest.mark.parametrize("settings_changes", [{"development": False}])
def test_from_the_desk_no_private_network_is_opened(admin, walk, checks):
    answer = press(admin)
    assert answer.status_code == 422
    assert "placet site check saas-console" in answer.text
    assert walk.plans == []


def test_without_chromium_the_page_says_what_to_do(admin, site, here):
    assert here.studio is None
    text = admin.text(PLACE)
    assert "PLACET_CHROMIUM" in text
    assert re.search(r"<form[^>]*discovery/check", admin.get(PLACE).text) is None


@pytest.fixture
def command(app, monkeypatch):
    """``placet site check``, at the server of this test."""

    @contextmanager
    def session():
        with app.app_context():
            yield app, db.session()

    monkeypatch.setattr(commands, "session", session)
    return lambda *arguments: CliRunner().invoke(commands.check, list(arguments))


def test_the_command_gives_the_same_report_twice_and_an_exit_code(command, walk, checks):
    first, again = command("saas-console", "--json"), command(f"{ORIGIN}/", "--json")
    assert (first.exit_code, again.exit_code) == (1, 1)
    assert first.output == again.output
    assert checks() == [], "nothing is kept unless it is to be"
    said = command(f"{ORIGIN}/prices?a=1#top", "--pages", "9", "--record")
    assert "error    loads-after-no: clickstream loads from analytics.localhost after a no." in said.output
    assert (walk.plans[-1].url, walk.plans[-1].pages) == (f"{ORIGIN}/prices?a=1", 9)
    assert checks()[0].log_index is not None
    walk.looks = [replace(look, loaded=frozenset(), stored=frozenset()) for look in walk.looks]
    assert command("saas-console").exit_code == 0, "notes are nothing to mend"


def test_the_command_says_why_it_cannot_check(command, walk, app, here, monkeypatch):
    assert "No site has the origin https://evil.example" in str(command("https://evil.example/").exception)
    assert "none of the site's own" in str(command("https://evil.example/", "--site", "saas-console").exception)
    walk.problem = "Chromium ended before it was done."
    assert walk.problem in str(command("saas-console", "--record").exception)
    monkeypatch.setitem(app.extensions, EXTENSION, here)
    assert "PLACET_CHROMIUM" in str(command("saas-console").exception)


def refuse(*arguments, **more):
    raise LogRolledBackError(60, "another log")


@pytest.mark.parametrize("failing", ["state", "report_bytes"])
def test_a_report_that_cannot_be_kept_ends_the_check(admin, command, walk, checks, monkeypatch, failing):
    real = getattr(site_checks, failing)
    monkeypatch.setattr(site_checks, failing, refuse if failing == "state" else lambda report: real({"\ud800": report}))
    assert press(admin, stated="yes").status_code == 303
    done(checks)
    said = " ".join(admin.text(PLACE).split())
    assert "came to no end. The report could not be kept." in said
    assert "A check is under way" not in said
    assert isinstance(command("saas-console", "--record").exception, PlacetError)
    done(checks, 2)
    assert [(row.report, row.sha256, row.log_index) for row in checks()] == [(None, None, None)] * 2
    assert [row for row in checks(Statement) if row.kind == "site-checked"] == []
