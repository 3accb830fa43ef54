"""What another tool had kept: how it gets into the loader, what the server takes of it, and how the record tells it."""

import json
from csv import DictReader
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.receipt import rfc3339
from app.db import db
from app.models import Statement
from app.services.configs import Publication, publish, read_draft_document, save_draft
from app.services.exports import Selection, csv, jsonl, jsonld, kantara
from app.services.sites import find_site
from tests.support.world import BUILDS, SCRIPT, TAKE_OVER_SCRIPT, Visitor, payload

NAMED = {"clickstream": ["stats"], "advertising": ["ads", "retargeting"]}


def take_over(config, **changes):
    config["take_over"] = {
        "from": "klaro",
        "kept": "P120D",
        "until": "2027-05-31",
        "trackers": [{"id": name, "asked_as": names} for name, names in NAMED.items()],
        **changes,
    }


@pytest.fixture
def site(publish_site):
    return publish_site(change=take_over)


@pytest.fixture
def taken(visitor, clock):
    """A body of what Klaro had kept: a yes to Clickstream, and to nothing else of its category."""

    def make(granted=("analytics",), *, before=None, **changes):
        refused = [
            tracker["id"]
            for tracker in visitor.config["trackers"]
            if tracker["category"] in granted and tracker["id"] not in NAMED
        ]
        kept = {"from": "klaro", "decided_at": None, "value": '{"stats":true,"ads":false}' if granted else None}
        body = {
            "method": "takeover",
            "trusted": False,
            "layer": ...,
            "layout": ...,
            "trackers": dict.fromkeys(refused, False),
            "taken_over": {**kept, **(before or {})},
            **changes,
        }
        return visitor.body(granted, **body)

    return make


def republish(app, here, clock, key, change):
    with app.app_context(), Session(db.engine) as session:
        place = find_site(session, key)
        draft = read_draft_document(session, place)
        change(draft)
        save_draft(session, place, draft, by="tests", now=clock())
        publish(session, place, Publication("second version", "tests"), desk=here.desk, now=clock())
    clock.advance(seconds=3)


def test_the_script_stands_before_the_widget_until_its_last_day(client, site, clock):
    def loader():
        return client.get(f"/s/{site}.js?country=DE").get_data(as_text=True)

    first, second = loader().splitlines()
    told = json.loads(first.removeprefix(TAKE_OVER_SCRIPT.decode().split("(0)")[0] + "(").removesuffix(");"))
    assert (told["from"], told["name"], told["kept"], told["remove"], told["again"]) == (
        "klaro",
        "klaro",
        120,
        False,
        False,
    )
    assert {own["id"]: own.get("names") for own in told["trackers"] if "late" not in own} == NAMED
    assert second.startswith(SCRIPT.decode().split("(0)")[0])
    carried = json.loads(second.split("})(")[1].removesuffix(");"))
    assert (told["shown"], told["widget"], told["notice"]) == (carried["shown"], carried["widget"], carried["notice"])
    assert {own["id"] for own in carried["trackers"] if own.get("since") == 0} == NAMED.keys()
    clock.now = clock.now.replace(year=2027, month=6, day=1)
    assert len(loader().splitlines()) == 1


def test_a_site_that_takes_nothing_over_has_the_loader_it_had(client, publish_site):
    key = publish_site("plain")
    assert client.get(f"/s/{key}.js?country=DE").get_data(as_text=True).startswith(SCRIPT.decode().split("(0)")[0])


def test_it_is_stated_in_the_log_like_a_build_before_it_is_served(client, site, session):
    def stated():
        rows = session.scalars(select(Statement).where(Statement.kind == "widget-released"))
        return {build["sha256"] for row in rows for build in payload(row.jws.decode())["data"]["builds"]}

    assert BUILDS.take_over.sha256 not in stated()
    client.get(f"/s/{site}.js?country=DE")
    session.rollback()
    assert BUILDS.take_over.sha256 in stated()
    assert client.get(f"/v1/widgets/{BUILDS.take_over.sha256}.js").data == TAKE_OVER_SCRIPT


def test_a_yes_is_stored_as_what_it_is(post, taken, clock):
    answer = post(taken())
    assert answer.status_code == 201, answer.json
    said = payload(answer.json["receipt"])
    assert (said["method"], said["trusted"], said["event"], said["layer"]) == ("takeover", False, "given", None)
    assert said["taken_over"] == {"from": "klaro", "decided_at": None, "value": '{"stats":true,"ads":false}'}
    # As old as Klaro may have kept it: 180 days less 120.
    assert said["expires_at"] == rfc3339(clock() + timedelta(days=60))
    assert post(taken(trackers={})).json["code"] == "untrusted_grant"


