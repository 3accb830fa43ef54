"""First-party mode: what the loader asks its server at, and when an accepted receipt sets the choice cookie."""

import json
from datetime import timedelta

import pytest

from app.core.choice import utc_day
from app.core.receipt import rfc3339
from tests.support.world import Visitor
from tests.web.conftest import ORIGIN
from tests.web.test_scripts import config_in

# Nothing here depends on the database: tests/web/test_first_party_databases.py asks both.
pytestmark = pytest.mark.parametrize("database_system", ["sqlite"])

HERE = {"Placet-Mount": f"{ORIGIN}/_placet"}
LASTS = 180 * 86_400 - 12 * 3600  # from noon to the end of the last day


@pytest.fixture
def settings_changes():
    return {"mount_header": "Placet-Mount"}


@pytest.fixture
def client(app):
    """Keeps no cookies: a request bears those that it names."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def today(clock):
    return utc_day(clock())


@pytest.fixture
def cookie(site):
    """What an answer sets, as its value and its attributes; ``None``: nothing."""

    def cookie_of(answer):
        found = answer.headers.getlist("Set-Cookie")
        if not found:
            return None
        (line,) = found
        name, _, rest = line.partition("=")
        assert name == f"placet_{site}"
        value, *attributes = rest.split("; ")
        return value, set(attributes)

    return cookie_of


def written(body, day):
    granted = "~".join(name for name, yes in body["choices"].items() if yes and name != "necessary") or "-"
    return f"1.{body['config']['version']}.{granted}.-.{day}.{day + 180}"


def api_of(answer):
    return config_in(answer.get_data(as_text=True))["api"]


def test_the_loader_asks_where_it_came_from(client, site):
    mounted = client.get(f"/s/{site}.js", headers=HERE)
    assert api_of(mounted) == f"{ORIGIN}/_placet"
    direct = client.get(f"/s/{site}.js")
    assert api_of(direct) == "http://placet.example"
    for answer in (mounted, direct):
        assert "Placet-Mount" in answer.headers["Vary"], "a cache must tell the two apart"
    assert mounted.headers["ETag"] != direct.headers["ETag"]


def test_a_mount_that_is_not_the_sites_own_is_none(client, site):
    for told in (
        "https://evil.example/_placet",
        f"{ORIGIN}.evil.example/_placet",
        f"{ORIGIN}/",
        ORIGIN,
        f"{ORIGIN}/_placet?x",
        f"{ORIGIN}/../x",
        f"{ORIGIN}/_placet, {ORIGIN}/_placet",
        f"{ORIGIN}/{'x' * 300}",
        "/_placet",
        "",
    ):
        headers = {"Placet-Mount": told}
        assert api_of(client.get(f"/s/{site}.js", headers=headers)) == "http://placet.example", told
        assert client.get(f"/s/{site}/preferences", headers=headers).json["code"] == "not_mounted", told


class TestWithoutTheSetting:
    @pytest.fixture
    def settings_changes(self):
        return {}

    def test_the_header_means_nothing(self, client, site, post, visitor):
        answer = client.get(f"/s/{site}.js", headers=HERE)
        assert api_of(answer) == "http://placet.example"
        assert "Placet-Mount" not in answer.headers["Vary"]
        assert "Set-Cookie" not in post(visitor.body(), **HERE).headers
        assert client.get("/admin/first-run", headers=HERE).status_code == 200


def test_the_logs_origin_stays_what_it_was(client, site, post, visitor):
    post(visitor.body(), **HERE)
    checkpoint = client.get(f"/log/{site}/checkpoint", headers=HERE).get_data(as_text=True)
    assert checkpoint.startswith(f"placet.example/log/{site}\n")


def test_the_desk_is_not_on_a_sites_origin(client):
    for path in ("/admin", "/admin/", "/admin/login"):
        assert client.get(path).status_code != 404
        assert client.get(path, headers=HERE).status_code == 404
        assert client.get(path, headers={"Placet-Mount": "x"}).status_code == 404
        assert client.get(path, headers={"Placet-Mount": ""}).status_code != 404, "removed by a proxy"


class TestOnHttps:
    @pytest.fixture
    def settings_changes(self):
        return {"mount_header": "Placet-Mount", "public_url": "https://placet.example"}

    def test_the_sites_host_is_promised_nothing_and_the_cookie_is_secure(self, client, publish_site, clock):
        origin = "https://app.example.com"
        key = publish_site(change=lambda config: config.update(origins=[origin], cookie_domain="example.com"))
        here = {"Placet-Mount": f"{origin}/_placet"}
        config = client.get(f"/v1/sites/{key}/config?country=DE", headers=here)
        assert "Strict-Transport-Security" not in config.headers
        assert "Strict-Transport-Security" in client.get(f"/v1/sites/{key}/config").headers
        answer = client.post(
            f"/v1/sites/{key}/receipts", json=Visitor(config.json, clock).body(), headers={"Origin": origin, **here}
        )
        (line,) = answer.headers.getlist("Set-Cookie")
        assert {"Secure", "Domain=example.com", "SameSite=Lax", "Path=/"} <= set(line.split("; "))


@pytest.mark.parametrize("granted", [("analytics", "recording"), ()])
def test_an_accepted_receipt_sets_what_the_widget_wrote(post, visitor, cookie, site, today, granted):
    body = visitor.body(granted)
    kept = written(body, today)
    answer = post({**body, "choice": kept}, Cookie=f"placet_{site}={kept}", **HERE)
    assert answer.status_code == 201
    value, attributes = cookie(answer)
    assert value == kept
    assert {f"Max-Age={LASTS}", "Path=/", "SameSite=Lax"} <= attributes
    assert not {"Secure", "HttpOnly"} & attributes, "the widget reads it, and this origin is not https"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_what_the_browser_keeps_is_no_part_of_the_receipt(post, visitor, today, cookie):
    body = visitor.body(("analytics",))
    first = post({**body, "choice": written(body, today)}, **HERE)
    again = post({**body, "choice": f"1.1.-.-.{today}.{today + 180}"}, **HERE)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert cookie(first)
    assert cookie(again) is None, "the browser has chosen anew since"


OTHER = "http://other.localhost:8001"


def test_never_for_a_request_from_elsewhere(client, publish_site, clock):
    """A page of the site's other origin may post, and so may a client without one; neither gets a cookie."""
    key = publish_site(change=lambda config: config["origins"].append(OTHER))
    visitor = Visitor(client.get(f"/v1/sites/{key}/config?country=DE").json, clock)
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", **HERE}
    assert "Set-Cookie" in client.post(f"/v1/sites/{key}/receipts", json=visitor.body(), headers=headers).headers
    for changes in (
        {"Origin": OTHER},
        {"Origin": None},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Placet-Mount": None},
        {"Placet-Mount": f"{OTHER}/_placet"},
        {"Placet-Mount": "https://evil.example/_placet"},
    ):
        sent = {name: value for name, value in {**headers, **changes}.items() if value}
        answer = client.post(f"/v1/sites/{key}/receipts", json=visitor.body(), headers=sent)
        assert answer.status_code == 201, changes
        assert "Set-Cookie" not in answer.headers, changes


