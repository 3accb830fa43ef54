"""An old backup is restored: nothing is taken, nothing is lost, everything can be read, and one command goes on honestly."""

import io
from base64 import b64decode
from hashlib import sha256

import pytest
from sqlalchemy import select

from app.core.bundle import ZipBundle
from app.core.canonical import sha256_hex
from app.core.checkpoint import open_checkpoint
from app.core.errors import LogRolledBackError, NotAllowedError
from app.core.evidence import Evidence
from app.core.merkle import root_of, verify_inclusion
from app.core.verify import verify_bundle
from app.models import LogEntry, LogHead, Site, Statement
from app.services.bundles import write_bundle
from app.services.configs import Publication, publish
from app.services.heads import Heads
from app.services.log_restart import Restarted, restart_log
from app.services.widgets import WidgetBuild, register_widget
from app.services.witnesses import keep_checkpoint
from tests.support.backups import backup_of, restore, size_of
from tests.support.world import Visitor, payload


def test_receipts_wait_in_the_browsers(lost, post, session):
    for body in (*lost["gone"], None):
        answer = post(body)[1]
        assert (answer.status_code, answer.json["code"]) == (503, "log_rolled_back")
        assert answer.headers["Retry-After"] == "60"
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert session.scalars(select(LogHead.size)).one() == size_of(lost["checkpoint"])


def test_what_is_stored_is_still_acknowledged_read_and_proven(lost, post, client, site):
    for body in lost["kept"]:
        answer = post(body)[1]
        assert answer.status_code == 200
        bearer = {"Authorization": f"Bearer {body['secret']}"}
        proof = client.get(f"/v1/sites/{site}/receipts/{body['id']}/proof", headers=bearer)
        assert proof.json["checkpoint"] == lost["checkpoint"]
    assert client.get(f"/log/{site}/checkpoint").text == lost["checkpoint"]
    assert client.get(f"/log/{site}/tile/0/000.p/1").status_code == 200
    assert client.get(f"/s/{site}.js").status_code == 200


def test_nothing_is_published_nothing_erased_and_nothing_kept_for_those_outside(
    lost, client, site, session, here, row, clock
):
    with pytest.raises(LogRolledBackError):
        keep_checkpoint(session, row.id, now=clock(), fresh=True)
    session.rollback()
    with pytest.raises(LogRolledBackError):
        publish(session, row, Publication("again", "tests", ask_again=True), desk=here.desk, now=clock())
    session.rollback()
    bearer = {"Authorization": f"Bearer {lost['kept'][0]['secret']}"}
    answer = client.delete(f"/v1/sites/{site}/subject", headers=bearer)
    assert (answer.status_code, answer.json["code"]) == (503, "log_rolled_back")
    assert client.get(f"/v1/sites/{site}/receipts/{lost['kept'][0]['id']}", headers=bearer).status_code == 200


def test_another_site_on_the_same_server_goes_on(engine, client, publish_site, clock):
    keys = [publish_site(), publish_site("portal", "account-management")]
    visitors = {key: Visitor(client.get(f"/v1/sites/{key}/config?country=FR").json, clock, f"of {key}") for key in keys}
    backup = backup_of(engine)
    assert client.post(f"/v1/sites/{keys[0]}/receipts", json=visitors[keys[0]].body()).status_code == 201
    restore(engine, backup)
    statuses = [client.post(f"/v1/sites/{key}/receipts", json=visitors[key].body()).status_code for key in keys]
    assert statuses == [503, 201]


def test_readyz_tells_and_stays_ready_because_banners_are_served(client, lost, clock):
    assert client.get("/readyz").json | {"widget": ""} == {"status": "ready", "widget": "", "logs": "set back"}


def test_a_checkpoint_kept_for_those_outside_is_remembered(session, row, clock, tmp_path):
    (tmp_path / "heads" / row.key).unlink()
    kept = keep_checkpoint(session, row.id, now=clock())
    assert Heads(tmp_path / "heads").newest(row.key).note == kept.note


def test_readyz_is_content_with_a_log_that_grows(client, post, clock):
    for _ in range(3):
        assert post()[1].status_code == 201
        assert client.get("/readyz").json["logs"] == "ok"
        clock.advance(seconds=6)


