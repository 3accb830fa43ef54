"""The operator's Chromium takes pictures of a banner that the real build draws, and nothing of it reaches a server."""

import struct

import pytest

from app.services import camera
from app.services import chromium as chromium_at_work
from app.services.camera import CameraError, Shot, opened
from app.services.chromium import ChromiumError, find_chromium, started
from tests.support.server import ROOT, Server

pytestmark = pytest.mark.e2e
PAGE = b"<!doctype html><title>x</title><p>Hello"


@pytest.fixture(scope="module")
def chromium():
    path = find_chromium(None)
    assert path, "no Chromium on the PATH"
    return path


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_a_page_is_pictured_at_the_width_asked_for_and_sharp(chromium):
    with opened(chromium) as taking:
        phone, desktop = (taking.take(PAGE, Shot(width, 300), "p") for width in (390, 1280))
        follows = PAGE.replace(b"<p>", b"<meta name=color-scheme content='light dark'><p>")
        dark = taking.take(follows, Shot(390, 300, "dark"), "p")
    assert size_of(phone) == (780, 600)
    assert size_of(desktop) == (2560, 600)
    assert dark != phone


def test_what_is_not_there_makes_no_picture_of_something_else(chromium, monkeypatch):
    monkeypatch.setattr(camera, "DRAWN_WITHIN_MS", 50)
    with opened(chromium) as taking:
        with pytest.raises(CameraError, match="shows no placet-banner"):
            taking.take(PAGE, Shot(390, 300), "placet-banner")
        assert taking.take(PAGE, Shot(390, 300), "p"), "it goes on"


def test_a_browser_that_does_not_start_is_said_so():
    with opened("/bin/false") as taking, pytest.raises(CameraError, match="ended before"):
        taking.take(PAGE, Shot(390, 300), "p")


def test_who_finds_the_browser_busy_for_too_long_is_told_so(monkeypatch):
    monkeypatch.setattr(chromium_at_work, "BUSY_SECONDS", 0.05)
    with opened("/bin/false"):
        with pytest.raises(CameraError, match="busy"), opened("/bin/false"):
            pass
        with pytest.raises(ChromiumError, match="Try again"), started("/bin/false"):
            pass
    with started("/bin/false"):
        pass


def test_where_no_browser_is_wanted_there_is_none():
    assert find_chromium("none") is None
    assert find_chromium("/nowhere/chromium") is None


def test_publishing_at_the_command_line_takes_pictures_of_the_real_banner(chromium, tmp_path):
    server = Server(
        {
            "PLACET_ENV": "development",
            "PLACET_DATA": str(tmp_path),
            "PLACET_CHROMIUM": chromium,
        },
        tmp_path / "log",
    )
    server.placet("prepare")
    server.placet("site", "import", "shop", str(ROOT / "examples/workflow-platform/config.yaml"))
    said = server.placet("site", "publish", "shop", "--reason", "first")
    assert "pictures of the banner taken" in said and ": 0 pictures" not in said
