"""``placet site check`` in the real Chromium: one site holds, another is found not to, and nobody is counted."""

import json

import pytest
from werkzeug.wrappers import Request, Response

from app.core.canonical import sha256_hex
from app.services.chromium import find_chromium
from app.services.site_tab import Pace
from app.services.site_walk import Plan, walk
from tests.support.plain_site import plain_config
from tests.support.server import free_port, serving

pytestmark = pytest.mark.e2e
QUICK = Pace(load=15, least=0.8, quiet=0.3, most=4)
PAGE = """<!doctype html><title>Leaky</title><script async src="%(api)s/s/%(key)s.js"></script>
<img src="http://tracker.localhost:%(port)d/pixel.gif" alt="">
<script>document.cookie = "_ga_TEST=1"; localStorage.setItem("theme", "dark")</script>
<p><a href="/elsewhere">Next</a> <a href="/second?page=2#top">Second</a> <a href="/logout">Log out</a>
<a href="/a.pdf">Paper</a>
<a href="%(site)s/privacy">Privacy</a>"""


class Leaky:
    """A site with an unmarked tracker in its markup, a cookie before a yes, and a page that leads to another host."""

    def __init__(self, port):
        self.port, self.key, self.api, self.asked = port, "", "", []

    @property
    def origin(self):
        return f"http://leaky.localhost:{self.port}"

    def config(self):
        tracker = {
            "id": "pixel",
            "category": "analytics",
            "kind": "browser",
            "name": "Pixel",
            "vendor": "Pixel Example Inc.",
            "purpose": {"en": "Counts visits."},
            "data": [{"name": {"en": "Requests"}, "retention": "P1D"}],
            "recipients": [{"name": "Pixel Example Inc.", "role": "processor", "country": "IE"}],
            "match": [{"host": "tracker.localhost", "path": "/"}],
            "storage": [],
        }
        return plain_config("Leaky", self.origin, ("necessary", "analytics"), [tracker])

    def __call__(self, environ, start_response):
        request = Request(environ)
        host = request.host.partition(":")[0]
        self.asked.append(f"{host}{request.path}")
        answer = Response(status=404)
        if host == "leaky.localhost" and request.path == "/elsewhere":
            answer = Response(status=302, headers={"Location": f"http://internal.localhost:{self.port}/secret"})
        elif host == "leaky.localhost" and request.path in ("/", "/second"):
            values = {"api": self.api, "key": self.key, "port": self.port, "site": self.origin}
            answer = Response(PAGE % values, content_type="text/html")
        elif host == "tracker.localhost":
            answer = Response(b"GIF89a", content_type="image/gif")
        return answer(environ, start_response)


@pytest.fixture(scope="module")
def chromium():
    path = find_chromium(None)
    assert path, "no Chromium on the PATH"
    return path


@pytest.fixture(scope="module")
def leaky(world):
    site = Leaky(free_port())
    site.api, site.key = world.server.url, world.server.publish({"leaky": site.config()})["leaky"]
    with serving(site, site.port):
        yield site


CHECK = """
import os, sys
os.environ["PLACET_CHROMIUM"] = sys.argv.pop(1)
import app.cli, app.services.site_walk as site_walk
from app.services.site_tab import Pace
site_walk.Pace = lambda: Pace(15, 0.8, 0.3, 4)
try:
    app.cli.main()
except SystemExit as end:
    print("exit", end.code)
"""
KEPT = """
import json, sys, sqlite3
db = sqlite3.connect(sys.argv[1])
(report, sha256, index), = db.execute("select report, sha256, log_index from site_checks")
stated, = db.execute("select log_index from statements where kind = 'site-checked'")
print(json.dumps([report.decode(), sha256, index == stated[0]]))
"""


def test_a_site_that_leaks_is_found_to_and_said_so_in_its_log(world, leaky, chromium):
    command = ("site", "check", leaky.origin, "--pages", "3", "--json", "--record")
    said = world.server.python(CHECK, chromium, *command)
    body, _, end = said.rpartition("\nexit ")
    assert end == "1"
    report = json.loads(body)
    assert [page["url"] for page in report["pages"]] == [
        f"{leaky.origin}{path}" for path in ("/", "/elsewhere", "/second?page=2")
    ], "not the log-out, not the paper"
    found = {(one["code"], one["about"]): one for one in report["findings"]}
    for code in ("loads-before-yes", "loads-after-no"):
        assert found[code, "pixel"]["pages"] == [f"{leaky.origin}/", f"{leaky.origin}/second?page=2"], code
    assert found["known-before-yes", "_ga_TEST"]["catalog"] == ["google-analytics"]
    assert found["unlisted", "theme"]["what"] == ["local"]
    assert "none of the site's addresses" in found["page-skipped", f"{leaky.origin}/elsewhere"]["what"][0]
    assert "internal.localhost/secret" not in leaky.asked
    assert (report["installed"], report["holds"], report["embeddings"]) == (True, False, ["marked"])
    assert "pixel" in report["seen"]
    text, sha256, is_stated = json.loads(world.server.python(KEPT, str(world.data / "placet.db")))
    assert json.loads(text) == report
    assert sha256_hex(text.encode()) == sha256
    assert is_stated
    assert world.receipts("leaky") == [], "both choices were made with a click, and neither is anybody's"


def test_an_example_site_holds_and_nothing_of_the_check_is_on_record(world, chromium):
    site = "saas-console"
    origin = f"http://{site}.localhost:{world.port}"
    before_it = world.receipts(site)
    plan = Plan(f"{origin}/?country=DE", frozenset([origin]), f"{origin}/privacy", 1, private=True)
    looks = walk(chromium, plan, QUICK)
    assert [look.problem for look in looks] == ["", "", ""]
    before, rejected, accepted = ({one.host for one in look.loaded} for look in looks)
    assert before == rejected == {f"{site}.localhost", "127.0.0.1"}
    assert {"analytics.localhost", "recorder.localhost", "ads.localhost"} <= accepted
    assert [look.embedding for look in looks] == ["marked", None, None]
    assert all(look.way_back for look in looks[1:])
    assert world.receipts(site) == before_it, "what was chosen there is nobody's choice"
