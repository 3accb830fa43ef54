"""Witnesses cosign a checkpoint, authorities stamp it, a browser takes it away; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import errors
from app.core.checkpoint import open_checkpoint
from app.core.cosignature import cosign, open_cosignatures
from app.core.note import vkey
from app.core.outside import Outside
from app.models import Handover, Site
from app.services.timestamps import request_timestamp, verify_timestamp
from app.services.translog import read_checkpoint
from app.services.witnesses import accept_cosignature, find_kept, find_witnessed, record_download
from tests.support.authority import Authority
from tests.support.outside import handovers_of
from tests.support.world import START

NAME = "witness.example/w1"
KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
ANOTHER = "another\n9\n\n\u2014 a AAAAAAAA\n"


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
    assert handovers_of(session)[-1] == (310, "witness", NAME, None)


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
    assert handovers_of(session) == [
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
    assert handovers_of(session) == [(2, "witness", NAME, None)]
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
    assert handovers_of(session) == [(2, "witness", NAME, None)]
    assert hand(size, outside) == []


def test_a_witness_that_brings_it_and_then_answers_badly_has_it(session, append, keep, hand, witness, site, clock):
    append(2)
    size = keep()
    outside = Outside(witnesses=(witness.place,))

    def bring(note, name, key, at):
        with Session(session.get_bind()) as other:
            own = other.get_one(Site, site.id)
            accept_cosignature(
                other, own, size, cosign(note, name, key, at), witnesses=outside.witness_keys, now=clock()
            )
        return "nothing of the kind\n"

    witness.cosign = bring
    hand(size, outside)
    assert handovers_of(session) == [(2, "witness", NAME, None)]
    assert find_witnessed(session, site.id).size == size


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
    assert handovers_of(session) == []
