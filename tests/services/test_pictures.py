"""Pictures of a published banner are kept, stated in the log, and taken once; the camera here is not a browser."""

from contextlib import contextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.core.errors import NotFoundError
from app.db import db
from app.models import Picture, Site, Statement
from app.services import pictures
from app.services.camera import CameraError
from app.services.pictures import Studio, find_picture, list_pictures, take_pictures, unpictured_versions
from tests.support.plain_site import in_german_too
from tests.support.world import BUILDS, payload


class Film:
    """What the camera was given; a picture is the page it was taken of."""

    def __init__(self):
        self.taken, self.broken_after = [], None

    def take(self, page, shot, wait_for):
        if len(self.taken) == self.broken_after:
            raise CameraError("the film tore")
        self.taken.append((page, shot.width))
        return b"PNG %d " % shot.width + page


@pytest.fixture
def film(monkeypatch):
    film = Film()

    @contextmanager
    def opened(chromium):
        assert chromium == "/opt/chromium"
        yield film

    monkeypatch.setattr(pictures, "opened", opened)
    return film


@pytest.fixture
def site(publish_site):
    return publish_site(change=in_german_too)


@pytest.fixture
def take(session, here, clock, site, film):
    studio = Studio("/opt/chromium", BUILDS, here.keys, here.desk.random_bytes)
    row = session.scalars(select(Site).where(Site.key == site)).one()
    return lambda number=1: take_pictures(session, row, number, studio, clock=clock)


def statements(session):
    return [
        payload(bytes(row.jws).decode())["data"]
        for row in session.scalars(select(Statement).where(Statement.kind == "banner-pictured"))
    ]


def test_phone_and_desktop_of_every_regime_and_language_are_kept_and_stated(session, site, take, film):
    row = session.scalars(select(Site).where(Site.key == site)).one()
    assert unpictured_versions(session, row) == [1]
    count = take()
    kept = list_pictures(session, row, 1)
    assert count == len(kept) > 2
    assert {picture.width for picture in kept} == {390, 1280}
    assert {picture.lang for picture in kept if picture.regime == "eu"} == {"en", "de"}
    assert len({picture.regime for picture in kept if picture.lang == "en"}) > 5
    assert len(set(film.taken)) == len(film.taken) < count, "what looks the same is taken once"
    for picture in kept:
        assert sha256_hex(find_picture(session, row, picture.sha256)) == picture.sha256
    (stated,) = statements(session)
    assert stated["version"] == 1
    assert {(item["sha256"], item["regime"], item["lang"], item["width"]) for item in stated["pictures"]} == {
        (picture.sha256, picture.regime, picture.lang, picture.width) for picture in kept
    }
    assert unpictured_versions(session, row) == []


def test_a_version_is_pictured_once(session, take, film):
    assert take() > 0
    taken = len(film.taken)
    assert take() == 0
    assert len(film.taken) == taken
    assert len(statements(session)) == 1


def test_when_the_camera_breaks_nothing_is_kept_and_the_next_time_begins_anew(session, site, take, film):
    film.broken_after = 3
    with pytest.raises(CameraError):
        take()
    session.rollback()
    assert session.scalars(select(Picture)).all() == []
    assert statements(session) == []
    film.broken_after = None
    assert take() > 0


def test_of_two_who_take_them_at_once_one_keeps_them(session, here, clock, site, film, take, app):
    class Slow(Film):
        """While the first is at work, the second takes them all."""

        def take(self, page, shot, wait_for):
            if not self.taken:
                with app.app_context(), Session(db.engine) as other:
                    row = other.scalars(select(Site).where(Site.key == site)).one()
                    studio = Studio("/opt/chromium", BUILDS, here.keys, here.desk.random_bytes)
                    self.taken.append("begun")
                    assert take_pictures(other, row, 1, studio, clock=clock) > 0
            return super().take(page, shot, wait_for)

    film.take = Slow().take
    assert take() == 0
    session.rollback()
    assert len(statements(session)) == 1


def test_a_version_that_is_not_there_is_said_to_be_missing(take):
    with pytest.raises(NotFoundError):
        take(7)
