"""A version's banner is drawn by the build that was served when it took effect."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.core.errors import NotFoundError
from app.models import Site
from app.services.configs import find_version
from app.services.version_shown import list_slices, read_version_shown
from app.services.widgets import bring_up_to_date
from tests.support.world import BUILD, BUILDS, SIGNING


def test_a_later_build_does_not_draw_an_earlier_version(session: Session, site, clock):
    version = find_version(session, session.scalars(select(Site)).one(), 1)
    regime, lang = list_slices(session, version)[0]
    script = BUILD.script + b"//later\n"
    later = replace(BUILD, version="0.0.2", sha256=sha256_hex(script), script=script)
    bring_up_to_date(session, [later], now=clock() + timedelta(days=1), **SIGNING)
    found = read_version_shown(session, version, regime, lang, BUILDS)
    assert (found.shown.script, found.is_then) == (BUILD.script, True)
    assert found.shown.parts == BUILD.parts
    version.effective_at = clock() + timedelta(days=2)
    assert read_version_shown(session, version, regime, lang, BUILDS).widget == {
        "version": "0.0.2",
        "sha256": later.sha256,
    }
    version.effective_at = clock() - timedelta(days=2)
    found = read_version_shown(session, version, regime, lang, BUILDS)
    assert (found.shown.script, found.is_then) == (BUILD.script, False), (
        "nothing was kept then: the present one stands in"
    )
    with pytest.raises(NotFoundError):
        read_version_shown(session, version, regime, "xx", BUILDS)
    session.rollback()
