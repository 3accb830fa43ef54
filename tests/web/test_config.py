"""Which trackers may load now, and the config as JSON."""

import pytest

from app.core.choice import Choice, format_choice, utc_day
from tests.support.world import Visitor

ORIGIN = "http://saas-console.localhost:8001"


@pytest.fixture
def ask(client, site):
    def ask_it(query="country=DE", **headers):
        answer = client.get(f"/v1/sites/{site}/trackers?{query}", headers=headers)
        assert answer.headers["Cache-Control"] == "private, no-store"
        return {tracker["id"]: tracker for tracker in answer.json["trackers"]}, answer.json

    return ask_it


@pytest.fixture
def chosen(clock):
    def choose(*granted, days=100, version=1):
        day = utc_day(clock())
        return "country=DE&choice=" + format_choice(Choice(version, frozenset(granted), frozenset(), day, day + days))

    return choose


def test_without_a_choice_nothing_that_needs_a_yes_may_load(ask):
    trackers, body = ask()
    assert body["regime"] == "eu"
    assert {name for name, tracker in trackers.items() if tracker["allowed"]} == {"sign-in", "cookie-choice", "payment"}
    assert trackers["clickstream"] == {
        "id": "clickstream",
        "category": "analytics",
        "allowed": False,
        "reason": "not-asked",
    }


def test_a_choice_allows_what_it_grants(ask, chosen):
    trackers, _ = ask(chosen("analytics"))
    assert trackers["clickstream"]["reason"] == "granted"
    assert trackers["activity-log"]["allowed"], "the server asks for its own log, too"
    assert trackers["session-recording"]["reason"] == "refused"


@pytest.mark.parametrize("value", ["", "nonsense", "1.1.analytics.-.20779", "1.1.analytics.-.1.2", "%00", "9" * 5000])
def test_an_absent_bad_or_expired_choice_grants_nothing(ask, value):
    trackers, _ = ask(f"country=DE&choice={value}")
    assert not trackers["clickstream"]["allowed"]


def test_the_days_turn_ends_a_choice(ask, chosen, clock):
    query = chosen("analytics", days=1)
    clock.advance(hours=11, minutes=59, seconds=59)
    assert ask(query)[0]["clickstream"]["allowed"]
    clock.advance(seconds=1)
    assert ask(query)[0]["clickstream"]["reason"] == "expired"


def test_gpc_holds_what_is_sold_or_shared_even_after_a_yes(ask, chosen):
    assert ask(chosen("marketing"))[0]["advertising"]["allowed"]
    assert ask(chosen("marketing"), **{"Sec-GPC": "1"})[0]["advertising"]["reason"] == "gpc"


def test_a_minor_is_held_back_from_everything_optional(ask, chosen):
    trackers, _ = ask(chosen("analytics", "marketing") + "&minor=1")
    assert trackers["clickstream"]["reason"] == "minor"
    assert trackers["sign-in"]["allowed"]


def test_the_policy_lets_in_what_is_allowed_and_holds_the_rest(ask, chosen):
    assert "analytics.localhost" not in ask()[1]["csp"]
    assert "analytics.localhost" in ask(chosen("analytics"))[1]["csp"]
    assert "recorder.localhost" not in ask(chosen("analytics"))[1]["csp"]


def test_a_signed_receipt_says_the_same_as_the_cookie(ask, client, site, visitor):
    receipt = client.post(
        f"/v1/sites/{site}/receipts", json=visitor.body(("analytics",)), headers={"Origin": ORIGIN}
    ).json["receipt"]
    trackers, _ = ask("country=DE", **{"Placet-Receipt": receipt})
    assert trackers["clickstream"]["reason"] == "granted"
    tampered = receipt[:-10] + ("A" if receipt[-10] != "A" else "B") + receipt[-9:]
    assert not ask("country=DE", **{"Placet-Receipt": tampered})[0]["clickstream"]["allowed"]
    assert not ask("country=DE", **{"Placet-Receipt": "a.b"})[0]["clickstream"]["allowed"]


def test_a_no_to_a_single_tracker_holds_that_alone(ask, client, site, visitor, clock):
    day = utc_day(clock())
    trackers, body = ask(f"country=DE&choice=1.1.analytics.clickstream.{day}.{day + 100}")
    assert (trackers["clickstream"]["reason"], trackers["activity-log"]["reason"]) == ("refused", "granted")
    assert "analytics.localhost" not in body["csp"]
    receipt = client.post(
        f"/v1/sites/{site}/receipts", json=visitor.body(("analytics",), trackers={"clickstream": False})
    ).json["receipt"]
    trackers, _ = ask("country=DE", **{"Placet-Receipt": receipt})
    assert (trackers["clickstream"]["reason"], trackers["activity-log"]["reason"]) == ("refused", "granted")


@pytest.mark.parametrize(("ahead", "reason"), [(1, "granted"), (2, "expired"), (400, "expired")])
def test_a_choice_of_a_day_to_come_grants_nothing(ask, clock, ahead, reason):
    day = utc_day(clock()) + ahead
    trackers, _ = ask(f"country=DE&choice=1.1.analytics.-.{day}.{day + 100}")
    assert trackers["clickstream"]["reason"] == reason


def test_a_receipt_of_another_site_grants_nothing(client, site, publish_site, clock):
    other = publish_site("portal", "account-management")
    stranger = Visitor(client.get(f"/v1/sites/{other}/config?country=DE").json, clock)
    receipt = client.post(f"/v1/sites/{other}/receipts", json=stranger.body(("analytics",))).json["receipt"]
    answer = client.get(f"/v1/sites/{site}/trackers?country=DE", headers={"Placet-Receipt": receipt}).json
    assert not any(tracker["reason"] == "granted" for tracker in answer["trackers"])


