"""Stop a tracker now: in everything the server answers within seconds, in the log, and until it is resumed."""

import io
import json
import re

import pytest
from sqlalchemy import select

from app.core.bundle import ZipBundle
from app.core.errors import NotAllowedError, NotFoundError, UnpublishedError
from app.core.verify import verify_bundle
from app.models import ConfigVersion, Site, Statement, StoppedTracker
from app.services.bundles import write_bundle
from app.services.configs import Publication, publish, read_draft_document, save_draft
from app.services.sites import create_site
from app.services.stops import list_stopped, resume_tracker, stop_tracker
from app.web.cache import LIVE_SECONDS
from tests.support.world import SIGNING, payload

TRACKER = "clickstream"
GRANTED = "1.1.analytics.-.20779.20959"


@pytest.fixture
def row(session, site):
    return session.scalars(select(Site).where(Site.key == site)).one()


@pytest.fixture
def stop(session, row, clock):
    def stop_it(tracker=TRACKER, reason="It leaks."):
        stop_tracker(session, row, tracker, reason, by="tests", now=clock(), **SIGNING)
        clock.advance(seconds=LIVE_SECONDS)

    return stop_it


@pytest.fixture
def resume(session, row, clock):
    def resume_it(tracker=TRACKER, reason="It is mended."):
        resume_tracker(session, row, tracker, reason, by="tests", now=clock(), **SIGNING)
        clock.advance(seconds=LIVE_SECONDS)

    return resume_it


def config_of(script):
    """What a loader carries: the script that the tests serve ends in a call with it."""
    return json.loads(re.search(r"\((\{.*\})\);\n$", script)[1])


def tracker_in(trackers, id=TRACKER):
    return next(own for own in trackers if own["id"] == id)


def asked(client, site):
    answer = client.get(f"/v1/sites/{site}/trackers?choice={GRANTED}&country=DE").json
    return {own["id"]: own["reason"] for own in answer["trackers"] if not own["allowed"]}, answer


def test_the_answer_to_a_sites_server_says_stopped_and_its_policy_leaves_it_out(client, site, stop, resume):
    before, answer = asked(client, site)
    assert TRACKER not in before
    policy = answer["csp"]
    stop()
    held, answer = asked(client, site)
    assert held == {**before, TRACKER: "stopped"}, "the others go on"
    hosts = [match["host"] for match in stopped_document(client, site)["match"]]
    assert all(host in policy and host not in answer["csp"] for host in hosts)
    resume()
    assert asked(client, site)[0] == before


def stopped_document(client, site):
    version = client.get(f"/v1/sites/{site}/config?country=DE").json
    return tracker_in(client.get(f"/v1/sites/{site}/configs/{version['sha256']}").json["trackers"])


def test_loader_and_json_carry_it_and_their_validators_change(client, site, stop, resume):
    loader, page = f"/s/{site}.js?country=DE", f"/s/{site}/declaration?country=DE"
    first, declared = client.get(loader), client.get(page)
    stop()
    stopped = client.get(loader, headers={"If-None-Match": first.headers["ETag"]})
    assert stopped.status_code == 200, "not the same any more"
    assert tracker_in(config_of(stopped.text)["trackers"])["model"] == "stopped"
    others = [own for own in config_of(stopped.text)["trackers"] if own["id"] != TRACKER]
    assert others == [own for own in config_of(first.text)["trackers"] if own["id"] != TRACKER]
    public = client.get(f"/v1/sites/{site}/config?country=DE").json
    assert tracker_in(public["trackers"])["model"] == "stopped"
    assert client.get(page).headers["ETag"] != declared.headers["ETag"]
    assert "Stopped for now" in client.get(page).text
    assert "Stopped for now" not in declared.text
    resume()
    again = client.get(loader, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304, "what was served before is served again"


def test_notice_and_config_stay_what_receipts_cite(client, site, stop, visitor):
    """A withdrawal, or any receipt, never depends on what is stopped."""
    config = visitor.config
    stop()
    now = client.get(f"/v1/sites/{site}/config?country=DE").json
    assert (now["sha256"], now["notice"], now["version"]) == (config["sha256"], config["notice"], config["version"])
    for granted in (("analytics",), ()):
        assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body(granted)).status_code == 201


