"""Measures what the built widget costs a page in Chromium: main-thread script time, visitor by visitor.

    make bench-widget                       15 rounds, visitors in turns, each in a browser context of its own
    make bench-widget ARGS="--rounds 30"

The loader is the built one with the widget tests' config inside; pages, loader and parts come from this process on
loopback. Script is Chromium's `ScriptDuration` (CDP `Performance.getMetrics`): parsing, compiling and running. At a
first visit nothing is in the cache, and it is read after 2.5 s, when what waits for the visitor to read has come, too; at
a return scripts come compiled from the process's memory, and it is read after 0.5 s. Once by the clock, which counts what
the script waits for (the browser's process, when cookies and storage are read; other programs), and once by the main
thread's own time. `vanilla-cookieconsent`, a lean rival, is measured in the same turns (npm brings it into
`bench/node_modules`): the ratios travel from machine to machine, the milliseconds do not.
"""

import argparse
import json
import logging
import re
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.core.loader import fill_script, takes_notice
from bench.chromium import Chromium, Page, running_chromium

ROOT = Path(__file__).parent.parent
DIST, FIXTURES = ROOT / "widget" / "dist", ROOT / "widget" / "tests" / "fixtures"
SETTLED_MS = 500
# What is fetched while a visitor reads belongs to a first visit.
READ_MS = 2500
PLACET, GATE, FLOOR, RIVAL = "placet", "gate", "floor", "vanilla-cookieconsent"
RIVAL_FILES = ROOT / "bench" / "node_modules" / RIVAL / "dist"
ALL = "functional~analytics~recording~marketing.-"
NOTHING = "-.-"
FIRST = "first visit"
# By visitor: which page, and what is kept of an earlier answer: behind the version in our cookie, or the rival's button.
VISITORS = {
    "an empty page": ("empty", ""),
    f"{FIRST}: a script that reads its cookie and its key of localStorage, and no more": (FLOOR, ""),
    f"{FIRST}: Placet, banner": (PLACET, ""),
    f"{FIRST}: {RIVAL}, banner": (RIVAL, ""),
    "returns: a script that reads its cookie and its key of localStorage, and no more": (FLOOR, ""),
    "returns, has accepted: the gate by itself": (GATE, ALL),
    "returns, has accepted: Placet": (PLACET, ALL),
    f"returns, has accepted: {RIVAL}": (RIVAL, "all"),
    "returns, has refused: the gate by itself": (GATE, NOTHING),
    "returns, has refused: Placet": (PLACET, NOTHING),
    f"returns, has refused: {RIVAL}": (RIVAL, "necessary"),
}
# The same categories and buttons as in our config.
RIVAL_RUN = """CookieConsent.run({hideFromBots: false,
  categories: {necessary: {enabled: true, readOnly: true}, functional: {}, analytics: {}, recording: {}, marketing: {}},
  language: {default: "en", translations: {en: {
    consentModal: {title: "We use cookies", description: "We use cookies for the purposes listed in the preferences.",
      acceptAllBtn: "Accept all", acceptNecessaryBtn: "Reject all", showPreferencesBtn: "Choose"},
    preferencesModal: {title: "Preferences", acceptAllBtn: "Accept all", acceptNecessaryBtn: "Reject all",
      savePreferencesBtn: "Save", closeIconLabel: "Close", sections:
        ["necessary", "functional", "analytics", "recording", "marketing"].map(id =>
          ({title: id, description: id, linkedCategory: id}))}}}}})"""


