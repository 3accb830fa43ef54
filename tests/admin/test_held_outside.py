"""What the desk says of checkpoints held outside, and what can be done about it there."""

import re
import shlex

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.cli import cli
from app.core.cosignature import open_cosignatures, parse_witness_key
from app.core.note import vkey
from app.core.outside import Address, Outside, Witness
from app.models import Handover, Site
from tests.admin.browser import Page
from tests.support.authority import Authority
from tests.support.outside import Receiver, WitnessServer
from tests.support.server import ROOT, free_port, serving
from tests.support.world import Visitor

HANDLE = "/admin/sites/saas-console"
NOBODY = "Nobody outside holds a checkpoint."


@pytest.fixture
def receiver():
    made, port = Receiver(), free_port()
    with serving(made, port):
        made.address = Address(f"http://127.0.0.1:{port}/in?token=secret", f"http://127.0.0.1:{port}/in")
        yield made


@pytest.fixture
def witness(clock):
    made, port = WitnessServer("witness.example/w1", clock), free_port()
    made.place = Witness(parse_witness_key(made.vkey), f"http://127.0.0.1:{port}")
    with serving(made, port):
        yield made


@pytest.fixture
def authority(tmp_path):
    made, receiver, port = Authority(tmp_path / "tsa"), Receiver(), free_port()
    receiver.answer = lambda body: Response(made.answer(body))
    with serving(receiver, port):
        made.address = Address(f"http://127.0.0.1:{port}/tsr", f"http://127.0.0.1:{port}/tsr")
        yield made


@pytest.fixture
def settings_changes(receiver, witness, authority):
    outside = Outside(addresses=(receiver.address,), witnesses=(witness.place,), tsa=authority.address)
    return {"outside": outside}


@pytest.fixture
def known(site, session, here, witness):
    """The witness knows this log."""
    origin = session.scalars(select(Site.log_origin)).one()
    witness.vkeys[origin] = vkey(origin, here.keys.log[-1])
    session.rollback()


@pytest.fixture
def store(client, site, clock):
    visitors = iter(range(1000))

    def post() -> None:
        visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock, f"visitor {next(visitors)}")
        assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body()).status_code == 201

    return post


def said(browser, path):
    return " ".join(browser.text(path).split())


def test_while_nobody_holds_one_every_page_about_the_site_says_so(admin, auditor, store):
    store()
    for path in (f"{HANDLE}/", f"{HANDLE}/proof"):
        assert NOBODY in said(admin, path), path
    assert "See to it under Proof" in said(admin, f"{HANDLE}/")
    first = Page(admin.get(f"{HANDLE}/proof").text.split("<h1>Proof</h1>")[1]).text.split()
    assert " ".join(first).startswith(NOBODY)
    page = admin.get("/admin/").text
    assert '<td data-label="Held outside"><strong>nothing</strong></td>' in page
    assert NOBODY in said(auditor, f"{HANDLE}/proof")


def test_handed_over_to_everybody_the_first_sentence_says_who_holds_it(admin, known, store, clock, site, client):
    store()
    answer = admin.send(admin.form(f"{HANDLE}/proof"))
    assert answer.status_code == 303
    assert answer.location == f"{HANDLE}/proof?tried=1#outside"
    after = said(admin, answer.location)
    size = int(client.get(f"/log/{site}/checkpoint").text.splitlines()[1])
    assert f"Proof The checkpoint of {size} entries is held outside since 22 Nov 2026, 12:00 UTC, by" in after
    assert "signed by the witness witness.example/w1" in after
    assert "and time-stamped by http://127.0.0.1" in after
    assert "That is the whole log." in after
    assert "Everybody outside has the present checkpoint." in after
    assert NOBODY not in after
    assert "Nothing." in said(admin, f"{HANDLE}/")
    assert NOBODY not in said(admin, f"{HANDLE}/")
    assert "secret" not in admin.get(f"{HANDLE}/proof").text


def test_who_did_not_get_it_is_named_with_the_reason(admin, receiver, known, store):
    store()
    receiver.answer = lambda body: Response(status=503)
    answer = admin.send(admin.form(f"{HANDLE}/proof"))
    after = said(admin, answer.location)
    assert "1 place outside did not get it; the table says why." in after
    assert "not yet: it answered 503" in after
    assert after.count("has it") >= 1


def test_after_two_days_in_which_the_log_grew_it_warns_again(login, known, store, clock):
    admin = login("admin")
    store()
    admin.send(admin.form(f"{HANDLE}/proof"))
    clock.advance(days=2, seconds=1)
    admin = login("owner")
    assert "Nobody outside" not in said(admin, f"{HANDLE}/proof"), "nothing was added meanwhile"
    store()
    warning = "Nobody outside holds a checkpoint of the last two days. The newest is of 22 Nov 2026, 12:00 UTC"
    for path in (f"{HANDLE}/", f"{HANDLE}/proof"):
        assert warning in said(admin, path)
        assert "what the log has got since, 1 entry, could be written anew" in said(admin, path)
    assert "nothing since" in said(admin, "/admin/")
    admin.send(admin.form(f"{HANDLE}/proof"))
    assert "Nobody outside" not in said(admin, f"{HANDLE}/proof")


