"""Widget builds: read whole or not at all, and kept with their parts for ever."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.core.canonical import sha256_hex
from app.core.errors import NotFoundError
from app.models import WidgetPart, WidgetReleasePart
from app.services.widgets import (
    WidgetBuildError,
    read_part_script,
    read_widget_builds,
    read_widget_script,
    register_widget,
)
from tests.support.world import BUILD, BUILDS, GPP_SCRIPT, PARTS, PINNED_SCRIPT, SCRIPT, SIGNALS_SCRIPT, SIGNING


@pytest.fixture
def dist(tmp_path):
    """A build's folder as ``npm run build`` leaves it."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "placet.js").write_bytes(SCRIPT)
    (tmp_path / "signals.js").write_bytes(SIGNALS_SCRIPT)
    (tmp_path / "gpp.js").write_bytes(GPP_SCRIPT)
    (tmp_path / "pinned.js").write_bytes(PINNED_SCRIPT)
    (tmp_path / "discovery.js").write_bytes(BUILDS.discovery)
    (tmp_path / "take-over.js").write_bytes(BUILDS.take_over.script)
    (tmp_path / "bootstrap.js").write_bytes(BUILDS.bootstrap)
    for name, script in PARTS.items():
        (tmp_path / "parts" / f"{name}.js").write_bytes(script)
    state(tmp_path)
    return tmp_path


def state(folder, **changes):
    parts = {name: sha256_hex(script) for name, script in PARTS.items()}
    builds = {
        "placet": sha256_hex(SCRIPT),
        "signals": sha256_hex(SIGNALS_SCRIPT),
        "gpp": sha256_hex(GPP_SCRIPT),
        "pinned": sha256_hex(PINNED_SCRIPT),
    }
    stated = {
        "version": "0.0.1",
        "builds": builds,
        "parts": parts,
        "discovery": sha256_hex(BUILDS.discovery),
        "take-over": BUILDS.take_over.sha256,
        **changes,
    }
    (folder / "build.json").write_text(json.dumps(stated))


def test_the_page_that_verifies_belongs_to_a_build_and_may_be_missing(dist):
    assert read_widget_builds(dist).verify_page is None
    (dist / "verify.html").write_bytes(b"<!doctype html>")
    assert read_widget_builds(dist).verify_page == b"<!doctype html>"


def test_a_build_is_read_with_all_parts_that_it_states(dist):
    assert read_widget_builds(dist) == BUILDS
    (dist / "parts" / "left-over.js").write_bytes(b"(function(site){})(0);")
    assert read_widget_builds(dist) == BUILDS


@pytest.mark.parametrize(
    "name",
    ["placet.js", "signals.js", "gpp.js", "pinned.js", "discovery.js", "bootstrap.js", "build.json", "parts/after.js"],
)
def test_without_one_of_its_files_there_is_no_build(dist, name):
    (dist / name).unlink()
    with pytest.raises(WidgetBuildError, match="not built"):
        read_widget_builds(dist)


@pytest.mark.parametrize(
    "name", ["placet.js", "signals.js", "gpp.js", "pinned.js", "parts/preferences.js", "discovery.js", "take-over.js"]
)
def test_files_of_two_builds_are_none(dist, name):
    (dist / name).write_bytes(b"(function(){})(0);")
    with pytest.raises(WidgetBuildError, match="do not belong to one build"):
        read_widget_builds(dist)


@pytest.mark.parametrize("parts", [{"../placet": "0" * 64}, {"": "0" * 64}, {"A": "0" * 64}, [], None])
def test_a_part_s_name_is_a_word(dist, parts):
    state(dist, parts=parts)
    with pytest.raises(WidgetBuildError):
        read_widget_builds(dist)


def test_a_part_is_found_by_its_name_and_the_beginning_of_its_hash(session, clock):
    register_widget(session, BUILD, now=clock(), **SIGNING)
    for name, script in PARTS.items():
        assert read_part_script(session, name, sha256_hex(script)[:16]) == script
    for name, prefix in (("after", sha256_hex(PARTS["preferences"])[:16]), ("after", "0" * 16), ("%", "%")):
        with pytest.raises(NotFoundError):
            read_part_script(session, name, prefix)


def test_a_part_that_two_builds_share_is_kept_once_and_both_name_it(session, clock):
    renewed = {**PARTS, "after": b"(function(site){window.other=site})(0);\n"}
    script = b"(function(config){})(0);\n"
    register_widget(session, BUILD, now=clock(), **SIGNING)
    assert register_widget(
        session, replace(BUILD, sha256=sha256_hex(script), script=script, parts=renewed), now=clock(), **SIGNING
    )
    kept = {(name, sha256) for name, sha256 in session.execute(select(WidgetPart.name, WidgetPart.sha256))}
    every = [*PARTS.items(), ("after", renewed["after"])]
    assert kept == {(name, sha256_hex(content)) for name, content in every}
    query = select(WidgetReleasePart.part_sha256).where(WidgetReleasePart.release_sha256 == sha256_hex(script))
    assert set(session.scalars(query)) == {sha256_hex(content) for content in renewed.values()}
    assert read_part_script(session, "after", sha256_hex(PARTS["after"])[:16]) == PARTS["after"]
    assert read_widget_script(session, BUILD.sha256) == SCRIPT


def test_what_is_kept_already_is_not_new(session, clock):
    assert not register_widget(session, BUILD, now=clock(), **SIGNING), "the application under test has registered it"
