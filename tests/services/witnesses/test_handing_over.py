"""Checkpoints are kept and handed to everybody whom the operator named, once; on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import errors
from app.core.outside import Address, MailServer, Outside
from app.models import Handover, KeptCheckpoint, Site
from app.services.handovers import CLAIM_HOLDS, UNDER_WAY, hand_over
from app.services.held import read_all_held, read_held
from app.services.translog import read_checkpoint
from app.services.witnesses import find_kept, keep_checkpoint, record_download
from tests.support.outside import handovers_of, speaking
from tests.support.server import free_port


def test_the_first_checkpoint_of_a_day_is_the_day_s(session, append, keep, clock, site):
    append(3)
    clock.advance(minutes=1)
    assert keep() == keep() == 3
    append()
    assert keep() == 3, "the same day, though the log has grown"
    kept = find_kept(session, site.id, 3)
    assert kept.made_at == clock()
    clock.advance(hours=12)
    assert keep() == 4
    clock.advance(days=1)
    assert keep() == 4, "nothing was added, so there is nothing to keep"
    assert session.scalars(select(KeptCheckpoint.size).order_by(KeptCheckpoint.size)).all() == [3, 4]


def test_a_fresh_one_is_kept_when_asked_for(session, append, keep, site):
    append()
    assert keep() == 1
    append()
    assert keep(fresh=True) == keep(fresh=True) == 2
    assert keep() == 2, "the day's is now that one"
    note = session.get_one(KeptCheckpoint, (site.id, 2)).note
    assert note == read_checkpoint(session.connection(), site.id)


def test_of_an_empty_log_nothing_is_kept(session, site, clock):
    assert keep_checkpoint(session, site.id, now=clock()) is None
    with pytest.raises(errors.UnknownCheckpointError, match="no entry yet"):
        record_download(session, site.id, by="auditor@example.com", now=clock())
    assert session.scalars(select(KeptCheckpoint)).all() == []


class CountingSession(Session):
    """Counts the rows that it reads."""

    rows = 0

    def execute(self, *args, **how):
        frozen = super().execute(*args, **how).freeze()
        self.rows += len(frozen().all())
        return frozen()


def test_what_is_held_of_all_sites_is_read_without_what_was_kept_before(session, append, keep, clock, site):
    for day in range(8):
        append()
        size = keep()
        if day < 7:
            record_download(session, site.id, by="auditor@example.com", now=clock())
        clock.advance(days=1)
    held = read_held(session, site.id)
    assert (held.size, held.log_size, size) == (7, 8, 8)
    with CountingSession(session.get_bind()) as counting:
        assert read_all_held(counting) == {site.id: replace(held, holders=[])}
        assert counting.rows <= 3


def test_everybody_gets_it_once(session, append, keep, hand, receiver, site):
    append(2)
    size = keep()
    outside = Outside(addresses=(receiver.address,))
    assert hand(size, outside) == [("post", None)]
    assert hand(size, outside) == []
    note = find_kept(session, site.id, 2).note.encode().decode("latin-1")
    assert receiver.got == [("/in?token=x", "text/plain; charset=utf-8", note)]
    assert handovers_of(session) == [(2, "post", receiver.address.shown, None)]


def test_who_failed_is_told_and_tried_again_and_stops_nobody(session, append, keep, hand, receiver, clock):
    append()
    size = keep()
    dead = Address(f"http://127.0.0.1:{free_port()}/", "http://127.0.0.1/dead")
    receiver.answer = lambda body: Response(status=503)
    outside = Outside(addresses=(dead, receiver.address))
    assert hand(size, outside) == [("post", "nobody listens there"), ("post", "it answered 503")]
    receiver.answer = lambda body: Response("kept")
    clock.advance(minutes=1)
    assert hand(size, outside) == [("post", "nobody listens there"), ("post", None)]
    assert hand(size, outside) == [("post", "nobody listens there")]
    assert [problem for *_, problem in handovers_of(session)] == ["nobody listens there", None]
    assert len(receiver.got) == 2


def test_whatever_breaks_at_one_place_concerns_it_alone(append, keep, hand, receiver, monkeypatch, caplog):
    append()

    def broken(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr("app.services.places.request_timestamp", broken)
    outside = Outside(addresses=(receiver.address,), tsa=receiver.address)
    assert hand(keep(), outside) == [
        ("post", None),
        ("timestamp", "it failed on this side (RuntimeError); the server's log says more"),
    ]
    assert "RuntimeError: broken" in caplog.text


def test_the_other_side_s_words_are_told_without_control_characters(session, append, keep, hand):
    append()
    with speaking(
        lambda connection: connection.sendall(b"554 No\x00 mail \x1b[1mtoday" + b"!" * 900 + b"\r\n")
    ) as port:
        server = MailServer("127.0.0.1", port, tls=False)
        outside = Outside(emails=("a@example.com",), mail_server=server, mail_from="b@example.com")
        [(_, problem)] = hand(keep(), outside)
    assert problem.startswith("the mail server answered 554: No? mail ?[1mtoday!!!")
    assert len(problem) < 300
    assert handovers_of(session)[0][3] == problem


def test_two_nodes_at_once_send_once(session, append, keep, receiver, site, clock):
    append()
    size, engine, site_id = keep(), session.get_bind(), site.id
    at_both, results = threading.Barrier(2), []
    outside = Outside(addresses=(receiver.address,))

    def node():
        with Session(engine) as own:
            there = own.get_one(Site, site_id)
            at_both.wait(10)
            results.append(hand_over(own, there, size, outside, clock=clock))

    session.rollback()
    threads = [threading.Thread(target=node) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(receiver.got) == 1
    assert sorted(one.is_new for outcomes in results for one in outcomes) == [False, True]
    assert [problem for *_, problem in handovers_of(session)] == [None]


def test_a_claim_of_another_process_is_left_alone_until_that_has_surely_died(
    session, append, keep, hand, receiver, site, clock
):
    append()
    size = keep()
    claim = Handover(site_id=site.id, size=size, kind="post", to=receiver.address.shown, at=clock(), problem=UNDER_WAY)
    session.add(claim)
    session.commit()
    outside = Outside(addresses=(receiver.address,))
    clock.now += CLAIM_HOLDS - timedelta(seconds=1)
    assert hand(size, outside) == []
    assert [one.problem for one in hand_over(session, site, size, outside, clock=clock)] == [UNDER_WAY]
    clock.advance(seconds=1)
    assert hand(size, outside) == [("post", None)]


def test_nothing_is_locked_while_the_network_is_waited_for(append, keep, hand, receiver):
    append()

    def grow(body):
        append()
        return Response("kept")

    receiver.answer = grow
    assert hand(keep(), Outside(addresses=(receiver.address,))) == [("post", None)]
    assert append() == 3
