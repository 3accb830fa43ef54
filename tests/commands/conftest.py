import os
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli import cli
from tests.support.world import Clock

HANDLE = "saas-console"
CONFIG = Path(__file__).parent.parent.parent / "examples" / HANDLE / "config.yaml"


@pytest.fixture
def real_clock() -> Clock:
    """The time of day at which the test began: commands know no other."""
    return Clock(datetime.now(UTC))


@pytest.fixture
def placet(tmp_path, monkeypatch, migrated_sqlite, capsys):
    """Run ``placet`` for an installation of its own; returns what it printed."""
    for name in os.environ:
        if name.startswith(("PLACET_", "DATABASE_URL")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PLACET_ENV", "development")
    monkeypatch.setenv("PLACET_DATA", str(tmp_path))
    monkeypatch.setenv("PLACET_ALLOW_COUNTRY_PARAM", "1")
    monkeypatch.setenv("PLACET_CHROMIUM", "none")
    shutil.copy(migrated_sqlite, tmp_path / "placet.db")

    def run(line):
        capsys.readouterr()
        cli(shlex.split(line), standalone_mode=False)
        return capsys.readouterr().out

    return run


@pytest.fixture
def published(placet):
    """The same, prepared, with one published site."""
    placet("prepare")
    placet(f"site import {HANDLE} {CONFIG}")
    placet(f"site publish {HANDLE} --reason first --urgency law")
    return placet
