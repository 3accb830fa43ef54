import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from app.settings import read_settings
from examples import SITES, processes
from examples.processes import ChildDied, check_alive, start, stop_all, wait_until_answers
from examples.run import CannotStart, check_builds, check_ports, commands, greeting, plan_from
from examples.setup import Ran, SetupFailed, must, set_up_accounts, set_up_sites, strangers
from examples.sites import SITES_FILE, load_config

ROOT = Path(__file__).parent.parent.parent


class FakePlacet:
    """Stands in for the command line: keeps sites and accounts, notes every command."""

    def __init__(self):
        self.sites = {}
        self.accounts = set()
        self.commands = []

    def __call__(self, *arguments):
        self.commands.append(arguments)
        match arguments:
            case ("site", "list", "--json"):
                return Ran(0, json.dumps(list(self.sites.values())), "")
            case ("site", "import", handle, file):
                origins = yaml.safe_load(Path(file).read_text())["origins"]
                self.sites[handle] = {"handle": handle, "key": f"s_{handle}", "version": None, "origins": origins}
            case ("site", "publish", handle, "--reason", _):
                self.sites[handle]["version"] = 1
            case ("site", "export", handle):
                return Ran(0, yaml.safe_dump({"origins": self.sites[handle]["origins"]}), "")
            case ("account", "create", email, *_):
                if email in self.accounts:
                    return Ran(3, "", "placet: there is one already")
                self.accounts.add(email)
                return Ran(0, "a-password\n", "")
        return Ran(0, "", "")

    def count(self, *beginning):
        return sum(command[: len(beginning)] == beginning for command in self.commands)


@pytest.fixture
def placet():
    return FakePlacet()


def test_the_sites_are_imported_and_published_once(placet, tmp_path):
    keys = set_up_sites(placet, 8001, tmp_path)
    assert keys == {name: f"s_{name}" for name in SITES}
    assert (placet.count("site", "import"), placet.count("site", "publish")) == (4, 4)
    assert set_up_sites(placet, 8001, tmp_path) == keys
    assert (placet.count("site", "import"), placet.count("site", "publish")) == (4, 4)


def test_a_first_run_that_was_cut_short_is_finished_without_a_second_import(placet, tmp_path):
    set_up_sites(placet, 8001, tmp_path)
    placet.sites["workflow-platform"]["version"] = None
    set_up_sites(placet, 8001, tmp_path)
    assert (placet.count("site", "import"), placet.count("site", "publish")) == (4, 5)


def test_on_another_port_the_configs_are_imported_with_that_port(placet, tmp_path):
    set_up_sites(placet, 9001, tmp_path)
    assert placet.sites["saas-console"]["origins"] == ["http://saas-console.localhost:9001"]
    written = yaml.safe_load((tmp_path / "saas-console.yaml").read_text())
    assert written == load_config("saas-console", 9001)


def test_a_later_run_on_another_port_is_noticed(placet, tmp_path):
    set_up_sites(placet, 8001, tmp_path)
    assert strangers(placet, 8001) == []
    assert strangers(placet, 9001) == list(SITES)


def test_passwords_are_known_only_when_the_account_is_made(placet):
    assert set_up_accounts(placet) == {"admin@example.com": "a-password", "auditor@example.com": "a-password"}
    assert set_up_accounts(placet) == {"admin@example.com": None, "auditor@example.com": None}


def test_a_command_that_fails_is_told_with_its_own_words(tmp_path):
    with pytest.raises(SetupFailed, match=r"^placet site list --json failed: no database$"):
        set_up_sites(lambda *_: Ran(2, "", "placet: no database\n"), 8001, tmp_path)


TRACEBACK = """\
Traceback (most recent call last):
  File "a.py", line 1, in a
    connect()
    ~~~~~~~^^
OSError: refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "b.py", line 2, in b
    raise Broken from error
OperationalError: (driver) the database does not answer
[SQL: SELECT 1]
(Background on this error at: https://example.com/)
"""


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (TRACEBACK, "OperationalError: (driver) the database does not answer"),
        ("placet: that config is refused\n  name: missing\n", "that config is refused"),
        ("starting\nno room on the disk\n", "no room on the disk"),
    ],
)
def test_of_a_command_that_says_much_one_line_is_told_and_the_rest_kept(tmp_path, monkeypatch, said, sentence):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SetupFailed) as failed:
        must(lambda *_: Ran(1, "made keys\n", said), "prepare")
    (log,) = tmp_path.iterdir()
    assert str(failed.value) == f"placet prepare failed: {sentence}\nEverything it said: {log}"
    assert log.read_text() == f"made keys\n{said}"


