"""``placet verify``: check an auditor's bundle offline, with all cores. It needs no server, database or settings."""

import gc
import json
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from datetime import datetime
from itertools import chain, islice
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import click

from app.core.bundle import RECEIPTS, ZipBundle
from app.core.checkpoint import parse_vkeys
from app.core.cosignature import parse_witness_key
from app.core.evidence import Evidence, StampReader
from app.core.note import NoteError
from app.core.verify import verify_bundle

FAILED, UNFINISHED = 1, 3
_FEW = 4  # pieces of work that are done before a process for them would have started
_AHEAD = 4  # pieces per process that wait or are done and not taken in yet: what memory they need is bounded

_File = click.Path(exists=True, dir_okay=False, path_type=Path)


def _one_vkey(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        _check(parse_vkeys, value)
    return value


def _witnesses(_context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for text in value:
        _check(parse_witness_key, text)
    return value


def _check(parse: Callable[[str], object], text: str) -> None:
    try:
        parse(text)
    except NoteError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.argument("bundle", type=_File)
@click.option("--against", type=_File, multiple=True, help="A checkpoint kept outside; several may be given.")
@click.option("--vkey", callback=_one_vkey, help="The log's verifier key, from where you trust it.")
@click.option("--witness", multiple=True, callback=_witnesses, help="A witness's verifier key; several may be given.")
@click.option("--tsa-roots", type=_File, help="Roots (PEM) of time stamping authorities that you trust.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that check; default: one per core.")
def verify(
    bundle: Path,
    against: tuple[Path, ...],
    vkey: str | None,
    witness: tuple[str, ...],
    tsa_roots: Path | None,
    as_json: bool,
    jobs: int | None,
) -> None:
    """Check an auditor's BUNDLE offline.

    Exit code 0: nothing failed; 1: something did not verify; 2: called wrongly; 3: it could not be finished.
    """
    kept = tuple(path.read_text(errors="replace") for path in against)
    outside = Evidence(kept, vkey, witness, _stamp_reader(tsa_roots))
    with ExitStack() as stack:
        files = stack.enter_context(ZipBundle(bundle))
        workers = stack.enter_context(Workers(jobs or _cores()))
        try:
            report = verify_bundle(
                files, outside, spread=workers.spread, on_progress=None if as_json else _show_progress(stack, files)
            )
        except BrokenProcessPool:
            click.echo(
                "placet: a process that helped has ended before its work was done; it may have been killed for want of "
                "memory. Of the bundle nothing is known: try again, or with --jobs 1.",
                err=True,
            )
            sys.exit(UNFINISHED)
        except KeyboardInterrupt:
            click.echo("placet: interrupted; of the bundle nothing is known.", err=True)
            sys.exit(UNFINISHED)
    click.echo(json.dumps(report.to_json(), indent=1) if as_json else report.to_text(), nl=as_json)
    sys.exit(0 if report.ok else FAILED)


def _cores() -> int:
    """How many cores this process may use; not every system says so, then how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """Processes that check along, made when there is enough to do for them; ``jobs`` is how many."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Workers":
        gc.disable()  # what is made of lines has no cycles, and looking for them takes some percent of the time
        return self

    def __exit__(self, *_: object) -> None:
        gc.enable()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def spread(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Do as ``map``. Raises ``BrokenProcessPool`` when a process ends before its work is done."""
        rest = iter(items)
        first = list(islice(rest, _FEW))
        if self._jobs == 1 or len(first) < _FEW:
            yield from map(work, chain(first, rest))
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._jobs, initializer=_end_with_parent)
        waiting: deque[Any] = deque()
        for item in chain(first, rest):
            waiting.append(self._pool.submit(work, item))
            if len(waiting) >= self._jobs * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _end_with_parent() -> None:
    """Let a worker end when the command is killed: it would wait for work for ever."""
    gc.disable()
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _show_progress(stack: ExitStack, files: ZipBundle) -> Callable[[int], None] | None:
    """Show on a terminal how far it is, and return what is to be told of each step; ``None`` elsewhere."""
    length = files.size(RECEIPTS)
    if not sys.stderr.isatty() or not length:
        return None
    bar = stack.enter_context(click.progressbar(length=length, label="receipts", file=sys.stderr))
    return lambda count: bar.update(count)


def _stamp_reader(roots: Path | None) -> StampReader | None:
    if roots is None:
        return None
    from app.services.timestamps import verify_timestamp

    pem = roots.read_bytes()

    def read(response: bytes, note: str) -> tuple[datetime, str]:
        stamp = verify_timestamp(response, note, pem)
        return stamp.at, stamp.by

    return read
