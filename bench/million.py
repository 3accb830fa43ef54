"""The whole record at a million receipts: stored, exported, bundled and verified. ``make bench-record``.

With ``--folder`` the database stays there, and is read again without being filled again.
"""

import argparse
import os
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from bench.place import Place, databases
from bench.report import machine, work_table


def main() -> None:
    """Measure, and print the tables."""
    options = _options()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() if options.folder is None else nullcontext(str(options.folder)) as folder:
        print(f"{machine()}")
        for name, url in databases(Path(folder), options.database):
            with url as address:
                _measure(name, Path(folder) / name, address, options)
    print(f"\nThe whole run took {time.monotonic() - began:.0f} s.")


def _measure(name: str, folder: Path, address: str, options: argparse.Namespace) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(folder, address, 1, os.sched_getaffinity(0))
    done = []
    if not place.filled.exists():
        with place.serve() as server:
            site = place.prepare(server)
            print(f"  {name}: storing {options.stored:,} receipts …", file=sys.stderr, flush=True)
            done.append(place.fill(server, site, options.stored, options.fill_seconds))
    print(f"  {name}: export, bundle, verify …", file=sys.stderr, flush=True)
    done += place.read_record(place.server())
    print(f"\n### {name}\n\n{work_table(done)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.million", description=__doc__.splitlines()[0])
    parser.add_argument("--stored", type=int, default=1_000_000, help="receipts (default: %(default)s)")
    parser.add_argument("--fill-seconds", type=float, default=3600, help="storing them takes at most this long")
    parser.add_argument("--folder", type=Path, help="where the database is kept; default: a temporary folder")
    parser.add_argument(
        "--database", choices=("sqlite", "postgresql", "both"), default="sqlite", help="postgresql: TEST_POSTGRES_URL"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
