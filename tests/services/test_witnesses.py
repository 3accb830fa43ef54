"""Checkpoints are kept, handed to everybody whom the operator named, once, and cosigned; on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import errors
from app.core.checkpoint import open_checkpoint
from app.core.cosignature import cosign, open_cosignatures, parse_witness_key
from app.core.note import vkey
from app.core.outside import Address, MailServer, Outside, Witness
from app.db import begin_write
from app.models import Handover, KeptCheckpoint, Site
from app.services.handovers import CLAIM_HOLDS, UNDER_WAY, hand_over
from app.services.timestamps import request_timestamp, verify_timestamp
from app.services.translog import close_logs, create_log, open_logs, read_checkpoint
from app.services.witnesses import accept_cosignature, find_kept, find_witnessed, keep_checkpoint, record_download
from tests.support.authority import Authority
from tests.support.outside import Receiver, WitnessServer, speaking
from tests.support.server import free_port, serving
from tests.support.world import START

NAME = "witness.example/w1"
KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
ANOTHER = "another\n9\n\n\u2014 a AAAAAAAA\n"


@pytest.fixture
def site(session, here, clock) -> Site:
    """A site whose log has no entry yet."""
    site = Site(key="s_AAAAAAAAAAAAAAAAAAAAAA", handle="shop", log_origin="placet.example/log/s_A", created_at=clock())
    session.add(site)
    session.flush()
    create_log(session.connection(), site.id, site.log_origin, here.keys.log)
    session.commit()
    return site


@pytest.fixture
def append(session, here, site):
    """Add entries to the log; returns its size."""

    def add(count: int = 1) -> int:
        site_id = site.id
        connection = begin_write(session)
        logs = open_logs(connection, [site_id])
        for _ in range(count):
            size = logs[site_id].append(f"entry.{logs[site_id].frontier.size}") + 1
        close_logs(connection, logs.values(), here.keys.log)
        session.commit()
        return size

    return add


@pytest.fixture
def keep(session, site, clock):
    def keep_it(**options) -> int:
        return keep_checkpoint(session, site.id, now=clock(), **options).size

    return keep_it


@pytest.fixture
def receiver():
    made, port = Receiver(), free_port()
    with serving(made, port):
        made.address = Address(f"http://127.0.0.1:{port}/in?token=x", f"http://127.0.0.1:{port}/in")
        yield made


@pytest.fixture
def witness(site, here, clock):
    made, port = WitnessServer(NAME, clock), free_port()
    made.vkeys[site.log_origin] = vkey(site.log_origin, here.keys.log[-1])
    made.place = Witness(parse_witness_key(made.vkey), f"http://127.0.0.1:{port}")
    with serving(made, port):
        yield made


@pytest.fixture
def hand(session, site, clock):
    """Hand a checkpoint over; returns what was tried, as (kind, problem)."""

    def hand_it(size: int, outside: Outside) -> list[tuple[str, str | None]]:
        outcomes = hand_over(session, site, size, outside, clock=clock)
        return [(one.kind, one.problem) for one in outcomes if one.is_new]

    return hand_it


def rows(session):
    session.rollback()
    return [
        (row.size, row.kind, row.to, row.problem) for row in session.scalars(select(Handover).order_by(Handover.id))
    ]


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


def test_everybody_gets_it_once(session, append, keep, hand, receiver, site):
    append(2)
    size = keep()
    outside = Outside(addresses=(receiver.address,))
    assert hand(size, outside) == [("post", None)]
    assert hand(size, outside) == []
    note = find_kept(session, site.id, 2).note.encode().decode("latin-1")
    assert receiver.got == [("/in?token=x", "text/plain; charset=utf-8", note)]
    assert rows(session) == [(2, "post", receiver.address.shown, None)]


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
    assert [problem for *_, problem in rows(session)] == ["nobody listens there", None]
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
    assert rows(session)[0][3] == problem


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
    assert [problem for *_, problem in rows(session)] == [None]


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


def test_a_witness_cosigns_and_is_told_what_came_between(session, append, keep, hand, witness, site, clock, here):
    outside = Outside(witnesses=(witness.place,))
    sizes = []
    for count in (3, 300, 7):
        append(count)
        clock.advance(days=1)
        sizes.append(keep())
        assert hand(sizes[-1], outside) == [("witness", None)]
    assert (sizes, witness.asked) == ([3, 303, 310], [0, 3, 303])
    newest = find_witnessed(session, site.id)
    assert newest.size == 310
    assert open_cosignatures(newest.note, [witness.place.key]) == [(NAME, clock())]
    assert open_checkpoint(newest.note, vkey(site.log_origin, here.keys.log[-1])).size == 310
    assert rows(session)[-1] == (310, "witness", NAME, None)


def test_a_witness_that_knows_another_size_is_asked_from_there(session, append, keep, hand, witness, clock):
    outside = Outside(witnesses=(witness.place,))
    append(5)
    assert hand(keep(), outside) == [("witness", None)]
    session.rollback()
    session.execute(Handover.__table__.delete())
    session.commit()
    append(5)
    assert hand(keep(fresh=True), outside) == [("witness", None)]
    assert witness.asked == [0, 0, 5]


def test_a_witness_that_has_forgotten_begins_anew(append, keep, hand, witness):
    outside = Outside(witnesses=(witness.place,))
    append(5)
    assert hand(keep(), outside) == [("witness", None)]
    witness.known.clear()
    append(5)
    assert hand(keep(fresh=True), outside) == [("witness", None)]
    assert witness.asked == [0, 5, 0]


def test_a_witness_that_saw_more_than_there_is_gives_the_operator_away(append, keep, hand, witness, site):
    append(5)
    witness.known[site.log_origin] = (9, bytes(32))
    [(_, problem)] = hand(keep(), Outside(witnesses=(witness.place,)))
    assert problem == "it has seen 9 entries of this log, and here are 5: ask it for its checkpoint"


def test_a_witness_that_saw_another_beginning_does_not_sign(append, keep, hand, witness, site):
    append(5)
    witness.known[site.log_origin] = (3, bytes(32))
    assert hand(keep(), Outside(witnesses=(witness.place,))) == [("witness", "it answered 422")]
    assert witness.asked == [0, 3]


@pytest.mark.parametrize(
    "answer, problem",
    [
        (Response("-1", 409), "without the size"),
        (Response("9" * 400, 409), "without the size"),
        (Response("", 409), "without the size"),
        (Response("3", 409), "it answered 409"),  # again, after it was asked from there
        (Response("", 404), "it answered 404"),
        (Response(""), "not its cosignature"),
        (Response("signed!\n"), "not its cosignature"),
        (Response(cosign(ANOTHER, NAME, KEY, START)), "does not match the checkpoint"),
    ],
)  # fmt: skip
def test_what_is_no_cosignature_is_a_problem_and_the_note_stays(
    session, append, keep, hand, receiver, witness, site, answer, problem
):
    append(5)
    size = keep()
    before = find_kept(session, site.id, size).note
    receiver.answer = lambda body: answer
    place = replace(witness.place, url=receiver.address.url.partition("/in")[0])
    [(_, told)] = hand(size, Outside(witnesses=(place,)))
    assert problem in told
    session.expire_all()
    assert find_kept(session, site.id, size).note == before
    with pytest.raises(errors.UnknownCheckpointError, match="No witness has signed"):
        find_witnessed(session, site.id)


def test_an_authority_s_stamp_is_kept_as_it_came(session, append, keep, hand, receiver, site, tmp_path):
    authority = Authority(tmp_path / "tsa")
    receiver.answer = lambda body: Response(authority.answer(body), content_type="application/timestamp-reply")
    append(4)
    assert hand(keep(), Outside(tsa=receiver.address)) == [("timestamp", None)]
    assert receiver.got[0][1] == "application/timestamp-query"
    stored = session.scalars(select(Handover)).one().answer
    assert verify_timestamp(stored, find_kept(session, site.id, 4).note, authority.root.read_bytes()).by


def test_with_a_root_a_stamp_of_another_authority_is_not_taken(session, append, keep, hand, receiver, tmp_path):
    authority, other = Authority(tmp_path / "tsa"), Authority(tmp_path / "other")
    append()
    size = keep()
    outside = Outside(tsa=receiver.address, tsa_roots=authority.root.read_bytes())
    receiver.answer = lambda body: Response(other.answer(body))
    [(_, problem)] = hand(size, outside)
    assert problem.startswith("the time stamp does not hold")
    receiver.answer = lambda body: Response(authority.answer(body))
    assert hand(size, outside) == [("timestamp", None)]


def test_a_stamp_of_something_else_is_a_problem(session, append, keep, hand, receiver, tmp_path):
    authority = Authority(tmp_path / "tsa")
    stamp = authority.answer(request_timestamp(ANOTHER).body)
    receiver.answer = lambda body: Response(stamp)
    append()
    assert hand(keep(), Outside(tsa=receiver.address)) == [("timestamp", "the time stamp is of something else")]
    assert session.scalars(select(Handover)).one().answer is None


def test_a_download_is_written_down_with_who_took_it(session, append, site, clock):
    append(2)
    first = record_download(session, site.id, by="auditor@example.com", now=clock()).note
    assert first == read_checkpoint(session.connection(), site.id)
    clock.advance(hours=1)
    record_download(session, site.id, by="auditor@example.com", now=clock())
    record_download(session, site.id, by="admin@example.com", now=clock())
    assert rows(session) == [
        (2, "download", "auditor@example.com", None),
        (2, "download", "admin@example.com", None),
    ]
    assert session.scalars(select(Handover.at)).first() == clock() - timedelta(hours=1)


def test_a_witness_may_bring_its_cosignature_by_itself(session, append, keep, witness, site, clock):
    append(2)
    size = keep()
    note = find_kept(session, site.id, size).note
    line = cosign(note, NAME, witness.key, clock())
    for body in (line, note + line, note + line + line):
        kept = accept_cosignature(session, site, size, body, witnesses=[witness.place.key], now=clock())
        assert kept.note == note + line
    assert rows(session) == [(2, "witness", NAME, None)]
    assert find_witnessed(session, site.id).size == 2


def test_a_witness_that_failed_and_then_brings_it_is_noted_as_having_it(
    session, append, keep, hand, witness, site, clock
):
    append(2)
    size = keep()
    witness.vkeys.clear()
    outside = Outside(witnesses=(witness.place,))
    assert hand(size, outside) == [("witness", "it answered 404")]
    line = cosign(find_kept(session, site.id, size).note, NAME, witness.key, clock())
    accept_cosignature(session, site, size, line, witnesses=outside.witness_keys, now=clock())
    assert rows(session) == [(2, "witness", NAME, None)]
    assert hand(size, outside) == []


def test_what_is_no_cosignature_of_that_checkpoint_is_refused(session, append, keep, witness, site, clock):
    append(2)
    size = keep()
    append(1)
    keep(fresh=True)
    note, newer = find_kept(session, site.id, 2).note, find_kept(session, site.id, 3).note
    known = [witness.place.key]
    line = cosign(note, NAME, witness.key, clock())
    for error, body in (
        (errors.FalseCosignatureError, cosign(newer, NAME, witness.key, clock())),
        (errors.FalseCosignatureError, ""),
        (errors.FalseCosignatureError, "\n\n"),
        (errors.FalseCosignatureError, "signed!\n"),
        (errors.FalseCosignatureError, line.strip()),
        (errors.UnknownWitnessError, cosign(note, "other.example", witness.key, clock())),
        (errors.UnknownWitnessError, note),
        (errors.OtherCheckpointError, newer + cosign(newer, NAME, witness.key, clock())),
    ):
        with pytest.raises(error):
            accept_cosignature(session, site, size, body, witnesses=known, now=clock())
    with pytest.raises(errors.UnknownWitnessError):
        accept_cosignature(session, site, size, line, witnesses=[], now=clock())
    with pytest.raises(errors.UnknownCheckpointError):
        accept_cosignature(session, site, 1, line, witnesses=known, now=clock())
    assert find_kept(session, site.id, 2).note == note
    assert rows(session) == []