def test_it_is_seen_within_two_seconds_and_stated_in_one_commit(client, session, site, row, clock):
    asked(client, site)
    stop_tracker(session, row, TRACKER, " It leaks. ", by="owner@example.com", now=clock(), **SIGNING)
    clock.advance(seconds=LIVE_SECONDS)
    assert asked(client, site)[0][TRACKER] == "stopped"
    newest = session.scalars(select(Statement).order_by(Statement.log_index.desc()).limit(1)).one()
    said = payload(newest.jws.decode())
    assert (said["kind"], said["data"]) == (
        "tracker-stopped",
        {"tracker": TRACKER, "version": 1, "reason": "It leaks.", "by": "owner@example.com"},
    )
    resume_tracker(session, row, TRACKER, "mended", by="owner@example.com", now=clock(), **SIGNING)
    newest = session.scalars(select(Statement).order_by(Statement.log_index.desc()).limit(1)).one()
    assert newest.kind == "tracker-resumed"
    assert session.scalars(select(StoppedTracker)).all() == []


def test_a_later_version_keeps_it_stopped_until_it_is_resumed(client, session, site, row, here, clock, stop, resume):
    stop()
    document = read_draft_document(session, row)
    document["name"] = "Another name"
    save_draft(session, row, document, by="tests", now=clock())
    version = publish(session, row, Publication("a new name", "tests"), desk=here.desk, now=clock())
    clock.advance(seconds=LIVE_SECONDS)
    held, answer = asked(client, site)
    assert (answer["version"], held[TRACKER]) == (version.number, "stopped")
    resume()
    assert TRACKER not in asked(client, site)[0]


def test_one_that_a_later_version_lacks_can_still_be_resumed(client, session, site, row, here, clock, stop, resume):
    stop()
    document = read_draft_document(session, row)
    document["trackers"] = [own for own in document["trackers"] if own["id"] != TRACKER]
    save_draft(session, row, document, by="tests", now=clock())
    publish(session, row, Publication("without it", "tests"), desk=here.desk, now=clock())
    clock.advance(seconds=LIVE_SECONDS)
    assert client.get(f"/s/{site}.js?country=DE").status_code == 200
    assert [own.tracker for own in list_stopped(session, row.id)] == [TRACKER]
    resume()
    assert list_stopped(session, row.id) == []


def test_what_cannot_be_stopped_or_resumed_is_refused_and_nothing_is_stated(session, row, clock, stop, resume):
    before = session.scalars(select(Statement.log_index)).all()
    with pytest.raises(NotFoundError, match="Version 1"):
        stop("nonsense")
    with pytest.raises(NotAllowedError, match="Say why"):
        stop(reason=" ")
    with pytest.raises(NotAllowedError, match="is not stopped"):
        resume()
    session.rollback()
    assert session.scalars(select(Statement.log_index)).all() == before
    stop()
    with pytest.raises(NotAllowedError, match="already"):
        stop()


def test_what_is_only_declared_is_not_in_our_hands(session, row, stop, here, clock):
    document = read_draft_document(session, row)
    tracker_in(document["trackers"])["kind"] = "declared"
    save_draft(session, row, document, by="tests", now=clock())
    publish(session, row, Publication("declared", "tests"), desk=here.desk, now=clock())
    with pytest.raises(NotAllowedError, match="only declared"):
        stop()


def test_nothing_is_stopped_at_a_site_without_a_version(session, clock, app):
    new = create_site(session, "new", public_host="placet.example", now=clock(), **SIGNING)
    with pytest.raises(UnpublishedError):
        stop_tracker(session, new, TRACKER, "It leaks.", by="tests", now=clock(), **SIGNING)


def test_another_site_with_such_a_tracker_goes_on(client, site, publish_site, stop):
    other = publish_site("other")
    stop()
    assert TRACKER not in asked(client, other)[0]


def test_the_version_itself_is_not_touched(session, site, stop):
    before = session.scalars(select(ConfigVersion.document)).all()
    stop()
    session.rollback()
    assert session.scalars(select(ConfigVersion.document)).all() == before


def test_the_bundle_proves_that_it_was_stopped_and_resumed(
    client, session, site, row, here, clock, visitor, stop, resume
):
    assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body(("analytics",))).status_code == 201
    stop()
    resume()
    file = io.BytesIO()
    write_bundle(session, row, file, keys=here.keys, now=clock())
    with ZipBundle(file) as files:
        report = verify_bundle(files)
    assert report.ok, report.to_text()
    assert [report.facts["statements"][kind] for kind in ("tracker-stopped", "tracker-resumed")] == [1, 1]
