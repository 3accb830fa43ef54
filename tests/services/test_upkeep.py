"""Every log names the keys and builds before anything in it cites them, whoever comes at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.core.errors import KeysError
from app.core.keys import public_jwk
from app.core.note import vkey
from app.core.rotation import name_of
from app.core.signing import STATEMENT_TYPE, verify_jws
from app.db import begin_write, engine_options, prepare_engine
from app.models import LogHead, Receipt, Site, Statement, WidgetRelease
from app.services.sites import create_site
from app.services.widgets import bring_up_to_date, read_widget_script, register_widget
from tests.support.world import BEGINNING, BUILD, BUILDS, PARTS, SIGNING, CountedBytes, make_keys, payload

NEW_BUILD = replace(BUILD, sha256="0" * 64)
ROTATED = replace(
    make_keys(),
    receipt=(*make_keys().receipt, *make_keys("newer").receipt),
    log=(*make_keys().log, *make_keys("newer").log),
)


@pytest.fixture
def engines(database_url):
    made = [create_engine(database_url, **engine_options(database_url)) for _ in range(6)]
    for engine in made:
        prepare_engine(engine)
    yield made
    for engine in made:
        engine.dispose()


def all_at_once(*works):
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def statements(session, key):
    session.rollback()
    query = select(Statement).join(Site, Site.id == Statement.site_id).where(Site.key == key)
    return list(session.scalars(query.order_by(Statement.log_index)))


def said(session, key, kind):
    return [payload(own.jws.decode())["data"] for own in statements(session, key) if own.kind == kind]


def stated_builds(session, key):
    return [build["sha256"] for data in said(session, key, "widget-released") for build in data["builds"]]


def signer(statement, keys):
    """The key that signed, once its signature has been checked."""
    for key in keys.receipt:
        try:
            verify_jws(statement.jws.decode(), {key.kid: key.jwk}, STATEMENT_TYPE)
        except ValueError:
            continue
        return key.kid
    raise AssertionError("nobody's signature")


def make_site(session, clock, handle):
    return create_site(session, handle, public_host="placet.example", now=clock(), **SIGNING).key


def test_a_new_log_begins_with_the_keys_and_the_known_builds(session, site, here):
    beginning = statements(session, site)[:BEGINNING]
    assert [own.kind for own in beginning] == ["key-added", "key-added", "widget-released"]
    assert [own.log_index for own in beginning] == [0, 1, 2]
    row = session.scalars(select(Site)).one()
    assert said(session, site, "key-added") == [
        {"use": "receipt", "jwk": public_jwk(here.keys.receipt[-1].jwk)},
        {"use": "log", "vkey": vkey(row.log_origin, here.keys.log[-1])},
    ]
    parts = {name: sha256_hex(script) for name, script in PARTS.items()}
    assert said(session, site, "widget-released") == [
        {"builds": [{"version": BUILD.version, "sha256": BUILD.sha256, "parts": parts}]}
    ]


def test_a_log_of_an_installation_without_a_build_begins_with_the_keys_alone(session, clock, app):
    for table in ("widget_release_parts", "widget_parts", "widget_releases"):
        session.execute(delete(WidgetRelease.metadata.tables[table]))
    session.commit()
    key = make_site(session, clock, "bare")
    assert [own.kind for own in statements(session, key)] == ["key-added", "key-added"]


def test_a_build_is_stated_in_every_log_when_it_is_registered(session, clock, publish_site):
    keys = [publish_site(), publish_site("portal", "account-management")]
    assert register_widget(session, NEW_BUILD, now=clock(), **SIGNING)
    assert not register_widget(session, NEW_BUILD, now=clock(), **SIGNING)
    for key in keys:
        assert stated_builds(session, key) == [BUILD.sha256, NEW_BUILD.sha256]


def test_a_build_that_cannot_be_stated_is_not_served_either(session, clock, site):
    """A process whose keys are out of date must not put a build into the world that the logs do not name."""
    stated = session.scalar(select(LogHead.stated_keys))
    session.execute(update(LogHead).values(stated_keys="!" + stated))
    session.commit()
    with pytest.raises(KeysError, match="retired"):
        register_widget(session, NEW_BUILD, now=clock(), **SIGNING)
    session.rollback()
    assert session.scalars(select(WidgetRelease.sha256)).all() == [BUILD.sha256]


def test_the_loader_is_served_after_its_build_stands_in_the_log(client, session, publish_site):
    """The site's trackers have signals, so it takes a build that nobody has registered."""

    def tell(config):
        next(own for own in config["trackers"] if own["id"] == "clickstream")["signals"] = {"gpp": True}

    site = publish_site(change=tell)
    assert stated_builds(session, site) == [BUILD.sha256]
    assert client.get(f"/s/{site}.js?country=US&region=CA").status_code == 200
    assert stated_builds(session, site) == [BUILD.sha256, BUILDS.gpp.sha256]
    assert set(session.scalars(select(WidgetRelease.sha256))) == {BUILD.sha256, BUILDS.gpp.sha256}


def test_the_pinned_build_is_served_to_nobody_before_it_is_stated(client, session, site, clock):
    address = f"/v1/widgets/{BUILDS.pinned.sha256}.js"
    assert client.get(address).status_code == 404
    bring_up_to_date(session, BUILDS, now=clock(), **SIGNING)
    assert client.get(address).data == BUILDS.pinned.script == read_widget_script(session, BUILDS.pinned.sha256)
    assert BUILDS.pinned.sha256 in stated_builds(session, site)


