"""``python -m examples.run``, what ``make run`` starts: Placet and the four example sites, until Ctrl-C.

Environment: ``PORT`` (8000) and ``EXAMPLES_PORT`` (8001) move the two servers; every ``PLACET_…`` setting and
``DATABASE_URL`` reach Placet, with defaults for development.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from examples import processes
from examples.processes import Child, ChildDied, Ended
from examples.setup import SetupFailed, make_placet, must, set_up_accounts, set_up_sites, strangers
from examples.sites import PORT, SITES, SITES_FILE, load_config, origin_of

ROOT = Path(__file__).parent.parent
READY_SECONDS = 60.0


class CannotStart(Exception):  # noqa: N818
    """Something outside is in the way; the words say what, and what helps."""


@dataclass(frozen=True)
class Plan:
    """Where everything is to run. ``environ`` is what the programs get."""

    port: int
    examples_port: int
    api: str
    data: Path
    environ: dict[str, str]


def plan_from(environ: Mapping[str, str]) -> Plan:
    """What the environment asks for, with our defaults. Raises ``CannotStart`` for a port that is none."""
    port, examples_port = _port(environ, "PORT", 8000), _port(environ, "EXAMPLES_PORT", PORT)
    if port == examples_port:
        raise CannotStart(f"PORT and EXAMPLES_PORT are both {port}; the two servers need a port each.")
    given = {
        "PLACET_ENV": "development",
        "PLACET_ALLOW_COUNTRY_PARAM": "1",
        "PLACET_DATA": "instance",
        "PLACET_PUBLIC_URL": f"http://127.0.0.1:{port}",
        **environ,
    }
    data = (ROOT / given["PLACET_DATA"]).absolute()
    given.update({"PLACET_DATA": str(data), SITES_FILE: str(data / "examples.json")})
    return Plan(port, examples_port, given["PLACET_PUBLIC_URL"].rstrip("/"), data, given)


def check_ports(plan: Plan) -> None:
    """Raise ``CannotStart`` when one of the two ports is taken."""
    for name, port in (("PORT", plan.port), ("EXAMPLES_PORT", plan.examples_port)):
        if not processes.port_is_free(port):
            raise CannotStart(
                f"Port {port} is in use by another program. End that one, or choose another port: "
                f"{name}={port + 100} make run"
            )


def check_builds(root: Path = ROOT) -> None:
    """Raise ``CannotStart`` when the widget or the trackers from npm have not been built."""
    for built in ("widget/dist/build.json", "examples/static/vendor/recorder.js"):
        if not (root / built).exists():
            raise CannotStart(f"{built} is missing: run `make build` first, or `make run`, which does.")


def set_up(plan: Plan) -> tuple[dict[str, str | None], list[str]]:
    """Bring database, sites and accounts up to date and write the file that the examples' server reads.

    Returns the accounts' passwords (``None``: it was there already) and the sites whose config knows another port.
    """
    placet = make_placet(plan.environ)
    must(placet, "prepare")
    keys = set_up_sites(placet, plan.examples_port, plan.data / "examples")
    elsewhere = strangers(placet, plan.examples_port)
    passwords = set_up_accounts(placet)
    found = {"api": plan.api, "port": plan.examples_port, "sites": keys}
    (plan.data / "examples.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return passwords, elsewhere


def commands(plan: Plan) -> dict[str, list[str]]:
    """The two servers' command lines by name."""
    gunicorn = [sys.executable, "-m", "gunicorn"]
    quiet = ["--log-level", "warning"]
    examples = ["--workers", "1", "--threads", "16", "--bind", f"127.0.0.1:{plan.examples_port}"]
    return {
        "Placet": [*gunicorn, "-c", "gunicorn.conf.py", *quiet, "--bind", f"127.0.0.1:{plan.port}", "wsgi:app"],
        "the examples": [*gunicorn, *quiet, *examples, "examples.app:from_environment()"],
    }


def greeting(plan: Plan, passwords: Mapping[str, str | None], elsewhere: list[str]) -> str:
    """What the terminal says once everything runs."""
    lines = ["", "Placet is running.", ""]
    lines += [f"  {load_config(name)['name']:22}{origin_of(name, plan.examples_port)}/" for name in SITES]
    lines += [
        f"  {'all four':22}http://127.0.0.1:{plan.examples_port}/",
        f"  {'tracker inbox':22}{origin_of('inbox', plan.examples_port)}/",
        f"  {'desk':22}{plan.api}/admin/",
        "",
    ]
    for email, password in passwords.items():
        lines.append(f"  {email:22}{password or 'has an account already'}")
    if all(passwords.values()):
        lines.append("  These passwords are shown only now.")
    else:
        lines.append(
            "  A new password: PLACET_ENV=development .venv/bin/placet account reset-password EMAIL --print-password"
        )
    if elsewhere:
        lines += [
            "",
            f"  The configs of {', '.join(elsewhere)} do not list the origin above, so no receipt will be taken from it:",
            "  add it in the desk and publish, or set EXAMPLES_PORT to the port that they list.",
        ]
    return "\n".join([*lines, "", f"  Data and keys lie in {plan.data}. Ctrl-C stops everything.", ""])


def run(plan: Plan) -> None:
    """Set up, start both servers and watch them until ``Ended``. Raises what stands in the way."""
    check_ports(plan)
    check_builds()
    _say("Preparing the database and the example sites …")
    passwords, elsewhere = set_up(plan)
    children: list[Child] = []
    try:
        for name, command in commands(plan).items():
            children.append(processes.start(name, command, plan.environ))
        processes.wait_until_answers(f"http://127.0.0.1:{plan.port}/readyz", children, READY_SECONDS)
        index = f"http://127.0.0.1:{plan.examples_port}/"
        processes.wait_until_answers(index, children, READY_SECONDS)
        _say(greeting(plan, passwords, elsewhere))
        while True:
            processes.check_alive(children)
            time.sleep(0.5)
    finally:
        processes.ignore_signals()
        processes.stop_all(children)


def main() -> int:
    """Run until somebody ends it. Exit status 0 after Ctrl-C, 1 when something failed."""
    os.chdir(ROOT)
    processes.raise_on_signals()
    try:
        run(plan_from(os.environ))
    except Ended:
        _say("\nStopped. The data is kept.")
        return 0
    except (CannotStart, SetupFailed, ChildDied) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def _say(words: str) -> None:
    print(words, flush=True)


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    given = environ.get(name) or str(default)
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise CannotStart(f"{name} is {given!r}; it must be a port, 1 to 65535.")
    return int(given)


if __name__ == "__main__":
    raise SystemExit(main())