def test_a_foreign_origin_is_refused_and_sets_nothing(post, visitor):
    answer = post(visitor.body(), origin="https://evil.example", **HERE)
    assert (answer.status_code, answer.json["code"]) == (403, "foreign_origin")
    assert "Set-Cookie" not in answer.headers


def test_a_queued_yes_does_not_bring_back_what_was_refused_since(post, visitor, clock, cookie, site):
    yes = visitor.body(("analytics",))
    clock.advance(days=2)
    no = visitor.body()
    refused = written(no, utc_day(clock()))
    jar = {"Cookie": f"placet_{site}={refused}"}
    assert cookie(post({**no, "choice": refused}, **jar, **HERE))[0] == refused
    for choice in (refused, None):
        late = post({**yes, "choice": choice}, **jar, **HERE)
        assert late.status_code in (200, 201), "it is stored all the same"
        assert cookie(late) is None


def test_a_queued_no_does_not_take_back_a_yes_of_the_same_day(post, visitor, clock, cookie, site, today):
    no = visitor.body()
    clock.advance(minutes=5)
    yes = visitor.body(("analytics",))
    kept = written(yes, today)
    jar = {"Cookie": f"placet_{site}={kept}"}
    assert cookie(post({**no, "choice": kept}, **jar, **HERE)) is None
    assert cookie(post({**yes, "choice": kept}, **jar, **HERE))[0] == kept


def test_an_answer_that_arrives_after_the_next_choice_is_put_right_by_that_ones(
    post, visitor, clock, cookie, site, today
):
    yes = visitor.body(("analytics",))
    first, _ = cookie(post({**yes, "choice": written(yes, today)}, **HERE))
    # The cookie has lost the refusal to it meanwhile; what scripts alone write has not.
    clock.advance(seconds=1)
    no = visitor.body()
    answer = post({**no, "choice": written(no, today)}, Cookie=f"placet_{site}={first}", **HERE)
    assert cookie(answer)[0] == written(no, today)


def test_a_copy_of_a_later_day_beside_it_stands(post, visitor, clock, cookie, site, today):
    body = visitor.body(("analytics",))
    clock.advance(days=1)
    jar = f"placet_{site}={written(body, today)}; placet_{site}=1.1.-.-.{today + 1}.{today + 181}; other=1"
    assert cookie(post({**body, "choice": written(body, today)}, Cookie=jar, **HERE)) is None


def test_what_is_kept_is_a_text_or_nothing(post, visitor):
    for choice in (7, ["1.1.-.-.1.2"], {}):
        assert post({**visitor.body(), "choice": choice}, **HERE).status_code == 400


def test_whatever_text_stands_there_a_refusal_is_stored(post, visitor):
    for choice in (None, "", "x" * 5000, "\ud800", "1.1.-.-.1.2\r\nSet-Cookie: a=b"):
        answer = post(json.dumps({**visitor.body(), "choice": choice}), **HERE)
        assert answer.status_code == 201
        assert len(answer.headers.getlist("Set-Cookie")) == (1 if choice is None else 0)


def test_a_choice_that_is_over_sets_nothing(post, visitor, clock, cookie):
    long_ago = rfc3339(clock() - timedelta(days=200))
    assert cookie(post(visitor.body(decided_at=long_ago, shown_at=long_ago), **HERE)) is None


def test_a_refused_receipt_sets_nothing(post, visitor):
    answer = post(visitor.body(("analytics",), trusted=False), **HERE)
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers
