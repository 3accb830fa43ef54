"""The record as a file by command: the same bytes as at the desk, and no file of somebody's is written over."""

import json
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from app.commands import record
from app.core.bundle import ZipBundle
from app.core.verify import verify_bundle
from tests.support.world import Visitor


@pytest.fixture
def run(app, session, monkeypatch):
    @contextmanager
    def own():
        with app.app_context():
            yield app, session

    monkeypatch.setattr(record, "session", own)
    return lambda command, *arguments: CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def receipts(client, site, clock):
    ids = []
    for number in range(3):
        visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=FR").json, clock, f"visitor {number}")
        body = visitor.body(("analytics",))
        assert client.post(f"/v1/sites/{site}/receipts", json=body).status_code == 201
        ids.append(body["id"])
        clock.advance(days=1)
    return ids


def test_the_bundle_is_written_and_verifies(run, receipts, tmp_path):
    file = tmp_path / "bundle.zip"
    assert run(record.bundle, "saas-console", file).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0, "nobody else reads it"
    with ZipBundle(file) as files:
        report = verify_bundle(files)
        assert report.ok, report.to_text()


def test_of_some_days_only_their_receipts_are_in_it(run, receipts, tmp_path):
    file = tmp_path / "receipts.jsonl"
    said = run(record.export, "saas-console", "jsonl", file, "--from", "2026-11-23", "--to", "2026-11-23")
    assert said.exit_code == 0, said.output
    assert [json.loads(line)["payload"]["id"] for line in file.read_text().splitlines()] == [receipts[1]]


def test_it_goes_on_behind_an_index(run, receipts, tmp_path):
    whole, rest = tmp_path / "whole.jsonl", tmp_path / "rest.jsonl"
    run(record.export, "saas-console", "jsonl", whole)
    first = whole.read_bytes().splitlines(keepends=True)[0]
    run(record.export, "saas-console", "jsonl", rest, "--after", json.loads(first)["index"])
    assert first + rest.read_bytes() == whole.read_bytes()


def test_a_file_that_is_there_is_left_as_it_is(run, receipts, tmp_path):
    file = tmp_path / "mine.zip"
    file.write_text("mine")
    for command, arguments in ((record.bundle, [file]), (record.export, ["csv", file])):
        said = run(command, "saas-console", *arguments)
        assert said.exit_code == 2
        assert "left as it is" in said.output
    assert file.read_text() == "mine"


def test_days_in_the_wrong_order_are_refused(run, receipts, tmp_path):
    said = run(record.bundle, "saas-console", tmp_path / "x.zip", "--from", "2026-11-24", "--to", "2026-11-23")
    assert said.exit_code == 2
    assert "after the last" in said.output
    assert list(tmp_path.glob("*.zip")) == []
