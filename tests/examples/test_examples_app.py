from datetime import UTC, datetime

import pytest

from examples import SITES
from examples.inbox import Inbox
from examples.sites import trackers_of


@pytest.mark.parametrize("name", SITES)
def test_each_site_answers_at_its_own_host(browse, name):
    page = browse(name)
    assert page.status_code == 200
    assert f'src="http://127.0.0.1:8122/s/s_{name}.js"' in page.text


@pytest.mark.parametrize("name", SITES)
def test_the_plain_address_leads_to_the_sites_host(browse, name):
    answer = browse("127.0.0.1", f"/{name}/")
    assert answer.status_code == 302
    assert answer.location == f"http://{name}.localhost:8123/"


def test_the_index_links_every_site_and_the_inbox(browse):
    page = browse("127.0.0.1").text
    assert all(f'href="http://{name}.localhost:8123/"' in page for name in (*SITES, "inbox"))


def test_a_host_that_is_none_of_ours_is_not_found(browse):
    assert browse("elsewhere").status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/no/where", "/static/nothing.css"])
def test_an_address_that_leads_nowhere_gets_the_sites_own_page(browse, path):
    page = browse("saas-console", f"{path}?country=DE")
    assert page.status_code == 404
    assert "There is no such page" in page.text
    assert 'data-site="saas-console"' in page.text
    assert "aria-current" not in page.text
    assert 'class="button" href="/?country=DE"' in page.text
    assert "There is no such page" not in browse("inbox", path).text


def test_a_trackers_script_is_not_served_by_the_site(browse):
    assert browse("saas-console", "/static/site.css").status_code == 200
    assert browse("saas-console", "/static/trackers/ads.js").status_code == 404


def test_the_inbox_tells_what_reached_which_tracker_of_which_site(browse, hits):
    referer = {"Referer": "http://saas-console.localhost:8123/"}
    browse("ads", "/script.js", headers={**referer, "Sec-Fetch-Dest": "script"})
    assert hits() == [
        {
            "n": 1,
            "at": "2026-11-22T12:00:01.000Z",
            "site": "saas-console",
            "tracker": "advertising",
            "category": "marketing",
            "host": "ads.localhost",
            "path": "/script.js",
            "kind": "script",
            "what": "its script",
            "bytes": 0,
        }
    ]


def test_the_same_host_is_another_tracker_on_another_site(browse, hits):
    for name in SITES:
        browse("analytics", "/api/event", "POST", headers={"Origin": f"http://{name}.localhost:8123"}, data="{}")
    assert {hit["site"]: hit["tracker"] for hit in hits()} == {
        "saas-console": "clickstream",
        "account-management": "engagement",
        "workflow-platform": "site-areas",
        "business-automation": "usage-statistics",
    }
    assert [hit["site"] for hit in hits("workflow-platform")] == ["workflow-platform"]


@pytest.mark.parametrize(
    ("wanted", "kind"), [("script", "script"), ("image", "image"), ("iframe", "frame"), ("empty", "data")]
)
def test_any_address_at_a_trackers_host_arrives_with_its_kind(browse, hits, wanted, kind):
    answer = browse("recorder", "/inserted/x?site=saas-console", headers={"Sec-Fetch-Dest": wanted})
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert [(hit["kind"], hit["what"]) for hit in hits()] == [(kind, "inserted by hand: x")]


def test_a_request_of_no_known_site_is_kept_without_one(browse, hits):
    browse("ads", "/pixel.gif", headers={"Referer": "http://example.com/"})
    assert [(hit["site"], hit["tracker"], hit["kind"]) for hit in hits()] == [(None, None, "image")]


@pytest.mark.parametrize(
    ("host", "path", "body", "words"),
    [
        ("recorder", "/events", '{"events": [{"type": 4}, {"type": 2}]}', "recording: 1 page opened, 1 page snapshot"),
        (
            "recorder",
            "/events",
            '{"events": [{"type": 3, "data": {"source": 1, "positions": [1, 2, 3]}}, {"type": 3, "data": {"source": 5}}]}',
            "recording: 3 mouse moves, 1 masked input",
        ),
        ("recorder", "/events", '{"events": [null, {"type": [], "data": 3}]}', "recording: 1 page event"),
        ("analytics", "/api/event", '{"n": "pageview", "u": "http://x/billing"}', "page view of /billing"),
        ("analytics", "/api/event", '{"n": "engagement", "u": "http://x/", "e": 4200, "sd": 80}', "4 s on /, 80 % seen"),
        ("analytics", "/api/event", '{"n": "Outbound Link: Click", "u": "http://x/", "p": {"url": "http://y/z"}}',
         "Outbound Link: Click on / to y"),
        ("ads", "/impression", '{"what": "impression on /"}', "impression on /"),
        ("ads", "/impression", "not JSON", "data"),
    ],
)  # fmt: skip
def test_what_arrived_is_said_in_words(browse, hits, host, path, body, words):
    browse(host, f"{path}?site=saas-console", "POST", data=body, content_type="text/plain")
    assert [(hit["what"], hit["bytes"]) for hit in hits()] == [(words, len(body))]


