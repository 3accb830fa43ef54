"""Group commit: one writer thread per process stores whatever has queued up while the last commit ran.

No timer: a lone receipt is stored at once. The thread starts with the first receipt, hence after gunicorn's fork.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence

from app.core.errors import UnavailableError
from app.services.receipts import Outcome, Stored, Submission

MAX_BATCH = 256
LONG_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
RETRY_AFTER_SECONDS = 5

StoreBatch = Callable[[Sequence[Submission]], list[Outcome]]

log = logging.getLogger("placet")


class _Ticket:
    """One submission, and the place where its outcome appears. ``given_up``: nobody waits for it any more."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.done = threading.Event()
        self.outcome: Outcome | None = None
        self.given_up = False


class ReceiptWriter:
    """Hands submissions to ``store_batch`` from one thread. ``report`` is told of every failed batch.

    Everybody waits in a thread of the server, so a database that does not answer would take them all, and pages that need
    no database would hang too. Hence at most ``most_stuck`` may wait longer than ``long_seconds``; the others are turned
    away, and so is who comes while it is like that. A busy server never gets there: a commit takes milliseconds, and
    however many threads wait for the next one, they wait less than a second.
    """

    def __init__(
        self,
        store_batch: StoreBatch,
        report: Callable[[Exception], None],
        *,
        most_stuck: int = 16,
        long_seconds: float = LONG_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._store_batch = store_batch
        self._report = report
        self._most_stuck = most_stuck
        self._long_seconds = long_seconds
        self._patience_seconds = patience_seconds
        self._waiting: deque[_Ticket] = deque()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stuck = 0
        os.register_at_fork(after_in_child=self._start_afresh)

    @property
    def waiting(self) -> int:
        """How many submissions no batch has taken up yet."""
        return len(self._waiting)

    def submit(self, submission: Submission) -> Stored:
        """Store one submission and return only when it is durable.

        Raises the submission's own error, or ``UnavailableError`` when the database does not take it: then it may or may
        not be stored, and the same body sent again finds out.
        """
        ticket = _Ticket(submission)
        with self._wake:
            if self._stuck >= self._most_stuck:
                raise UnavailableError(RETRY_AFTER_SECONDS)
            self._waiting.append(ticket)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="receipt-writer", daemon=True)
                self._thread.start()
            self._wake.notify()
        if not ticket.done.wait(self._long_seconds) and not self._wait_on(ticket):
            self._give_up(ticket)
            raise UnavailableError(RETRY_AFTER_SECONDS)
        if isinstance(ticket.outcome, Stored):
            return ticket.outcome
        raise ticket.outcome or UnavailableError(RETRY_AFTER_SECONDS)

    def _wait_on(self, ticket: _Ticket) -> bool:
        """Wait for the rest of our patience, if not too many do so already; returns whether there is an outcome."""
        with self._wake:
            if self._stuck >= self._most_stuck:
                return ticket.done.is_set()
            self._stuck += 1
        try:
            return ticket.done.wait(self._patience_seconds - self._long_seconds)
        finally:
            with self._wake:
                self._stuck -= 1

    def _give_up(self, ticket: _Ticket) -> None:
        with self._wake:
            ticket.given_up = True
            if ticket in self._waiting:
                self._waiting.remove(ticket)

    def _start_afresh(self) -> None:
        """Forget what a parent process had: threads do not survive a fork, and its tickets are not ours."""
        self._waiting = deque()
        self._wake = threading.Condition()
        self._thread = None
        self._stuck = 0

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting:
                    self._wake.wait()
                batch = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
            self._store(batch)

    def _store(self, batch: list[_Ticket]) -> None:
        """Store a batch; when it fails, once more site by site: one locked log must not stop the others."""
        outcomes: list[Outcome]
        try:
            outcomes = self._store_batch([ticket.submission for ticket in batch])
            if len(outcomes) != len(batch):
                raise RuntimeError(f"{len(outcomes)} outcomes for {len(batch)} receipts")
        except Exception as error:  # noqa: BLE001  whatever the database says, the thread must live and the browser wait
            self._tell(error)
            sites = {ticket.submission.site_id for ticket in batch}
            for site_id in sorted(sites) if len(sites) > 1 else ():
                # Who has given up meanwhile sends again; when the database itself is gone, that soon ends this loop.
                waiting = [ticket for ticket in batch if ticket.submission.site_id == site_id and not ticket.given_up]
                if waiting:
                    self._store(waiting)
            outcomes = [ticket.outcome or UnavailableError(RETRY_AFTER_SECONDS) for ticket in batch]
        for ticket, outcome in zip(batch, outcomes, strict=True):
            ticket.outcome = outcome
            ticket.done.set()

    def _tell(self, error: Exception) -> None:
        try:
            self._report(error)
        except Exception as failure:  # noqa: BLE001  a full disk under the log must not stop the receipts
            log.error("a failed batch could not be reported: %s", type(failure).__name__)
