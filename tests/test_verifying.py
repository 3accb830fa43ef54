"""docs/verifying.md: every block of it is run, in its order, in one folder, with the tools that it names."""

import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from app.core.merkle import inclusion_proof, root_of
from tests.support.bundle_files import witness, zip_of
from tests.support.good_bundles import WITNESSES, grown

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "verifying.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks():
    return BLOCK.findall(PAGE.read_text())


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the blocks print, one after the other."""
    folder = tmp_path_factory.mktemp("verifying")
    log = grown()
    log.keep_checkpoint(12, witnesses=WITNESSES)
    (folder / "bundle.zip").write_bytes(zip_of(log.files()))
    (folder / "older-checkpoint").write_text(log.checkpoint(9))
    (folder / "witness.vkey").write_text(witness(WITNESSES[0]))
    entries = log.entries
    path = inclusion_proof(4, len(entries), lambda level, at: root_of(entries[at << level : (at + 1) << level]))
    hashes = [b64encode(item).decode() for item in path]
    proof = {"index": 4, "size": len(entries), "hashes": hashes, "checkpoint": log.checkpoint()}
    (folder / "proof.json").write_text(json.dumps(proof))
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return run(folder)


def run(folder):
    """Run all blocks: those for a shell in one shell, which calls the others where they stand on the page."""
    script = ["set -euo pipefail"]
    for number, (language, block) in enumerate(blocks()):
        script.append(f"echo '## {number}'")
        if language == "bash":
            script.append(block)
            continue
        file = folder / f"block{number}.{'mjs' if language == 'js' else 'py'}"
        file.write_text(block)
        script.append(f'{"node" if language == "js" else sys.executable} "{file}"')
    environ = {**os.environ, "INDEPENDENT": str(ROOT / "tests" / "independent")}
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=folder, env=environ, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(part.split("\n", 1) for part in done.stdout.split("## ")[1:])


def test_the_tools_that_it_names_are_here():
    assert [tool for tool in ("openssl", "jq", "sha256sum", "node", "od", "awk") if shutil.which(tool) is None] == []


def test_every_block_is_of_a_kind_that_is_run():
    assert {language for language, _ in blocks()} == {"bash", "python", "js"}
    assert PAGE.read_text().count("```") == 2 * len(blocks())


def test_every_block_says_what_it_must(said):
    wanted = [
        "the files are the manifest's",
        "Signature Verified Successfully",
        "",
        "the log begins with the 9 entries of the checkpoint that was kept",
        "",
        '"event": "given"',
        "{ analytics: true, necessary: true }",
        "{'analytics': True, 'necessary': True}",
        "the receipt stands in the log at index 4",
        "Signature Verified Successfully",
        "true",
    ]
    assert len(wanted) == len(said)
    for number, words in enumerate(wanted):
        if words:
            assert words in said[f"{number}"]
        else:
            assert said[f"{number}"] == ""


def test_of_another_receipt_the_tools_say_so(tmp_path):
    log = grown()
    receipt = log.lines["receipts.jsonl"][4]
    other = "A" if receipt[-20] != "A" else "B"
    (tmp_path / "receipt.jws").write_text(receipt[:-20] + other + receipt[-19:])
    (tmp_path / "jwks.json").write_bytes(log.files()["jwks.json"])
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    _, openssl, jose, joserfc = [block for _, block in blocks()][4:8]
    (tmp_path / "jose.mjs").write_text(jose)
    (tmp_path / "joserfc_block.py").write_text(joserfc)
    for command in (["bash", "-ec", openssl], ["node", "jose.mjs"], [sys.executable, "joserfc_block.py"]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode != 0, done.stdout
