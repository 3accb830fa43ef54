"""Measures Placet beside a minimal WSGI app under the same gunicorn settings, in turns, and prints Markdown.

    make bench                                   the shipped settings: 2 workers of 32 threads, client on the same cores
    make bench ARGS="--quick"                    under a minute, for a first look
    make bench ARGS="--one-core"                 one worker on core 0, the client on core 1
    scripts/with-postgres.sh make bench          PostgreSQL too

Nothing is kept: database, keys and downloads live in a temporary folder.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import HEAD, Kind, Pair, compare, noise, row
from bench.place import Place, databases
from bench.report import Work, machine, memory_lines, work_table
from bench.server import Server


def main() -> None:
    """Measure and print."""
    options = _options()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="placet-bench.") as folder:
        if options.one_core:
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        print(f"{machine()}\n\n{_setting(options)}")
        for name, url in databases(Path(folder), options.database):
            with url as address:
                _measure(name, Path(folder) / name, address, options)
    print(f"\nThe whole run took {time.monotonic() - began:.0f} s.")


def _measure(name: str, folder: Path, address: str, options: argparse.Namespace) -> None:
    folder.mkdir()
    cores = {0} if options.one_core else os.sched_getaffinity(0)
    place = Place(folder, address, options.workers, cores)
    with place.serve() as server:
        site = place.prepare(server)
        with place.yardstick(site.sizes) as yardstick:
            reads = _all(site.reads(), server, yardstick, options) if options.reads_of == name else []
            empty = _all(site.writes("nothing stored yet"), server, yardstick, options)
            filled = place.fill(server, site, options.stored, options.fill_seconds)
            full = _all(site.writes(f"{filled.rows:,} stored before"), server, yardstick, options)
            pairs = [*reads, *empty, *full]
            print(f"\n### {name}\n\n{HEAD}")
            print("\n".join(row(pair) for pair in pairs))
            print(f"\n{noise(pairs)} {memory_lines(server, yardstick)}")
        stored = sum(item.acknowledged for pair in (*empty, *full) for item in pair.ours) + filled.rows + site.stored
        print(f"\n{work_table([filled, *_record(place, server, stored)])}")


def _all(kinds: list[Kind], server: Server, yardstick: Server, options: argparse.Namespace) -> list[Pair]:
    pairs = []
    for kind in kinds:
        print(f"  {kind.name}, {kind.connections} connections …", file=sys.stderr, flush=True)
        pairs.append(compare(kind, server, yardstick, options.rounds, options.seconds))
    return pairs


def _record(place: Place, server: Server, stored: int) -> list[Work]:
    """Read the whole record. Raises ``SystemExit`` when it is not what was acknowledged."""
    print("  export, bundle, verify …", file=sys.stderr, flush=True)
    exported, bundled, verified = place.read_record(server)
    if exported.rows != stored:
        raise SystemExit(f"{stored:,} receipts were acknowledged, {exported.rows:,} are stored: something is wrong.")
    return [exported, bundled, verified]


def _setting(options: argparse.Namespace) -> str:
    where = "on core 0, the client on another" if options.one_core else "on the same cores as the client"
    return (
        f"gunicorn as in `gunicorn.conf.py`, {options.workers} worker{'s' if options.workers > 1 else ''} {where}; "
        f"{options.rounds} rounds of {options.seconds:g} s each in turns; medians (lowest–highest)."
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.2, help="how long each round lasts (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each kind (default: %(default)s)")
    parser.add_argument("--stored", type=int, default=100_000, help="receipts stored before the second writing rounds")
    parser.add_argument("--fill-seconds", type=float, default=45, help="storing those takes at most this long")
    parser.add_argument("--workers", type=int, help="gunicorn workers (default: 2; with --one-core 1)")
    parser.add_argument("--one-core", action="store_true", help="server on core 0, client on another")
    parser.add_argument(
        "--database", choices=("sqlite", "postgresql", "both"), default="both", help="postgresql: TEST_POSTGRES_URL"
    )
    parser.add_argument("--quick", action="store_true", help="one short round of each, 2,000 stored")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.rounds, options.stored = 0.5, 1, 2000
    if min(options.seconds, options.rounds, options.stored, options.fill_seconds) <= 0:
        parser.error("seconds, rounds and receipts must be above 0")
    options.workers = options.workers or (1 if options.one_core else 2)
    if options.one_core and len(os.sched_getaffinity(0)) < 2:
        parser.error("--one-core needs two cores: one for the server, one for the client")
    options.reads_of = "PostgreSQL" if options.database == "postgresql" else "SQLite"
    return options


if __name__ == "__main__":
    main()
