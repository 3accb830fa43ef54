"""``placet daily``: each site's checkpoint to everybody outside, once, whatever goes wrong at one of them."""

from dataclasses import replace

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import select, text
from werkzeug.wrappers import Response

from app.cli import cli
from app.commands import jobs
from app.commands.jobs import do_jobs
from app.core.outside import Address, Outside
from app.core.site_check import Loaded, Looked
from app.models import Handover, KeptCheckpoint, LogHead, Receipt, Site, SiteCheck, Statement
from app.services import site_checks
from app.services.chromium import ChromiumError
from app.services.handovers import UNDER_WAY
from app.services.key_store import create_keys
from app.services.pictures import Studio
from app.services.sites import create_site
from app.services.witnesses import keep_checkpoint
from examples import load_config
from tests.support.outside import Receiver
from tests.support.server import free_port, serving
from tests.support.world import BUILDS, CountedBytes, Visitor


@pytest.fixture
def receiver():
    made, port = Receiver(), free_port()
    with serving(made, port):
        made.url = f"http://127.0.0.1:{port}/in"
        yield made


@pytest.fixture
def settings_changes(receiver):
    return {"outside": Outside(addresses=(Address(receiver.url, receiver.url),))}


@pytest.fixture
def make_sites(session, here, clock):
    def make(*handles):
        for handle in handles:
            keys, random = here.keys, CountedBytes(handle)
            create_site(session, handle, public_host="placet.example", keys=keys, now=clock(), random_bytes=random)

    return make


def done(here, session):
    return [(line.text, line.ok) for line in do_jobs(here, session)]


def test_every_site_s_checkpoint_is_handed_over_and_the_next_time_nothing_is(
    here, session, make_sites, receiver, clock
):
    make_sites("blog", "shop")
    sizes = dict(session.execute(select(Site.handle, KeptCheckpoint.size).join(KeptCheckpoint, isouter=True)).all())
    assert sizes == {"blog": None, "shop": None}
    first = done(here, session)
    assert [ok for _, ok in first] == [True, True]
    assert [line.split(": ")[0] for line, _ in first] == ["blog", "shop"]
    assert all(line.endswith(f"entries, post {receiver.url}: has it") for line, _ in first)
    assert len(receiver.got) == 2
    clock.advance(hours=3)
    assert all(line.endswith("has it already") and ok for line, ok in done(here, session))
    assert len(receiver.got) == 2


def test_a_problem_is_told_and_done_again(here, session, make_sites, receiver):
    make_sites("blog", "shop")
    receiver.answer = lambda body: Response(status=507 if len(receiver.got) == 1 else 200)
    (first, is_ok), (second, is_ok_too) = done(here, session)
    assert first.endswith("it answered 507")
    assert second.endswith("has it")
    assert (is_ok, is_ok_too) == (False, True)
    assert [ok for _, ok in done(here, session)] == [True, True]
    assert len(receiver.got) == 3


def test_what_another_node_is_at_is_not_a_failure_of_this_one(here, session, make_sites, receiver, clock):
    make_sites("blog")
    site_id = session.scalars(select(Site.id)).one()
    size = keep_checkpoint(session, site_id, now=clock()).size
    session.add(Handover(site_id=site_id, size=size, kind="post", to=receiver.url, at=clock(), problem=UNDER_WAY))
    session.commit()
    assert done(here, session) == [(f"blog: {size} entries, post {receiver.url}: {UNDER_WAY}", True)]
    assert receiver.got == []


def test_where_nobody_is_named_it_is_said(here, session, make_sites):
    make_sites("blog")
    alone = replace(here, settings=replace(here.settings, outside=Outside()))
    [(line, ok)] = done(alone, session)
    assert "nobody outside is named to get it (docs/witnesses.md)" in line
    assert ok


def test_what_breaks_for_one_site_stops_no_other_site_and_no_other_job(
    here, session, make_sites, receiver, monkeypatch, caplog
):
    make_sites("blog", "shop")

    def break_for_blog(here, session, site):
        if site.handle == "blog":
            session.execute(text("SELECT nothing FROM nowhere"))
        yield jobs.Line("done")

    monkeypatch.setattr(jobs, "JOBS", (break_for_blog, *jobs.JOBS))
    told = done(here, session)
    assert [ok for _, ok in told] == [False, True, True, True]
    assert told[0][0].startswith("blog: failed (")
    assert told[2] == ("shop: done", True)
    assert len(receiver.got) == 2
    assert "the day's work failed for blog" in caplog.text