class Pages:
    """A site and Placet's own addresses on one origin; receipts are not taken."""

    def __init__(self) -> None:
        self.config = json.loads((FIXTURES / "config.json").read_text())
        self.config["trackers"] = self.config["trackers"][:8]
        self.notice = json.loads((FIXTURES / "notice.json").read_text())
        self.origin = ""
        tag = f'<script src="/s/{self.config["site"]}.js"></script>'
        self.heads = {
            "empty": "",
            FLOOR: '<script src="/floor.js"></script>',
            GATE: '<script src="/gate.js"></script>',
            PLACET: tag,
            RIVAL: '<link rel=stylesheet href="/rival/cookieconsent.css"><script src="/rival/cookieconsent.umd.js"></script>'
            "<script defer src=/rival.js></script>",
        }
        # What the loader leaves out of its trackers, and puts back before it starts the gate.
        trackers = [{"since": 1, "match": [], "storage": [], "stop": []} | own for own in self.config["trackers"]]
        rules = {"site": self.config["site"], "ask_since": self.config["ask_since"], "trackers": trackers}
        self.scripts = {
            "/floor.js": b"document.cookie;localStorage.getItem('placet')",
            "/gate.js": fill_script(_gate_alone(), rules),
            "/rival.js": RIVAL_RUN.encode(),
        }

    @Request.application
    def __call__(self, request: Request) -> Response:
        key = self.config["site"]
        path = request.path
        if path[1:] in self.heads:
            html = f"<!doctype html><html lang=en>{self.heads[path[1:]]}<title>Page</title><h1>Page</h1>"
            return Response(html, mimetype="text/html")
        if path in self.scripts:
            script = self.scripts[path]
        elif path.startswith("/rival/"):
            script = (RIVAL_FILES / Path(path).name).read_bytes()
        elif path == f"/s/{key}.js":
            config = {**self.config, "api": self.origin}
            script = fill_script((DIST / "placet.js").read_bytes(), config)
        elif match := re.search(r"\.([a-z]+)-[0-9a-f]{16}\.js$", path):
            part = (DIST / "parts" / f"{match[1]}.js").read_bytes()
            script = fill_script(part, key, *([self.notice] if takes_notice(part) else []))
        else:
            return Response(status=404)
        kind = "text/css" if path.endswith(".css") else "text/javascript"
        return Response(script, mimetype=kind, headers={"Cache-Control": "max-age=3600"})


def _gate_alone() -> bytes:
    """Bundle what the size budget of the gate is held against, with the function's call open for the rules."""
    code = (
        "import {bundle} from './widget/scripts/bundle.mjs';"
        "process.stdout.write(await bundle('gate/alone.ts', ['config']));"
    )
    return subprocess.run(["node", "--input-type=module", "-e", code], cwd=ROOT, check=True, capture_output=True).stdout


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


def script_ms(page: Page, url: str, earlier: int, button: str, sign: str) -> tuple[float, float]:
    """Load the page after so many ``earlier`` loads; press the rival's ``button`` at the first of them.

    ``sign``: the element that must be there in the end. ``SystemExit`` where it is not.

    Return the script time in ms of the last load, by the clock and by the main thread.
    """
    for turn in range(earlier):
        page.open(url, SETTLED_MS)
        if button and not turn:
            page.click(f"#cc-main .cm [data-role={button}]")
    meters = [page.measure(domain) for domain in ("timeTicks", "threadTicks")]
    page.open(url, SETTLED_MS if earlier else READ_MS)
    clock, thread = (meter.script_ms() for meter in meters)
    if not page.has(sign):
        raise SystemExit(f"{url}: there is no {sign}, so nothing was measured")
    return clock, thread


def measure(browser: Chromium, pages: Pages, visitor: str) -> tuple[float, float]:
    """Return the script times in ms of one visitor's page view."""
    head, kept = VISITORS[visitor]
    cookies = {}
    if kept and head != RIVAL:
        value = f"1.{pages.config['version']}.{kept}.{_today()}.{_today() + 180}"
        cookies = {f"placet_{pages.config['site']}": value}
    with browser.page(pages.origin, cookies) as page:
        # Three loads, so that scripts come compiled from memory.
        earlier = 0 if visitor.startswith(FIRST) else 3
        sign = {PLACET: f"[data-placet={'reopen' if kept else 'banner'}]", RIVAL: "body" if kept else "#cc-main .cm"}
        return script_ms(page, f"{pages.origin}/{head}", earlier, kept if head == RIVAL else "", sign.get(head, "body"))


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
    with serving(pages), running_chromium() as browser:
        for turn in range(rounds + 1):
            for visitor in VISITORS:
                times = measure(browser, pages, visitor)
                if turn:  # the first round warms up
                    found[visitor].append(times)
    print(f"Script in ms: median (lowest–highest) of {rounds}.\n")
    print("| visitor | by the clock | by the main thread |\n|---|---|---|")
    for visitor, values in found.items():
        cells = [f"{statistics.median(own):.1f} ({min(own):.1f}–{max(own):.1f})" for own in zip(*values, strict=True)]
        print(f"| {visitor} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
