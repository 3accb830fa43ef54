"""Lists that follow what is typed: the address that stands for them, and the policy of their pages."""

import re
from datetime import timedelta

import pytest

from app.web.admin import setup

HANDLE = "/admin/sites/saas-console"
LISTS = (
    *(f"{HANDLE}/{place}" for place in ("trackers/", "catalog", "receipts/", "preview", "versions/1", "log")),
    "/admin/",
)
OWN_SERVER = "; connect-src 'self'"


def ask(browser, path, before=""):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{before or path.partition('?')[0]}"}
    return browser.client.get(path, headers=headers)


@pytest.mark.parametrize("place", LISTS)
def test_a_page_that_asks_its_server_may_do_so_and_has_what_it_needs(admin, publish_site, place):
    publish_site("workflow-platform", "workflow-platform")  # with one site alone there is nothing to search
    answer = admin.get(place)
    assert answer.headers["Content-Security-Policy"].endswith(OWN_SERVER)
    assert f'hx-get="{place}"' in answer.text
    assert 'id="shown"' in answer.text and 'id="said"' in answer.text
    script = re.search(r'src="(/admin/static/vendor/htmx.min.js\?v=[0-9a-f]+)"', answer.text)[1]
    served = admin.get(script)
    assert served.status_code == 200
    assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("place", [f"{HANDLE}/versions/", f"{HANDLE}/proof", "/admin/account", "/admin/login"])
def test_no_other_page_may(admin, place):
    browser = type(admin)(admin.client.application.test_client()) if place == "/admin/login" else admin
    answer = browser.get(place)
    assert "connect-src" not in answer.headers["Content-Security-Policy"]
    assert "htmx" not in answer.text


def test_one_step_back_leads_out_of_a_search(admin):
    first = ask(admin, f"{HANDLE}/trackers/?q=cl")
    assert first.headers["HX-Push-Url"] == f"{HANDLE}/trackers/?q=cl"
    second = ask(admin, f"{HANDLE}/trackers/?q=click+%26", before=f"{HANDLE}/trackers/?q=cl")
    assert second.headers["HX-Replace-Url"] == f"{HANDLE}/trackers/?q=click+%26"
    emptied = ask(admin, f"{HANDLE}/trackers/?q=", before=f"{HANDLE}/trackers/?q=cl")
    assert emptied.headers["HX-Replace-Url"] == f"{HANDLE}/trackers/"
    assert "HX-Push-Url" not in admin.get(f"{HANDLE}/trackers/?q=cl").headers


def test_who_is_logged_out_meanwhile_is_led_to_the_login_with_the_address(admin):
    browser = type(admin)(admin.client.application.test_client())
    answer = ask(browser, f"{HANDLE}/trackers/?q=cl")
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["HX-Redirect"].startswith("/admin/login?next=")


def test_without_htmx_the_desk_is_whole(app, admin, monkeypatch):
    monkeypatch.setitem(app.jinja_env.globals, "has_asset", lambda name: False)
    answer = admin.get(f"{HANDLE}/trackers/?q=click")
    assert "htmx.min.js" not in answer.text and "1 tracker is found" in answer.text
    assert "connect-src" not in answer.headers["Content-Security-Policy"]


def test_what_is_installed_has_htmx_with_its_licence():
    folder = setup.STATIC / "vendor"
    assert "Zero-Clause BSD" in (folder / "htmx.LICENSE.txt").read_text()
    assert 'version:"2.' in (folder / "htmx.min.js").read_text()


def test_the_audit_log_is_searched_by_who_and_by_day(admin, auditor, link, clock):
    link()
    auditor.get(f"{HANDLE}/receipts/")
    made, looked = "made a link for Audit &amp; Co", "looked at the list of receipts"
    assert made in admin.get(f"{HANDLE}/log").text
    today, tomorrow = f"{clock():%Y-%m-%d}", f"{clock() + timedelta(days=1):%Y-%m-%d}"
    found = admin.get(f"{HANDLE}/log?q=AUDITOR-all@&from={today}&to={today}").text
    assert looked in found and made not in found and "1 entry is found." in found
    for nothing in ("q=%25", f"from={tomorrow}", "to=2020-01-01"):
        assert "Nothing was found." in admin.get(f"{HANDLE}/log?{nothing}").text
    assert admin.get(f"{HANDLE}/log?from=soon").status_code == 422