def test_a_wider_or_older_yes_is_not(post, taken):
    for change in (
        {"trackers": {}},
        {"granted": ("analytics", "recording")},
        {"before": {"from": "orejime"}},
        {"before": {"decided_at": "2026-05-01T00:00:00.000Z"}},
    ):
        answer = post(taken(**change))
        assert (answer.status_code, answer.json.get("code")) == (422, "untrusted_grant"), change


def test_what_would_pass_for_a_click_or_is_not_understood_is_turned_away(post, taken):
    for change in (
        {"trusted": True},
        {"method": "banner:accept-all"},
        {"before": {"from": "a banner of mine"}},
        {"before": {"value": "x" * 1001}},
        {"before": {"more": 1}},
    ):
        answer = post(taken(**change))
        assert (answer.status_code, answer.json.get("code")) == (400, "invalid_request"), change
        assert set(answer.json["problems"]) == {"taken_over"}


def test_it_counts_once_per_browser(post, taken, visitor, clock):
    assert post(visitor.body()).status_code == 201
    clock.advance(seconds=5)
    assert post(taken()).json["code"] == "untrusted_grant"


def test_a_no_is_always_stored(post, taken, client, publish_site, clock):
    said = payload(post(taken((), trackers={})).json["receipt"])
    assert (said["event"], said["taken_over"]["value"]) == ("refused", None)
    other = publish_site("plain")
    body = Visitor(client.get(f"/v1/sites/{other}/config?country=DE").json, clock, "other").body(
        method="takeover", trusted=False, taken_over={"from": "onetrust", "decided_at": None, "value": None}
    )
    assert post(body, key=other).status_code == 201
    config = client.get(f"/v1/sites/{other}/config?country=DE").json
    yes = Visitor(config, clock, "another").body(
        ("analytics",), method="takeover", trusted=False, taken_over={"from": "klaro", "decided_at": None, "value": ""}
    )
    assert post(yes, key=other).json["code"] == "untrusted_grant"


def test_a_value_that_was_cut_in_a_character_is_stored_and_holds_nobody_up(post, taken):
    answer = post(taken(before={"value": "stats \ud83d"}))
    assert answer.status_code == 201
    assert payload(answer.json["receipt"])["taken_over"]["value"] == "stats \N{REPLACEMENT CHARACTER}"


def test_a_no_keeps_no_value(post, taken):
    answer = post(taken((), before={"value": "id-of-somebody"}))
    assert answer.status_code == 201
    assert payload(answer.json["receipt"])["taken_over"]["value"] is None


def test_a_sites_server_lets_run_what_was_asked_before_and_nothing_else(client, site, clock):
    day = (clock().date() - clock().date().replace(1970, 1, 1)).days
    answer = client.get(f"/v1/sites/{site}/trackers?country=DE&choice=1.0.analytics.-.{day - 9}.{day + 9}").json
    reasons = {own["id"]: own["reason"] for own in answer["trackers"] if own["category"] == "analytics"}
    assert reasons.pop("clickstream") == "granted"
    assert set(reasons.values()) <= {"newer"}


def test_a_version_without_it_asks_those_again(client, app, here, clock, site):
    day = (clock().date() - clock().date().replace(1970, 1, 1)).days
    republish(app, here, clock, site, lambda draft: draft.pop("take_over"))
    answer = client.get(f"/v1/sites/{site}/trackers?country=DE&choice=1.0.analytics.-.{day - 9}.{day + 9}").json
    assert {own["reason"] for own in answer["trackers"] if own["id"] == "clickstream"} == {"ask-again"}
    ours = client.get(f"/v1/sites/{site}/trackers?country=DE&choice=1.1.analytics.-.{day - 9}.{day + 9}").json
    assert {own["reason"] for own in ours["trackers"] if own["id"] == "clickstream"} == {"granted"}
    assert client.get(f"/v1/sites/{site}/config?country=DE").json["next"] is None


def test_exports_say_that_it_was_taken_over(post, taken, session, site):
    assert post(taken()).status_code == 201
    place = find_site(session, site)

    def export(form):
        return b"".join(form(session, place, Selection(), "http://placet.example")).decode()

    (row,) = DictReader(StringIO(export(csv)))
    assert (row["method"], row["trusted"], row["taken_over_from"]) == ("takeover", "false", "klaro")
    assert json.loads(export(jsonl))["payload"]["taken_over"]["from"] == "klaro"
    (record,) = json.loads(export(jsonld))["@graph"]
    statuses = [process["dpv:hasConsentStatus"] for process in record["dpv:hasProcess"]]
    assert {status["dpv:hasIndicationMethod"] for status in statuses} == {
        "takeover: claimed by the browser as kept by klaro"
    }
    assert ["dpv:ConsentGiven"] in [status["@type"] for status in statuses]
    assert not any("dpv:ExpressedConsent" in status["@type"] for status in statuses)
    assert export(kantara) == ""
