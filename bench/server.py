"""A gunicorn to measure: as ``gunicorn.conf.py`` says, on a free port, with what /proc tells about its processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import ask

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 30
TICKS = os.sysconf("SC_CLK_TCK")
_READY = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Memory:
    """One worker's memory in MB (10**6 bytes): resident, and its proportional share of what processes share."""

    resident: float
    proportional: float


class Server:
    """gunicorn serving ``app`` (``module:name``), by as many workers as ``workers`` says, on the given ``cores``."""

    def __init__(self, app: str, environ: dict[str, str], log: Path, workers: int, cores: set[int]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PLACET_", "DATABASE_URL"))},
            "PLACET_BIND": f"127.0.0.1:{self.port}",
            "PLACET_PUBLIC_URL": self.url,
            "WEB_CONCURRENCY": str(workers),
            **environ,
        }
        self._app, self._log, self._cores = app, log, cores
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        with self._log.open("ab") as log, _on(self._cores):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", self._app], cwd=ROOT, env=self.environ, stdout=log, stderr=log
            )
        patience = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > patience:
                self.__exit__()
                raise RuntimeError(f"gunicorn did not start:\n{self._log.read_text()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        assert self._process is not None
        pid = self._process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def cpu_seconds(self) -> float:
        """Return the processor time that the workers have used so far, user and system."""
        return sum(_cpu_seconds(pid) for pid in self.workers())

    def memory(self) -> list[Memory]:
        """Return each worker's memory, the largest first."""
        return sorted((_memory(pid) for pid in self.workers()), key=lambda memory: memory.resident, reverse=True)

    def run(self, *command: str) -> str:
        """Run Python with these arguments and the server's settings, on its cores, and return what it printed."""
        with _on(self._cores):
            done = subprocess.run(
                [sys.executable, *command], env=self.environ, cwd=ROOT, capture_output=True, text=True, check=False
            )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr or done.stdout}")
        return done.stdout.strip()

    def placet(self, *arguments: str) -> str:
        """Run the ``placet`` command."""
        return self.run("-c", "from app.cli import main; main()", *arguments)

    def _answers(self) -> bool:
        try:
            return ask(self.port, _READY).status == 200
        except OSError:
            return False


def busy_seconds() -> float:
    """Return the processor time that all processes of this machine have used since it started."""
    user, nice, system, _idle, _iowait, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split()[1:11])
    return (user + nice + system + irq + softirq) / TICKS


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """Start processes on ``cores``: they inherit where this one may run."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory(pid: int) -> Memory:
    rows = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    kilobytes = {row[0].rstrip(":"): int(row[1]) for row in rows}
    return Memory(kilobytes["Rss"] * 1024 / 1e6, kilobytes["Pss"] * 1024 / 1e6)
