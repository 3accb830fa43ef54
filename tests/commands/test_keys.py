"""The installation's keys at the command line: added whole or not at all, named in the logs, retired last."""

import io
import json
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.bundle import ZipBundle
from app.core.canonical import b64url_decode
from app.core.checkpoint import open_checkpoint
from app.core.errors import KeysError, NotAllowedError
from app.core.keys import new_key_document
from app.core.note import vkey
from app.core.rotation import name_of
from app.core.verify import verify_bundle
from app.db import db
from app.factory import create_app
from app.models import Receipt, Site, Statement
from app.services import key_store
from app.services.bundles import write_bundle
from app.services.key_store import add_key, load_keys
from app.settings import read_settings
from app.web.runtime import EXTENSION
from tests.support.world import CountedBytes, Visitor, payload

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs" / "settings.md"


@pytest.fixture
def start():
    """Start a node as a restart does: with the key file as it is now."""
    nodes = []

    def start_one():
        node = create_app()
        nodes.append(node)
        return node

    yield start_one
    for node in nodes:
        with node.app_context():
            for engine in db.engines.values():
                engine.dispose()


def post(node, clock, key):
    client = node.test_client()
    clock.advance(milliseconds=1)
    visitor = Visitor(client.get(f"/v1/sites/{key}/config?country=DE").json, clock, f"at {clock.now}")
    return client.post(f"/v1/sites/{key}/receipts", json=visitor.body(widget=None))


def read(node, work):
    with node.app_context(), Session(db.engine) as session:
        return work(session)


def verified(node, clock):
    """Write the bundle with what this node has, and have it verified."""
    file = io.BytesIO()
    keys = node.extensions[EXTENSION].keys
    read(node, lambda session: write_bundle(session, session.scalars(select(Site)).one(), file, keys=keys, now=clock()))
    with ZipBundle(file) as files:
        return verify_bundle(files)


def recipe():
    """The commands of the docs, as they stand there."""
    section = DOCS.read_text().split("### Replacing a key", 1)[1]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)[1]
    return [line.split("#")[0].removeprefix("placet ").strip() for line in block.splitlines() if line[:6] == "placet"]


def kid_of(answer):
    return json.loads(b64url_decode(answer.json["receipt"].split(".")[0]))["kid"]


@pytest.mark.parametrize("use", ["receipt", "log"])
def test_the_recipe_of_the_docs_replaces_a_key(published, start, real_clock, use):
    old = load_keys(read_settings())
    node = start()
    key = read(node, lambda session: session.scalars(select(Site.key)).one())
    assert kid_of(post(node, real_clock, key)) == old.receipt[-1].kid

    add, prepare, listing, retire = recipe()
    said = published(add.replace("receipt", use))
    new = load_keys(read_settings())
    newest, former = ((ring.receipt if use == "receipt" else ring.log)[-1] for ring in (new, old))
    assert name_of(newest) in said
    assert kid_of(post(node, real_clock, key)) == old.receipt[-1].kid, "the node knows nothing of it yet"
    assert published(prepare).splitlines()[-1] == "ready", "there is nothing left to state"
    restarted = start()
    assert kid_of(post(restarted, real_clock, key)) == new.receipt[-1].kid
    assert re.search(rf"{re.escape(name_of(newest))}\s+newest, signs; in 1 of 1 logs since ", published(listing))
    assert published(retire.replace("OLD", name_of(former)).replace("…", "it is old")).strip() == "retired in 1 logs"
    assert re.search(
        rf"{re.escape(name_of(former))}\s+in 1 of 1 logs since [^;]+; retired [^;]+: it is old", published("keys list")
    )

    assert post(node, real_clock, key).status_code == 503, "who was not restarted signs nothing any more"
    assert kid_of(post(restarted, real_clock, key)) == new.receipt[-1].kid
    report = verified(restarted, real_clock)
    assert report.ok, report.to_text()
    listed = restarted.test_client().get("/.well-known/jwks.json").json["keys"]
    assert [own["kid"] for own in listed] == [own.kid for own in reversed(new.receipt)]
    site = read(restarted, lambda session: session.scalars(select(Site)).one())
    note = restarted.test_client().get(f"/log/{key}/checkpoint").text
    assert open_checkpoint(note, vkey(site.log_origin, new.log[-1]))
    assert note.count("\n— ") == 1, "a retired log key does not sign any more"
    vkeys = restarted.test_client().get(f"/log/{key}/vkey").text
    assert vkeys == "".join(f"{vkey(site.log_origin, own)}\n" for own in reversed(new.log))


