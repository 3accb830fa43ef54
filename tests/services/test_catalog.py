"""Entries of the catalog into the stored draft, and the commands that do it."""

import json
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from app.commands import catalog as commands
from app.core.errors import ConflictError, NotAllowedError, NotFoundError
from app.data import load_catalog
from app.models import Draft
from app.services import catalog as service
from app.services.catalog import add_entries
from app.services.configs import read_draft, save_draft
from app.services.sites import create_site, find_site_by_handle

CATALOG = load_catalog()
HOTJAR, STRIPE = CATALOG.get("hotjar"), CATALOG.get("stripe")


@pytest.fixture
def place(site, session):
    return find_site_by_handle(session, "saas-console")


def ids(session):
    session.expire_all()
    return [tracker["id"] for tracker in json.loads(session.query(Draft).one().document)["trackers"]]


def test_entries_come_at_the_end_in_one_revision(session, place, clock):
    before, revision = ids(session), read_draft(session, place).revision
    additions = add_entries(session, place, CATALOG, [HOTJAR, STRIPE], by="ada@example.com", now=clock())
    assert ids(session) == [*before, "hotjar", "stripe"]
    assert (read_draft(session, place).revision, read_draft(session, place).updated_by) == (
        revision + 1,
        "ada@example.com",
    )
    assert any("Compare before you publish" in line for line in additions[0].to_do)


def test_all_or_none(session, place, clock):
    before = ids(session)
    with pytest.raises(NotAllowedError, match="hotjar"):
        add_entries(session, place, CATALOG, [STRIPE, HOTJAR, HOTJAR], by="ada@example.com", now=clock())
    assert ids(session) == before


def test_a_site_without_a_draft_gets_one(session, here, clock):
    fresh = create_site(
        session, "fresh", public_host="placet.example", keys=here.keys, now=clock(), random_bytes=here.desk.random_bytes
    )
    add_entries(session, fresh, CATALOG, [STRIPE], by="ada@example.com", now=clock())
    document = json.loads(read_draft(session, fresh).document)
    assert [category["id"] for category in document["categories"]] == ["necessary"]
    assert document["format"] == 1


def test_a_draft_that_is_no_mapping_is_left_alone(session, place, clock):
    save_draft(session, place, ["not", "a", "mapping"], by="ada@example.com", now=clock())
    with pytest.raises(NotAllowedError, match="not a mapping"):
        add_entries(session, place, CATALOG, [STRIPE], by="ada@example.com", now=clock())


def test_what_is_saved_meanwhile_stays(session, place, clock, monkeypatch):
    crowd = ["max@example.com"]

    def save_after_another(session, site, document, *, by, now, revision):
        if crowd:
            theirs = json.loads(read_draft(session, site).document) | {"name": "Theirs"}
            save_draft(session, site, theirs, by=crowd.pop(), now=now)
        return save_draft(session, site, document, by=by, now=now, revision=revision)

    monkeypatch.setattr(service, "save_draft", save_after_another)
    add_entries(session, place, CATALOG, [HOTJAR], by="ada@example.com", now=clock())
    session.expire_all()
    document = json.loads(read_draft(session, place).document)
    assert (document["name"], document["trackers"][-1]["id"]) == ("Theirs", "hotjar")


def test_a_draft_that_never_holds_still_is_told(session, place, clock, monkeypatch):
    def refuse(*_, **__):
        raise ConflictError("Somebody else was quicker.")

    monkeypatch.setattr(service, "save_draft", refuse)
    with pytest.raises(ConflictError):
        add_entries(session, place, CATALOG, [HOTJAR], by="ada@example.com", now=clock())


@pytest.fixture
def placet(app, session, monkeypatch):
    """Run a command of ``placet catalog`` against the test's own installation."""

    @contextmanager
    def here():
        yield app, session

    monkeypatch.setattr(commands, "session", here)

    def run(*arguments):
        return CliRunner().invoke(commands.catalog, arguments)

    return run


def test_the_commands_look_up_and_add(placet, site, session):
    assert placet("list").output.count("\n") == len(CATALOG)
    assert [line.split()[0] for line in placet("list", "session", "hotjar").output.splitlines()] == ["hotjar"]
    shown = placet("show", "microsoft-clarity").output
    assert "Microsoft Ireland Operations Limited, IE" in shown
    assert "host      *.clarity.ms/" in shown
    assert 'stop      clarity("stop")' in shown
    assert "checked 2026-11" in shown
    assert "from general knowledge" in placet("show", "quora-pixel").output
    added = placet("add", "saas-console", "hotjar", "google-analytics")
    assert added.exit_code == 0, added.output
    assert "saas-console: hotjar is in the draft, category recording" in added.output
    assert "  - In Google Analytics set the retention" in added.output
    assert ids(session)[-2:] == ["hotjar", "google-analytics"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("show", "nobody"), NotFoundError),
        (("add", "saas-console", "hotjar", "nobody"), NotFoundError),
        (("add", "nowhere", "hotjar"), NotFoundError),
        (("add", "saas-console", "hotjar", "hotjar"), NotAllowedError),
    ],
)
def test_what_cannot_be_is_one_of_our_errors(placet, site, session, arguments, error):
    before = ids(session)
    assert isinstance(placet(*arguments).exception, error)
    assert ids(session) == before