def test_a_restarted_log_goes_on_under_the_next_origin_and_says_what_it_lost(
    lost, post, client, site, session, here, row, clock
):
    old, size = row.log_origin, size_of(lost["checkpoint"])
    done = restart_log(session, row, "the disk broke", keys=here.keys, now=clock(), random_bytes=here.desk.random_bytes)
    assert done == Restarted(f"{old}.2", size, size_of(lost["newest"]))
    assert post(lost["gone"][0])[1].status_code == 201, "the browsers that still have theirs send them"
    note, vkeys = client.get(f"/log/{site}/checkpoint").text, client.get(f"/log/{site}/vkey").text
    head = open_checkpoint(note, vkeys)
    assert (head.origin, head.size) == (f"{old}.2", size + 2)
    said = session.scalars(select(Statement).order_by(Statement.log_index.desc())).first()
    assert said.log_index == size
    stated = payload(said.jws.decode())
    assert stated["kind"] == "log-restored"
    assert stated["data"] == {"size": size, "checkpoint": lost["newest"], "reason": "the disk broke"}
    assert client.get(f"/log/{site}.2/checkpoint").text == note
    assert client.get(f"/log/{site}.2/tile/0/000.p/{size}").status_code == 200
    assert client.get(f"/log/{site}.3/checkpoint").status_code == 404
    assert client.get(f"/log/{site}.1/checkpoint").status_code == 404
    entries = session.scalars(select(LogEntry.entry).order_by(LogEntry.log_index)).all()
    assert root_of(entries) == head.root
    older = open_checkpoint(lost["checkpoint"], vkeys)
    assert (older.origin, older.root) == (old, root_of(entries[: older.size])), "what was in the backup is as it was"
    row = session.scalars(select(Site)).one()
    file = io.BytesIO()
    write_bundle(session, row, file, keys=here.keys, now=clock())
    with ZipBundle(file) as files:
        report = verify_bundle(files, Evidence((lost["checkpoint"], note), vkeys))
    assert report.ok, report.to_text()
    assert client.get(f"/v1/sites/{site}/config?country=FR").status_code == 200


def test_a_build_that_came_meanwhile_is_stated_after_the_restart(lost, session, here, row, clock):
    script = b"// a newer build"
    build = WidgetBuild("0.0.2", sha256_hex(script), script, {})
    assert register_widget(session, build, keys=here.keys, random_bytes=here.desk.random_bytes, now=clock())
    size = size_of(lost["checkpoint"])
    assert session.scalars(select(LogHead.size)).one() == size, "a log that was set back takes no statement either"
    session.rollback()
    restart_log(session, row, "the disk broke", keys=here.keys, now=clock(), random_bytes=here.desk.random_bytes)
    stated = session.execute(select(Statement.log_index, Statement.kind).where(Statement.log_index >= size)).all()
    assert stated == [(size, "log-restored"), (size + 1, "widget-released")]


def test_a_receipt_is_proven_in_a_restarted_log(lost, post, client, site, placet):
    placet("log", "restart", "saas-console", "--reason", "the disk broke")
    body = post()[0]
    bearer = {"Authorization": f"Bearer {body['secret']}"}
    proof = client.get(f"/v1/sites/{site}/receipts/{body['id']}/proof", headers=bearer).json
    head = open_checkpoint(proof["checkpoint"], client.get(f"/log/{site}/vkey").text)
    jws = client.get(f"/v1/sites/{site}/receipts/{body['id']}", headers=bearer).json["receipt"]
    hashes = [b64decode(item) for item in proof["hashes"]]
    verify_inclusion(sha256(jws.encode()).digest(), proof["index"], head.size, hashes, head.root)


def test_a_tile_is_kept_for_long_only_where_no_lost_log_stood(lost, client, site, placet):
    def caching(name):
        return client.get(f"/log/{name}/tile/0/000.p/1").headers["Cache-Control"]

    assert "immutable" in caching(site)
    placet("log", "restart", "saas-console", "--reason", "the disk broke")
    assert caching(site) == "no-cache"
    assert "immutable" in caching(f"{site}.2")


def test_what_is_remembered_and_nobody_signed_is_not_put_into_the_log(lost, site, placet, here):
    file = here.settings.data / "heads" / site
    origin, size, rest = file.read_text().split("\n", 2)
    file.write_text(f"{origin}\n{int(size) + 7}\n{rest}")
    with pytest.raises(NotAllowedError, match="cannot be believed"):
        placet("log", "restart", "saas-console", "--reason", "the disk broke")


def test_every_restart_has_an_origin_of_its_own_though_the_backup_knows_of_none(
    lost, post, client, site, engine, placet
):
    placet("log", "restart", "saas-console", "--reason", "once")
    assert post()[1].status_code == 201
    restore(engine, lost["backup"])
    assert post()[1].json["code"] == "log_rolled_back"
    assert ".3, after" in placet("log", "restart", "saas-console", "--reason", "twice").output
    assert post()[1].status_code == 201
    origins = {line.partition("+")[0].rpartition("/")[2] for line in client.get(f"/log/{site}/vkey").text.splitlines()}
    assert origins == {site, f"{site}.2", f"{site}.3"}


def test_a_log_that_was_not_set_back_is_not_restarted(post, client, site, placet):
    post()
    before = client.get(f"/log/{site}/checkpoint").text
    with pytest.raises(NotAllowedError, match="not set back"):
        placet("log", "restart", "saas-console", "--reason", "for fun")
    with pytest.raises(NotAllowedError, match="Say why"):
        placet("log", "restart", "saas-console", "--reason", " ")
    assert client.get(f"/log/{site}/checkpoint").text == before
