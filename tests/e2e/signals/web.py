"""Two sites on the running installation whose vendors are told of the choice, and the hosts that those report to.

The shop has SDKs from npm in its own bundle; ``queues`` has vendors' documented snippets, a Google tag and a tag manager.
The steps are those of ``docs/signals.md``.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from werkzeug.wrappers import Request, Response

from tests.e2e.conftest import World
from tests.e2e.sdks.web import SITE, Web
from tests.support.plain_site import plain_config
from tests.support.server import free_port, serving
from tests.support.signal_table import as_tracker

HERE = Path(__file__).parent
HTML = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>Shop</title>{head}</head>"
    "<body><h1>Shop</h1>{body}</body></html>"
)

STORAGE = {
    "posthog": ["cookie ph_*", "local ph_*", "local __ph_opt_in_out_*", "session ph_*"],
    # Not its note of an opt-out, `__mp_opt_in_out_*`: without that Mixpanel goes on.
    "mixpanel": ["cookie mp_*", "local mp_*", "local __mpq_*", "session mp_*"],
    "amplitude": ["cookie AMP_*", "local AMP_*", "session AMP_*"],
    "datadog": ["cookie _dd_s*", "session _dd*"],
    "clarity": ["cookie _clck", "cookie _clsk", "session _cltk"],
}
SDKS = {
    "posthog": "PostHog",
    "mixpanel": "Mixpanel",
    "amplitude": "Amplitude",
    "datadog": "Datadog RUM",
    "clarity": "Microsoft Clarity",
}
"""Ids of trackers, and names of their hosts, with their vendors."""

CLARITY = "https://clarity.localhost/collect"
"""Clarity keeps in its cookie where it sends to, and takes that for https on the next page."""

QUEUES = {
    "google": ("analytics", "Google (Consent Mode v2)"),
    "uet": ("marketing", "Microsoft UET"),
    "clarity": ("marketing", "Microsoft Clarity"),
    "meta": ("marketing", "Meta Pixel"),
    "tiktok": ("marketing", "TikTok Pixel"),
    "matomo": ("analytics", "Matomo"),
    "hubspot": ("marketing", "HubSpot"),
}
BEHIND = {"counter": "analytics", "beacon": "marketing"}
"""What the tag manager brings, by category."""


def _tracker(id_: str, category: str, **more: object) -> dict:
    return {
        "id": id_,
        "category": category,
        "name": id_.title(),
        "vendor": f"{id_.title()} Example Inc.",
        "purpose": {"en": "Tells us what visitors do."},
        "data": [{"name": {"en": "Pages and clicks"}, "retention": "P30D"}],
        "recipients": [{"name": f"{id_.title()} Example Inc.", "role": "processor", "country": "IE"}],
        "match": [{"host": f"{id_}.localhost", "path": "/"}],
        "storage": [
            dict(zip(("kind", "name", "lifetime"), (*stored.split(" "), "P1Y"), strict=True))
            for stored in STORAGE.get(id_, [])
        ],
        **more,
    }


def configs(origin: str) -> dict[str, dict]:
    """Return both sites' configs by handle."""
    sdks = [_tracker(id_, "analytics", **as_tracker(vendor)) for id_, vendor in SDKS.items()]
    # What Clarity is told of marketing is decided by this one.
    sdks.append(_tracker("ads", "marketing"))
    queues = [_tracker(id_, category, **as_tracker(vendor)) for id_, (category, vendor) in QUEUES.items()]
    queues.append(_tracker("manager", "analytics", kind="loader"))
    queues += [_tracker(id_, category, via="manager") for id_, category in BEHIND.items()]
    categories = ("necessary", "analytics", "marketing")
    return {
        SITE: plain_config("Sdks", origin, categories, sdks),
        "queues": plain_config("Queues", origin, categories, queues),
    }


class ToldWeb(Web):
    """Pages of both sites at one host: ``/first`` and ``/last`` of the SDKs, ``/queues`` and ``/manager``."""

    def hear(self, host: str, said: str) -> None:
        """Take down what has come to a host that is served elsewhere."""
        with self._turn:
            self._arrived.append((host, said))

    def _answer(self, host: str, path: str) -> Response:
        if host == "datadog":
            return Response("{}", status=202, mimetype="application/json")
        file = HERE / f"{host}.js"
        if path.endswith(".js") and file.is_file():
            return Response(file.read_bytes(), mimetype="text/javascript")
        if path.endswith("/tag.js"):
            return Response(f"fetch('{self.origin(host)}/hit')", mimetype="text/javascript")
        return Response('{"status": 1, "code": 200}', mimetype="application/json")

    def _shop(self, request: Request) -> Response:
        if request.path == "/bundle.js":
            return Response((self.bundles / "bundle.js").read_bytes(), mimetype="text/javascript")
        if request.path not in ("/first", "/last", "/queues", "/manager", "/empty"):
            return Response(status=204)
        head, body = {
            "/first": (self._tag(SITE, request) + self._bundle(f'data-clarity="{CLARITY}"'), ""),
            "/last": (self._bundle() + self._tag(SITE, request, "async"), ""),
            "/empty": (self._tag(SITE, request), ""),
            "/queues": (self._tag("queues", request), (HERE / "snippets.html").read_text()),
            "/manager": (self._tag("queues", request), f"<script>{self._manager()}</script>"),
        }[request.path]
        return Response(HTML.format(head=head, body=body), mimetype="text/html", headers={"Cache-Control": "no-store"})

    def _tag(self, handle: str, request: Request, more: str = "") -> str:
        query = request.query_string.decode() or "country=DE"
        return f'<script {more} src="{self.server.url}/s/{self.keys[handle]}.js?{query}"></script>'

    def _bundle(self, more: str = "") -> str:
        return f'<script src="/bundle.js" data-hosts="{self.origin("*")}" {more}></script>'

    def _manager(self) -> str:
        """As a tag manager's snippet: a queue, and a script that is put into the page."""
        hosts = json.dumps([self.origin(id_) for id_ in BEHIND])
        return (
            f"window.managerBrings = {hosts}; window.dataLayer = window.dataLayer || [];"
            "dataLayer.push({event: 'start'}); const script = document.createElement('script');"
            f"script.src = '{self.origin('manager')}/manager.js'; document.head.append(script)"
        )


@contextmanager
def running_told_web(world: World, bundles: Path) -> Iterator[ToldWeb]:
    """Publish both sites on the running installation and serve their pages."""
    web = ToldWeb(world.server, free_port(), bundles)
    for handle, config in configs(web.origin(SITE)).items():
        file = bundles / f"{handle}.yaml"
        file.write_text(yaml.safe_dump(config))
        world.server.placet("site", "import", handle, str(file))
        world.server.placet("site", "publish", handle, "--reason", "end-to-end tests", "--urgency", "law")
    web.keys = {row["handle"]: row["key"] for row in json.loads(world.server.placet("site", "list", "--json"))}
    with serving(web, web.port):
        yield web
