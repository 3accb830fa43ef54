"""A click arrives: what is stored, answered and refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.receipt import rfc3339
from app.services.writer import ReceiptWriter
from app.web.runtime import EXTENSION
from tests.support.world import Visitor, payload

pytestmark = pytest.mark.parametrize("database_system", ["sqlite", "postgresql"])

ORIGIN = "http://saas-console.localhost:8001"


def test_a_yes_is_stored_signed_and_answered_201(post, visitor):
    body = visitor.body(("analytics",))
    answer = post(body)
    assert answer.status_code == 201, answer.json
    said = payload(answer.json["receipt"])
    assert answer.json["id"] == said["id"] == body["id"]
    assert said["event"] == "given"
    assert said["choices"] == body["choices"]
    assert said["regime"] == "eu"
    assert said["jurisdiction"] == {"country": "DE", "region": None, "source": "shown"}
    assert said["attested"] is True
    assert said["clock"] == "plausible"
    assert "secret" not in said
    assert visitor.secret not in answer.get_data(as_text=True)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_repeat_is_the_same_receipt(post, visitor, clock):
    body = visitor.body(("analytics",))
    first = post(body)
    clock.advance(days=3)
    again = post(body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json


def test_events_tell_what_happened(post, visitor, clock):
    def event(*granted):
        clock.advance(seconds=10)
        return payload(post(visitor.body(granted)).json["receipt"])["event"]

    assert event() == "refused"
    assert event("analytics") == "given"
    assert event("analytics", "recording") == "changed"
    assert event("analytics", "recording") == "renewed"
    assert event() == "withdrawn"
    assert event() == "refused"


def test_a_receipt_that_arrives_late_is_ordered_by_its_decision(post, visitor, clock):
    late = visitor.body(("analytics",))
    clock.advance(minutes=1)
    assert payload(post(visitor.body()).json["receipt"])["event"] == "refused"
    assert post(late).status_code == 201
    clock.advance(minutes=1)
    assert payload(post(visitor.body()).json["receipt"])["event"] == "refused", "the refusal stood, not the late yes"


def test_of_two_at_the_same_time_the_refusal_counts(post, visitor, clock):
    yes, no = visitor.body(("analytics",)), visitor.body()
    yes["id"], no["id"] = max(yes["id"], no["id"]), min(yes["id"], no["id"])
    assert post(no).status_code == post(yes).status_code == 201
    clock.advance(minutes=1)
    assert payload(post(visitor.body()).json["receipt"])["event"] == "refused", "nothing was in force to withdraw"


def test_another_content_under_the_same_id_is_409_and_shows_nothing(post, visitor):
    body = visitor.body(("analytics",))
    post(body)
    answer = post({**body, "choices": {**body["choices"], "recording": True}})
    assert (answer.status_code, answer.json["code"]) == (409, "id_reused")
    assert "receipt" not in answer.json


def test_a_date_a_year_ahead_is_kept_as_claimed(post, visitor, clock):
    ahead = rfc3339(clock() + timedelta(days=365))
    said = payload(post(visitor.body(("analytics",), decided_at=ahead, shown_at=ahead)).json["receipt"])
    assert said["clock"] == "implausible"
    assert said["decided_at"] == ahead
    assert said["expires_at"] == rfc3339(clock() + timedelta(days=180)), "expiry counts from when it was received"
    clock.advance(minutes=1)
    assert payload(post(visitor.body()).json["receipt"])["event"] == "withdrawn", "a clock ahead outlives no withdrawal"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "2026-11-22T12:00:00+02:00"])
def test_a_refusal_is_stored_whatever_its_time(post, visitor, moment):
    assert post(visitor.body(decided_at=moment, shown_at=moment)).status_code == 201


def test_a_tampered_or_old_shown_token_only_loses_the_attestation(post, visitor, clock):
    token = visitor.config["shown"]
    for shown in (token[:-2] + "xx", "nonsense", None):
        said = payload(post(visitor.body(("analytics",), shown=shown)).json["receipt"])
        assert said["attested"] is False
    clock.advance(days=2)
    assert payload(post(visitor.body()).json["receipt"])["attested"] is False


def test_the_shown_token_says_under_which_rule_the_visitor_was_asked(client, post, site, clock):
    there = Visitor(client.get(f"/v1/sites/{site}/config?country=US&region=CA").json, clock)
    said = payload(post(there.body(("marketing",))).json["receipt"])
    assert (said["regime"], said["jurisdiction"]["region"]) == ("us-ca", "CA")


@pytest.mark.parametrize(("place", "effect"), [("country=DE", "no"), ("country=US&region=CA", "legal_optout")])
def test_gpc_is_in_the_receipt_by_browser_by_header_and_by_law(client, post, site, clock, place, effect):
    there = Visitor(client.get(f"/v1/sites/{site}/config?{place}").json, clock)
    said = payload(post(there.body(gpc=True), **{"Sec-GPC": "1"}).json["receipt"])
    assert said["gpc"] == {"browser": True, "header": True, "effect": effect}
    said = payload(post(there.body(gpc=False)).json["receipt"])
    assert said["gpc"] == {"browser": False, "header": False, "effect": effect}


def test_a_token_from_elsewhere_attests_no_notice_of_another_rule(client, post, visitor, site):
    token = client.get(f"/v1/sites/{site}/config?country=US&region=CA").json["shown"]
    said = payload(post(visitor.body(("analytics",), shown=token)).json["receipt"])
    assert (said["regime"], said["attested"]) == ("eu", False), "the rule is that of the notice"


def test_a_region_is_kept_only_where_the_rule_depends_on_it(client, post, site, clock):
    for query, kept in (("country=DE&region=BY", None), ("country=US&region=CA", "CA")):
        there = Visitor(client.get(f"/v1/sites/{site}/config?{query}").json, clock, query)
        assert payload(post(there.body()).json["receipt"])["jurisdiction"]["region"] == kept


def test_under_one_regime_for_all_the_token_tells_no_place(client, post, publish_site, clock):
    key = publish_site("fixed", change=lambda config: config.update(regime="eu"))
    tokens = {client.get(f"/v1/sites/{key}/config?country={country}").json["shown"] for country in ("DE", "FR")}
    assert len(tokens) == 1, "what caches share is the same for everyone"
    there = Visitor(client.get(f"/v1/sites/{key}/config").json, clock)
    said = payload(client.post(f"/v1/sites/{key}/receipts?country=FR", json=there.body()).json["receipt"])
    assert said["attested"] is True
    assert said["jurisdiction"] == {"country": "FR", "region": None, "source": "parameter"}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"choices": {"necessary": True}}, 422, "missing_category"),
        ({"config": {"version": 9, "sha256": "0" * 64}}, 409, "unknown_version"),
        ({"notice": {"lang": "en", "sha256": "0" * 64}}, 422, "unknown_notice"),
        ({"widget": {"version": "0.0.1", "sha256": "0" * 64}}, 422, "unknown_widget"),
        ({"trackers": {"session-recording": True}}, 422, "unknown_tracker"),
        ({"trackers": {"nobody": False}}, 422, "unknown_tracker"),
        ({"trackers": {"sign-in": False}}, 422, "unknown_tracker"),
        ({"trusted": False}, 422, "untrusted_grant"),
        ({"trusted": "yes"}, 400, "invalid_request"),
        ({"secret": "short"}, 400, "invalid_request"),
        ({"id": "not-a-uuid"}, 400, "invalid_request"),
        ({"decided_at": "yesterday"}, 400, "invalid_request"),
        ({"decided_at": ...}, 400, "invalid_request"),
        ({"surprise": 1}, 400, "invalid_request"),
        ({"choices": {"\ud800": True}}, 400, "invalid_request"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_code(post, visitor, changes, status, code):
    answer = post(visitor.body(("analytics",), **changes))
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    assert answer.json["detail"]


def test_every_category_of_the_version_and_no_other_must_be_answered(post, visitor):
    choices = visitor.body()["choices"]
    unknown = post(visitor.body(choices={**choices, "astrology": False}))
    refused = post(visitor.body(choices={**choices, "necessary": False}))
    assert (unknown.status_code, unknown.json["code"]) == (422, "unknown_category")
    assert (refused.status_code, refused.json["code"]) == (422, "necessary_refused")


def test_a_no_to_what_is_new_is_stored_where_the_site_offers_no_choice_per_tracker(post, visitor, clock):
    assert not visitor.config["choice_per_tracker"]
    post(visitor.body(("analytics",)))
    clock.advance(seconds=10)
    answer = post(visitor.body(("analytics",), method="banner:reject-new", trackers={"clickstream": False}))
    assert answer.status_code == 201, answer.json
    said = payload(answer.json["receipt"])
    assert (said["method"], said["event"], said["trackers"]) == ("banner:reject-new", "changed", {"clickstream": False})
    clock.advance(seconds=10)
    said = payload(post(visitor.body(("analytics",), method="banner:accept-new")).json["receipt"])
    assert (said["event"], said["trackers"]) == ("changed", {})


def test_a_refusal_by_script_is_stored(post, visitor):
    assert post(visitor.body(trusted=False, method="api")).status_code == 201


def test_a_no_to_a_part_by_script_is_stored_and_makes_no_yes_last_longer(post, visitor, clock):
    given = payload(post(visitor.body(("analytics", "recording"))).json["receipt"])
    clock.advance(days=3)
    answer = post(visitor.body(("analytics",), trusted=False, method="api"))
    assert answer.status_code == 201, answer.json
    said = payload(answer.json["receipt"])
    assert (said["event"], said["trusted"], said["choices"]["recording"]) == ("changed", False, False)
    assert said["expires_at"] == given["expires_at"]
    clock.advance(seconds=10)
    again = post(visitor.body(("analytics", "recording"), trusted=False, method="api"))
    assert (again.status_code, again.json["code"]) == (422, "untrusted_grant"), "nothing new is granted by a script"


def test_a_receipt_that_cites_another_sites_config_is_unknown_here(client, post, publish_site, clock):
    other = publish_site("portal", "account-management")
    stranger = Visitor(client.get(f"/v1/sites/{other}/config?country=DE").json, clock)
    answer = post(stranger.body(("analytics",)))
    assert (answer.status_code, answer.json["code"]) == (409, "unknown_version")


def test_a_shown_token_of_another_site_attests_nothing(client, post, visitor, publish_site):
    other = publish_site("portal", "account-management")
    token = client.get(f"/v1/sites/{other}/config?country=DE").json["shown"]
    assert payload(post(visitor.body(("analytics",), shown=token)).json["receipt"])["attested"] is False


def test_bodies_that_are_not_receipts(post, visitor):
    assert post("{").json["code"] == "invalid_request"
    assert post("[]").json["code"] == "invalid_request"
    assert post("[" * 9000).status_code == 400
    assert post(b"\xff\xfe").status_code == 400
    assert post("x" * (16 * 1024 + 1)).json["code"] == "too_large"
    assert post(visitor.body(), mimetype="application/x-www-form-urlencoded").json["code"] == "unsupported_media_type"
    assert post(visitor.body(), mimetype="application/json").status_code == 201


def test_the_secret_is_never_repeated_in_an_error(post, visitor):
    answer = post(visitor.body(secret="c2VjcmV0LXRoYXQtaXMtdG9vLWxvbmc", trusted=3))
    assert answer.status_code == 400
    assert "c2VjcmV0" not in answer.get_data(as_text=True)
    assert set(answer.json["problems"]) == {"secret", "trusted"}


def test_only_the_sites_own_origins_may_post(client, post, visitor, site):
    foreign = post(visitor.body(), origin="https://evil.example")
    assert (foreign.status_code, foreign.json["code"]) == (403, "foreign_origin")
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert post(visitor.body(), origin="null").status_code == 403
    assert post(visitor.body(), origin=None).status_code == 201, "native and server-side clients have no origin"
    preflight = client.options(f"/v1/sites/{site}/receipts", headers={"Origin": ORIGIN})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert "Access-Control-Allow-Credentials" not in preflight.headers


def test_an_unknown_site_is_404(post, visitor):
    answer = post(visitor.body(), key="s_nobody")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_site")


def test_a_database_that_fails_tells_the_browser_to_come_back(app, here, post, visitor):
    def fail(_submissions):
        raise OSError("no space left")

    app.extensions[EXTENSION] = replace(here, writer=ReceiptWriter(fail, lambda _error: None))
    body = visitor.body()
    answer = post(body)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    app.extensions[EXTENSION] = here
    assert post(body).status_code == 201
