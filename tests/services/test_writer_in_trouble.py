"""The writer when the database fails, hangs or forgets: nobody waits for nothing, and its thread lives on."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.core.errors import UnavailableError
from app.services.writer import ReceiptWriter
from tests.support.batches import PATIENCE_SECONDS, Given, Held, stored, wait_until


def test_a_batch_that_fails_tells_everyone_to_come_back_and_the_next_is_stored():
    told, fail = [], [True]

    def store(submissions):
        if fail.pop() if fail else False:
            raise OSError("the disk is full")
        return stored(submissions)

    writer = ReceiptWriter(store, told.append)
    with pytest.raises(UnavailableError) as caught:
        writer.submit(Given())
    assert caught.value.retry_after > 0
    assert [str(error) for error in told] == ["the disk is full"]
    assert writer.submit(Given()).id == "of site 1"


def test_what_queues_up_during_a_commit_is_stored_together():
    store = Held()
    writer = ReceiptWriter(store, print)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(writer.submit, Given())
        assert store.has_one.wait(PATIENCE_SECONDS)
        others = [pool.submit(writer.submit, Given()) for _ in range(8)]
        wait_until(lambda: writer.waiting == 8)
        store.may_go_on.set()
        assert all(future.result().id == "of site 1" for future in (first, *others))
    assert [len(batch) for batch in store.batches] == [1, 8]


def test_one_site_that_fails_does_not_stop_the_others():
    told = []

    def store(submissions):
        if any(submission.site_id == 2 for submission in submissions):
            raise OSError("site 2 is locked")
        return stored(submissions)

    held = Held(store)
    writer = ReceiptWriter(held, told.append)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(writer.submit, Given(1))
        assert held.has_one.wait(PATIENCE_SECONDS)
        others = [pool.submit(writer.submit, Given(site_id)) for site_id in (3, 2, 1)]
        wait_until(lambda: writer.waiting == 3)
        held.may_go_on.set()
        assert first.result().id == "of site 1"
        assert [others[0].result().id, others[2].result().id] == ["of site 3", "of site 1"]
        with pytest.raises(UnavailableError):
            others[1].result()
    assert held.batches[0] == [1]
    assert sorted(held.batches[1]) == [1, 2, 3]
    assert held.batches[2:] == [[1], [2], [3]]
    assert len(told) == 2


def test_when_the_database_does_not_answer_only_so_many_wait_and_who_comes_then_is_turned_away():
    store = Held()
    writer = ReceiptWriter(store, print, most_stuck=2, long_seconds=0.05, patience_seconds=PATIENCE_SECONDS)
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(writer.submit, Given())]
        assert store.has_one.wait(PATIENCE_SECONDS)
        sent += [pool.submit(writer.submit, Given()) for _ in range(5)]
        # All may wait for a moment; then two stay, and the four others have their answer while the database has not.
        wait_until(lambda: sum(future.done() for future in sent) == 4)
        turned_away = [future for future in sent if future.done()]
        assert all(isinstance(future.exception(), UnavailableError) for future in turned_away)
        with pytest.raises(UnavailableError):
            writer.submit(Given())
        assert writer.waiting <= 2
        store.may_go_on.set()
        assert {future.result().id for future in sent if future not in turned_away} == {"of site 1"}
    assert writer.submit(Given()).id == "of site 1"


def test_more_than_that_may_wait_as_long_as_commits_are_quick():
    store = Held()
    writer = ReceiptWriter(store, print, most_stuck=1)
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(writer.submit, Given())
        assert store.has_one.wait(PATIENCE_SECONDS)
        others = [pool.submit(writer.submit, Given()) for _ in range(19)]
        wait_until(lambda: writer.waiting == 19)
        store.may_go_on.set()
        assert {future.result().id for future in (first, *others)} == {"of site 1"}


def test_who_has_waited_too_long_is_not_stored_afterwards():
    store = Held()
    writer = ReceiptWriter(store, print, long_seconds=0.01, patience_seconds=0.05)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(writer.submit, Given(1))
        assert store.has_one.wait(PATIENCE_SECONDS)
        with pytest.raises(UnavailableError):
            writer.submit(Given(2))
        assert writer.waiting == 0
        with pytest.raises(UnavailableError):
            first.result()
    store.may_go_on.set()
    patient = ReceiptWriter(store, print)
    assert patient.submit(Given(3)).id == "of site 3"
    assert store.batches == [[1], [3]]


@pytest.mark.parametrize("outcomes", [[], [1, 2]])
def test_a_wrong_number_of_outcomes_is_a_failed_batch_and_the_thread_lives_on(outcomes):
    told, threads = [], []

    def store(submissions):
        threads.append(threading.current_thread())
        return outcomes if len(threads) == 1 else stored(submissions)

    writer = ReceiptWriter(store, told.append)
    with pytest.raises(UnavailableError):
        writer.submit(Given())
    assert writer.submit(Given()).id == "of site 1"
    assert len(told) == 1
    assert threads[0] is threads[1]


def test_a_failure_that_cannot_be_reported_does_not_end_the_thread(caplog):
    threads = []

    def store(submissions):
        threads.append(threading.current_thread())
        if len(threads) == 1:
            raise OSError("the disk is full")
        return stored(submissions)

    def report(_error):
        raise OSError("the log's disk is full, too")

    writer = ReceiptWriter(store, report)
    with pytest.raises(UnavailableError):
        writer.submit(Given())
    assert writer.submit(Given()).id == "of site 1"
    assert "could not be reported: OSError" in caplog.text
    assert threads[0] is threads[1]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_has_ended_all_the_same_is_made_anew():
    threads = []

    def store(submissions):
        threads.append(threading.current_thread())
        if len(threads) == 1:
            raise SystemExit
        return stored(submissions)

    writer = ReceiptWriter(store, print, long_seconds=0.01, patience_seconds=0.05)
    with pytest.raises(UnavailableError):
        writer.submit(Given())
    threads[0].join(PATIENCE_SECONDS)
    assert writer.submit(Given()).id == "of site 1"
    assert threads[0] is not threads[1]
