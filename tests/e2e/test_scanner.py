"""What a scanner for consent banners says of the example sites: 100 of 100.

It judges by words and by addresses that it knows: docs/widget.md says what that is worth. Its package asks for Node 24, and
runs on 20.
"""

import json
import os
import subprocess
from typing import Any

import pytest

from examples import SITES
from tests.e2e.conftest import CHROMIUM_ARGS
from tests.support.server import ROOT

# Wherever a page or the browser itself would like to go: only this computer answers.
NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1"
PATIENCE_SECONDS = 90
FULL_MARKS = {"consentValidity": 25, "easyRefusal": 25, "transparency": 25, "cookieBehavior": 25}
# Where it is not asked first, what an example site runs at once has an address that the scanner takes for a tracker's.
TOO_EARLY = "where the law asks for no yes"


@pytest.fixture(scope="module")
def scans(world) -> dict[str, dict[str, Any]]:
    """What the scanner found, by site: its own clicks on reject, and in a new session on accept, included."""
    urls = {site: world.url(site) for site in SITES}
    urls[TOO_EARLY] = world.url("business-automation", country="US", region="TX")
    asked = {
        "executablePath": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [*CHROMIUM_ARGS, NOWHERE_ELSE],
        "userAgent": world.turns.next(),
        "urls": list(urls.values()),
    }
    done = subprocess.run(
        ["node", ROOT / "tests" / "e2e" / "scanners" / "scan.mjs", json.dumps(asked)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(urls, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("site", SITES)
def test_the_scanner_gives_an_example_site_full_marks(scans, site):
    scan = scans[site]
    assert scan["errors"] == []
    # What it does not find it does not judge.
    assert [button["type"] for button in scan["modal"]["buttons"]] == ["accept", "reject", "preferences"]
    assert scan["compliance"]["issues"] == []
    assert (scan["compliance"]["total"], scan["compliance"]["grade"]) == (100, "A")
    assert scan["compliance"]["breakdown"] == FULL_MARKS


def test_the_scanner_would_see_a_tracker_that_runs_too_early(scans):
    found = scans[TOO_EARLY]["compliance"]
    assert "auto-consent" in {issue["type"] for issue in found["issues"]}
    assert found["breakdown"]["cookieBehavior"] < FULL_MARKS["cookieBehavior"]