def test_a_retired_key_is_named_with_its_reason(published, start):
    old = load_keys(read_settings()).receipt[-1].kid
    published("keys add receipt")
    published(f"keys retire {old} --reason 'A laptop was lost.'")
    newest = read(start(), lambda session: session.scalars(select(Statement).order_by(Statement.log_index)).all())[-1]
    said = payload(newest.jws.decode())
    assert (said["kind"], said["data"]) == (
        "key-retired",
        {"use": "receipt", "kid": old, "reason": "A laptop was lost."},
    )
    with pytest.raises(NotAllowedError, match="already"):
        published(f"keys retire {old} --reason again")


def test_the_newest_key_and_one_that_nobody_knows_are_not_retired(published):
    ring = load_keys(read_settings())
    for newest in (ring.receipt[-1].kid, name_of(ring.log[-1]), vkey("any.example/log/s_1", ring.log[-1])):
        with pytest.raises(NotAllowedError, match="newest"):
            published(f"keys retire {newest} --reason lost")
    for unknown in ("nonsense", "-0nonsense", "--nonsense"):  # a kid may begin with dashes
        with pytest.raises(KeysError, match=f"No log names a key {unknown}"):
            published(f"keys retire {unknown} --reason lost")
    with pytest.raises(NotAllowedError, match="Say why"):
        published(f"keys retire {ring.receipt[-1].kid} --reason ' '")


def test_a_secret_key_is_added_and_named_nowhere(placet, start):
    placet("prepare")
    placet("prepare")
    before = load_keys(read_settings())
    placet("keys add secret")
    after = load_keys(read_settings())
    assert after.secret[:-1] == before.secret
    assert start().config["SECRET_KEY"] == after.secret[-1]
    assert "secret   2 in the key file" in placet("keys list")


class TestTheFile:
    @pytest.fixture
    def settings(self, placet):
        placet("keys create")
        return read_settings()

    def test_it_keeps_its_mode_and_nothing_is_left_beside_it(self, settings):
        settings.keys_file.chmod(0o640)
        ring = add_key(settings, "log", CountedBytes("new"))
        assert len(ring.log) == 2
        assert stat.S_IMODE(settings.keys_file.stat().st_mode) == 0o640
        assert [path.name for path in settings.data.glob("*keys*")] == ["keys.json"]

    def test_a_failure_leaves_the_old_one(self, settings, monkeypatch):
        before = settings.keys_file.read_bytes()

        def full(_):
            raise OSError("no space left")

        monkeypatch.setattr(key_store.os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            add_key(settings, "receipt", CountedBytes("new"))
        assert settings.keys_file.read_bytes() == before

    def test_one_of_another_user_is_not_taken_over(self, settings, monkeypatch):
        before = settings.keys_file.read_bytes()

        def forbidden(*_):
            raise PermissionError

        monkeypatch.setattr(key_store.os, "geteuid", lambda: 4321)
        monkeypatch.setattr(key_store.os, "fchown", forbidden)
        with pytest.raises(KeysError, match="another user"):
            add_key(settings, "receipt", CountedBytes("new"))
        assert settings.keys_file.read_bytes() == before
        assert [path.name for path in settings.data.glob(".*")] == []

    def test_it_is_not_made_where_there_is_none(self, placet):
        with pytest.raises(KeysError, match="keys create"):
            add_key(read_settings(), "receipt", CountedBytes("new"))

    def test_keys_of_the_environment_are_not_added_to(self, settings, monkeypatch):
        monkeypatch.setenv("PLACET_KEYS", new_key_document(CountedBytes("elsewhere")))
        before = settings.keys_file.read_bytes()
        with pytest.raises(KeysError, match="at the end of its list `log`"):
            add_key(read_settings(), "log", CountedBytes("new"))
        assert settings.keys_file.read_bytes() == before


def test_receipts_of_a_process_with_a_retired_key_are_not_stored(published, start, real_clock):
    node = start()
    key = read(node, lambda session: session.scalars(select(Site.key)).one())
    published("keys add receipt")
    published(f"keys retire {load_keys(read_settings()).receipt[0].kid} --reason old")
    assert post(node, real_clock, key).status_code == 503
    assert read(node, lambda session: session.scalars(select(Receipt.id)).all()) == []
