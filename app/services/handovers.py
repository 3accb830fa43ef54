"""Handing a kept checkpoint to everybody outside whom the operator has named (``docs/witnesses.md``).

What happens on the network happens outside of any transaction. Before it, a row in ``handovers`` claims the place, so that
several nodes can do this at once and nobody gets the same checkpoint twice; after it, the row says how it went.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.orm import Session

from app.core.cosignature import add_cosignatures, own_note
from app.core.outside import Kind, Outside
from app.core.say import say
from app.db import begin_write, describe_error
from app.models import Handover, Site
from app.services.network import OutsideProblem
from app.services.places import Parcel, Place, Taken, places_of
from app.services.translog import prove_consistency
from app.services.witnesses import add_lines, find_kept, lock_kept

log = logging.getLogger("placet")

AT_ONCE = 8
UNDER_WAY = say("It is being handed over just now.")
CLAIM_HOLDS = timedelta(minutes=10)
"""After this a claim is taken for that of a process that died: far more than a place may take."""


@dataclass(frozen=True)
class Outcome:
    """How it went with one place. ``problem``: why it does not have the checkpoint. ``is_new``: it was tried just now."""

    kind: Kind
    to: str
    problem: str | None
    is_new: bool


def hand_over(
    session: Session, site: Site, size: int, outside: Outside, *, clock: Callable[[], datetime]
) -> list[Outcome]:
    """Hand the kept checkpoint of ``size`` entries to every place that does not have it yet, and commit.

    Twice is as good as once: who has it gets nothing, who failed is tried again. A problem of one place is written down
    and stops no other. Raises ``UnknownCheckpointError`` when no such checkpoint is kept.
    """
    site_id = site.id
    parcel = _parcel(session, site, size, outside)
    places = places_of(outside)
    claims, outcomes = _claim(session, site_id, size, places, clock())
    with ThreadPoolExecutor(AT_ONCE) as threads:
        tried = threads.map(lambda place: _try(place, parcel), [place for _, place in claims])
        for (row, place), result in zip(claims, tried, strict=True):
            problem = _write_down(session, site_id, size, row, place, result, clock())
            outcomes.append(Outcome(place.kind, place.to, problem, is_new=True))
    return outcomes


def _parcel(session: Session, site: Site, size: int, outside: Outside) -> Parcel:
    kept, engine, site_id = find_kept(session, site.id, size), session.get_bind(), site.id
    query = (
        select(Handover.to, func.max(Handover.size))
        .where(Handover.site_id == site_id, Handover.kind == "witness", Handover.size <= size)
        .where(Handover.problem.is_(None))
        .group_by(Handover.to)
    )
    seen = {name: int(newest) for name, newest in session.execute(query)}

    def prove(old: int) -> list[bytes]:
        # On a connection of its own: this runs in a thread, while the session's rests.
        assert isinstance(engine, Engine)
        with Session(engine) as own:
            return prove_consistency(own.connection(), site_id, old, size)

    return Parcel(site.handle, size, own_note(kept.note), kept.made_at, seen, prove)


def _claim(
    session: Session, site_id: int, size: int, places: list[Place], now: datetime
) -> tuple[list[tuple[int, Place]], list[Outcome]]:
    """Return the places that are this call's to try, each with its row, and how it stands with the others."""
    connection = begin_write(session)
    lock_kept(connection, site_id, size)
    rows = {
        (row.kind, row.to): row
        for row in connection.execute(
            select(Handover.id, Handover.kind, Handover.to, Handover.at, Handover.problem).where(
                Handover.site_id == site_id, Handover.size == size
            )
        )
    }
    claims: list[tuple[int, Place]] = []
    outcomes: list[Outcome] = []
    for place in places:
        row = rows.get((place.kind, place.to))
        if row is None:
            values = {"site_id": site_id, "size": size, "kind": place.kind, "to": place.to, "at": now}
            added = insert(Handover).values(**values, problem=UNDER_WAY).returning(Handover.id)
            claims.append((connection.execute(added).scalar_one(), place))
        elif row.problem is None or (row.problem == UNDER_WAY and now - row.at < CLAIM_HOLDS):
            outcomes.append(Outcome(place.kind, place.to, row.problem, is_new=False))
        else:
            connection.execute(update(Handover).where(Handover.id == row.id).values(at=now, problem=UNDER_WAY))
            claims.append((row.id, place))
    session.commit()
    return claims, outcomes


def _try(place: Place, parcel: Parcel) -> Taken | OutsideProblem:
    try:
        return place.send(parcel)
    except OutsideProblem as problem:
        # Some of its words may be the other side's: no control characters into the database, and no novels.
        return OutsideProblem("".join(char if char.isprintable() else "?" for char in str(problem))[:500])
    except Exception as error:  # whatever it is, it concerns this place alone
        log.error("handing a checkpoint over to %s failed\n%s", place.to, describe_error(error))
        return OutsideProblem(
            say("it failed on this side ({name}); the server's log says more", name=type(error).__name__)
        )


def _write_down(
    session: Session, site_id: int, size: int, row: int, place: Place, result: Taken | OutsideProblem, now: datetime
) -> str | None:
    """Write down how it went, with what the place gave back; returns the problem."""
    connection = begin_write(session)
    problem = str(result) if isinstance(result, OutsideProblem) else None
    answer = result.answer if isinstance(result, Taken) else None
    if isinstance(result, Taken) and result.lines and place.witness:
        note = lock_kept(connection, site_id, size)
        add_lines(connection, site_id, size, add_cosignatures(note, result.lines, [place.witness])[0])
    values = {"at": now, "problem": problem, "answer": answer}
    this = update(Handover).where(Handover.id == row)
    if problem is not None:
        # A witness may have brought its cosignature by itself meanwhile: then it has the checkpoint, whatever it said here.
        this = this.where(Handover.problem == UNDER_WAY)
    connection.execute(this.values(**values))
    session.commit()
    return problem
