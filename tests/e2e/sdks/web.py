"""A shop with three trackers from npm in it, and the hosts that they report to."""

import base64
import gzip
import json
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from werkzeug.wrappers import Request, Response

from tests.support.plain_site import plain_config
from tests.support.server import ROOT, Server, free_port, serving

HERE = Path(__file__).parent
POSTHOG = ROOT / "node_modules" / "posthog-js" / "dist"
MIXPANEL = ROOT / "node_modules" / "mixpanel-browser" / "dist"

SITE = "shop"
TRACKERS = ("recorder", "posthog", "mixpanel")
"""Ids of the trackers, and the names of their hosts and of their globals."""

POSTHOG_OPTIONS = {
    "persistence": "localStorage+cookie",
    "autocapture": True,
    "capture_pageview": True,
    "opt_out_useragent_filter": True,  # else PostHog takes Chromium without a window for a bot
}
MIXPANEL_OPTIONS = {
    "autocapture": True,
    "track_pageview": True,
    "record_sessions_percent": 100,
    "api_payload_format": "json",
}
# PostHog's server says what the SDK shall do: here, record sessions.
POSTHOG_SAYS = {"sessionRecording": {"endpoint": "/s/"}, "supportedCompression": [], "siteApps": [], "featureFlags": {}}

MATCH = {id_: [{"host": f"{id_}.localhost", "path": "/"}] for id_ in TRACKERS}
STORAGE = {
    "recorder": ["session rec_*"],
    "posthog": ["cookie ph_*", "local ph_*", "session ph_*"],
    "mixpanel": [
        "cookie mp_*",
        "local mp_*",
        "local __mp*",
        "session mp_*",
        "indexeddb mixpanel*",
    ],
}
STOP = {
    "recorder": ["recorder.stop"],
    # `opt_out_capturing` is not enough: it is a note in the storage that goes with the rest, and without it PostHog goes on.
    # What waits to be sent is sent by `shutdown`, and fails; PostHog would try it again, perhaps after the next yes, were
    # it not told that it had never begun.
    "posthog": [
        'posthog.set_config({"opt_out_capturing_by_default": true, "disable_persistence": true,'
        ' "disable_session_recording": true})',
        "posthog.shutdown",
        "posthog.__loaded = false",
    ],
    # Its opt-out is such a note, too; `disable` is for as long as the page is there.
    "mixpanel": [
        'mixpanel.set_config({"disable_persistence": true})',
        "mixpanel.opt_out_tracking",
        "mixpanel.disable",
    ],
}


def owner(stored: str) -> str | None:
    """Return the id of the tracker whose entry lists what is stored (``kind name``)."""
    return next((id_ for id_ in TRACKERS if any(fnmatchcase(stored, one) for one in STORAGE[id_])), None)


def config(origin: str) -> dict:
    """The shop's config: all three record sessions, each has a switch of its own."""
    trackers = [
        {
            "id": id_,
            "category": "recording",
            "name": id_.title(),
            "vendor": f"{id_.title()} Example Inc.",
            "purpose": {"en": "Records what visitors do."},
            "data": [{"name": {"en": "Movements and clicks"}, "retention": "P30D"}],
            "recipients": [{"name": f"{id_.title()} Example Inc.", "role": "processor", "country": "IE"}],
            "match": MATCH[id_],
            "storage": [
                dict(zip(("kind", "name", "lifetime"), (*stored.split(" "), "P1Y"), strict=True))
                for stored in STORAGE[id_]
            ],
            "stop": STOP[id_],
        }
        for id_ in TRACKERS
    ]
    return plain_config("Shop", origin, ("necessary", "recording"), trackers, choice_per_tracker=True)


