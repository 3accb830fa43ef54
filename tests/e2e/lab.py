"""A bench for embeddings: pages that try every way to a tracker, and a tracker that counts what arrives."""

import json
import re
import threading
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from tests.e2e.lab_pages.pages import EMBEDDINGS, page
from tests.e2e.lab_pages.policies import header, policed_page
from tests.support.plain_site import plain_config
from tests.support.server import Server, free_port, serving

MODULE = Path(__file__).parent.parent.parent / "widget" / "dist" / "module"
LATE_SECONDS = 1
NEVER_SECONDS = 60
SILENT = "http://127.0.0.1:1"  # nobody listens on this port
FAULTS = ("404", "500", "garbage", "never")
GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
BODIES = {
    "js": ("text/javascript", b"// a tracker"),
    "css": ("text/css", b"/* a tracker */"),
    "gif": ("image/gif", GIF),
    "html": ("text/html", b"<!doctype html><title>A tracker</title>"),
    # Asked again in an hour: no connection of its own makes a page restless.
    "events": ("text/event-stream", b"retry: 3600000\n\n"),
}
PASSED_ON = {"origin", "content-type", "accept", "accept-language", "authorization"}
NOT_HANDED_BACK = {"connection", "transfer-encoding", "content-length", "date", "server"}
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _tracker(id_: str, host: str, path: str) -> dict:
    return {
        "id": id_,
        "category": "analytics",
        "kind": "browser",
        "name": id_,
        "vendor": "Probe Example Inc.",
        "purpose": {"en": "Counts what arrives."},
        "data": [{"name": {"en": "Requests"}, "retention": "P1D"}],
        "recipients": [{"name": "Probe Example Inc.", "role": "processor", "country": "IE"}],
        "match": [{"host": host, "path": path}],
        "storage": [],
    }


def config(origin: str) -> dict:
    """The config of the lab's site."""
    return plain_config(
        "Lab",
        origin,
        ("necessary", "functional", "analytics", "recording", "marketing"),
        [_tracker("probe", "tracker.localhost", "/"), _tracker("own-path", "page.localhost", "/stats/")],
        csp_sources=["'unsafe-inline'"],
    )