def test_the_config_tells_a_headless_client_all_it_posts_back(client, site, clock):
    answer = client.get(f"/v1/sites/{site}/config?country=DE")
    body = answer.json
    assert set(body) >= {
        "site", "version", "sha256", "regime", "gpc", "lang", "categories", "trackers", "texts", "notice", "shown",
        "lifetimes", "effective_at", "next",
    }  # fmt: skip
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    headless = Visitor(body, clock).body(("analytics",), widget=None, method="api")
    assert client.post(f"/v1/sites/{site}/receipts", json=headless).status_code == 201


def test_the_config_says_what_the_page_itself_needs(client, publish_site):
    key = publish_site("sources", change=lambda config: config.update(csp_sources=["https://cdn.example.com", "data:"]))
    assert client.get(f"/v1/sites/{key}/config").json["csp_sources"] == ["https://cdn.example.com", "data:"]


@pytest.mark.parametrize(("query", "minor"), [("minor=1", True), ("minor=true", True), ("minor=0", False), ("", False)])
def test_for_a_minor_the_config_has_every_optional_switch_off(client, site, query, minor):
    body = client.get(f"/v1/sites/{site}/config?country=US&region=TX&{query}").json
    assert body["minor"] is minor
    on = {category["id"] for category in body["categories"] if category["on"]}
    assert (on == {"necessary"}) is minor, on


@pytest.mark.parametrize("query", ["country=DE", "country=US&region=TX"])
def test_for_a_minor_nothing_optional_is_allowed_whatever_the_law_and_the_choice(ask, clock, query):
    day = utc_day(clock())
    choice = f"1.1.functional~analytics~recording~marketing.-.{day}.{day + 100}"
    for asked in (f"{query}&minor=1", f"{query}&minor=true&choice={choice}"):
        trackers, body = ask(asked)
        optional = [tracker for tracker in trackers.values() if tracker["category"] != "necessary"]
        assert {(tracker["allowed"], tracker["reason"]) for tracker in optional} <= {
            (False, "minor"),
            (False, "unused"),
        }
        assert all(tracker["allowed"] for tracker in trackers.values() if tracker["category"] == "necessary")
        assert "analytics.localhost" not in body["csp"]


def test_what_receipts_cite_is_there_by_its_hash(client, site):
    body = client.get(f"/v1/sites/{site}/config").json
    answer = client.get(f"/v1/sites/{site}/configs/{body['sha256']}")
    assert answer.json["name"] == "SaaS console"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(f"/v1/sites/{site}/configs/{'0' * 64}").json["code"] == "not_found"


def test_sites_are_strangers_to_each_other(client, site, publish_site):
    other = publish_site("portal", "account-management")
    sha256 = client.get(f"/v1/sites/{site}/config").json["sha256"]
    assert client.get(f"/v1/sites/{other}/configs/{sha256}").status_code == 404


@pytest.mark.parametrize("path", ["config", "trackers", "configs/" + "0" * 64])
def test_an_unknown_site_is_404(client, path):
    answer = client.get(f"/v1/sites/s_nobody/{path}")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_site")


def test_any_page_may_read_answers_and_errors_and_send_a_receipt(client, site):
    for path in (f"/v1/sites/{site}/trackers", "/v1/sites/s_nobody/trackers"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.options(f"/v1/sites/{site}/trackers", headers={"Origin": "https://any.example"})
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Headers"]) == (204, "Placet-Receipt")


@pytest.mark.parametrize(
    "part", ["%00", "a" * 5000, "s_%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00"]
)
def test_odd_keys_and_hashes_are_not_found_on_either_database(client, site, part):
    for address in (
        f"/v1/sites/{part}/config",
        f"/v1/sites/{site}/configs/{part}",
        f"/v1/sites/{site}/notices/{part}",
        f"/v1/widgets/{part}.js",
        f"/log/{part}/checkpoint",
        f"/s/{site}/{part}.preferences-0000000000000000.js",
    ):
        assert client.get(address).status_code == 404, address
    assert client.get(f"/s/{part}.js").status_code == 200
    bearer = {"Authorization": "Bearer AAAAAAAAAAAAAAAAAAAAAA"}
    assert client.get(f"/v1/sites/{site}/receipts/{part}", headers=bearer).json["code"] == "unknown_receipt"


class TestGeography:
    @pytest.fixture
    def settings_changes(self):
        return {"country_header": "X-Country", "region_header": "X-Region", "allow_country_param": False}

    @pytest.mark.parametrize(
        ("headers", "regime"),
        [
            ({"X-Country": "US", "X-Region": "US-CA"}, "us-ca"),
            ({"X-Country": "us", "X-Region": "ca"}, "us-ca"),
            ({"X-Country": "US"}, "us-ca"),
            ({"X-Country": "T1"}, "unknown"),
            ({"X-Country": "<script>"}, "unknown"),
            ({}, "unknown"),
        ],
    )
    def test_it_comes_from_trusted_headers(self, client, site, headers, regime):
        assert client.get(f"/v1/sites/{site}/trackers", headers=headers).json["regime"] == regime

    def test_the_parameter_is_not_believed(self, client, site):
        assert client.get(f"/v1/sites/{site}/trackers?country=US&region=TX").json["regime"] == "unknown"
