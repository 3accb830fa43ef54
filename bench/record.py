"""Run by ``bench.run`` in a process of its own, with the server's settings: fills the record, and reads all of it.

python -m bench.record fill HANDLE COUNT SECONDS BODY
python -m bench.record export|bundle HANDLE FILE
python -m bench.record verify FILE JOBS
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from sqlalchemy.orm import Session

from app.commands.verify import Workers
from app.core.bundle import ZipBundle
from app.core.checkpoint import open_checkpoint
from app.core.note import vkey
from app.core.receipt import Context
from app.core.verify import verify_bundle
from app.db import begin_snapshot, db
from app.factory import create_app
from app.models import Site
from app.schemas.receipt import parse_claim
from app.services.bundles import write_bundle
from app.services.citations import find_offer
from app.services.exports import Selection, jsonl
from app.services.receipts import Stored, Submission, store_batch
from app.services.sites import find_site_by_handle
from app.services.translog import read_checkpoint
from app.services.writer import MAX_BATCH
from app.web.runtime import EXTENSION, Runtime
from bench.traffic import new_id


def fill(handle: str, count: str, seconds: str, body: str) -> dict[str, Any]:
    """Store up to ``count`` receipts like ``body`` in full batches, for at most ``seconds``."""
    with _opened(handle) as (here, session, site):
        claim = parse_claim(Path(body).read_bytes())
        regime = here.regimes.for_visitor("location", "DE", None)
        offer = find_offer(session, site.id, claim.config_version, regime)
        context = Context(regime.id, "DE", None, "header", False, regime.gpc, True)
        site_id, key, wanted, stored = site.id, site.key, int(count), 0
        meter = _Meter()
        while stored < wanted and meter.seconds < float(seconds):
            batch = [
                Submission(site_id, key, replace(claim, id=new_id(), secret=os.urandom(16)), offer, context)
                for _ in range(min(MAX_BATCH, wanted - stored))
            ]
            done = store_batch(session, batch, keys=here.keys, now=datetime.now(UTC), random_bytes=os.urandom)
            if not all(isinstance(outcome, Stored) for outcome in done):
                raise SystemExit(f"not stored: {done[0]!r}")
            stored += len(done)
        return {"rows": stored, **meter.read()}


def export(handle: str, file: str) -> dict[str, Any]:
    """Write all receipts as JSON lines, as the auditor's download does."""
    with _opened(handle) as (_, session, site), Path(file).open("wb") as out:
        meter = _Meter()
        rows = 0
        for lines in jsonl(session, site, Selection()):
            out.write(lines)
            rows += lines.count(b"\n")
        return {"rows": rows, **meter.read()}


def bundle(handle: str, file: str) -> dict[str, Any]:
    """Write the bundle; ``rows`` are the log's entries."""
    with _opened(handle) as (here, session, site), Path(file).open("wb") as out:
        note = read_checkpoint(begin_snapshot(session), site.id)
        rows = open_checkpoint(note, vkey(site.log_origin, here.keys.log[-1])).size
        meter = _Meter()
        write_bundle(session, site, out, keys=here.keys, now=datetime.now(UTC))
        return {"rows": rows, **meter.read()}


def verify(file: str, jobs: str) -> dict[str, float]:
    """Verify the bundle as ``placet verify`` does; processor time and memory are those of all its processes."""
    meter = _Meter()
    with ZipBundle(Path(file)) as files, Workers(int(jobs)) as workers:
        report = verify_bundle(files, spread=workers.spread)
    if not report.ok:
        raise SystemExit(report.to_text())
    work, helped = meter.read(), getrusage(RUSAGE_CHILDREN)
    work["cpu"] += helped.ru_utime + helped.ru_stime
    work["peak_mb"] += int(jobs) * helped.ru_maxrss * 1024 / 1e6  # at most: the largest of them, as often as there are
    return work


@contextmanager
def _opened(handle: str) -> Iterator[tuple[Runtime, Session, Site]]:
    app = create_app()
    with app.app_context(), Session(db.engine) as session:
        yield app.extensions[EXTENSION], session, find_site_by_handle(session, handle)


class _Meter:
    """Time, processor time and peak memory from here on."""

    def __init__(self) -> None:
        # 5: forget the peak so far (proc(5)). Starting up takes more than the work: hashing one password alone takes 64 MiB.
        Path("/proc/self/clear_refs").write_text("5")
        self._begin, self._cpu = time.perf_counter(), time.process_time()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._begin

    def read(self) -> dict[str, float]:
        seconds, cpu = self.seconds, time.process_time() - self._cpu
        status = Path("/proc/self/status").read_text().splitlines()
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        return {"seconds": seconds, "cpu": cpu, "peak_mb": peak * 1024 / 1e6}


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    works: dict[str, Callable[..., dict[str, Any]]] = {
        "fill": fill,
        "export": export,
        "bundle": bundle,
        "verify": verify,
    }
    print(json.dumps(works[name](*arguments)))
