"""Visitors of a site that has moved from Klaro: who had answered there is asked only about what is new, and a no holds."""

import json
from collections import Counter
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from werkzeug.wrappers import Request, Response

from tests.e2e.conftest import eventually
from tests.support.plain_site import plain_config
from tests.support.server import free_port, serving

BANNER = "[data-placet=banner]"


def tracker(name, category):
    return {
        "id": name,
        "category": category,
        "name": name.title(),
        "vendor": f"{name.title()} Example GmbH",
        "purpose": {"en": f"What {name} is for."},
        "data": [{"name": {"en": "Pages viewed"}, "retention": "P14M"}],
        "recipients": [{"name": f"{name.title()} Example GmbH", "role": "processor", "country": "DE"}],
        "match": [{"host": f"{name}.example"}],
    }


class Moved:
    """Two sites with the same trackers: `moved` says that Klaro had asked about all of them, `wider` about all but one."""

    def __init__(self, world):
        self.world, self.port, self.hits = world, free_port(), Counter()
        trackers = [tracker("clicks", "analytics"), tracker("heatmap", "analytics"), tracker("ads", "marketing")]
        asked = {"moved": ("clicks", "heatmap", "ads"), "wider": ("clicks", "ads")}
        self.keys = world.server.publish(
            {
                name: plain_config(
                    name,
                    self.origin(name),
                    ("necessary", "analytics", "marketing"),
                    trackers,
                    take_over={
                        "from": "klaro",
                        "kept": "P120D",
                        "until": "2099-12-31",
                        "trackers": [{"id": own, "asked_as": [own]} for own in names],
                    },
                )
                for name, names in asked.items()
            }
        )

    def origin(self, name):
        return f"http://{name}.localhost:{self.port}"

    @Request.application
    def __call__(self, request):
        name = request.host.split(".")[0]
        if request.path.startswith("/hit/"):
            self.hits[name, request.path.removeprefix("/hit/")] += 1
            return Response("", mimetype="text/javascript")
        marked = "".join(
            f'<script type="text/plain" data-tracker="{own}" data-src="/hit/{own}"></script>'
            for own in ("clicks", "heatmap", "ads")
        )
        tag = f'<script src="{self.world.server.url}/s/{self.keys[name]}.js?country=DE"></script>'
        page = f"<!doctype html><html lang=en><title>Moved</title>{tag}{marked}<h1>Moved</h1>"
        return Response(page, mimetype="text/html")

    def arrived(self, name):
        return {own for site, own in self.hits if site == name}


@pytest.fixture(scope="module")
def moved(world):
    site = Moved(world)
    with serving(site, site.port):
        yield site


@pytest.fixture
def arrive(moved, browser):
    """Open a page as somebody in whose browser Klaro has kept ``choice``."""
    contexts = []

    def open_it(name, choice):
        moved.hits.clear()
        context = browser.new_context()
        contexts.append(context)
        kept = {"name": "klaro", "value": quote(json.dumps(choice, separators=(",", ":"))), "url": moved.origin(name)}
        context.add_cookies([kept])
        page = context.new_page()
        page.goto(moved.origin(name))
        page.locator("[data-placet=banner], [data-placet=reopen]").first.wait_for()
        return page

    yield open_it
    for context in contexts:
        context.close()


def newest(world, name, count):
    eventually(lambda: len(world.receipts(name)) == count, "the receipt is in the log")
    return world.receipts(name)[-1]


def test_who_had_answered_is_not_asked_again_and_exactly_what_was_allowed_runs(world, moved, arrive):
    page = arrive("moved", {"clicks": True, "heatmap": False, "ads": False})
    eventually(lambda: moved.arrived("moved") == {"clicks"}, "what was allowed runs")
    expect(page.locator(BANNER)).to_have_count(0)
    receipt = newest(world, "moved", 1)
    assert (receipt["method"], receipt["trusted"], receipt["event"], receipt["layer"]) == (
        "takeover",
        False,
        "given",
        None,
    )
    assert receipt["taken_over"] == {
        "from": "klaro",
        "decided_at": None,
        "value": '{"clicks":true,"heatmap":false,"ads":false}',
    }
    assert receipt["choices"] == {"necessary": True, "analytics": True, "marketing": False}
    assert receipt["trackers"] == {"heatmap": False}
    # Once: the next page finds a choice, and nothing else is sent.
    moved.hits.clear()
    page.reload()
    page.locator("[data-placet=reopen]").wait_for()
    eventually(lambda: moved.arrived("moved") == {"clicks"}, "it goes on running")
    assert len(world.receipts("moved")) == 1


def test_what_was_not_asked_is_asked_about_alone_and_is_the_visitors_to_answer(world, moved, arrive):
    before = len(world.receipts("wider"))
    page = arrive("wider", {"clicks": True, "ads": False})
    expect(page.locator(BANNER)).to_contain_text("Heatmap")
    expect(page.locator(BANNER)).not_to_contain_text("Clicks")
    eventually(lambda: moved.arrived("wider") == {"clicks"}, "what was allowed runs")
    assert newest(world, "wider", before + 1)["trackers"] == {"heatmap": False}
    page.locator(f"{BANNER} [data-action=accept]").click()
    eventually(lambda: moved.arrived("wider") == {"clicks", "heatmap"}, "now it runs, too")
    answered = newest(world, "wider", before + 2)
    assert (answered["method"], answered["trusted"]) == ("banner:accept-new", True)
    assert "taken_over" not in answered


def test_a_no_holds_for_everything(world, moved, arrive):
    before = len(world.receipts("wider"))
    page = arrive("wider", {"clicks": False, "ads": False})
    receipt = newest(world, "wider", before + 1)
    expect(page.locator(BANNER)).to_have_count(0)
    assert (receipt["method"], receipt["event"], receipt["taken_over"]["value"]) == ("takeover", "refused", None)
    assert moved.arrived("wider") == set()