def test_at_the_command_line_it_fails_until_everybody_has_it(tmp_path, monkeypatch, receiver):
    create_keys(tmp_path / "keys.json", CountedBytes("keys"))
    for name, value in (
        ("PLACET_ENV", "development"),
        ("PLACET_DATA", str(tmp_path)),
        ("PLACET_CHECKPOINT_URLS", receiver.url + "?token=secret"),
    ):
        monkeypatch.setenv(name, value)
    config = tmp_path / "shop.yaml"
    config.write_text(yaml.safe_dump(load_config("saas-console")))
    run = CliRunner()
    assert run.invoke(cli, ["prepare"], catch_exceptions=False).exit_code == 0
    assert run.invoke(cli, ["site", "import", "shop", str(config)], catch_exceptions=False).exit_code == 0
    receiver.answer = lambda body: Response(status=503)
    failed = run.invoke(cli, ["daily"], catch_exceptions=False)
    assert failed.exit_code == 1
    assert failed.stderr.endswith(f"entries, post {receiver.url}: it answered 503\n")
    receiver.answer = lambda body: Response("kept")
    passed = run.invoke(cli, ["daily"], catch_exceptions=False)
    assert passed.exit_code == 0
    assert passed.stdout.endswith(f"entries, post {receiver.url}: has it\n")
    assert "secret" not in failed.output + passed.output


def test_what_is_over_is_removed_and_told_before_the_checkpoint_is_kept(here, session, client, site, clock, receiver):
    visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=FR").json, clock)
    assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body(("analytics",))).status_code == 201
    clock.advance(days=3 * 365 + 1)
    (removed, _), (handed, _) = done(here, session)
    assert removed == "saas-console: 1 receipts removed: their retention is over"
    size = session.scalars(select(LogHead.size)).one()
    assert f"{size} entries" in handed, "the statement on it is in what is handed over"
    assert session.scalars(select(Receipt)).all() == []


@pytest.fixture
def eyes(here, site, monkeypatch):
    """A server with a Chromium that sees these pages, or cannot be used: ``problem``."""

    class Eyes:
        page = Looked("before", "http://saas-console.localhost:8001/", site=site, embedding="marked", asked=True)
        looks = [replace(page, loaded=frozenset({Loaded("analytics.localhost", "/", "image")}))]
        problem, walks = "", 0

        def walk(self, chromium, plan):
            self.walks += 1
            if self.problem:
                raise ChromiumError(self.problem)
            return self.looks

    eyes = Eyes()
    monkeypatch.setattr(site_checks, "walk", eyes.walk)
    eyes.here = replace(here, studio=Studio("/opt/chromium", BUILDS, here.keys, here.desk.random_bytes))
    monkeypatch.setattr(jobs, "JOBS", (jobs.hand_checkpoints_over,))
    return eyes


def test_pages_are_checked_where_that_is_asked_for_once_a_day_and_after_everything_else(
    here, session, eyes, site, make_sites, receiver, clock
):
    make_sites("blog")

    def run(*checked):
        return [(line.text, line.ok) for line in do_jobs(eyes.here, session, checked)]

    assert (len(run()), eyes.walks) == (2, 0)
    eyes.problem = "Chromium ended before it was done."
    told = run("saas-console", "nowhere")
    assert [ok for _, ok in told] == [True, True, False, False]
    assert told[2][0] == "saas-console: its pages were not checked: Chromium ended before it was done."
    assert "There is no site `nowhere`" in told[3][0]
    eyes.problem = ""
    [*_, (found, is_clean)] = run("saas-console")
    assert found.startswith("saas-console: its pages: ")
    assert not is_clean
    index = session.scalars(select(SiteCheck.log_index).where(SiteCheck.report.is_not(None))).one()
    assert session.scalars(select(Statement.log_index).where(Statement.kind == "site-checked")).one() == index
    assert (len(run("saas-console")), eyes.walks) == (2, 2), "one a day"
    clock.advance(days=1)
    eyes.looks = [eyes.page]
    assert (run("saas-console")[2][1], eyes.walks) == (True, 3)
    alone = [(line.text, line.ok) for line in do_jobs(replace(here, studio=None), session, ["blog"])][-1]
    assert alone == ("blog: its pages were not checked: there is no Chromium (PLACET_CHROMIUM).", False)