def test_preparing_again_states_nothing_again(session, site, clock):
    assert bring_up_to_date(session, BUILDS, now=clock(), **SIGNING) == 1
    before = [own.jws for own in statements(session, site)]
    checkpoint = session.scalar(select(LogHead.checkpoint))
    assert bring_up_to_date(session, BUILDS, now=clock(), **SIGNING) == 0
    assert session.scalar(select(LogHead.checkpoint)) == checkpoint
    assert [own.jws for own in statements(session, site)] == before
    assert sorted(stated_builds(session, site)) == sorted(build.sha256 for build in BUILDS)


def test_nodes_that_prepare_at_once_state_everything_once(engines, session, clock, site):
    def prepare(engine):
        def work():
            with Session(engine) as own:
                return bring_up_to_date(
                    own, BUILDS, keys=ROTATED, random_bytes=CountedBytes(str(id(engine))), now=clock()
                )

        return work

    made = all_at_once(*map(prepare, engines))
    assert sorted(made) == [0] * (len(engines) - 1) + [3]
    assert sorted(stated_builds(session, site)) == sorted(build.sha256 for build in BUILDS)
    assert len(said(session, site, "key-added")) == 4


def test_builds_registered_and_sites_made_at_once_know_of_each_other(engines, session, clock, site):
    builds = [replace(BUILD, sha256=digit * 64) for digit in "123"]

    def register(engine, build):
        def work():
            with Session(engine) as own:
                register_widget(own, build, keys=make_keys(), random_bytes=CountedBytes(build.sha256), now=clock())

        return work

    def found(engine, handle):
        def work():
            with Session(engine) as own:
                create_site(
                    own,
                    handle,
                    public_host="placet.example",
                    keys=make_keys(),
                    random_bytes=CountedBytes(handle),
                    now=clock(),
                )

        return work

    works = [register(engine, build) for engine, build in zip(engines, builds, strict=False)]
    works += [found(engine, f"site-{number}") for number, engine in enumerate(engines[3:])]
    all_at_once(*works)
    keys = session.scalars(select(Site.key)).all()
    assert len(keys) == 4
    for key in keys:
        names = stated_builds(session, key)
        assert sorted(names) == sorted([BUILD.sha256, *(build.sha256 for build in builds)])


def test_a_new_key_is_stated_by_the_one_before_it(session, site, clock):
    bring_up_to_date(session, [], keys=ROTATED, random_bytes=CountedBytes("rotated"), now=clock())
    old, new = ROTATED.receipt
    added = [own for own in statements(session, site) if own.kind == "key-added"]
    assert [signer(own, ROTATED) for own in added] == [old.kid] * 3 + [new.kid]
    origin = session.scalars(select(Site.log_origin)).one()
    assert [payload(own.jws.decode())["data"] for own in added[2:]] == [
        {"use": "receipt", "jwk": public_jwk(new.jwk)},
        {"use": "log", "vkey": vkey(origin, ROTATED.log[-1])},
    ]


def test_a_ring_without_any_key_that_the_log_names_has_its_own_sign_for_it(session, site, clock):
    other = make_keys("another ring")
    bring_up_to_date(session, [], keys=other, random_bytes=CountedBytes("other"), now=clock())
    added = [own for own in statements(session, site) if own.kind == "key-added"]
    assert signer(added[2], other) == other.receipt[-1].kid


def test_a_log_of_before_names_its_keys_before_the_next_receipt(client, session, site, clock, visitor):
    session.execute(update(LogHead).values(stated_keys=""))
    session.commit()
    answer = client.post(f"/v1/sites/{site}/receipts", json=visitor.body())
    assert answer.status_code == 201
    newest = statements(session, site)[-2:]
    assert [own.kind for own in newest] == ["key-added", "key-added"]
    assert answer.json["log"]["index"] == newest[-1].log_index + 1
    heads = session.scalars(select(LogHead.stated_keys)).all()
    keys = make_keys()
    assert heads == [f"{keys.receipt[-1].kid} {name_of(keys.log[-1])}"]
    clock.advance(seconds=1)
    assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body()).json["log"]["index"] == (
        answer.json["log"]["index"] + 1
    )


def test_a_process_with_a_retired_key_stores_nothing(client, session, site, clock, visitor):
    connection = begin_write(session)
    connection.execute(update(LogHead).values(stated_keys="!" + session.scalar(select(LogHead.stated_keys))))
    session.commit()
    answer = client.post(f"/v1/sites/{site}/receipts", json=visitor.body())
    assert answer.status_code == 503
    assert session.scalars(select(Receipt.id)).all() == []


def test_a_statement_that_somebody_has_damaged_stops_nothing(session, site, clock):
    session.execute(update(Statement).where(Statement.kind == "widget-released").values(jws=b"not a JWS"))
    session.commit()
    assert bring_up_to_date(session, [], now=clock(), **SIGNING) == 1
    newest = statements(session, site)[-1]
    assert payload(newest.jws.decode())["data"]["builds"][0]["sha256"] == BUILD.sha256