def test_an_auditor_takes_the_checkpoint_along_and_it_is_written_down(auditor, store, session, site, client):
    store()
    answer = auditor.get(f"{HANDLE}/checkpoint.txt")
    assert answer.text == client.get(f"/log/{site}/checkpoint").text
    assert answer.headers["Content-Disposition"] == "attachment; filename=saas-console-checkpoint.txt"
    [handover] = session.scalars(select(Handover))
    assert (handover.kind, handover.to, handover.problem) == ("download", "auditor-all@example.com", None)
    after = said(auditor, f"{HANDLE}/proof")
    assert "held outside since 22 Nov 2026, 12:00 UTC, downloaded by auditor-all@example.com" in after


def test_another_site_s_page_cannot_make_a_browser_take_it(auditor, store, session):
    store()
    answer = auditor.client.get(f"{HANDLE}/checkpoint.txt", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert session.scalars(select(Handover)).all() == []


def test_only_who_publishes_hands_over(auditor, editor, store, session):
    store()
    assert "Hand over now" not in auditor.get(f"{HANDLE}/proof").text
    for browser in (auditor, editor):
        assert browser.client.post(f"{HANDLE}/handovers").status_code == 403
    assert session.scalars(select(Handover)).all() == []


def test_a_time_stamp_is_downloaded_as_it_came(auditor, admin, known, store, session, publish_site, login):
    store()
    admin.send(admin.form(f"{HANDLE}/proof"))
    stamp = session.scalars(select(Handover).where(Handover.kind == "timestamp")).one()
    answer = auditor.get(f"{HANDLE}/handovers/{stamp.id}.tsr")
    assert (answer.data, answer.mimetype) == (stamp.answer, "application/timestamp-reply")
    assert f'href="{HANDLE}/handovers/{stamp.id}.tsr"' in auditor.get(f"{HANDLE}/proof").text
    publish_site("other", "account-management")
    assert auditor.get(f"/admin/sites/other/handovers/{stamp.id}.tsr").status_code == 404
    for other in (stamp.id + 1, stamp.id - 1, 2**31, 10**30):
        assert auditor.get(f"{HANDLE}/handovers/{other}.tsr").status_code == 404


def test_what_the_witness_signed_is_in_the_kept_checkpoint(admin, known, store, client, site, witness, clock):
    store()
    admin.send(admin.form(f"{HANDLE}/proof"))
    note = client.get(f"/log/{site}/witnessed").text
    assert open_cosignatures(note, [witness.place.key]) == [("witness.example/w1", clock())]


def test_an_auditor_verifies_by_what_each_of_them_holds(
    admin, auditor, known, store, receiver, witness, authority, tmp_path, client, site
):
    store()
    admin.send(admin.form(f"{HANDLE}/proof"))
    size = client.get(f"/log/{site}/checkpoint").text.splitlines()[1]
    store()
    (tmp_path / "shop.zip").write_bytes(auditor.get(f"{HANDLE}/bundle.zip").data)
    (tmp_path / "checkpoint.txt").write_bytes(receiver.got[0][2].encode("latin-1"))
    (tmp_path / "tsa-root.pem").write_bytes(authority.root.read_bytes())
    commands = re.findall(r"^placet (verify shop\.zip .*)$", (ROOT / "docs" / "witnesses.md").read_text(), re.MULTILINE)
    told = []
    for command in commands:
        arguments = [str(tmp_path / word) if (tmp_path / word).exists() else word for word in shlex.split(command)]
        arguments = [witness.vkey if word.startswith("witness.example/") else word for word in arguments]
        done = CliRunner().invoke(cli, [*arguments, "--jobs", "1"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        told.append(done.output.splitlines()[0])
    assert told[:2] == [
        f"Last checkpoint held outside: {size} entries (kept by you).",
        f"Last checkpoint held outside: {size} entries (cosigned by witness.example/w1 at 2026-11-22T12:00:00.000Z).",
    ]
    assert told[2].startswith(f"Last checkpoint held outside: {size} entries (time-stamped by Test Time Stamping at ")


class TestWithoutAnybodyNamed:
    @pytest.fixture
    def settings_changes(self):
        return {"outside": Outside()}

    def test_it_says_which_settings_name_somebody(self, admin, store):
        store()
        page = said(admin, f"{HANDLE}/proof")
        assert "PLACET_WITNESSES" in page and "PLACET_CHECKPOINT_URLS" in page
        assert "Hand over now" not in page
        assert admin.get(f"{HANDLE}/checkpoint.txt").status_code == 200
