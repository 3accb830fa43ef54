"""Four eyes: one proposes, another approves exactly that, and nobody gets round it by being quick."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.core.errors import ConflictError, ForbiddenError, NotAllowedError, PlacetError
from app.db import prepare_engine
from app.models import DeskEvent, Proposal, Site, Statement
from app.services import four_eyes, people
from app.services.accounts import create_account
from app.services.configs import Publication, latest_version, publish, read_draft_document, save_draft
from app.services.proposals import approve, decline, propose, read_proposal, withdraw
from app.services.who import Who
from tests.support.world import payload

PASSWORD = "a password of some length"
OPERATOR = Who(None, "placet command line")


@pytest.fixture
def desk_site(session: Session, site) -> Site:
    return session.scalars(select(Site)).one()


@pytest.fixture
def who(session, clock):
    def make(name, role="admin"):
        email = f"{name}@example.com"
        return Who(create_account(session, email, PASSWORD, role, now=clock()).id, email)

    return make


@pytest.fixture
def ada(who):
    return who("ada", "owner")


@pytest.fixture
def max(who):
    return who("max")


@pytest.fixture
def on(session, desk_site, clock, ada, max):
    four_eyes.switch_on(session, desk_site, ada, now=clock())


@pytest.fixture
def edit(session, desk_site, clock):
    def edit_it(**change):
        document = read_draft_document(session, desk_site)
        save_draft(session, desk_site, {**document, **change}, by="tests", now=clock())

    return edit_it


@pytest.fixture
def put(session, desk_site, here, clock):
    """Propose the draft."""

    def put_it(person, **how):
        publication = Publication("a better name", person.name, **how)
        return propose(session, desk_site, publication, person, desk=here.desk, now=clock())

    return put_it


@pytest.fixture
def say_yes(session, desk_site, here, clock):
    def approve_it(mark, person):
        return approve(session, desk_site, mark, person, desk=here.desk, now=clock())

    return approve_it


def test_it_takes_two_and_the_record_names_both(session, desk_site, on, ada, max, edit, put, say_yes, here, clock):
    edit(name="Console")
    with pytest.raises(NotAllowedError, match="second person"):
        publish(session, desk_site, Publication("alone", ada.name), desk=here.desk, now=clock())
    mark = put(ada)
    with pytest.raises(ForbiddenError, match="yourself"):
        say_yes(mark, ada)
    version = say_yes(mark, max)
    assert (version.number, version.published_by, version.approved_by) == (2, ada.name, max.name)
    newest = session.scalars(select(Statement).order_by(Statement.log_index.desc()).limit(1)).one()
    said = payload(newest.jws.decode())["data"]
    assert (said["by"], said["reason"]) == (f"{ada.name}, approved by {max.name}", "a better name")
    events = [(event.who, event.action) for event in session.scalars(select(DeskEvent).order_by(DeskEvent.id))]
    assert events == [(ada.name, four_eyes.ON), (ada.name, "proposed"), (max.name, "approved")]
    with pytest.raises(ConflictError):
        say_yes(mark, max)


def test_of_two_who_approve_at_once_one_publishes(
    database_url, session, desk_site, on, ada, max, who, edit, put, here, clock
):
    edit(name="Console")
    mark, handle, others = put(ada), desk_site.id, (max, who("eve"))
    gate = threading.Barrier(2)

    def work(person):
        engine = create_engine(database_url)
        prepare_engine(engine)
        try:
            with Session(engine) as own:
                row = own.get_one(Site, handle)
                gate.wait()
                return approve(own, row, mark, person, desk=here.desk, now=clock()).number
        except PlacetError as error:
            return error.code
        finally:
            engine.dispose()

    session.rollback()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(map(str, pool.map(work, others))) == ["2", "conflict"]
    session.expire_all()
    assert latest_version(session, desk_site.id).number == 2


def test_a_proposal_lapses_when_the_draft_or_the_newest_version_changes(
    session, desk_site, on, ada, max, edit, put, say_yes, here, clock
):
    edit(name="Console")
    mark = put(ada)
    edit(name="Another")
    assert read_proposal(session, desk_site) is None
    with pytest.raises(ConflictError, match="over"):
        say_yes(mark, max)
    mark = put(ada)
    alone = Publication("an emergency", "operator")
    publish(session, desk_site, alone, desk=here.desk, now=clock(), alone=True)
    with pytest.raises(ConflictError, match="over"):
        say_yes(mark, max)
    session.rollback()
    assert latest_version(session, desk_site.id).number == 2


def test_it_is_declined_with_a_note_or_taken_back(session, desk_site, on, ada, max, edit, put, say_yes, clock):
    edit(name="Console")
    mark = put(ada)
    with pytest.raises(NotAllowedError, match="why"):
        decline(session, desk_site, mark, " ", max, now=clock())
    with pytest.raises(ForbiddenError):
        decline(session, desk_site, mark, "no", ada, now=clock())
    with pytest.raises(ForbiddenError):
        withdraw(session, desk_site, mark, max, now=clock())
    decline(session, desk_site, mark, "The name is taken.", max, now=clock())
    found = read_proposal(session, desk_site)
    assert (found.declined_by, found.note) == (max.name, "The name is taken.")
    with pytest.raises(ConflictError):
        say_yes(mark, max)
    mark = put(ada)
    withdraw(session, desk_site, mark, ada, now=clock())
    assert read_proposal(session, desk_site) is None


def test_who_may_not_publish_any_more_approves_nothing(session, desk_site, on, ada, max, who, edit, put, say_yes):
    edit(name="Console")
    mark, editor = put(ada), who("ed", "editor")
    with pytest.raises(ForbiddenError):
        say_yes(mark, editor)
    number = next(own.number for own in people.list_people(session, ada) if own.email == max.name)
    people.change_role(session, ada, number, "editor")
    with pytest.raises(ForbiddenError):
        say_yes(mark, max)


def test_a_day_that_has_come_too_near_becomes_the_earliest(session, desk_site, on, ada, max, edit, put, say_yes, clock):
    edit(name="Console", notice_period="P30D")
    with pytest.raises(NotAllowedError, match="2026-12-21 is too early"):
        put(ada, ask_again=True, holds_on=date(2026, 12, 21))
    mark = put(ada, ask_again=True, holds_on=date(2026, 12, 23))
    clock.advance(days=5)
    assert say_yes(mark, max).effective_at.date() == date(2026, 12, 27), "the notice period counts from now"


def test_it_is_switched_on_by_one_and_off_by_two(session, desk_site, ada, max, who, edit, put, clock):
    now = clock()
    ed = who("ed", "editor")
    with pytest.raises(ForbiddenError):
        four_eyes.switch_on(session, desk_site, ed, now=now)
    four_eyes.switch_on(session, desk_site, ada, now=now)
    edit(name="Console")
    put(ada)
    assert four_eyes.switch_off(session, desk_site, ada, now=now) is False
    assert four_eyes.switch_off(session, desk_site, ada, now=now) is False, "asking twice is asking once"
    four_eyes.keep_on(session, desk_site, max, now=now)
    with pytest.raises(ConflictError):
        four_eyes.keep_on(session, desk_site, max, now=now)
    assert four_eyes.switch_off(session, desk_site, ada, now=now) is False
    assert four_eyes.switch_off(session, desk_site, max, now=now) is True
    session.expire_all()
    assert not desk_site.four_eyes
    assert session.scalars(select(Proposal)).all() == []
    four_eyes.switch_on(session, desk_site, max, now=now)
    assert four_eyes.switch_off(session, desk_site, OPERATOR, now=now) is True


def test_nobody_locks_themselves_out(session, desk_site, ada, clock):
    with pytest.raises(NotAllowedError, match="Only one account"):
        four_eyes.switch_on(session, desk_site, ada, now=clock())
