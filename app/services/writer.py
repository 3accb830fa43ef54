"""Group commit: one writer thread per process stores whatever has queued up while the last commit ran.

No timer: a lone receipt is stored at once. The thread starts with the first receipt, hence after gunicorn's fork.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence

from app.core.errors import UnavailableError
from app.services.receipts import Outcome, Stored, Submission

MAX_BATCH = 256
MAX_WAITING = 4096
PATIENCE_SECONDS = 10.0
RETRY_AFTER_SECONDS = 5

StoreBatch = Callable[[Sequence[Submission]], list[Outcome]]


class _Ticket:
    """One submission, and the place where its outcome appears."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.done = threading.Event()
        self.outcome: Outcome | None = None


class ReceiptWriter:
    """Hands submissions to ``store_batch`` from one thread. ``report`` is told of every failed batch."""

    def __init__(self, store_batch: StoreBatch, report: Callable[[Exception], None]) -> None:
        self._store_batch = store_batch
        self._report = report
        self._waiting: deque[_Ticket] = deque()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        os.register_at_fork(after_in_child=self._start_afresh)

    def submit(self, submission: Submission) -> Stored:
        """Store one submission and return only when it is durable.

        Raises the submission's own error, or ``UnavailableError`` when the database does not take it: then it may or may
        not be stored, and the same body sent again finds out.
        """
        ticket = _Ticket(submission)
        with self._wake:
            if len(self._waiting) >= MAX_WAITING:
                raise UnavailableError(RETRY_AFTER_SECONDS)
            self._waiting.append(ticket)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="receipt-writer", daemon=True)
                self._thread.start()
            self._wake.notify()
        if not ticket.done.wait(PATIENCE_SECONDS):
            raise UnavailableError(RETRY_AFTER_SECONDS)
        if isinstance(ticket.outcome, Stored):
            return ticket.outcome
        raise ticket.outcome or UnavailableError(RETRY_AFTER_SECONDS)

    def _start_afresh(self) -> None:
        """Forget what a parent process had: threads do not survive a fork, and its tickets are not ours."""
        self._waiting = deque()
        self._wake = threading.Condition()
        self._thread = None

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting:
                    self._wake.wait()
                batch = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
            self._store(batch)

    def _store(self, batch: list[_Ticket]) -> None:
        outcomes: list[Outcome]
        try:
            outcomes = self._store_batch([ticket.submission for ticket in batch])
        except Exception as error:  # noqa: BLE001  whatever the database says, the thread must live and the browser wait
            self._report(error)
            outcomes = [UnavailableError(RETRY_AFTER_SECONDS) for _ in batch]
        for ticket, outcome in zip(batch, outcomes, strict=True):
            ticket.outcome = outcome
            ticket.done.set()
