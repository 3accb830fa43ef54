"""A Next.js application (App Router) with Placet in it, built and served by Next.js itself: `tests/e2e/next`."""

import json
import os
import signal
import subprocess
import tarfile
import urllib.request
from urllib.error import URLError

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import eventually
from tests.e2e.frameworks.web import COUNT_LISTENERS, Reader, Web, publish
from tests.support.server import ROOT, free_port, serving

APP = ROOT / "tests" / "e2e" / "next"
PLACEHOLDER = "main [data-placet=placeholder]"


class NextWeb(Web):
    """The tracker, and beside it the application at ``next.localhost``."""

    def __init__(self, api: str, port: int, next_port: int) -> None:
        super().__init__(api, port, APP)
        self.next_port = next_port

    def url(self, site: str, path: str = "/", **query: str) -> str:
        return f"http://next.localhost:{self.next_port}{path}"

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.next_port}/other", timeout=2) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False


class NextReader(Reader):
    """A visitor of it, who does not wait for what Next.js fetches of itself ahead: it gives some of that up."""

    def _pending(self) -> set[object]:
        return {request for request in super()._pending() if "://next.localhost" not in request.url}


def install() -> None:
    """Put the packages into the application as `npm install ./placet-….tgz` does: what is packed, and nothing else."""
    packed = subprocess.run(
        ["npm", "pack", "--json", "--pack-destination", APP / "node_modules"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    file = APP / "node_modules" / json.loads(packed.stdout)[0]["filename"]
    with tarfile.open(file) as archive:
        for member in archive.getmembers():
            # Written by hand: what keeps `extract` inside the folder came with Python 3.11.4.
            target = APP / "node_modules" / member.name.replace("package", "placet", 1)
            assert target.resolve().is_relative_to(APP / "node_modules")
            target.parent.mkdir(parents=True, exist_ok=True)
            if content := archive.extractfile(member):
                target.write_bytes(content.read())


@pytest.fixture(scope="module")
def web(world):
    if not (APP / "node_modules" / "next").is_dir():
        pytest.fail("tests/e2e/next/node_modules is missing: `make test` installs it")
    web = NextWeb(world.server.url, free_port(), free_port())
    web.keys["next"] = publish(world, "next", web.url("next", ""), web.port)
    install()
    environ = {
        **os.environ,
        "NEXT_TELEMETRY_DISABLED": "1",
        "NEXT_PUBLIC_SITE": web.keys["next"],
        "NEXT_PUBLIC_API": web.api,
        "NEXT_PUBLIC_TRACKER": web.origin("tracker"),
    }
    command = ["node", APP / "node_modules" / "next" / "dist" / "bin" / "next"]
    built = subprocess.run([*command, "build"], cwd=APP, env=environ, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    with (world.data / "next.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "start", "--port", str(web.next_port), "--hostname", "127.0.0.1"],
            cwd=APP, env=environ, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        eventually(web.answers, "Next.js serves the application")
        with serving(web, web.port):
            yield web
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(15)


@pytest.fixture
def reader(context, web):
    context.add_init_script(COUNT_LISTENERS)
    web.clear()
    return NextReader(context.new_page(), web, "next")


def go(reader, name):
    """Follow a link inside the application."""
    reader.page.get_by_role("link", name=name).click()
    expect(reader.page.locator("h1")).to_have_text(name)


def test_from_the_first_visit_to_the_withdrawal_no_page_is_loaded_again(reader, web):
    page = reader.open().page
    survey = page.locator("#survey")
    expect(page.locator(PLACEHOLDER)).to_be_visible()
    expect(page.locator("#instead")).to_be_visible()
    assert page.locator(f"head script[src='{web.api}/s/{reader.key}.js']").count() == 1
    go(reader, "Other")
    expect(page.locator(PLACEHOLDER)).to_be_visible()
    go(reader, "Now")
    expect(page.locator(PLACEHOLDER)).to_be_visible()
    go(reader, "Home")
    assert reader.status() == {"granted": None, "allowed": [], "survey": False}
    assert web.arrived() == []
    begun = page.evaluate("performance.timeOrigin")

    page.locator(f"{PLACEHOLDER} [data-action=always]").click()
    expect(survey).to_be_visible()
    eventually(lambda: web.arrived() == ["/survey.html"], "it loads, and nothing else")
    assert reader.status() == {"granted": ["functional"], "allowed": ["survey"], "survey": True}
    for name in ("Other", "Now", "Home"):
        go(reader, name)
        expect(survey).to_be_visible()
        expect(page.locator(PLACEHOLDER)).to_have_count(0)

    reader.choose("marketing")
    expect(page.locator("#pixel")).to_have_count(1)
    expect(page.locator("#instead")).to_have_count(0)
    expect(survey).to_have_count(0)
    expect(page.locator(PLACEHOLDER)).to_be_visible()
    page.get_by_role("button", name="Cookie settings").last.click()
    reader.click("reject")
    expect(page.locator("#pixel")).to_have_count(0)
    expect(page.locator("#instead")).to_be_visible()
    assert page.evaluate("performance.timeOrigin") == begun
    assert page.locator("[data-placet=reopen]").count() == 1, "what stands in the body stays"
    assert reader.said == []


@pytest.mark.parametrize("path", ["/", "/other", "/now"])
def test_a_page_is_hydrated_without_a_word_whoever_comes_first(reader, web, path):
    late = "**/_next/**/*.js*"
    page = reader.open(path).page
    reader.reload_late(late)
    expect(page.locator(PLACEHOLDER)).to_be_visible()
    assert reader.banner_is_open(), "React has not taken it away"
    assert web.arrived() == []
    reader.click("accept")
    expect(page.locator("#survey")).to_be_visible()
    reader.reload()
    expect(page.locator("#survey")).to_be_visible()
    reader.reload_late(late)
    expect(page.locator("#survey")).to_be_visible()
    reader.choose()
    expect(page.locator(PLACEHOLDER)).to_be_visible()
    web.clear()
    reader.reload_late(late)
    expect(page.locator(PLACEHOLDER)).to_be_visible()
    assert web.arrived() == []
    assert reader.said == []


def test_what_react_renders_itself_keeps_its_node_while_it_is_held(reader, web):
    page = reader.open().page
    frame, placeholder = page.locator("#unmarked"), page.locator("#own [data-placet=placeholder]")
    reader.press("again")
    expect(placeholder).to_be_visible()
    frame.evaluate("own => { window.own = own }")
    reader.press("again")
    expect(frame).to_have_attribute("data-times", "2")
    assert frame.get_attribute("src") is None
    assert page.locator("#own > *").count() == 4
    assert web.arrived() == []
    reader.click("accept")
    expect(frame).to_have_attribute("src", f"{web.origin('tracker')}/unmarked.html")
    reader.press("again")
    expect(frame).to_have_attribute("data-times", "3")
    assert frame.evaluate("own => own === window.own")
    reader.choose()
    expect(placeholder).to_be_visible()
    go(reader, "Other")
    expect(page.locator("#own")).to_have_count(0)
    go(reader, "Home")
    expect(page.locator("#own > *")).to_have_count(1)
    assert reader.said == []


def test_pages_that_were_left_do_not_listen_any_more(reader):
    reader.open("/other")
    eventually(lambda: reader.listening() > 0, "it listens")
    listening = reader.listening()
    for _ in range(3):
        go(reader, "Home")
        go(reader, "Other")
    eventually(lambda: reader.listening() == listening, "as many as before, and no more")
    assert reader.said == []
