"""The preferences page: read, sent and obeyed without a script; nobody else can send it."""

import base64
import hashlib
import json
import re

import pytest
from sqlalchemy import select

from app.core.choice import utc_day
from app.core.errors import RateLimitedError, UnavailableError
from app.models import Receipt
from app.services.sites import find_site
from app.services.subject import own_receipts
from app.web.preferences import POLICY
from app.web.runtime import EXTENSION
from tests.support.no_script import HERE, SENT, Page
from tests.support.plain_site import in_german_too
from tests.support.world import payload
from tests.web.conftest import ORIGIN

pytestmark = pytest.mark.parametrize("database_system", ["sqlite"])


@pytest.fixture
def settings_changes():
    return {"mount_header": "Placet-Mount"}


@pytest.fixture
def client(app):
    """Keeps no cookies: a request bears those that it names."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def page(client, site):
    return Page(client, site)


@pytest.fixture
def stored(session):
    """The payloads of everything stored, in the order of the log."""

    def stored_now():
        session.rollback()  # or it would see what stood there when it first looked
        found = session.scalars(select(Receipt.jws).order_by(Receipt.log_index))
        return [payload(bytes(jws).decode()) for jws in found]

    return stored_now


def test_it_tells_everything_and_runs_nothing(page):
    page.get()
    answer = page.answer
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in answer.headers, "who only looks gets nothing"
    for text in (
        "SaaS Console Example Ltd",
        "Clickstream",
        "Stored in your browser",
        "Accept all",
        "Reject all",
        "Always on",
    ):
        assert text in page.text
    assert "<script" not in page.text
    assert f'<a href="{ORIGIN}/" rel="noreferrer">' in page.text
    style = re.search(r"<style>(.*?)</style>", answer.get_data(as_text=True), re.DOTALL)[1]
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in POLICY
    assert page.on() == {"necessary"}, "nothing is ticked where the law asks"


def test_it_is_only_there_on_the_sites_own_origin(client, site):
    for method in (client.get, client.post):
        answer = method(f"/s/{site}/preferences")
        assert (answer.status_code, answer.json["code"]) == (404, "not_mounted")
    assert client.get("/s/s_nobody/preferences", headers=HERE).json["code"] == "unknown_site"


def test_it_speaks_the_visitors_language(client, publish_site):
    page = Page(client, publish_site(change=in_german_too), "country=DE&lang=de").get()
    assert '<html lang="de"' in page.text
    assert "Alle ablehnen" in page.text
    assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in page.text
    page.send("reject").follow()
    assert '<html lang="de"' in page.text


def test_a_choice_is_stored_kept_and_shown(page, stored, clock):
    day = utc_day(clock())
    page.get()
    clock.advance(minutes=2)
    page.send("save", categories=["analytics"])
    assert page.answer.status_code == 303
    assert page.cookie == f"1.1.analytics.-.{day}.{day + 180}"
    assert "SameSite=Lax" in page.answer.headers["Set-Cookie"]
    (receipt,) = stored()
    assert (receipt["method"], receipt["event"], receipt["trusted"]) == ("page:save", "given", True)
    assert {name for name, yes in receipt["choices"].items() if yes} == {"necessary", "analytics"}
    assert (receipt["attested"], receipt["clock"], receipt["regime"]) == (True, "plausible", "eu")
    assert (receipt["widget"], receipt["layer"], receipt["layout"], receipt["equality"]) == (None, 2, "page", None)
    assert receipt["shown_at"] == "2026-11-22T12:00:00.000Z"
    assert receipt["decided_at"] == "2026-11-22T12:02:00.000Z"
    page.follow()
    assert "Your choice is saved." in page.text
    assert f"Receipt {receipt['id']}" in page.text
    assert "Your last choice: November 22, 2026" in page.text
    assert page.on() == {"necessary", "analytics"}
    assert page.get().text.count('role="status"') == 0, "said once"


def test_reject_all_and_accept_all(page, stored):
    page.get().send("accept").follow()
    assert page.on() == {"necessary", "functional", "analytics", "recording", "marketing"}
    page.send("reject").follow()
    assert page.on() == {"necessary"}
    assert [one["event"] for one in stored()] == ["given", "refused"], "nothing ties one to the other"
    assert len({one["subject"] for one in stored()}) == 2


def test_the_secret_is_thrown_away(page, app, session, here, site, stored):
    page.get().send("accept")
    # Nobody is told it, and it is not what the counted randomness of this process gives next.
    assert page.answer.get_data() == b""
    assert own_receipts(session, find_site(session, site), here.desk.random_bytes(16), here.keys) == []
    assert len(stored()) == 1


def test_trackers_by_themselves(client, publish_site, stored):
    page = Page(client, publish_site(change=lambda config: config.update(choice_per_tracker=True))).get()
    own = re.findall(r'data-tracker="([^"]+)"', page.text)
    assert "clickstream" in own
    page.send("save", trackers=["session-recording"])
    (receipt,) = stored()
    state = receipt["choices"]["recording"], receipt["trackers"]
    assert state in ((True, {}), (False, {"session-recording": True}))
    assert page.follow().on() == {"necessary", "session-recording"}


def test_gpc_is_told_and_recorded(page, stored):
    assert "Global Privacy Control" not in page.get().text
    page.get(**{"Sec-GPC": "1"})
    assert "Global Privacy Control" in page.text
    page.send("accept", sent={**SENT, "Sec-GPC": "1"})
    assert stored()[0]["gpc"] == {"browser": None, "header": True, "effect": "no"}


def test_no_other_page_can_send_it(page, stored):
    page.get()
    for changes in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Origin": "http://placet.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ):
        for answer in ("accept", "reject"):
            token = page.token
            sent = {name: value for name, value in {**SENT, **changes}.items() if value}
            refused = page.client.post(page.address, data={"answer": answer, "form": token}, headers=sent)
            assert (refused.status_code, refused.json["code"]) == (403, "foreign_origin"), changes
            assert "Set-Cookie" not in refused.headers
    assert stored() == []


def test_a_yes_needs_the_pages_own_form_and_a_no_does_not(page, client, publish_site, stored):
    others = Page(client, publish_site("other", change=lambda config: config.update(name="Other"))).get().token
    page.get()
    for token in ("", None, "forged", others):
        page.cookie = None
        before = len(stored())
        page.send("accept", token=token)
        assert page.answer.status_code == 422
        assert "That did not work" in page.text
        assert page.cookie is None
        assert len(stored()) == before
        page.send("reject", token=token)
        assert page.answer.status_code == 303
        receipt = stored()[before]
        assert (receipt["event"], receipt["attested"]) == ("refused", False), "what was shown is nobody's word"
        assert page.cookie


def test_a_form_that_is_a_day_old_gives_no_yes_but_a_no(page, stored, clock):
    page.get()
    old = page.token
    clock.advance(hours=25)
    page.send("save", token=old, categories=["analytics"])
    assert page.answer.status_code == 422
    page.send("save", token=old)
    (receipt,) = stored()
    assert (receipt["event"], receipt["shown_at"]) == ("refused", "2026-11-22T12:00:00.000Z")


def test_a_script_of_the_page_gives_no_yes(page, stored):
    by_script = {**SENT, "Sec-Fetch-Mode": "cors"}
    page.get().send("accept", sent=by_script)
    assert page.answer.status_code == 422
    assert "A program pressed that" in page.text
    page.send("reject", sent=by_script)
    (receipt,) = stored()
    assert (receipt["event"], receipt["trusted"]) == ("refused", False)


def test_what_is_no_form_of_ours_is_refused(client, site, stored):
    for answer, mimetype, status in (
        ("maybe", "application/x-www-form-urlencoded", 400),
        (None, "application/x-www-form-urlencoded", 400),
        ("x" * 20_000, "application/x-www-form-urlencoded", 413),
        ("reject", "application/json", 415),
        ("reject", "multipart/form-data", 415),
    ):
        data = {"answer": answer} if answer else {}
        body = json.dumps(data) if mimetype == "application/json" else data
        got = client.post(f"/s/{site}/preferences", data=body, content_type=mimetype, headers=SENT)
        assert got.status_code == status
    assert stored() == []


@pytest.mark.parametrize(("error", "status"), [(RateLimitedError(7), 429), (UnavailableError(5), 503)])
def test_a_failure_never_grants_and_never_forgets(page, app, monkeypatch, error, status, stored):
    def fail(submission):
        raise error

    monkeypatch.setattr(app.extensions[EXTENSION].writer, "submit", fail)
    page.get().send("accept")
    assert (page.answer.status_code, page.answer.headers["Retry-After"]) == (status, str(error.retry_after))
    assert "That did not work" in page.text
    assert page.cookie is None
    page.send("reject")
    assert page.answer.status_code == 303
    assert page.cookie, "the no holds in this browser all the same"
    page.follow()
    assert "Your choice is saved." in page.text
    assert "Receipt" not in page.text
    assert stored() == []


def test_a_browser_that_keeps_no_cookie_is_told(page):
    page.get().send("save")
    page.cookie = None
    page.follow()
    assert "That did not work" in page.text
    assert "Your choice is saved" not in page.text


def test_nobody_elses_link_can_say_that_something_was_saved(page):
    page.get().send("reject")
    assert page.cookie
    assert 'role="status"' not in page.get("country=DE&done=1").text


def test_a_choice_that_is_over_counts_for_nothing(page, clock):
    page.get().send("accept")
    clock.advance(days=181)
    assert page.get().on() == {"necessary"}


def test_words_of_a_config_are_text(client, publish_site):
    def change(config):
        config["name"] = 'Tom & "Jerry\'s"'
        config["categories"][1]["name"]["en"] = "A & B"

    answer = client.get(f"/s/{publish_site(change=change)}/preferences", headers=HERE)
    assert "A &amp; B" in answer.get_data(as_text=True)
    assert "Tom &amp; &#34;Jerry&#39;s&#34;" in answer.get_data(as_text=True)
