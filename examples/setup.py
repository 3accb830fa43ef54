"""Brings the four example sites and two accounts into a Placet installation, by its own command line.

What is there already is left as it is: an admin's edits are never overwritten.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from examples.sites import PORT, SITES, config_path, load_config

ACCOUNTS = (("admin@example.com", "admin"), ("auditor@example.com", "auditor"))
EXISTS = 3
"""Exit status of ``placet account create`` when the account is there already."""


class SetupFailed(Exception):  # noqa: N818
    """A ``placet`` command failed; its words, one or two sentences, say which, why, and where all that it said stands."""


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


Placet = Callable[..., Ran]
"""Runs ``placet`` with the arguments given."""


def make_placet(environ: dict[str, str]) -> Placet:
    """A function that runs the ``placet`` command line beside this Python, with ``environ``."""
    program = str(Path(sys.executable).with_name("placet"))

    def placet(*arguments: str) -> Ran:
        done = subprocess.run([program, *arguments], env=environ, capture_output=True, text=True, check=False)  # noqa: S603
        return Ran(done.returncode, done.stdout, done.stderr)

    return placet


def must(placet: Placet, *arguments: str) -> str:
    """Run ``placet`` and return what it printed. Raises ``SetupFailed`` when it fails."""
    ran = placet(*arguments)
    if ran.status != 0:
        raise failure(arguments, ran)
    return ran.out


def failure(arguments: Iterable[str], ran: Ran) -> SetupFailed:
    """The error for a command that failed. What it said in more than a line is kept in a temporary file, which it names."""
    everything = "\n".join(part.strip() for part in (ran.out, ran.err) if part.strip())
    sentence = f"placet {' '.join(arguments)} failed: {last_words(everything) or f'exit status {ran.status}'}"
    if "\n" not in everything:
        return SetupFailed(sentence)
    descriptor, log = tempfile.mkstemp(prefix="placet-", suffix=".log", text=True)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(everything + "\n")
    return SetupFailed(f"{sentence}\nEverything it said: {log}")


def last_words(said: str) -> str:
    """The line of a program's output that says why it failed: of a traceback the error itself, else the last line."""
    traced = said.rpartition("Traceback (most recent call last):\n")
    # What is indented belongs to the line above: places in the code, or a refused config's problems. An error of the
    # database has more lines after its first, which say less.
    lines = [line for line in traced[2].splitlines() if line and not line[0].isspace()]
    return lines[0 if traced[1] else -1].removeprefix("placet: ") if lines else ""


def set_up_sites(placet: Placet, port: int, folder: Path) -> dict[str, str]:
    """Import and publish what is missing of the example sites; their site keys by name.

    ``port`` is where the examples are served. With another than the usual one the configs are written, with that
    port, to ``folder`` first. Raises ``SetupFailed``.
    """
    there = _listed(placet)
    for name in SITES:
        if name not in there:
            must(placet, "site", "import", name, str(_config_file(name, port, folder)))
        if there.get(name, (None, None))[1] is None:
            must(placet, "site", "publish", name, "--reason", "First version of the example")
    keys = {name: key for name, (key, _) in _listed(placet).items() if key}
    return {name: keys[name] for name in SITES}


def strangers(placet: Placet, port: int) -> list[str]:
    """The example sites whose draft does not list the origin at which they are served now."""
    exported = {name: yaml.safe_load(must(placet, "site", "export", name)) for name in SITES}
    return [name for name in SITES if load_config(name, port)["origins"][0] not in exported[name]["origins"]]


def set_up_accounts(placet: Placet) -> dict[str, str | None]:
    """Make the two accounts; their passwords by e-mail address, ``None`` where the account was there already."""
    passwords: dict[str, str | None] = {}
    for email, role in ACCOUNTS:
        ran = placet("account", "create", email, "--role", role, "--print-password")
        if ran.status not in (0, EXISTS):
            raise failure(("account", "create", email), ran)
        passwords[email] = ran.out.strip() if ran.status == 0 else None
    return passwords


def _listed(placet: Placet) -> dict[str, tuple[str | None, int | None]]:
    rows = json.loads(must(placet, "site", "list", "--json"))
    return {row["handle"]: (row["key"], row["version"]) for row in rows}


def _config_file(name: str, port: int, folder: Path) -> Path:
    if port == PORT:
        return config_path(name)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(load_config(name, port), allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file
