"""Measures what the built widget costs a page in Chromium, beside its rivals, visitor by visitor, in turns.

    make bench-widget                       7 rounds, under eight minutes
    make bench-widget ARGS="--rounds 3"     for a first look

Each round visits every page once, beginning with another one each time, in a browser context of its own; on a slow phone
in every second round. Requests and bytes are what the server sent, brotli 11, besides the page itself. Script is
Chromium's `ScriptDuration` (CDP `Performance.getMetrics`): parsing, compiling and running. At a first visit nothing is in
the cache, and it is read after 1.3 s, and once more when what waits for the visitor to read has come, too; at a return
scripts come compiled from the process's memory, and it is read after 0.5 s. Once by the clock, which counts what the
script waits for (the browser's process, when cookies and storage are read; other programs), and once by the main thread's
own time; ours once more after 2 s, when the reopen button has been drawn. When a banner is there, and what it does to the
page, is measured in visits of their own, because whoever looks takes time too: the first frame that shows it, painted.
The ratios travel from machine to machine, the milliseconds do not.
"""

import argparse
import logging
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from bench.chromium import Chromium, running_chromium
from bench.measure import spread
from bench.pages import (
    ALL,
    ASKING,
    BOX,
    BUTTON_DRAWN,
    EMPTY,
    FIRST_IN_HEAD,
    FLOOR,
    GATE,
    NOTHING,
    PLACET,
    WHILE_READ,
    Pages,
    serving,
)
from bench.rivals import Contestant, built
from bench.visits import PHONE, Script, Standing, Weight, first_visit, returning, stand, weigh

Measured = TypeVar("Measured", Script, Standing)
Found = dict[Contestant, list[Measured]]

QUIET_SECONDS = 0.5
KEPT = {"accept": ALL, "reject": NOTHING}
FIRST, STANDING, AGAIN = (
    (FLOOR, WHILE_READ, *ASKING),
    (EMPTY, BOX, FIRST_IN_HEAD, *ASKING),
    (FLOOR, GATE, BUTTON_DRAWN, *ASKING),
)


class Rounds:
    """All that is found, round by round."""

    def __init__(self) -> None:
        self.first: Found[Script] = defaultdict(list)
        self.again: dict[str, Found[Script]] = {button: defaultdict(list) for button in KEPT}
        self.here: Found[Standing] = defaultdict(list)
        self.phone: Found[Standing] = defaultdict(list)
        self.others: list[float] = []

    def go(self, browser: Chromium, pages: Pages, turn: int) -> None:
        """Go round once."""
        self.others.append(_busy_cores())
        for who in _turned(FIRST, turn):
            self.first[who].append(first_visit(browser, pages, who))
        for who in _turned(STANDING, turn):
            self.here[who].append(stand(browser, pages, who, None))
            if turn % 2:
                self.phone[who].append(stand(browser, pages, who, PHONE))
        for who in _turned(AGAIN, turn):
            for button, kept in KEPT.items():
                self.again[button][who].append(returning(browser, pages, who, button, kept))


def _turned(everybody: Sequence[Contestant], turn: int) -> Iterable[Contestant]:
    """Let another one begin each time."""
    begin = turn % len(everybody)
    return (*everybody[begin:], *everybody[:begin])


def _busy_cores() -> float:
    """Return how many cores are at work while nothing of ours is."""

    def busy() -> float:
        user, nice, system, idle, waiting, *rest = map(int, Path("/proc/stat").read_text().split()[1:9])
        return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")

    before = busy()
    time.sleep(QUIET_SECONDS)
    return (busy() - before) / QUIET_SECONDS


def _table(head: str, rows: Iterable[Sequence[str]]) -> str:
    line = "|".join("---" for _ in head.split(" | "))
    return "\n".join([f"| {head} |", f"|{line}|", *(f"| {' | '.join(row)} |" for row in rows)])


def _ratio(theirs: Sequence[float], ours: Sequence[float]) -> str:
    """Return the median of the rounds' own ratios: in a round the machine was much the same for both."""
    return f"{statistics.median(one / other for one, other in zip(theirs, ours, strict=True)):.2f}"


