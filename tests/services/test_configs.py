"""Drafts and versions: what is published stands, and nobody is asked less than promised."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.core.errors import ConflictError, NotAllowedError, UnpublishedError
from app.core.lint import ConfigError
from app.models import ConfigSlice, Site, Statement
from app.services.configs import (
    Publication,
    check_draft,
    current_version,
    latest_version,
    publish,
    read_draft_document,
    save_draft,
    waiting_version,
)
from app.services.serving import read_live_site
from tests.support.world import payload


@pytest.fixture
def desk_site(session: Session, site) -> Site:
    return session.scalars(select(Site)).one()


@pytest.fixture
def edit(session, desk_site, clock):
    def edit_it(change):
        document = read_draft_document(session, desk_site)
        change(document)
        save_draft(session, desk_site, document, by="tests", now=clock())

    return edit_it


@pytest.fixture
def publish_draft(session, desk_site, here, clock):
    def publish_it(**how):
        clock.advance(seconds=10)
        return publish(session, desk_site, Publication("a reason", "tests", **how), desk=here.desk, now=clock())

    return publish_it


def add_tracker(document, id="heatmap", **changes):
    base = next(tracker for tracker in document["trackers"] if tracker["id"] == "clickstream")
    document["trackers"].append({**base, "id": id, "name": id, "match": [{"host": f"{id}.example"}], **changes})


def test_the_first_version_takes_effect_at_once(session, desk_site, clock):
    version = current_version(session, desk_site.id, clock())
    assert (version.number, version.ask_since, version.effective_at) == (1, 1, clock())
    assert version.sha256 == sha256_hex(version.document)


def test_publishing_is_stated_in_the_log(session, desk_site):
    statement = session.scalars(select(Statement).where(Statement.kind == "config-published")).one()
    said = payload(statement.jws.decode())
    assert (said["kind"], said["site"], said["data"]["version"]) == ("config-published", desk_site.key, 1)
    assert said["data"]["by"] == "tests"


def test_what_is_stated_names_every_notice_and_all_that_is_served(session, desk_site):
    statement = session.scalars(select(Statement).where(Statement.kind == "config-published")).one()
    stated = payload(statement.jws.decode())["data"]["slices"]
    made = [
        {
            "regime": row.regime,
            "lang": row.lang,
            "notice": sha256_hex(row.notice),
            "loader": sha256_hex(row.loader.encode()),
        }
        for row in session.scalars(select(ConfigSlice))
    ]
    assert len(stated) == len(made) > 1
    assert all(one in made for one in stated)


def test_what_lint_warned_of_is_stated(session, edit, publish_draft, desk_site, here):
    edit(lambda document: document.update(origins=["http://plain.example"]))
    _, warnings = check_draft(session, desk_site, here.desk)
    version = publish_draft()
    newest = session.scalars(select(Statement).order_by(Statement.log_index.desc()).limit(1)).one()
    said = payload(newest.jws.decode())["data"]
    assert said["version"] == version.number
    assert warnings
    assert said["lint"] == {"warnings": [{"path": own.path, "message": own.message} for own in warnings]}


def test_every_regime_and_language_has_its_slice(session, desk_site, here):
    slices = session.execute(select(ConfigSlice.regime, ConfigSlice.lang)).all()
    assert {row.regime for row in slices} == {regime.id for regime in here.regimes.served("location")}
    for row in session.scalars(select(ConfigSlice)):
        assert sha256_hex(row.notice) == row.notice_sha256
        assert json.loads(row.loader)["regime"] == row.regime


def test_a_new_tracker_waits_until_it_is_asked_for(edit, publish_draft):
    edit(add_tracker)
    version = publish_draft()
    since = json.loads(version.since)
    assert (since["heatmap"], since["clickstream"]) == (2, 1)
    assert version.ask_since == 1


def test_a_changed_purpose_waits_too(edit, publish_draft):
    def change(document):
        tracker = next(tracker for tracker in document["trackers"] if tracker["id"] == "clickstream")
        tracker["purpose"] = {"en": "Something else entirely."}

    edit(change)
    assert json.loads(publish_draft().since)["clickstream"] == 2


def test_asking_again_waits_the_notice_period(session, desk_site, edit, publish_draft, clock):
    edit(lambda document: (add_tracker(document), document.update(notice_period="P30D")))
    version = publish_draft(ask_again=True)
    assert version.ask_since == 2
    assert current_version(session, desk_site.id, clock()).number == 1
    assert waiting_version(session, desk_site.id, clock()).number == 2
    assert read_live_site(session, desk_site.key, clock()).next["asks_again"] is True
    clock.advance(days=30)
    assert current_version(session, desk_site.id, clock()).number == 2


def test_a_later_version_does_not_overtake_one_that_waits(session, desk_site, edit, publish_draft, clock):
    edit(lambda document: (add_tracker(document), document.update(notice_period="P30D")))
    waiting = publish_draft(ask_again=True)
    edit(lambda document: document.update(name="Another name"))
    assert publish_draft().effective_at == waiting.effective_at
    assert read_live_site(session, desk_site.key, clock()).next["asks_again"] is True, "it brings what version 2 asks"
    edit(lambda document: document.update(name="A third name"))
    assert publish_draft(urgency="law").effective_at == clock()


def test_nothing_new_is_not_a_version(session, desk_site, publish_draft):
    with pytest.raises(NotAllowedError, match="Nothing has changed since version 1"):
        publish_draft()
    session.rollback()
    assert latest_version(session, desk_site.id).number == 1


def test_a_reason_is_needed(session, desk_site, here, clock):
    with pytest.raises(NotAllowedError, match="why"):
        publish(session, desk_site, Publication("  ", "tests"), desk=here.desk, now=clock())


def test_a_draft_with_problems_is_saved_but_not_published(session, desk_site, edit, publish_draft):
    def spoil(document):
        document["trackers"][0]["category"] = "nowhere"
        document["categories"][1]["name"]["en"] = "<b>bold</b>"
        document["surprise"] = 1

    edit(spoil)
    with pytest.raises(ConfigError) as caught:
        publish_draft()
    assert {problem.path for problem in caught.value.problems} >= {
        "trackers[0].category",
        "categories[1].name.en",
        "surprise",
    }
    session.rollback()
    assert latest_version(session, desk_site.id).number == 1


def test_two_editors_do_not_overwrite_each_other(session, desk_site, clock):
    document = read_draft_document(session, desk_site)
    assert save_draft(session, desk_site, document, by="a", now=clock(), revision=1) == 2
    with pytest.raises(ConflictError, match="Nothing was saved"):
        save_draft(session, desk_site, document, by="b", now=clock(), revision=1)


def test_a_site_without_a_version_says_so(session, here, clock):
    from app.services.sites import create_site

    site = create_site(
        session, "empty", public_host="placet.example", keys=here.keys, now=clock(), random_bytes=here.desk.random_bytes
    )
    with pytest.raises(UnpublishedError):
        current_version(session, site.id, clock())
    with pytest.raises(UnpublishedError, match="no draft"):
        read_draft_document(session, site)
