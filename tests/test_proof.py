"""Every command of docs/proof.md is run, on a record that has what the page speaks of."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import data
from app.cli import cli
from app.core import bundle as names
from app.core.canonical import sha256_hex
from app.core.notices import make_notice, site_texts
from app.schemas.config import parse_config
from examples import load_config
from tests.support.bundles import BundleBuilder, zip_of
from tests.support.plain_site import in_german_too

PAGE = Path(__file__).parent.parent / "docs" / "proof.md"
COMMANDS = [
    line.partition("  #")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for line in block.splitlines()
]
# What the answer to a command must hold, so that the page promises nothing that it does not show.
SHOWN = {
    "placet verify bundle.zip --against kept-checkpoint.txt": "kept",
    "placet show bundle.zip 12": "Accept all",
    "placet show bundle.zip 13": "withdrawn",
    "placet show bundle.zip 14": "method        gpc",
    "placet show bundle.zip 15": "the notice in de under in",
    "placet statements bundle.zip --kind config-published": '"ask_again":false',
    "placet statements bundle.zip --kind receipts-removed": "retention P3Y",
    "placet statements bundle.zip --kind widget-released": "builds",
    "placet statements bundle.zip --kind banner-pictured": '"width":390',
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a bundle, and a checkpoint that somebody kept when the log was shorter."""
    log = BundleBuilder()
    log.begin()
    config = load_config("saas-console")
    in_german_too(config)
    regimes, texts = data.load_regimes(), data.load_texts()
    document, _ = parse_config(config, regimes, texts)

    def notice(lang, regime_id):
        regime = regimes.get(regime_id)
        return log.keep(
            names.notice_name,
            make_notice(document, regime, lang, site_texts(document, lang, texts, regime), site=log.site),
        )

    shown = {"lang": "en", "sha256": notice("en", "eu")}
    published = {"version": 1, "sha256": log.config(1), "ask_again": False, "reason": "first", "by": "ada@example.org"}
    log.statement("config-published", {**published, "effective_at": "2026-03-01T12:00:00.000Z"})
    picture = {"sha256": sha256_hex(b"png"), "regime": "eu", "lang": "en", "width": 390, "scheme": "light"}
    log.documents[names.picture_name(picture["sha256"])] = b"png"
    log.statement("banner-pictured", {"version": 1, "pictures": [picture]})
    while len(log.entries) < 12:
        log.receipt(notice=shown)
    kept = log.checkpoint()
    log.receipt(notice=shown)
    nothing = {"necessary": True, "analytics": False}
    log.receipt(notice=shown, event="withdrawn", method="preferences:reject-all", choices=nothing)
    log.receipt(notice=shown, event="refused", method="gpc", choices=nothing)
    log.receipt(notice={"lang": "de", "sha256": notice("de", "in")}, regime="in")
    log.remove((7, 7), by="operator", rule="retention P3Y")
    folder = tmp_path_factory.mktemp("proof")
    (folder / "bundle.zip").write_bytes(zip_of(log.files()))
    (folder / "kept-checkpoint.txt").write_text(kept)
    return folder


def test_the_page_has_commands_and_each_is_known_here():
    assert set(COMMANDS) == SHOWN.keys()


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_each_command_shows_what_the_page_says(folder, command, monkeypatch):
    monkeypatch.chdir(folder)
    program, *arguments = shlex.split(command)
    assert program == "placet"
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    assert SHOWN[command] in done.output
