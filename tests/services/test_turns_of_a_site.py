"""Who takes the turn of a site keeps nobody from writing something that refers to the site: receipts, deeds, proposals."""

import pytest
from sqlalchemy import insert, select

from app.core.errors import ConflictError
from app.models import DeskEvent, Site
from app.services import four_eyes
from app.services.site_checks import begin_check
from app.services.who import Who

OPERATOR = Who(None, "placet command line")


def switch_off(session, site, now):
    assert four_eyes.switch_off(session, site, OPERATOR, now=now)


def keep_on(session, site, now):
    with pytest.raises(ConflictError):
        four_eyes.keep_on(session, site, OPERATOR, now=now)


def check(session, site, now):
    assert begin_check(session, site, "https://app.example/", by="ada@example.com", now=now)


# SQLite has one writer at a time, whatever is written.
@pytest.mark.parametrize("database_system", ["postgresql"])
@pytest.mark.parametrize("take_turn", [switch_off, keep_on, check])
def test_a_row_that_refers_to_the_site_is_not_waited_for(session, site, clock, take_turn):
    row = session.scalars(select(Site)).one()
    deed = {"site_id": row.id, "at": clock(), "who": "x", "role": "owner", "action": "a", "detail": "{}"}
    with session.get_bind().connect() as other:
        other.execute(insert(DeskEvent).values(**deed))
        take_turn(session, row, clock())  # would fail after a lock timeout
        other.commit()
    assert "x" in session.scalars(select(DeskEvent.who)).all()
