"""What is printed besides the rates: the machine, memory, and work done outside of HTTP."""

import os
import platform
import sqlite3
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench.server import Memory, Server


@dataclass(frozen=True)
class Work:
    """Something done to many rows in one process. ``peak_mb`` is that process's memory at its highest, in 10**6 bytes."""

    name: str
    rows: int
    seconds: float
    cpu: float
    peak_mb: float


def machine() -> str:
    """Describe the machine and what runs on it."""
    info = Path("/proc/cpuinfo").read_text()
    model = next((line.partition(":")[2].strip() for line in info.splitlines() if "model name" in line), "unknown CPU")
    versions = ", ".join(f"{name} {version(name)}" for name in ("gunicorn", "Flask", "SQLAlchemy", "cryptography"))
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}."
    )


def memory_lines(server: Server, yardstick: Server) -> str:
    """Say what each worker holds now."""
    return f"Memory per worker after it: Placet {_memory(server.memory())}; minimal app {_memory(yardstick.memory())}."


def _memory(workers: list[Memory]) -> str:
    return ", ".join(
        f"{worker.resident:.0f} MB resident ({worker.proportional:.0f} MB its share)" for worker in workers
    )


def work_table(works: list[Work]) -> str:
    """Return a table of works."""
    lines = [
        "| in one process | rows | rows/s | seconds | CPU µs a row | peak memory MB |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {work.name} | {work.rows:,} | {work.rows / work.seconds:,.0f} | {work.seconds:.1f} "
        f"| {work.cpu / work.rows * 1e6:.0f} | {work.peak_mb:.0f} |"
        for work in works
    ]
    return "\n".join(lines)
