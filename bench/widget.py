"""Measures what the built widget costs a page in Chromium: main-thread script time, visitor by visitor.

    make bench-widget                       15 rounds, visitors in turns, each in a browser context of its own
    make bench-widget ARGS="--rounds 30"

The loader is the built one with the widget tests' config inside; pages, loader and parts come from this process on
loopback. Script is Chromium's `ScriptDuration` (CDP `Performance.getMetrics`) half a second after the load, as it is:
parsing, compiling and running, whatever the page itself needs (the row of the empty page) included. Once by the clock, which
counts what the script waits for (the browser's process, when cookies and storage are read; other programs), and once by
the main thread's own time.
"""

import argparse
import json
import logging
import os
import re
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.core.loader import fill_script, takes_notice
from tests.e2e.conftest import CHROMIUM_ARGS

ROOT = Path(__file__).parent.parent
DIST, FIXTURES = ROOT / "widget" / "dist", ROOT / "widget" / "tests" / "fixtures"
SETTLED_MS = 500
FLOOR = "floor"
# By visitor: what is kept in the cookie's place behind the version, and whether the page has the tag at all.
VISITORS = {
    "an empty page": None,
    "a script that reads its cookie and its key of localStorage, and no more": FLOOR,
    "has accepted": "functional~analytics~recording~marketing.-",
    "has refused": "-.-",
    "has not chosen (banner)": "",
}


class Pages:
    """A site and Placet's own addresses on one origin; receipts are not taken."""

    def __init__(self) -> None:
        self.config = json.loads((FIXTURES / "config.json").read_text())
        self.config["trackers"] = self.config["trackers"][:8]
        self.notice = json.loads((FIXTURES / "notice.json").read_text())
        self.origin = ""

    @Request.application
    def __call__(self, request: Request) -> Response:
        key = self.config["site"]
        if request.path in ("/", "/empty", "/floor"):
            tag = {"/": f'<script src="/s/{key}.js"></script>', "/floor": '<script src="/floor.js"></script>'}.get(
                request.path, ""
            )
            return Response(f"<!doctype html><html lang=en>{tag}<title>Page</title><h1>Page</h1>", mimetype="text/html")
        if request.path == "/floor.js":
            script = b"document.cookie;localStorage.getItem('placet')"
        elif request.path == f"/s/{key}.js":
            config = {**self.config, "api": self.origin}
            script = fill_script((DIST / "placet.js").read_bytes(), config)
        elif match := re.search(r"\.([a-z]+)-[0-9a-f]{16}\.js$", request.path):
            part = (DIST / "parts" / f"{match[1]}.js").read_bytes()
            script = fill_script(part, key, *([self.notice] if takes_notice(part) else []))
        else:
            return Response(status=404)
        return Response(script, mimetype="text/javascript", headers={"Cache-Control": "max-age=3600"})


@contextmanager
def serving(pages: Pages) -> Iterator[None]:
    """Serve on a free port of loopback."""
    server = make_server("127.0.0.1", 0, pages, threaded=True)
    pages.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def script_ms(context: BrowserContext, url: str) -> tuple[float, float]:
    """Load the page three times, so that scripts come compiled from the cache.

    Return the script time in ms of the last load, by the clock and by the main thread.
    """
    page = context.new_page()
    for _ in range(2):
        page.goto(url)
        page.wait_for_timeout(SETTLED_MS)
    domains = {domain: context.new_cdp_session(page) for domain in ("timeTicks", "threadTicks")}
    for domain, client in domains.items():
        client.send("Performance.enable", {"timeDomain": domain})
    page.goto(url)
    page.wait_for_timeout(SETTLED_MS)
    found = [_script_duration(client.send("Performance.getMetrics")["metrics"]) for client in domains.values()]
    page.close()
    return found[0], found[1]


def _script_duration(metrics: list[dict[str, Any]]) -> float:
    return next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration") * 1000


def measure(browser: Browser, pages: Pages, visitor: str) -> tuple[float, float]:
    """Return the script times in ms of one visitor's page view."""
    context = browser.new_context()
    kept = VISITORS[visitor]
    if kept and kept != FLOOR:
        value = f"1.{pages.config['version']}.{kept}.{_today()}.{_today() + 180}"
        context.add_cookies([{"name": f"placet_{pages.config['site']}", "value": value, "url": pages.origin}])
    try:
        return script_ms(context, pages.origin + {None: "/empty", FLOOR: "/floor"}.get(kept, "/"))
    finally:
        context.close()


def _today() -> int:
    return int(time.time() // 86_400)


def main() -> None:
    """Measure in turns and print Markdown."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(prog="bench.widget", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    pages = Pages()
    found: dict[str, list[tuple[float, float]]] = {visitor: [] for visitor in VISITORS}
    with serving(pages), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM_ARGS
        )
        for turn in range(rounds + 1):
            for visitor in VISITORS:
                times = measure(browser, pages, visitor)
                if turn:  # the first round warms up
                    found[visitor].append(times)
        browser.close()
    print(f"Script in ms: median (lowest–highest) of {rounds}.\n")
    print("| visitor | by the clock | by the main thread |\n|---|---|---|")
    for visitor, values in found.items():
        cells = [f"{statistics.median(own):.1f} ({min(own):.1f}–{max(own):.1f})" for own in zip(*values, strict=True)]
        print(f"| {visitor} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
