"""Rounds of two servers in turn (A B, B A, …), and what they come to: medians, spreads, ratios."""

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.client import drive
from bench.server import Server, busy_seconds
from bench.traffic import Maker

WARM_UP_SECONDS = 0.25


@dataclass(frozen=True)
class Kind:
    """One kind of request: what Placet is asked and what it must answer, and the yardstick's path of the same size."""

    name: str
    request: Maker
    yardstick: Maker
    status: int
    connections: int


@dataclass(frozen=True)
class Round:
    """One server for some seconds. ``cpu_us``: the workers' processor time per answer; ``foreign``: cores used by others."""

    per_second: float
    p50: float
    p99: float
    cpu_us: float
    foreign: float
    acknowledged: int


@dataclass(frozen=True)
class Pair:
    """All rounds of one kind, Placet's and the yardstick's."""

    kind: Kind
    ours: list[Round]
    theirs: list[Round]

    @property
    def ratios(self) -> list[float]:
        """Placet's answers per second in units of the yardstick's, round by round."""
        return [our.per_second / their.per_second for our, their in zip(self.ours, self.theirs, strict=True)]

    @property
    def cpu_ratio(self) -> float:
        """How many times the yardstick's processor time one answer of Placet takes."""
        return median([our.cpu_us for our in self.ours]) / median([their.cpu_us for their in self.theirs])


def compare(kind: Kind, ours: Server, theirs: Server, rounds: int, seconds: float) -> Pair:
    """Measure both, beginning with the other one in every second round."""
    pair = Pair(kind, [], [])
    for number in range(rounds):
        turns = [(ours, kind.request, pair.ours), (theirs, kind.yardstick, pair.theirs)]
        for server, maker, found in turns if number % 2 == 0 else turns[::-1]:
            found.append(_round(server, maker, kind, seconds))
    return pair


def _round(server: Server, maker: Maker, kind: Kind, seconds: float) -> Round:
    begin, cpu, own, busy = time.perf_counter(), server.cpu_seconds(), time.process_time(), busy_seconds()
    load = drive(
        server.port,
        maker,
        status=kind.status,
        connections=kind.connections,
        seconds=seconds,
        warm_up=WARM_UP_SECONDS,
    )
    elapsed, spent = time.perf_counter() - begin, server.cpu_seconds() - cpu
    foreign = (busy_seconds() - busy - spent - (time.process_time() - own)) / elapsed
    return Round(
        load.per_second,
        load.percentile(0.5),
        load.percentile(0.99),
        spent / load.acknowledged * 1e6,
        max(0.0, foreign),
        load.acknowledged,
    )


HEAD = (
    "| what | connections | Placet /s | minimal app /s | ratio | p50 ms | p99 ms | CPU µs | CPU, × minimal |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def row(pair: Pair) -> str:
    """Return the pair as a row below ``HEAD``: medians of the rounds, and (lowest to highest) where it says more."""
    ours, theirs = pair.ours, pair.theirs
    cells = (
        pair.kind.name,
        str(pair.kind.connections),
        spread([item.per_second for item in ours], ",.0f"),
        spread([item.per_second for item in theirs], ",.0f"),
        spread(pair.ratios, ".2f"),
        f"{median([item.p50 for item in ours]):.1f}",
        spread([item.p99 for item in ours], ".0f"),
        f"{median([item.cpu_us for item in ours]):,.0f}",
        f"{pair.cpu_ratio:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def noise(pairs: Sequence[Pair]) -> str:
    """Say how much of the machine others used meanwhile; the yardstick's rounds have nothing else to hide it in."""
    foreign = [item.foreign for pair in pairs for item in pair.theirs]
    return f"Other processes used {spread(foreign, '.2f')} of {os.cpu_count()} cores meanwhile."


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float], form: str) -> str:
    """Write the median, and the range behind it when there is one."""
    if len(values) == 1:
        return format(values[0], form)
    return f"{median(values):{form}} ({min(values):{form}}–{max(values):{form}})"
