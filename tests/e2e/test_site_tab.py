"""Pages that get in a check's way: what they do is answered, held or read as nothing, and the check goes on."""

import pytest
from werkzeug.wrappers import Request, Response

from app.services import site_walk
from app.services.chromium import find_chromium
from app.services.site_tab import Pace
from app.services.site_walk import Plan, walk
from tests.support.server import free_port, serving

pytestmark = pytest.mark.e2e
QUICK = Pace(load=5, least=0.3, quiet=0.2, most=2)
PAGES = {
    "/": """<!doctype html><title>Asks</title><a href="/next">Next</a>
<script>onbeforeunload = (event) => { event.preventDefault(); return "Stay?"; };
alert("Well?"); confirm("Sure?")</script>""",
    "/next": "<!doctype html><title>Next</title>",
    "/odd": """<!doctype html><title>Odd</title><script>localStorage["\\ud800x"] = 1;
placet = { get: () => ({ regime: "\\ud800" }) }</script>""",
    "/parts": """<!doctype html><title>Parts</title><iframe src="http://framed.localhost:PORT/frame"></iframe>
<script>new Worker("/worker.js"); new SharedWorker("/shared.js")</script>""",
    "/served": """<!doctype html><title>Served</title><a href="/next">Next</a>
<script>navigator.serviceWorker.register("/service.js")</script>""",
    "/frame": """<!doctype html><script>fetch("/v1/sites/s_a/receipts/frame", { method: "POST" });
fetch("/frame-said")</script>""",
    "/worker.js": """fetch("/v1/sites/s_a/receipts/worker", { method: "POST" }); fetch("/worker-said")""",
    "/shared.js": """fetch("/v1/sites/s_a/receipts/shared", { method: "POST" }); fetch("/shared-said")""",
    "/service.js": """const own = [fetch("/v1/sites/s_a/receipts/service", { method: "POST" }).catch(() => {}),
  fetch("http://tracker.localhost:PORT/service-said", { mode: "no-cors" })];
oninstall = (event) => event.waitUntil(Promise.all(own)); onactivate = () => clients.claim();
onfetch = (event) => event.request.mode === "navigate" &&
  event.respondWith(fetch("http://tracker.localhost:PORT/each-page", { mode: "no-cors" })
    .then(() => fetch(event.request)))""",
}


class Pages:
    """Pages at any host of this machine, by their path; remembers what was asked for."""

    def __init__(self):
        self.port, self.asked = free_port(), []

    @property
    def origin(self):
        return f"http://pages.localhost:{self.port}"

    def __call__(self, environ, start_response):
        request = Request(environ)
        self.asked.append((request.method, request.host.partition(":")[0], request.path))
        body = PAGES.get(request.path)
        kind = "text/javascript" if request.path.endswith(".js") else "text/html"
        answer = (
            Response(status=404) if body is None else Response(body.replace("PORT", str(self.port)), content_type=kind)
        )
        return answer(environ, start_response)


@pytest.fixture
def pages(monkeypatch):
    monkeypatch.setattr(site_walk, "MAX_SECONDS", 20.0)
    pages = Pages()
    with serving(pages, pages.port):
        yield pages


def look_at(pages, path, count=1):
    chromium = find_chromium(None)
    assert chromium, "no Chromium on the PATH"
    plan = Plan(f"{pages.origin}{path}", frozenset([pages.origin]), f"{pages.origin}/privacy", count, private=True)
    return walk(chromium, plan, QUICK)


def test_a_page_that_asks_is_answered_and_the_check_goes_on(pages):
    looks = look_at(pages, "/", count=2)
    assert [(look.url, look.problem) for look in looks] == [(f"{pages.origin}/", ""), (f"{pages.origin}/next", "")]


def test_what_would_be_sent_to_placet_is_stopped_in_frames_and_workers_too(pages):
    assert [look.problem for look in look_at(pages, "/parts")] == [""]
    asked = {path for _, _, path in pages.asked}
    assert {"/frame-said", "/worker-said", "/shared-said"} <= asked
    assert [one for one in pages.asked if one[0] != "GET"] == []


def test_what_a_service_worker_asks_for_by_itself_is_seen_and_stopped(pages):
    looks = look_at(pages, "/served", count=2)
    assert [look.problem for look in looks] == ["", ""]
    seen = {(one.host, one.path) for look in looks for one in look.loaded}
    assert ("tracker.localhost", "/service-said") in seen
    assert ("GET", "tracker.localhost", "/service-said") in pages.asked
    assert [one for one in pages.asked if one[0] != "GET"] == []
    for _, host, path in pages.asked:
        assert (host, path) in seen, f"{host}{path} was asked for and not seen"


def test_a_name_that_is_no_text_is_read_as_one(pages):
    looks = look_at(pages, "/odd")
    assert {one.name for one in looks[0].stored} == {"\ufffdx"}
    assert looks[0].regime == "\ufffd"
