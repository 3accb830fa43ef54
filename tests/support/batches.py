"""A ``store_batch`` that tests hold up, and how they wait for what threads do."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.services.receipts import Outcome, Stored

PATIENCE_SECONDS = 10


@dataclass(frozen=True)
class Given:
    """As much of a submission as the writer looks at."""

    site_id: int = 1


def stored(submissions: Sequence[Any]) -> list[Outcome]:
    """Store nothing, and say that it is done."""
    return [Stored(f"of site {submission.site_id}", "jws", 0, 1, repeat=False) for submission in submissions]


class Held:
    """A ``store_batch`` that says when it has a batch, and goes on when it may."""

    def __init__(self, store: Callable[[Sequence[Any]], list[Outcome]] = stored) -> None:
        self._store = store
        self.batches: list[list[int]] = []
        self.has_one, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, submissions: Sequence[Any]) -> list[Outcome]:
        self.batches.append([submission.site_id for submission in submissions])
        self.has_one.set()
        assert self.may_go_on.wait(PATIENCE_SECONDS)
        return self._store(submissions)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return when ``is_so``; fail when it does not come to that."""
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 200):
        if is_so():
            return
        pause.wait(0.005)
    raise AssertionError("it never came to that")
