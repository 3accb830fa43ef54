"""The corpus of bundles, held against `placet verify` and a verifier of other people's libraries: both say the same."""

import io
import json
import subprocess
from pathlib import Path

import pytest

from app.core.bundle import ZipBundle
from app.core.evidence import Evidence
from app.core.verify import verify_bundle
from tests.support.good_bundles import good_bundles
from tests.support.tampering import tampered_bundles

CASES = (*good_bundles(), *tampered_bundles())


def by_name(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


def placet(case):
    with ZipBundle(io.BytesIO(case.zip)) as bundle:
        report = verify_bundle(bundle, Evidence(case.against, case.vkey, case.witness))
    return report.to_json()


@pytest.fixture(scope="module")
def independent(tmp_path_factory):
    """What the independent verifier reports, by case: one process for all."""
    folder = tmp_path_factory.mktemp("corpus")
    listed = []
    for number, case in enumerate(CASES):
        path = folder / f"{number}.zip"
        path.write_bytes(case.zip)
        outside = {"against": case.against, "vkey": case.vkey, "witness": case.witness}
        listed.append({"name": case.name, "zip": str(path), **outside})
    (folder / "cases.json").write_text(json.dumps(listed))
    script = Path(__file__).parent / "verify.mjs"
    command = ["node", str(script), "--cases", str(folder / "cases.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return {report["name"]: report for report in map(json.loads, done.stdout.splitlines())}


def assert_fails_as_expected(case, report):
    found = [(failure["check"], failure["index"]) for failure in report["failures"]]
    wanted = [place for place in found if place[0] == case.check and case.index in (None, place[1])]
    assert wanted, f"{case.check} at {case.index} is not among {found}"


def test_the_corpus_is_large_enough_to_mean_something():
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(good_bundles()) >= 20
    assert len(tampered_bundles()) >= 80
    every = {"files", "key", "checkpoint", "root", "older", "witness", "log", "coverage", "signatures", "contents"}
    assert {case.check for case in tampered_bundles()} == every | {"citations", "keys", "times"}


@by_name(good_bundles())
def test_a_good_bundle_holds(case, independent):
    assert placet(case)["failures"] == []
    assert independent[case.name]["failures"] == []


@by_name(CASES)
def test_receipts_in_a_row_are_told_as_each_by_itself_is(case, monkeypatch):
    together = placet(case)
    monkeypatch.setattr("app.core.verify_record.Record._take_run", lambda *_: False)
    assert placet(case) == together


@by_name(tampered_bundles())
def test_a_tampered_bundle_fails_the_check_that_it_must(case, independent):
    for report in (placet(case), independent[case.name]):
        assert not report["ok"]
        assert_fails_as_expected(case, report)


@by_name(tampered_bundles())
def test_both_name_the_same_checks(case, independent):
    theirs = independent[case.name]["failures"]
    ours = {failure["check"] for failure in placet(case)["failures"]}
    if theirs[0]["message"].startswith("the zip cannot be read"):  # its library reads a zip whole or not at all
        assert "files" in ours
    else:
        assert ours == {failure["check"] for failure in theirs}
