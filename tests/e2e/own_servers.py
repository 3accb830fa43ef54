"""Sites with servers of their own (``servers/examples``), run as their operators would, and the tracker they load."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from werkzeug.wrappers import Request, Response

from tests.support.plain_site import plain_config
from tests.support.server import PATIENCE_SECONDS, ROOT, Server, free_port, serving

EXAMPLES = ROOT / "servers" / "examples"
GUNICORN = ("gunicorn", "--workers", "1", "--threads", "4", "--bind", "127.0.0.1:{port}")
PYTHON = {
    "flask": (*GUNICORN, "flask_site:app"),
    "wsgi": (*GUNICORN, "wsgi_site:app"),
    "django": (*GUNICORN, "django_site:app"),
    "asgi": ("uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning", "asgi_site:app"),
}
POLICY = "content-security-policy"
FRAMEWORKS = (*PYTHON, "express")
# Three commands in one process: it is the start of Python that takes its time.
PUBLISH = """
import sys
from app.cli import cli
cli(["site", "import", "servers", sys.argv[1]], standalone_mode=False)
cli(["site", "publish", "servers", "--reason", "end-to-end tests", "--urgency", "law"], standalone_mode=False)
cli(["site", "list", "--json"], standalone_mode=False)
"""
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _tracker(id_: str, category: str, kind: str, *, sold: bool, host: str) -> dict:
    return {
        "id": id_,
        "category": category,
        "kind": kind,
        "name": id_,
        "vendor": "Servers Example Ltd",
        "purpose": {"en": f"What {id_} does."},
        "data": [{"name": {"en": "Visits"}, "retention": "P1D"}],
        "recipients": [{"name": "Servers Example Ltd", "role": "processor", "country": "IE"}],
        "sale_share": sold,
        "match": [{"host": host, "path": "/"}],
        "storage": [],
    }


TRACKERS = [
    _tracker("stats", "analytics", "browser", sold=True, host="stats.localhost"),
    _tracker("activity-log", "analytics", "server", sold=False, host="log.localhost"),
    _tracker("email-opens", "marketing", "server", sold=False, host="mailer.example"),
]


class Web:
    """The web as a browser sees it, by host: the sites, with static tags in their pages, and trackers that note ids."""

    def __init__(self) -> None:
        self.port = free_port()
        self.sites: dict[str, OwnServer] = {}
        self._arrived: list[tuple[str, str]] = []
        self._turn = threading.Lock()

    def origin(self, host: str) -> str:
        return f"http://{host}.localhost:{self.port}"

    def url(self, host: str, id_: str) -> str:
        return f"{self.origin(host)}/t.js?id={id_}"

    def take(self) -> set[tuple[str, str]]:
        """Return what arrived since the last time."""
        with self._turn:
            arrived, self._arrived = set(self._arrived), []
        return arrived

    @Request.application
    def __call__(self, request: Request) -> Response:
        host = request.host.partition(".")[0]
        if host in self.sites:
            return self._page(self.sites[host], request)
        with self._turn:
            self._arrived.append((host, request.args.get("id", "")))
        return Response("// a tracker", mimetype="text/javascript", headers={"Cache-Control": "no-store"})

    def _page(self, site: "OwnServer", request: Request) -> Response:
        """A page of the site, to which somebody has added two tags and no thought; ``?open``: without its policy."""
        page, headers = site.ask(Cookie=request.headers.get("Cookie", ""))
        tags = "".join(f'<script src="{self.url(host, "static")}"></script>' for host in ("stats", "other"))
        policy = {} if "open" in request.args else {POLICY: headers[POLICY]}
        return Response(page.replace("<h1>", f"{tags}<h1>"), mimetype="text/html", headers=policy)


@dataclass
class OwnServer:
    """One framework's site, in a process of its own."""

    name: str
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    def ask(self, path: str = "/", method: str = "GET", **headers: str) -> tuple[str, dict[str, str]]:
        """Return the body and the headers of an answer; ``Sec_GPC`` stands for the header ``Sec-GPC``."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=sent, method=method)
        with _opener.open(request, timeout=10) as answer:
            return answer.read().decode(), {name.lower(): value for name, value in answer.headers.items()}

    def answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            self.ask()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def run(self, environ: dict[str, str]) -> None:
        command, environ = self._command(), {**os.environ, **environ, "PORT": str(self.port)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=EXAMPLES, env=environ, stdout=log, stderr=log)

    def _command(self) -> list[str]:
        if self.name in PYTHON:
            return [sys.executable, "-m", *(word.format(port=self.port) for word in PYTHON[self.name])]
        bundle = self.log.with_suffix(".cjs")
        build = ("--bundle", "--platform=node", "--log-level=warning", f"--outfile={bundle}")
        esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
        subprocess.run([esbuild, EXAMPLES / "express_site.ts", *build], cwd=ROOT, check=True)
        return ["node", str(bundle)]


@dataclass(frozen=True)
class OwnServers:
    """All of them; ``key`` is the site's, one for all."""

    key: str
    web: Web
    sites: dict[str, OwnServer]

    def cookie(self, *granted: str) -> str:
        """Return a ``Cookie`` header of who granted these today."""
        today = int(time.time() // 86_400)
        return f"placet_{self.key}=1.1.{'~'.join(granted) or '-'}.-.{today}.{today + 180}"


@contextmanager
def running_own_servers(server: Server, data: Path) -> Iterator[OwnServers]:
    """Publish a site for them on a running Placet that knows places by ``X-Country``, and run them all."""
    web = Web()
    web.sites = sites = {name: OwnServer(name, free_port(), data / f"{name}.log") for name in FRAMEWORKS}
    first, *others = (web.origin(name) for name in sites)
    config = plain_config("Servers", first, ("necessary", "analytics", "marketing"), TRACKERS)
    file = data / "servers.yaml"
    file.write_text(yaml.safe_dump({**config, "origins": [first, *others]}))
    printed = server.python(PUBLISH, str(file))
    rows = json.loads(printed[printed.index("[{") :])
    key = next(row["key"] for row in rows if row["handle"] == "servers")
    environ = {
        "PYTHONPATH": str(ROOT / "servers" / "python"),
        "PLACET_URL": server.url,
        "PLACET_SITE": key,
        "STATS_URL": web.url("stats", "written-by-the-server"),
    }
    with serving(web, web.port):
        try:
            for site in sites.values():
                site.run(environ)
            _wait_for(sites.values())
            yield OwnServers(key, web, sites)
        finally:
            running = [site.process for site in sites.values() if site.process is not None]
            for process in running:
                process.terminate()
            for process in running:
                process.wait(PATIENCE_SECONDS)


def _wait_for(sites: Iterable[OwnServer]) -> None:
    waited = threading.Event()
    for _ in range(PATIENCE_SECONDS * 20):
        if all(site.answers() for site in sites):
            return
        waited.wait(0.05)
    raise AssertionError("\n".join(site.log.read_text() for site in sites))
