"""``placet verify`` as it is called: exit codes, JSON, several processes, progress."""

import io
import json
import os
import pty
import select
import subprocess
import sys

import pytest
from click.testing import CliRunner

from app.commands.verify import Workers, verify
from app.core import bundle, verify_lines
from app.core.bundle import ENTRIES, RECEIPTS, ZipBundle, line_bytes
from app.core.verify import verify_bundle
from app.services.timestamps import request_timestamp
from tests.support.authority import Authority
from tests.support.bundle_files import witness
from tests.support.bundles import BundleBuilder, with_lines, zip_of


@pytest.fixture(scope="module")
def log():
    """A log with 60 receipts."""
    log = BundleBuilder()
    log.begin()
    log.publish_whole(1)
    for _ in range(60):
        log.receipt()
    return log


@pytest.fixture
def call(tmp_path):
    """Call the command with a bundle's files and options; return exit code, what it printed, and its errors."""

    def run(files, *options):
        file = tmp_path / "bundle.zip"
        file.write_bytes(zip_of(files))
        done = CliRunner().invoke(verify, [str(file), *map(str, options)])
        return done.exit_code, done.stdout, done.stderr

    return run


@pytest.fixture
def small_blocks(monkeypatch):
    """Cut lines into blocks of a few, so that there is something to spread."""
    monkeypatch.setattr(bundle, "_CHUNK_BYTES", 3000)
    monkeypatch.setattr(verify_lines, "BLOCK_BYTES", 3000)


def test_a_bundle_that_holds_is_0_and_says_first_what_was_held_outside(call, log):
    code, out, errors = call(log.files())
    assert (code, errors) == (0, "")
    assert out.startswith("No checkpoint held outside was compared: against the operator nothing here is proven.\n\n")


def test_a_bundle_that_does_not_hold_is_1(call, log):
    code, out, _ = call(with_lines(log, RECEIPTS, lambda lines: lines[1:]))
    assert code == 1
    assert "THE BUNDLE DOES NOT HOLD" in out


def test_what_is_no_zip_is_1(tmp_path):
    file = tmp_path / "bundle.zip"
    file.write_text("no zip")
    assert CliRunner().invoke(verify, [str(file)]).exit_code == 1


@pytest.mark.parametrize(
    "options",
    [["--vkey", "x"], ["--witness", "x"], ["--against", "nowhere"], ["--jobs", "0"], ["--tsa-roots", "nowhere"]],
)
def test_called_wrongly_is_2(call, log, options):
    assert call(log.files(), *options)[0] == 2


def test_everything_that_is_held_outside_can_be_given_at_once(tmp_path, call):
    log = BundleBuilder()
    log.begin()
    log.publish_whole(1)
    authority = Authority(tmp_path / "authority")
    stamp = authority.answer(request_timestamp(log.checkpoint(3)).body)
    log.keep_checkpoint(3, timestamps=[stamp])
    log.keep_checkpoint(4, witnesses=["one.example"])
    kept = [tmp_path / "one", tmp_path / "two"]
    for size, path in enumerate(kept):
        path.write_text(log.checkpoint(size))
    options = ["--against", kept[0], "--against", kept[1], "--vkey", log.vkey.strip()]
    options += ["--witness", witness("one.example"), "--tsa-roots", authority.root]
    code, out, _ = call(log.files(), *options)
    assert code == 0, out
    assert out.startswith(
        "Last checkpoint held outside: 4 entries (cosigned by one.example at 2026-03-01T12:00:04.000Z)."
    )
    log.kept.pop()
    code, out, _ = call(log.files(), *options[:6], *options[8:])
    assert code == 0
    assert out.startswith("Last checkpoint held outside: 3 entries (time-stamped by Test Time Stamping at 20")
    other = Authority(tmp_path / "other", "Somebody Else")
    assert call(log.files(), "--tsa-roots", other.root)[0] == 1