def test_clearing_empties_the_inbox(browse, hits):
    browse("ads", "/script.js")
    assert browse("inbox", "/clear", "POST").status_code == 204
    assert hits() == []


def test_an_unchanged_inbox_is_answered_in_one_line(browse):
    etag = browse("inbox", "/hits.json").headers["ETag"]
    assert browse("inbox", "/hits.json", headers={"If-None-Match": etag}).status_code == 304
    browse("ads", "/script.js")
    assert browse("inbox", "/hits.json", headers={"If-None-Match": etag}).status_code == 200


def test_the_inbox_keeps_only_so_many():
    inbox = Inbox(lambda: datetime(2026, 11, 22, tzinfo=UTC), kept=2)
    for n in range(5):
        inbox.add(site=None, tracker=None, category=None, host="h", path=f"/{n}", kind="data", what="", size=0)
    assert [(hit["n"], hit["path"]) for hit in inbox.hits()] == [(4, "/3"), (5, "/4")]


def test_nothing_of_the_inbox_or_a_tracker_sets_a_cookie(browse):
    for host, path in (("inbox", "/"), ("inbox", "/hits.json"), ("ads", "/script.js"), ("frames", "/survey")):
        assert "Set-Cookie" not in browse(host, path).headers


def test_a_site_sets_no_cookie_before_somebody_signs_in(browse):
    for name in SITES:
        assert "Set-Cookie" not in browse(name).headers
    cookie = browse("saas-console", "/sign-in", "POST", data={"back": "/billing"}).headers["Set-Cookie"]
    assert cookie.startswith("console_session=")
    assert "Sign out" in browse("saas-console").text
    assert "Sign in" not in browse("saas-console").text


def test_signing_in_leads_back_to_this_site_only(browse):
    to = lambda back: browse("saas-console", "/sign-in", "POST", data={"back": back}).location  # noqa: E731
    assert to("/billing?country=DE") == "/billing?country=DE"
    assert to("//example.com/") == to("http://example.com/") == "/"


def test_the_log_line_with_address_is_written_only_after_a_yes_from_the_server(browse, hits, asked):
    choice = "1.3.analytics.-.1.2"
    browse("saas-console", "/dashboard", cookies={"placet_s_saas-console": choice}, headers={"Sec-GPC": "1"})
    assert asked.questions == [("s_saas-console", {"choice": choice}, True)]
    assert hits() == []
    asked.allowed = {"activity-log", "email-opens"}
    browse("saas-console", "/dashboard")
    assert [(hit["tracker"], hit["kind"], hit["path"]) for hit in hits()] == [("activity-log", "server", "/dashboard")]


def test_a_site_without_a_tracker_on_its_server_asks_nothing(browse, asked):
    browse("business-automation")
    assert asked.questions == []


def test_the_mail_holds_its_invisible_image_only_after_a_yes(browse, asked):
    assert "open.gif" not in browse("saas-console", "/mail").text
    asked.allowed = {"email-opens"}
    assert "http://mailer.localhost:8123/open.gif?site=saas-console" in browse("saas-console", "/mail").text
    assert browse("business-automation", "/mail").status_code == 404


def test_place_and_age_of_the_address_reach_the_loader_and_the_servers_question(browse, asked):
    page = browse("saas-console", "/?country=US&region=CA&minor=1").text
    assert 's_saas-console.js?country=US&amp;region=CA&amp;minor=1" data-minor="true"></script>' in page
    assert 'href="/billing?country=US&amp;region=CA&amp;minor=1"' in page
    assert asked.questions == [("s_saas-console", {"country": "US", "region": "CA", "minor": "1"}, False)]
    assert "country" not in browse("saas-console", '/?country="><script>').text.split("</head>")[0]


def test_every_necessary_sign_in_cookie_is_listed(browse):
    for name in SITES:
        stored = trackers_of(name)["sign-in"]["storage"][0]["name"]
        assert f"{stored}=" in browse(name, "/sign-in", "POST").headers["Set-Cookie"]
