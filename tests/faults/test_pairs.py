"""Faults in pairs: just before a commit and just after it, in every use case that moves a log, one after another.

A commit whose outcome nobody knows is the place where logs fork. After each pair the whole record is verified from outside:
its bundle, every checkpoint that was let out before, and what the person at the other end was told.
"""

import io
import itertools

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.core.bundle import ZipBundle
from app.core.checkpoint import open_checkpoint
from app.core.errors import NotAllowedError
from app.core.evidence import Evidence
from app.core.merkle import verify_consistency
from app.core.verify import verify_bundle
from app.db import db
from app.models import KeptCheckpoint, Site
from app.services.bundles import write_bundle
from app.services.configs import Publication, latest_version, publish
from app.services.heads import Heads
from app.services.translog import prove_consistency
from app.services.witnesses import keep_checkpoint
from tests.support.world import Visitor

MOMENTS = ("before the commit", "after it")


class Commits:
    """Makes the next commit fail: before the database has done it, or after, when the answer gets lost."""

    def __init__(self, app):
        with app.app_context():
            self._engines = list(db.engines.values())
        self._moment = None
        self.failed = 0
        for engine in self._engines:
            event.listen(engine, "commit", self._before)
            # The last step of a commit; no event tells of it.
            engine.dialect.do_commit = self._after(engine.dialect, engine.dialect.do_commit)

    def fail(self, moment):
        self._moment = moment

    def _before(self, _connection):
        if self._moment == MOMENTS[0]:
            self._break(self._engines[0].dialect)

    def _after(self, dialect, commit):
        def do_commit(connection):
            commit(connection)
            if self._moment == MOMENTS[1]:
                self._break(dialect)

        return do_commit

    def _break(self, dialect):
        self._moment = None
        self.failed += 1
        error = dialect.loaded_dbapi.OperationalError("the line went dead")
        raise OperationalError("COMMIT", {}, error)


class World:
    """One site, and what each use case looks like from the other end of the line."""

    def __init__(self, app, here, clock, site, commits):
        self.app, self.here, self.clock, self.site, self.commits = app, here, clock, site, commits
        self.client = app.test_client()
        self._count = itertools.count()
        self.vkeys = self.client.get(f"/log/{site}/vkey").text
        self.let_out = [self.checkpoint()]

    def checkpoint(self):
        return self.client.get(f"/log/{self.site}/checkpoint").text

    def post(self, body):
        return self.client.post(f"/v1/sites/{self.site}/receipts", json=body)

    def visitor(self):
        config = self.client.get(f"/v1/sites/{self.site}/config?country=DE").json
        return Visitor(config, self.clock, f"visitor {next(self._count)}")

    def working(self):
        with self.app.app_context():
            engine = db.engine
        return Session(engine)

    def row(self, session):
        return session.scalars(select(Site).where(Site.key == self.site)).one()

    def store(self, moment):
        """A receipt: the browser is told to come back, and then finds it stored or not, but once."""
        body = self.visitor().body(("analytics",))
        self.commits.fail(moment)
        assert self.post(body).status_code == 503
        assert self.post(body).status_code == (201 if moment == MOMENTS[0] else 200)
        assert self.post(body).status_code == 200

    def erase(self, moment):
        """An erasure: who asks again hears how much was left, and the receipt never comes back."""
        visitor = self.visitor()
        body, bearer = visitor.body(("analytics",)), {"Authorization": f"Bearer {visitor.secret}"}
        assert self.post(body).status_code == 201
        self.commits.fail(moment)
        assert self.client.delete(f"/v1/sites/{self.site}/subject", headers=bearer).status_code == 503
        left = self.client.delete(f"/v1/sites/{self.site}/subject", headers=bearer).json["erased"]
        assert left == (1 if moment == MOMENTS[0] else 0)
        assert self.post(body).status_code == 410

    def publish(self, moment):
        """A version: it is there or not, and never half."""
        with self.working() as session:
            before = latest_version(session, self.row(session).id).number
            self.commits.fail(moment)
            with pytest.raises(OperationalError):
                self._publish(session)
            session.rollback()
            after = latest_version(session, self.row(session).id).number
            assert after == before + (moment == MOMENTS[1])
            if after == before:
                self._publish(session)
            with pytest.raises(NotAllowedError, match="Nothing has changed"):
                publish(
                    session, self.row(session), Publication("again", "tests"), desk=self.here.desk, now=self.clock()
                )

    def _publish(self, session):
        publication = Publication("again", "tests", ask_again=True, urgency="law")
        publish(session, self.row(session), publication, desk=self.here.desk, now=self.clock())

    def keep(self, moment):
        """A checkpoint for those outside: the same one whenever they ask again."""
        with self.working() as session:
            site_id = self.row(session).id
            self.commits.fail(moment)
            with pytest.raises(OperationalError):
                keep_checkpoint(session, site_id, now=self.clock(), fresh=True)
            session.rollback()
            present = self.checkpoint()
            assert keep_checkpoint(session, site_id, now=self.clock(), fresh=True).note == present

    def verify(self, heads, against):
        """Verify the record as somebody does who has the checkpoints ``against``."""
        note = self.checkpoint()
        self.let_out.append(note)
        head = open_checkpoint(note, self.vkeys)
        file = io.BytesIO()
        with self.working() as session:
            site = self.row(session)
            for older in against:
                old = open_checkpoint(older, self.vkeys)
                proof = prove_consistency(session.connection(), site.id, old.size, head.size)
                verify_consistency(old.size, old.root, head.size, head.root, proof)
            write_bundle(session, site, file, keys=self.here.keys, now=self.clock())
        with ZipBundle(file) as files:
            report = verify_bundle(files, Evidence((self.let_out[-2],), self.vkeys))
        assert report.ok, report.to_text()
        assert Heads(heads).newest(self.site).note == note


@pytest.fixture
def settings_changes():
    return {"network_burst": 10_000}


@pytest.mark.faults
@pytest.mark.parametrize("followers", [2, pytest.param(8, marks=pytest.mark.long)])
def test_no_fault_before_or_after_a_commit_forks_a_log_or_loses_an_answer(
    app, here, clock, publish_site, tmp_path, followers
):
    """Each fault is followed by ``followers`` of the eight."""
    site = publish_site(change=lambda config: config.update(regime="eu"))
    commits = Commits(app)
    world = World(app, here, clock, site, commits)
    faults = [(use, moment) for use in (world.store, world.publish, world.erase, world.keep) for moment in MOMENTS]
    pairs = [
        (fault, faults[(at + step) % 8])
        for at, fault in enumerate(faults)
        for step in (1, 4, 0, 2, 3, 5, 6, 7)[:followers]
    ]
    for number, pair in enumerate(pairs, 1):
        clock.advance(seconds=30)
        for use, moment in pair:
            use(moment)
        assert commits.failed == 2 * number, "each fault has happened"
        world.verify(tmp_path / "heads", world.let_out[-3:])
    with world.working() as session:
        kept = session.scalars(select(KeptCheckpoint.note)).all()
    world.verify(tmp_path / "heads", {*world.let_out, *kept})
