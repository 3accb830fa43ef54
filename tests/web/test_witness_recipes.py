"""What docs/witnesses.md tells an outsider to do is done here, word for word."""

import re
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.cli import cli
from app.core.checkpoint import open_checkpoint
from app.core.cosignature import cosign, parse_witness_key
from app.core.note import vkey
from app.core.outside import Address, Outside, Witness, read_outside
from app.models import Handover, Site
from app.services.handovers import hand_over
from app.services.witnesses import accept_cosignature, keep_checkpoint
from tests.support.authority import Authority
from tests.support.outside import Receiver, WitnessServer
from tests.support.server import ROOT, free_port, serving

DOC = (ROOT / "docs" / "witnesses.md").read_text()
EXAMPLE = "https://consent.example/log/s_…"


def block(kind: str, about: str) -> str:
    """The one code block of ``kind`` in the docs that has ``about`` in it."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", DOC, re.DOTALL | re.MULTILINE)
    [found] = [code for found_kind, code in blocks if found_kind == kind and about in code]
    return found


@pytest.fixture
def database_url(tmp_path, migrated_sqlite):
    path = tmp_path / "placet.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def place(session, site) -> Site:
    return session.scalars(select(Site).where(Site.key == site)).one()


@pytest.fixture
def kept(session, place, clock):
    return keep_checkpoint(session, place.id, now=clock())


@pytest.fixture
def address(app, site):
    port = free_port()
    with serving(app, port):
        yield f"http://127.0.0.1:{port}/log/{site}"


def run(script: str, folder: Path) -> str:
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def keeper(tmp_path):
    """The receiver of the docs, in a process of its own; yields its folder and port."""
    folder, port = tmp_path / "kept", free_port()
    folder.mkdir()
    (folder / "keep.py").write_text(block("python", "do_POST"))
    process = subprocess.Popen([sys.executable, "keep.py", str(port), "abc"], cwd=folder, stderr=subprocess.DEVNULL)
    pause = threading.Event()
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
        except urllib.error.HTTPError:
            break
        except OSError:
            pause.wait(0.05)
    yield folder, port
    process.terminate()
    process.wait(10)


def test_the_receiver_keeps_each_checkpoint_and_lets_none_be_replaced(keeper, session, place, kept, clock):
    folder, port = keeper
    urls = [f"http://127.0.0.1:{port}/in?token=abc", f"http://127.0.0.1:{port}/nowhere"]
    note, size = kept.note, kept.size
    outside = read_outside({"PLACET_CHECKPOINT_URLS": " ".join(urls)}, https_only=False)
    assert [one.problem for one in hand_over(session, place, size, outside, clock=clock)] == [None, "it answered 409"]
    [file] = folder.glob("*.txt")
    assert file.name == f"{place.log_origin.replace('/', '_')}-{size}.txt"
    assert file.read_text() == note

    def post(body: str) -> int:
        request = urllib.request.Request(urls[0], body.encode(), {"Content-Type": "text/plain"})
        try:
            return urllib.request.urlopen(request, timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code

    assert post(note) == 200, "again the same"
    assert post(note.replace("=", "x", 1)) == 409
    assert file.read_text() == note


def test_another_machine_fetches(address, client, site, tmp_path, here, place):
    for script in (block("sh", "date -u"), block("sh", "sed -n 2p")):
        run(script.replace(EXAMPLE, address), tmp_path)
    files = sorted(tmp_path.glob("checkpoint-*.txt"))
    assert len(files) == 2
    for file in files:
        assert open_checkpoint(file.read_text(), vkey(place.log_origin, here.keys.log[-1])).size
    size = client.get(f"/log/{site}/checkpoint").text.splitlines()[1]
    assert f"checkpoint-{size}.txt" in [file.name for file in files]


def test_openssl_verifies_the_stamp_of_a_checkpoint_that_a_witness_has_signed_too(
    address, session, place, kept, clock, tmp_path
):
    authority, receiver, port = Authority(tmp_path / "tsa"), Receiver(), free_port()
    receiver.answer = lambda body: Response(authority.answer(body))
    witness = WitnessServer("witness.example/w1", clock)
    size, line = kept.size, cosign(kept.note, witness.name, witness.key, clock())
    accept_cosignature(session, place, size, line, witnesses=[parse_witness_key(witness.vkey)], now=clock())
    with serving(receiver, port):
        tsa = Address(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/")
        assert hand_over(session, place, size, Outside(tsa=tsa), clock=clock)[0].problem is None
    stamp = session.scalars(select(Handover).where(Handover.kind == "timestamp")).one()
    (tmp_path / "shop-4.tsr").write_bytes(stamp.answer)
    shutil.copy(authority.root, tmp_path / "tsa-root.pem")
    script = block("sh", "openssl ts -verify").replace(EXAMPLE, address)
    assert f"/checkpoints/{size} " in script, "the example's log has as many entries as the docs say"
    said = run(script, tmp_path)
    assert said.startswith("Verification: OK\nTime stamp: ")
    assert line in (tmp_path / "kept.txt").read_text()
    assert line not in (tmp_path / "stamped.txt").read_text()


def test_the_setting_of_a_witness_is_one(session, place, kept, clock, here):
    [(name, value)] = re.findall(r'^([A-Z_]+)="(.*)"$', block("sh", "PLACET_WITNESSES"), re.MULTILINE)
    [example] = read_outside({name: value}, https_only=True).witnesses
    assert (example.key.name, example.url) == ("witness.example/w1", "https://witness.example")
    witness, port = WitnessServer("witness.example/w1", clock), free_port()
    witness.vkeys[kept.note.partition("\n")[0]] = vkey(place.log_origin, here.keys.log[-1])
    with serving(witness, port):
        outside = Outside(witnesses=(Witness(parse_witness_key(witness.vkey), f"http://127.0.0.1:{port}"),))
        assert hand_over(session, place, kept.size, outside, clock=clock)[0].problem is None


def test_what_cron_and_systemd_run_is_a_command(tmp_path):
    cron = block("", "* * * *")
    assert re.fullmatch(r"15 \* \* \* \* placet (.*)\n", cron)
    unit = block("ini", "[Service]")
    for line in (cron, unit):
        [command] = re.findall(r"/srv/placet/\.venv/bin/placet ([a-z]+)", line)
        assert command in cli.commands
    settings = tmp_path / "placet.env"
    settings.write_text("PLACET_X='a b'\n")
    script = cron.split(" placet ", 1)[1].replace("/etc/placet.env", str(settings))
    command = "/srv/placet/.venv/bin/placet daily > /dev/null"
    assert command in script
    assert run(script.replace(command, "printenv PLACET_X"), tmp_path) == "a b\n"