class Lab:
    """The web as the pages see it, by host: ``page``, ``tracker`` and ``consent`` (Placet itself, behind faults)."""

    def __init__(self, server: Server, port: int) -> None:
        self.server, self.port = server, port
        self.keys: dict[str, str] = {}
        self.served = 0
        """How many pages have been asked for; the number of a page is its serial."""
        self._silence = threading.Event()
        self._pin = ""
        self._arrived: dict[int, set[str]] = defaultdict(set)
        self._turn = threading.Lock()

    def origin(self, name: str) -> str:
        return f"http://{name}.localhost:{self.port}"

    def url(self, site: str, path: str = "/", **query: str) -> str:
        return f"{self.origin('page')}{path}?{urlencode(query)}"

    def arrived(self, serial: int) -> set[str]:
        """The ids of what the page with this serial number has brought to a tracker until now."""
        with self._turn:
            return set(self._arrived[serial])

    def end_silence(self) -> None:
        """Let go the requests that nobody answers."""
        self._silence.set()
        self._silence.clear()

    @Request.application
    def __call__(self, request: Request) -> Response:
        host = request.host.partition(".")[0]
        if host == "consent":
            return self._consent(request)
        if host == "tracker" or request.path.startswith(("/stats/", "/calm/")):
            with self._turn:
                self._arrived[int(request.args["load"])].add(request.args["id"])
        elif request.path.strip("/") in EMBEDDINGS:
            return self._page(request)
        elif request.path == "/module":
            return self._bundled()
        elif request.path == "/pinned":
            return Response(self._marked(self.pin()), mimetype="text/html")
        elif request.path == "/pinned-otherwise":
            other = re.sub("sha256-.", "sha256-+", self.pin())
            return Response(self._marked(other), mimetype="text/html")
        elif request.path.startswith("/bundle/"):
            return Response((MODULE / request.path.rpartition("/")[2]).read_bytes(), mimetype="text/javascript")
        elif request.path.startswith("/csp/"):
            return self._policed(request.path.removeprefix("/csp/"))
        kind, body = BODIES.get(request.path.rpartition(".")[2], ("text/plain", b""))
        return Response(body, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}, mimetype=kind)

    def _page(self, request: Request) -> Response:
        name, key = request.path.strip("/"), self.keys["lab"]
        with self._turn:
            self.served += 1
            serial = self.served
        loader = f"{self.origin('consent')}/late/{request.args.get('loader', 'ok')}/s/{key}.js?country=DE"

        def url_of(id_: str, file: str) -> str:
            place = file if file[0] == "/" else f"{self.origin('tracker')}/{file}"
            return f"{place}?load={serial}&id={id_}"

        html = page(name, serial, loader, self.origin("consent"), url_of)
        response = Response(html, mimetype="text/html", headers={"Cache-Control": "no-store"})
        if EMBEDDINGS[name].has_header:
            placet = SILENT if request.args.get("trackers") == "silent" else self.server.url
            choice = request.cookies.get(f"placet_{key}", "")
            response.headers["Content-Security-Policy"] = self._policy(placet, choice)
        return response

    def _policed(self, name: str) -> Response:
        consent, tracker = self.origin("consent"), self.origin("tracker")
        html = policed_page(name, f"{consent}/s/{self.keys['lab']}.js?country=DE", consent, tracker)
        policy = {"Content-Security-Policy": header(name, consent, tracker)}
        return Response(html, mimetype="text/html", headers=policy)

    def _bundled(self) -> Response:
        """A page that has the widget in its own scripts, and no tag."""
        start = json.dumps({"site": self.keys["lab"], "api": self.origin("consent")})
        own = f"<script type=module>import {{ load }} from '/bundle/index.js'; await load({start})</script>"
        return Response(self._marked(own), mimetype="text/html")

    def pin(self) -> str:
        """The tag that pins the widget."""
        if not self._pin:
            self._pin = self.server.placet("pin", "lab").strip()
        return self._pin

    def _marked(self, placet: str) -> str:
        """A page with a marked script of a tracker; ``placet`` is how the widget comes in."""
        probe = f"{self.origin('tracker')}/a.js?load=0&id=module"
        return (
            "<!doctype html><html lang=en><title>Marked</title><h1>Marked</h1>"
            f"<script type='text/plain' data-tracker=probe src='{probe}'></script>{placet}"
        )

    def _policy(self, placet: str, choice: str) -> str:
        """Ask as docs/embedding.md shows."""
        query = urlencode({"choice": choice, "country": "DE"})
        try:
            with _opener.open(f"{placet}/v1/sites/{self.keys['lab']}/trackers?{query}", timeout=5) as answer:
                return json.load(answer)["csp"]
        except (OSError, ValueError, KeyError, TypeError):
            return f"default-src 'self' {self.origin('consent')}; object-src 'none'; base-uri 'self'"

    def _consent(self, request: Request) -> Response:
        path = request.full_path.rstrip("?")
        if not path.startswith("/late/"):
            return self._forward(request, path)
        _, _, fault, rest = path.split("/", 3)
        if fault == "never":
            self._silence.wait(NEVER_SECONDS)
            return Response(status=504)
        if fault == "garbage":
            return Response("<!doctype html><p>Sign in to the network", mimetype="text/javascript")
        if fault in FAULTS:
            return Response(status=int(fault))
        threading.Event().wait(LATE_SECONDS)  # the network is slow
        response = self._forward(request, f"/{rest}")
        response.headers["Cache-Control"] = "no-store"
        return response

    def _forward(self, request: Request, path: str) -> Response:
        headers = {name: value for name, value in request.headers if name.lower() in PASSED_ON}
        asked = urllib.request.Request(
            self.server.url + path, request.get_data() or None, headers, method=request.method
        )
        try:
            answer = _opener.open(asked, timeout=10)
        except HTTPError as error:
            answer = error
        with answer:
            kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in NOT_HANDED_BACK]
            return Response(answer.read(), answer.status, kept)


@contextmanager
def running_lab(data: Path) -> Iterator[Lab]:
    """Run the lab with a Placet of its own, whose public address is in the lab."""
    port = free_port()
    environ = {
        "PLACET_ENV": "development",
        "PLACET_DATA": str(data),
        "PLACET_ALLOW_COUNTRY_PARAM": "1",
        "PLACET_NETWORK_BURST": "100000",
        "PLACET_PUBLIC_URL": f"http://consent.localhost:{port}",
    }
    lab = Lab(Server(environ, data / "gunicorn.log"), port)
    lab.keys = lab.server.publish({"lab": config(lab.origin("page"))})
    lab.server.start()
    try:
        with serving(lab, port):
            try:
                yield lab
            finally:
                lab.end_silence()
    finally:
        lab.server.kill()
