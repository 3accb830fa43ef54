"""The examples of ``servers/examples``, each run for real: no yes, no server tag, no log line, no counting mail."""

import re
from collections.abc import Iterator

import pytest
from placet_site import Placet

from tests.e2e.conftest import eventually
from tests.e2e.own_servers import FRAMEWORKS, POLICY, OwnServer, OwnServers, running_own_servers
from tests.support.server import ROOT

WITH_A_MAILER = ("flask", "express")
IN_CHROMIUM = ("flask", "express")
OPENED = re.compile(r"127\.0\.0\.1 opened /")


@pytest.fixture(scope="module")
def servers(world, tmp_path_factory) -> Iterator[OwnServers]:
    with running_own_servers(world.server, tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest.fixture
def site(servers, request) -> OwnServer:
    return servers.sites[request.param]


def each(*names):
    return pytest.mark.parametrize("site", names, indirect=True)


def lines_while(site: OwnServer, ask) -> int:
    """Return how many log lines about a visitor were written while ``ask`` ran, and after its answer came."""
    before = len(OPENED.findall(site.log.read_text()))
    ask()
    return len(OPENED.findall(site.log.read_text())) - before


@each(*FRAMEWORKS)
def test_before_a_choice_the_server_does_nothing_optional(site):
    page, headers = site.ask()
    assert "<!-- stats: not-asked -->" in page
    assert "stats.localhost" not in page + headers[POLICY]
    assert lines_while(site, site.ask) == 0


@each(*FRAMEWORKS)
def test_after_a_yes_it_does_and_the_policy_lets_it(site, servers):
    page, headers = site.ask(Cookie=servers.cookie("analytics"))
    assert servers.web.url("stats", "written-by-the-server") in page
    assert "stats.localhost:*" in headers[POLICY]
    lines = lines_while(site, lambda: site.ask(Cookie=servers.cookie("analytics")))
    assert lines == 1


@each(*FRAMEWORKS)
def test_after_a_no_it_does_nothing(site, servers):
    page, headers = site.ask(Cookie=servers.cookie())
    assert "<!-- stats: refused -->" in page
    assert "stats.localhost" not in headers[POLICY]


@each(*FRAMEWORKS)
def test_global_privacy_control_holds_what_is_sold_whatever_was_granted(site, servers):
    page, headers = site.ask(Cookie=servers.cookie("analytics"), Sec_GPC="1")
    assert "<!-- stats: gpc -->" in page
    assert "stats.localhost" not in headers[POLICY]


@each(*FRAMEWORKS)
def test_the_law_is_that_of_the_visitors_place(site):
    assert "<!-- stats: not-asked -->" in site.ask(X_Country="DE")[0]
    assert "written-by-the-server" in site.ask(X_Country="US")[0]


@each(*FRAMEWORKS)
def test_no_cache_hands_one_visitors_page_to_another(site):
    headers = site.ask()[1]
    assert headers["vary"] == "Cookie, Sec-GPC, X-Country"
    assert headers["cache-control"] == "private, no-store"


def test_a_placet_that_hangs_lets_nothing_in_and_holds_nothing_up(world, servers):
    visitor = {"Cookie": servers.cookie("analytics")}.get
    assert Placet(world.server.url, servers.key).consent(visitor).allows("stats")
    world.server.freeze(True)
    try:
        consent = Placet(world.server.url, servers.key, timeout=0.2).consent(visitor)
    finally:
        world.server.freeze(False)
    assert consent.problem == "Placet: no answer (TimeoutError)"
    assert (consent.allowed, consent.reason("stats")) == (frozenset(), "unavailable")
    assert "stats.localhost" not in consent.csp


@each(*WITH_A_MAILER)
def test_a_mail_counts_its_opening_only_after_a_yes(site, servers):
    mail, headers = site.ask("/orders", "POST", Cookie=servers.cookie("analytics"))
    assert "open.gif" not in mail
    assert POLICY not in headers
    assert headers["cache-control"] == "private, no-store"
    assert "open.gif" in site.ask("/orders", "POST", Cookie=servers.cookie("marketing"))[0]


@each(*IN_CHROMIUM)
def test_in_a_browser_the_header_stops_static_tags_that_the_choice_does_not_allow(page, servers, site):
    address, arrived = servers.web.origin(site.name), servers.web.take
    arrived()
    page.goto(address)  # waits for every script of the page
    assert arrived() == set(), "before a choice"

    page.locator("[data-placet=banner] [data-action=accept]").click()
    eventually(
        lambda: any(c["name"] == f"placet_{servers.key}" for c in page.context.cookies()), "the choice is stored"
    )
    arrived()
    page.goto(address)
    assert arrived() == {("stats", "static"), ("stats", "written-by-the-server")}, "what was granted, and no other"

    page.goto(f"{address}?open")
    assert ("other", "static") in arrived(), "where no policy stops it"


PAGES = {"flask": "flask.md", "wsgi": "flask.md", "asgi": "asgi.md", "django": "django.md", "express": "express.md"}


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_the_documentation_shows_the_code_that_runs_here(name):
    suffix, language = (".ts", "ts") if name == "express" else (".py", "python")
    code = (ROOT / "servers" / "examples" / f"{name}_site{suffix}").read_text()
    assert f"```{language}\n{code}```\n" in (ROOT / "docs" / "embed" / PAGES[name]).read_text()