def _weights(weights: dict[Contestant, Weight]) -> str:
    def cell(weight: tuple[int, int]) -> str:
        return f"{weight[1]:,} in {weight[0]}"

    ours = weights[PLACET].banner[1]
    return _table(
        "asks | version, licence | bytes in requests until the banner stands | × Placet | and read | and *choose* answered",
        [
            (
                who.name,
                who.release(),
                cell(own.banner),
                f"{own.banner[1] / ours:.2f}",
                cell(own.read),
                cell(own.choose) if who.choose else "has none",
            )
            for who, own in weights.items()
        ],
    )


def _scripts(everybody: Iterable[Contestant], found: Found[Script]) -> str:
    def row(who: Contestant) -> list[str]:
        cells = [who.name]
        for kind in ("clock", "thread"):
            own, ours = ([getattr(script, kind) for script in found[one]] for one in (who, PLACET))
            cells += [spread(own, ".1f"), _ratio(own, ours)]
        return cells

    return _table("script in ms | by the clock | × Placet | by the main thread | × Placet", map(row, everybody))


def _standing(found: Found[Standing]) -> str:
    def row(who: Contestant) -> list[str]:
        visible, ours = ([one.visible for one in found[whose] if one.visible] for whose in (who, PLACET))
        return [
            who.name,
            *([spread(visible, ".0f"), _ratio(visible, ours)] if who.banner else ["", ""]),
            spread([one.shift for one in found[who]], ".4f"),
            spread([one.blocked for one in found[who]], ".0f"),
        ]

    return _table("in ms | banner painted | × Placet | layout shift | blocked beyond 50", map(row, STANDING))


def _clicks(found: Found[Standing]) -> str:
    def values(who: Contestant, kind: str) -> list[float]:
        # What stores nothing that was seen has no time.
        return [getattr(one, kind) for one in found[who] if getattr(one, kind) is not None]

    def row(who: Contestant) -> list[str]:
        cells = [who.name]
        for kind in ("stored", "gone"):
            own = values(who, kind)
            cells += [spread(own, ".1f"), _ratio(own, values(PLACET, kind))] if own else ["not seen", ""]
        return cells

    return _table("ms after the click on reject | stored | × Placet | banner gone | × Placet", map(row, ASKING))


def main() -> None:
    """Measure in turns and print Markdown."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(prog="bench.widget", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each (default: %(default)s)")
    options = parser.parse_args()
    began, rounds = time.monotonic(), Rounds()
    with built() as folder, running_chromium() as browser:
        pages = Pages(folder)
        with serving(pages):
            # Warms up, too.
            weights = {who: weigh(browser, pages, who) for who in ASKING}
            for turn in range(1, options.rounds + 1):
                rounds.go(browser, pages, turn)
                spent, others = time.monotonic() - began, rounds.others[-1]
                print(f"  round {turn} after {spent:.0f} s, others at {others:.2f} cores", file=sys.stderr, flush=True)
        version = browser.version()
    print(f"{version}, {os.cpu_count()} cores, {options.rounds} rounds; medians (lowest–highest). Between the rounds")
    print(f"other processes used {spread(rounds.others, '.2f')} cores.")
    parts: dict[str, Callable[[], str]] = {
        "Bytes and requests": lambda: _weights(weights),
        "Script at a first visit": lambda: _scripts(FIRST, rounds.first),
        "Until the banner is painted, here": lambda: _standing(rounds.here),
        "Until the banner is painted, 4 × slower on Slow 4G": lambda: _standing(rounds.phone),
        "From the click on reject": lambda: _clicks(rounds.here),
        "Script at a return, has accepted": lambda: _scripts(AGAIN, rounds.again["accept"]),
        "Script at a return, has refused": lambda: _scripts(AGAIN, rounds.again["reject"]),
    }
    for title, table in parts.items():
        print(f"\n#### {title}\n\n{table()}")
    print(f"\nThe whole run took {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
