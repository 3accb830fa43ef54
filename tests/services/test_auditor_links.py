"""Links for auditors, and what was done at the desk, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.errors import NotAllowedError, NotFoundError
from app.core.signing import read_auditor_link, sign_auditor_link
from app.models import AuditorLink, Site
from app.services.auditor_links import is_live, list_links, make_link, name_of_link, revoke_link
from app.services.desk_events import Deed, last_seen, list_events, write_deed
from tests.support.world import make_keys


@pytest.fixture
def own(session, site):
    return session.scalars(select(Site).where(Site.key == site)).one()


@pytest.fixture
def make(session, own, clock):
    def make_it(label="Audit & Co", days=14):
        return make_link(session, own, label, days, by="ada@example.com", role="admin", now=clock())

    return make_it


def deeds(session, site):
    return [(event.deed.who, event.deed.action, event.deed.detail) for event in list_events(session, site).events]


def test_a_link_holds_until_its_last_second(make, clock):
    link = make(days=2)
    clock.advance(days=2, seconds=-1)
    assert is_live(link, clock())
    clock.advance(seconds=1)
    assert not is_live(link, clock())


def test_making_and_revoking_are_written_down_once(session, own, make, clock):
    link = make()
    for _ in range(2):
        revoke_link(session, own, link.id, by="max@example.com", role="owner", now=clock())
    session.refresh(link)
    assert not is_live(link, clock())
    assert deeds(session, own) == [
        ("max@example.com", "auditor_link_revoked", {"link": link.id, "label": "Audit & Co"}),
        ("ada@example.com", "auditor_link_made", {"link": link.id, "label": "Audit & Co", "days": 14}),
    ]


@pytest.mark.parametrize("label, days", [("", 1), ("x" * 101, 1), ("a\nb", 1), ("ok", 0), ("ok", -1), ("ok", 366)])
def test_what_is_no_link_is_not_made(session, own, make, label, days):
    with pytest.raises(NotAllowedError):
        make(label, days)
    assert session.scalars(select(AuditorLink)).all() == []
    assert deeds(session, own) == []


def test_a_link_of_another_site_is_not_there(session, make, publish_site, clock):
    key = publish_site("other", "account-management")
    session.rollback()  # what it saw before was another state
    other = session.scalars(select(Site).where(Site.key == key)).one()
    with pytest.raises(NotFoundError):
        revoke_link(session, other, make().id, by="a@example.com", role="admin", now=clock())
    assert list_links(session, other, clock()) == []


def test_a_list_says_when_each_was_last_used(session, own, make, clock):
    first, second = make("one"), make("two")
    clock.advance(hours=1)
    write_deed(session, own.id, Deed(name_of_link(first), "auditor", "receipts", {}), now=clock())
    lines = {line.link.id: line.used_at for line in list_links(session, own, clock())}
    assert lines == {first.id: clock(), second.id: None}
    assert last_seen(session, own.id, ["nobody"]) == {}


def test_events_are_read_in_pages_newest_first(session, own, clock):
    for number in range(5):
        clock.advance(seconds=1)
        write_deed(session, own.id, Deed("a@example.com", "auditor", "version", {"number": number}), now=clock())
    page = list_events(session, own, limit=2)
    assert [event.deed.detail["number"] for event in page.events] == [4, 3]
    assert page.events[0].at == clock()
    page = list_events(session, own, before=page.before, limit=2)
    assert [event.deed.detail["number"] for event in page.events] == [2, 1]
    page = list_events(session, own, before=page.before, limit=2)
    assert ([event.deed.detail["number"] for event in page.events], page.before) == ([0], None)


def test_whoever_is_named_at_length_is_cut_and_not_refused(session, own, clock):
    write_deed(session, own.id, Deed("x" * 300, "auditor", "proof", {}), now=clock() + timedelta())
    assert deeds(session, own)[0][0] == "x" * 255


def test_a_token_is_that_of_a_link_and_of_these_keys():
    keys = make_keys()
    token = sign_auditor_link(keys, 7)
    assert read_auditor_link(keys, token) == 7
    assert read_auditor_link(make_keys("others"), token) is None
    for forged in (None, "", "7", token + "A", token[1:], "é", sign_auditor_link(keys, True)):
        assert read_auditor_link(keys, forged) is None
