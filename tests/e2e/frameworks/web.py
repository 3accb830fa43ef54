"""The same page in several frameworks, rendered on the server or not, and the tracker that it would like to load."""

import json
import subprocess
import threading
import urllib.parse
from html import escape
from pathlib import Path

import yaml
from playwright.sync_api import ConsoleMessage, Page, Route
from werkzeug.wrappers import Request, Response

from tests.e2e.conftest import Visit, World
from tests.support.plain_site import plain_config
from tests.support.server import ROOT

HERE = Path(__file__).parent
GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
# By tracker: its category, and the path it has at the tracker's host.
TRACKERS = {
    "survey": ("functional", "/survey"),
    "pixel": ("marketing", "/pixel"),
    "unmarked": ("marketing", "/unmarked"),
}
# Counts the listeners of our events that stand on the document.
COUNT_LISTENERS = """{
  const {addEventListener, removeEventListener} = Document.prototype.__proto__.__proto__;
  window.listening = [];
  document.addEventListener = function (name, heard, ...more) {
    if (name.startsWith("placet:")) window.listening.push(name);
    return addEventListener.call(this, name, heard, ...more);
  };
  document.removeEventListener = function (name, heard, ...more) {
    if (name.startsWith("placet:")) window.listening.splice(window.listening.indexOf(name), 1);
    return removeEventListener.call(this, name, heard, ...more);
  };
}"""


def bundle(folder: Path) -> Path:
    """Bundle the pages into ``folder``."""
    for script in ("build.mjs", "astro.mjs"):
        done = subprocess.run(["node", HERE / script, folder], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    return folder


def render(bundles: Path, name: str, place: dict[str, str]) -> dict[str, str]:
    """Render a page on the server: ``head`` and ``body``. A word on stderr is a failure."""
    command = ["node", bundles / f"{name}-server.mjs", json.dumps(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def publish(world: World, handle: str, origin: str, tracker_port: int) -> str:
    """Publish a site of that origin on the running installation; returns its key."""
    trackers = [
        {
            "id": id_,
            "category": category,
            "name": id_.title(),
            "vendor": f"{id_.title()} Example Inc.",
            "purpose": {"en": "Asks a question or counts."},
            "data": [{"name": {"en": "Requests"}, "retention": "P1D"}],
            "recipients": [{"name": f"{id_.title()} Example Inc.", "role": "processor", "country": "IE"}],
            "match": [{"host": "tracker.localhost", "path": path}],
            "storage": [],
        }
        for id_, (category, path) in TRACKERS.items()
    ]
    file = world.data / f"{handle}.yaml"
    file.write_text(yaml.safe_dump(plain_config(handle, origin, ("necessary", "functional", "marketing"), trackers)))
    world.server.placet("site", "import", handle, str(file))
    world.server.placet("site", "publish", handle, "--reason", "end-to-end tests", "--urgency", "law")
    rows = json.loads(world.server.placet("site", "list", "--json"))
    return next(row["key"] for row in rows if row["handle"] == handle)


class Web:
    """By host: ``app``, whose pages are ``/<framework>/<hydrated|mounted>``, and ``tracker``, which notes what arrives."""

    def __init__(self, api: str, port: int, bundles: Path) -> None:
        self.port, self.bundles, self.api = port, bundles, api
        self.keys: dict[str, str] = {}
        self._rendered: dict[str, dict[str, str]] = {}
        self._arrived: list[str] = []
        self._turn = threading.Lock()

    def origin(self, name: str) -> str:
        return f"http://{name}.localhost:{self.port}"

    def url(self, site: str, path: str = "/", **query: str) -> str:
        return f"{self.origin('app')}{path}?{urllib.parse.urlencode(query)}"

    def arrived(self) -> list[str]:
        """The paths at the tracker that were asked for since the last time it was cleared."""
        with self._turn:
            return list(self._arrived)

    def clear(self) -> None:
        with self._turn:
            self._arrived.clear()

    @Request.application
    def __call__(self, request: Request) -> Response:
        if request.host.startswith("tracker."):
            with self._turn:
                self._arrived.append(request.path)
            if request.path.endswith(".gif"):
                return Response(GIF, mimetype="image/gif")
            return Response("<!doctype html><title>A tracker</title>", mimetype="text/html")
        if request.path.startswith("/bundles/"):
            file = self.bundles / request.path.rpartition("/")[2]
            return Response(file.read_bytes(), mimetype="text/javascript")
        _, name, how = f"{request.path}/".split("/")[:3]
        return self._page(name, how) if how in ("hydrated", "mounted") else Response(status=204)

    def _page(self, name: str, how: str) -> Response:
        place = {"site": self.keys["frameworks"], "api": self.api, "tracker": self.origin("tracker")}
        with self._turn:
            if name not in self._rendered:
                self._rendered[name] = render(self.bundles, name, place)
        rendered = self._rendered[name] if how == "hydrated" else {"head": "", "body": ""}
        # What React 18 renders on a server has no tag: there the page has it of its own.
        tag = (
            f'<script async src="{self.api}/s/{place["site"]}.js"></script>'
            if how == "hydrated" and "18" in name
            else ""
        )
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>{tag}{rendered["head"]}</head>'
            f'<body><div id="root" data-place="{escape(json.dumps(place))}">{rendered["body"]}</div>'
            f'<script type="module" src="/bundles/{name}-browser.mjs"></script></body></html>'
        )
        return Response(html, mimetype="text/html", headers={"Cache-Control": "no-store"})


class Reader(Visit):
    """A visitor of such a page; ``said`` are the warnings and errors on the console."""

    def __init__(self, page: Page, web: Web, site: str) -> None:
        super().__init__(page, web, site)
        self.said: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("warning", "error"):
            self.said.append(message.text)

    def reload_late(self, scripts: str) -> None:
        """Load the page anew; the framework's own scripts come only when Placet has done all that it does."""
        late: list[Route] = []
        waits = True

        def come(route: Route) -> None:
            if waits:
                late.append(route)
            else:
                route.continue_()

        self.page.route(scripts, come)
        self.page.reload(wait_until="commit")
        self.page.wait_for_selector("[data-placet=banner], [data-placet=reopen]")
        assert late, "there is something to wait for"
        waits = False
        for route in late:
            route.continue_()
        self.settle()

    def status(self) -> dict:
        """What the hook says."""
        return json.loads(self.page.locator("#status").text_content())

    def press(self, id_: str) -> None:
        self.page.locator(f"#{id_}").click()

    def listening(self) -> int:
        return self.page.evaluate("listening.length")