class Web:
    """The web as the shop's pages see it, by host: ``shop``, the trackers', and ``calm``, which nobody holds."""

    def __init__(self, server: Server, port: int, bundles: Path) -> None:
        self.server, self.port, self.bundles = server, port, bundles
        self.keys: dict[str, str] = {}
        self._arrived: list[tuple[str, str]] = []
        self._turn = threading.Lock()

    def origin(self, name: str) -> str:
        return f"http://{name}.localhost:{self.port}"

    def url(self, site: str, path: str = "/", **query: str) -> str:
        return f"{self.origin(site)}{path}?{urllib.parse.urlencode(query)}"

    def arrived(self, host: str) -> list[str]:
        """What has come to a host until now, with what it carried."""
        with self._turn:
            return [said for name, said in self._arrived if name == host]

    @Request.application
    def __call__(self, request: Request) -> Response:
        host = request.host.partition(".")[0]
        if host == SITE:
            return self._shop(request)
        with self._turn:
            self._arrived.append((host, f"{request.method} {request.full_path} {read_body(request.get_data())}"))
        response = self._answer(host, request.path)
        response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "*")
        response.headers["Cache-Control"] = "no-store"
        return response

    def _answer(self, host: str, path: str) -> Response:
        name = path.rpartition("/")[2]
        if host == "recorder":
            return _script(self.bundles / "recorder.js") if name == "sdk.js" else Response(status=204)
        if host == "mixpanel" and name.endswith(".js"):
            return _script(next(MIXPANEL.rglob(name)))
        if host == "posthog" and path.startswith("/static/"):
            return _script(POSTHOG / name)
        if host == "posthog" and name == "config.js":
            return Response(
                f"window._POSTHOG_REMOTE_CONFIG = {{phc_test: {{config: {json.dumps(POSTHOG_SAYS)}, siteApps: []}}}}",
                mimetype="text/javascript",
            )
        return Response(json.dumps({**POSTHOG_SAYS, "status": 1}), mimetype="application/json")

    def _shop(self, request: Request) -> Response:
        if request.path.startswith("/sdks/"):
            return _script(self.bundles / request.path.rpartition("/")[2])
        pages = {"/marked": self._marked, "/automatic": self._automatic}
        if request.path in pages:
            return Response(_page(*pages[request.path]()), mimetype="text/html", headers={"Cache-Control": "no-store"})
        return Response(status=204)

    def _loader(self) -> str:
        return f"{self.server.url}/s/{self.keys[SITE]}.js?country=DE"

    def _marked(self) -> tuple[str, str]:
        options = {"posthog": POSTHOG_OPTIONS, "mixpanel": {**MIXPANEL_OPTIONS, "persistence": "cookie"}}
        tags = "".join(
            f'<script type="text/plain" data-tracker="{id_}" src="/sdks/{id_}.js" data-host="{self.origin(id_)}"'
            f" data-options='{json.dumps(options.get(id_, {}))}'></script>"
            for id_ in TRACKERS
        )
        return f'<script async src="{self._loader()}"></script>', tags

    def _automatic(self) -> tuple[str, str]:
        """Nothing marked: each tracker comes as its vendor's snippet brings it."""
        posthog = {**POSTHOG_OPTIONS, "api_host": self.origin("posthog")}
        host = self.origin("mixpanel")
        mixpanel = {**MIXPANEL_OPTIONS, "persistence": "localStorage", "api_host": host, "lib_base_path": f"{host}/"}
        snippets = "".join(
            f"<script>{script}</script>"
            for script in (
                "const script = document.createElement('script');"
                f"script.src = '{self.origin('recorder')}/sdk.js'; document.head.append(script)",
                (HERE / "posthog-snippet.js").read_text() + f"posthog.init('phc_test', {json.dumps(posthog)})",
                f"const MIXPANEL_CUSTOM_LIB_URL = '{host}/mixpanel.min.js'",
                (MIXPANEL / "mixpanel-jslib-snippet.min.js").read_text()
                + f";mixpanel.init('mp_test', {json.dumps(mixpanel)})",
            )
        )
        return f'<script src="{self._loader()}"></script>', snippets


def read_body(body: bytes) -> str:
    """What a request carries, out of the wrappings that the trackers put it into."""
    if body.startswith(b"\x1f\x8b"):
        body = gzip.decompress(body)
    text = urllib.parse.unquote_plus(body.decode(errors="replace"))
    with suppress(ValueError):
        text += base64.b64decode(text.removeprefix("data="), validate=True).decode()
    return text


def _page(tag: str, trackers: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>{tag}</head>'
        f"<body><h1>Shop</h1><button id=basket>Put into the basket</button><output></output>{trackers}</body></html>"
    )


def _script(file: Path) -> Response:
    return Response(file.read_bytes(), mimetype="text/javascript")


@contextmanager
def running_web(data: Path, bundles: Path) -> Iterator[Web]:
    """Run the shop with a Placet of its own."""
    port = free_port()
    environ = {
        "PLACET_ENV": "development",
        "PLACET_DATA": str(data),
        "PLACET_ALLOW_COUNTRY_PARAM": "1",
        "PLACET_NETWORK_BURST": "100000",
    }
    web = Web(Server(environ, data / "gunicorn.log"), port, bundles)
    web.keys = web.server.publish({SITE: config(web.origin(SITE))})
    web.server.start()
    try:
        with serving(web, port):
            yield web
    finally:
        web.server.kill()
