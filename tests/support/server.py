"""Placet as its operator runs it: gunicorn in a process of its own, on a free port, stopped or killed at will."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.types import WSGIApplication

import yaml
from werkzeug.serving import make_server

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 30
COMMANDS = """
import json, sys
from app.cli import cli
for command in json.loads(sys.argv[1]):
    cli(command, standalone_mode=False)
"""


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(application: WSGIApplication, port: int) -> Iterator[None]:
    """Serve a test's own pages on a port of loopback, many at once."""
    server = make_server("127.0.0.1", port, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))  # how soon it sees that it is to stop
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Server:
    """A gunicorn; ``start`` returns when /readyz answers, ``kill`` is ``kill -9`` of all its processes."""

    def __init__(self, environ: dict[str, str], log: Path, port: int | None = None, workers: int = 2) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PLACET_", "DATABASE_URL"))},
            "PLACET_BIND": f"127.0.0.1:{self.port}",
            "PLACET_PUBLIC_URL": self.url,
            "WEB_CONCURRENCY": str(workers),
            "PLACET_CHROMIUM": "none",
            **environ,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def placet(self, *arguments: str) -> str:
        """Run the ``placet`` command with the server's settings and return what it printed."""
        return self.python("from app.cli import main; main()", *arguments)

    def publish(self, configs: dict[str, dict]) -> dict[str, str]:
        """Prepare and publish sites, whose configs are given by handle; returns the keys of all sites by handle.

        With the operator's commands, but all in one process: to begin one takes longer than what it does.
        """
        commands = [["prepare"]]
        for handle, config in configs.items():
            file = Path(self._environ["PLACET_DATA"]) / f"{handle}.yaml"
            file.write_text(yaml.safe_dump(config))
            commands.append(["site", "import", handle, str(file)])
            commands.append(["site", "publish", handle, "--reason", "end-to-end tests", "--urgency", "law"])
        said = self.python(COMMANDS, json.dumps([*commands, ["site", "list", "--json"]]))
        return {row["handle"]: row["key"] for row in json.loads(said.splitlines()[-1])}

    def python(self, script: str, *arguments: str) -> str:
        """Run Python with the server's settings and return what it printed."""
        command = [sys.executable, "-c", script, *arguments]
        done = subprocess.run(command, env=self._environ, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "wsgi:app"],
                cwd=ROOT,
                env=self._environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        waited = threading.Event()
        for _ in range(PATIENCE_SECONDS * 20):
            if self._process.poll() is not None:
                break
            if self.answers():
                return
            waited.wait(0.05)
        raise AssertionError(f"the server did not start:\n{self._log.read_text()}")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """End every process at once, as a power cut would."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator does."""
        self._signal(signal.SIGTERM)

    def freeze(self, frozen: bool) -> None:
        """Make it accept connections and never answer, or go on."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP if frozen else signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, number)
        self._process.wait(PATIENCE_SECONDS)
        self._process = None