def test_a_command_that_fails_without_a_word_is_told_with_its_status():
    with pytest.raises(SetupFailed, match=r"^placet prepare failed: exit status -9$"):
        must(lambda *_: Ran(-9, "", ""), "prepare")


def test_the_plan_is_one_that_placet_takes():
    settings = read_settings(plan_from({"PORT": "8100"}).environ)
    assert settings.development
    assert settings.public_url == "http://127.0.0.1:8100"


def test_the_environment_has_the_last_word():
    plan = plan_from({"PORT": "8100", "PLACET_DATA": "/somewhere", "PLACET_ALLOW_COUNTRY_PARAM": "0"})
    assert (plan.port, plan.examples_port, plan.api) == (8100, 8001, "http://127.0.0.1:8100")
    assert plan.environ["PLACET_ENV"] == "development"
    assert plan.environ["PLACET_ALLOW_COUNTRY_PARAM"] == "0"
    assert plan.environ[SITES_FILE] == "/somewhere/examples.json"
    assert plan_from({}).data == ROOT / "instance"


@pytest.mark.parametrize("environ", [{"PORT": "eighty"}, {"PORT": "70000"}, {"PORT": "8001"}])
def test_a_port_that_cannot_be_is_refused(environ):
    with pytest.raises(CannotStart, match="port"):
        plan_from(environ)


def test_a_port_that_is_taken_is_named_before_anything_starts():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"Port {port} is in use .* EXAMPLES_PORT="):
            check_ports(plan_from({"PORT": str(free_port()), "EXAMPLES_PORT": str(port)}))


def test_what_has_not_been_built_is_named(tmp_path):
    with pytest.raises(CannotStart, match=r"widget/dist/build\.json is missing: run `make build`"):
        check_builds(tmp_path)


def test_both_servers_listen_on_this_computer_only():
    for command in commands(plan_from({})).values():
        assert command[command.index("--bind") + 1].startswith("127.0.0.1:")


def test_the_terminal_says_addresses_logins_and_where_the_data_lies():
    plan = plan_from({"EXAMPLES_PORT": "9001"})
    words = greeting(plan, {"admin@example.com": "secret-1", "auditor@example.com": "secret-2"}, [])
    for expected in (
        "http://saas-console.localhost:9001/",
        "http://inbox.localhost:9001/",
        "http://127.0.0.1:8000/admin/",
    ):
        assert expected in words
    assert "secret-1" in words
    assert "shown only now" in words
    assert str(ROOT / "instance") in words
    again = greeting(plan, {"admin@example.com": None, "auditor@example.com": None}, ["saas-console"])
    assert "reset-password EMAIL" in again
    assert "saas-console do not list the origin" in again


def test_a_program_that_ends_is_named_with_its_exit_status():
    child = start("the examples", [sys.executable, "-c", "raise SystemExit(3)"], os.environ)
    child.process.wait()
    with pytest.raises(ChildDied, match="the examples ended with exit status 3"):
        check_alive([child])
    with pytest.raises(ChildDied, match="exit status 3"):
        wait_until_answers("http://127.0.0.1:9/", [child], 5)


WAITS = "import signal, sys; print('up', flush=True); signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"


@pytest.mark.parametrize(("program", "ends_by"), [(WAITS, signal.SIGTERM), (DEAF, signal.SIGKILL)])
def test_stopping_ends_every_program_also_one_that_does_not_listen(program, ends_by):
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"up\n"
    stop_all([processes.Child("it", process)], grace=0.2)
    process.stdout.close()
    assert process.returncode == -ends_by


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.e2e
def test_it_runs_until_ctrl_c_and_keeps_the_data(tmp_path):
    environ = {**os.environ, "PORT": str(free_port()), "EXAMPLES_PORT": str(free_port()), "PLACET_DATA": str(tmp_path)}
    environ.pop("DATABASE_URL", None)
    first, second = run_until_up_then_stop(environ), run_until_up_then_stop(environ)
    for status, said in (first, second):
        assert status == 0, said
        assert "Traceback" not in said
        assert said.endswith("Stopped. The data is kept.\n")
    assert "These passwords are shown only now." in first[1]
    assert "has an account already" in second[1]
    keys = json.loads((tmp_path / "examples.json").read_text())["sites"]
    assert list(keys) == list(SITES)


def run_until_up_then_stop(environ):
    command = [sys.executable, "-m", "examples.run"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environ, **streams) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C stops everything" in line:
                process.send_signal(signal.SIGINT)
        return process.wait(), "".join(said)