def test_json_is_all_of_it_and_nothing_else(call, log):
    code, out, errors = call(with_lines(log, RECEIPTS, lambda lines: lines[1:]), "--json")
    told = json.loads(out)
    assert (code, errors, told["ok"], told["outside"]) == (1, "", False, None)
    assert told["failures"][0] == {
        "check": "coverage",
        "message": told["failures"][0]["message"],
        "file": None,
        "index": 4,
    }
    assert told["failure_count"] == len(told["failures"])
    assert told["statements"] == {"config-published": 1, "key-added": 2, "widget-released": 1}


def _damaged(log):
    """The bundle in many ways at once wrong, and each way alone."""

    def change(lines):
        one, two = json.loads(lines[3]), json.loads(lines[4])
        lines[3] = line_bytes(one["index"], two["jws"])
        lines[7] = lines[7][:500] + (b"A" if lines[7][500:501] != b"A" else b"B") + lines[7][501:]
        lines[9] = b"nonsense\n"
        return [*lines[:11], *lines[12:30], lines[29], *lines[30:], b"cut off"]

    entries = log.files()
    entries[ENTRIES] = entries[ENTRIES][:-32]
    return [log.files(), with_lines(log, RECEIPTS, change), log.seal(entries), {**log.files(), "jwks.json": b"{}"}]


@pytest.mark.usefixtures("small_blocks")
def test_several_processes_find_exactly_what_one_finds(log):
    for files in _damaged(log):
        packed = zip_of(files)
        reports = []
        for jobs in (1, 3):
            with ZipBundle(io.BytesIO(packed)) as opened, Workers(jobs) as workers:
                reports.append(verify_bundle(opened, spread=workers.spread).to_json())
        assert reports[0] == reports[1]
        assert reports[0]["ok"] == (files is not None and reports[0]["failure_count"] == 0)


TESTS = os.getpid()


def end(block):
    """End the process that helps, as one that the system has killed."""
    if os.getpid() != TESTS:
        os._exit(9)
    return verify_lines.open_block(block)


@pytest.mark.usefixtures("small_blocks")
def test_a_process_that_dies_is_told_and_the_exit_code_is_3(call, log, monkeypatch):
    monkeypatch.setattr("app.core.verify_record.open_block", end)
    code, out, errors = call(log.files(), "--jobs", 2)
    assert (code, out) == (3, "")
    assert "a process that helped has ended before its work was done" in errors
    assert "--jobs 1" in errors


@pytest.mark.usefixtures("small_blocks")
def test_an_interruption_is_told_and_the_exit_code_is_3(call, log, monkeypatch):
    def interrupt(block):
        raise KeyboardInterrupt

    monkeypatch.setattr("app.core.verify_record.open_block", interrupt)
    code, out, errors = call(log.files(), "--jobs", 1)
    assert (code, out) == (3, "")
    assert "interrupted; of the bundle nothing is known" in errors


def test_progress_is_shown_on_a_terminal_only(tmp_path, log):
    """In a process of its own, whose errors go to a terminal and whose report does not."""
    file = tmp_path / "bundle.zip"
    file.write_bytes(zip_of(log.files()))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from app.cli import main; main()", "verify", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        out = process.stdout.read().decode()
        process.wait()
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # the other end of a terminal is closed
        pass
    os.close(ours)
    assert process.returncode == 0
    assert out.startswith("No checkpoint held outside")
    assert b"receipts" in shown and b"100%" in shown


IDLE_WORKERS = """
import sys
from app.commands.verify import Workers
with Workers(2) as workers:
    print(*set(workers.spread(eval, ["__import__('os').getpid()"] * 40)), flush=True)
    sys.stdin.read()
"""


def test_workers_end_when_the_command_is_killed():
    command = [sys.executable, "-c", IDLE_WORKERS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert pids
        # A descriptor of a process becomes readable when it has ended.
        waiting = [os.pidfd_open(pid) for pid in pids]
        process.kill()
        for descriptor in waiting:
            assert select.select([descriptor], [], [], 20)[0], "a worker lives on"
            os.close(descriptor)
