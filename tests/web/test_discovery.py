"""Discovery mode's script: only with the desk's link, of that site, for an hour."""

import json

import pytest

from app.core.signing import mint_discovery


@pytest.fixture
def ask(client, site):
    def ask_it(token, key=site):
        return client.get(f"/s/{key}/discovery.js", query_string={} if token is None else {"token": token})

    return ask_it


@pytest.fixture
def token(here, site, clock):
    return mint_discovery(here.keys, site, clock())


def values_in(script):
    return json.loads("[" + script.rstrip().rsplit("})(", 1)[1].removesuffix(");") + "]")


def test_with_a_link_of_the_site_it_comes_and_is_kept_by_nobody(ask, token, site):
    answer = ask(token)
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Cache-Control"] == "private, no-store"
    key, listed = values_in(answer.get_data(as_text=True))
    assert key == site
    assert listed["origins"] == ["http://saas-console.localhost:8001"]
    assert listed["csp_sources"] == []
    assert listed["desk"] == f"http://placet.example/admin/found/{site}", "by the key, which everybody knows"
    by_id = {tracker["id"]: tracker for tracker in listed["trackers"]}
    assert by_id["clickstream"] == {
        "id": "clickstream",
        "category": "analytics",
        "name": "Clickstream",
        "vendor": "Example Analytics GmbH",
        "match": ["analytics.localhost"],
        "storage": ["cookie _xa_id", "local _xa_session"],
    }
    assert "cookie-choice" in by_id, "what is necessary is listed, too"


def test_after_an_hour_it_does_not(ask, token, clock):
    clock.advance(minutes=59, seconds=59)
    assert ask(token).status_code == 200
    clock.advance(seconds=1)
    answer = ask(token)
    assert (answer.status_code, answer.json["code"]) == (403, "discovery_over")
    assert "Make a new one at the desk" in answer.json["detail"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_nor_with_the_link_of_another_site(ask, here, publish_site, clock):
    other = publish_site("portal", "account-management")
    assert ask(mint_discovery(here.keys, other, clock())).status_code == 403
    assert ask(mint_discovery(here.keys, other, clock()), other).status_code == 200


@pytest.mark.parametrize("forge", [lambda _: None, lambda _: "", lambda _: "x", lambda token: token[:-1], str.upper])
def test_nor_with_garbage(ask, token, forge):
    answer = ask(forge(token))
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")


def test_a_link_to_a_site_that_is_gone_is_404(ask, here, clock):
    assert ask(mint_discovery(here.keys, "s_gone", clock()), "s_gone").status_code == 404


def test_it_lists_what_is_published_and_not_the_draft(ask, token, app, site, clock, here):
    from sqlalchemy.orm import Session

    from app.db import db
    from app.services.configs import Publication, publish, read_draft_document, save_draft
    from app.services.sites import find_site

    def names():
        _, listed = values_in(ask(token).get_data(as_text=True))
        return {tracker["name"] for tracker in listed["trackers"]}

    with app.app_context(), Session(db.engine) as session:
        row = find_site(session, site)
        document = read_draft_document(session, row)
        next(own for own in document["trackers"] if own["id"] == "clickstream")["name"] = "Renamed"
        save_draft(session, row, document, by="tests", now=clock())
        assert "Clickstream" in names()
        publish(session, row, Publication("renamed", "tests"), desk=here.desk, now=clock())
    clock.advance(seconds=2)
    assert "Renamed" in names()
