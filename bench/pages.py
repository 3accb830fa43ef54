"""The pages that are measured: a server of this process on loopback, with Placet's own addresses on the same origin.

The loader is the built one with the widget tests' config of 8 trackers inside. Everything comes as brotli 11, as Placet and
whoever serves files well do it.
"""

import hashlib
import json
import re
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
from werkzeug.exceptions import HTTPException, NotAcceptable, NotFound
from werkzeug.security import safe_join
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.core.loader import fill_script, takes_notice
from bench.rivals import PACKAGES, RIVALS, Contestant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

ROOT = Path(__file__).parent.parent
BOX_SCRIPT = Path(__file__).parent / "in_page" / "box.js"
DIST, FIXTURES = ROOT / "widget" / "dist", ROOT / "widget" / "tests" / "fixtures"
TYPES = {".css": "text/css", ".js": "text/javascript"}

_OURS = "[data-placet=banner]"
_ACTIONS = {"accept": "accept", "reject": "reject", "choose": "settings"}
_BUTTONS = {button: f"{_OURS} [data-action={action}]" for button, action in _ACTIONS.items()}
EMPTY = Contestant("an empty page")
FLOOR = Contestant(
    "a script that reads its cookie and its key of localStorage, and no more", '<script src="/floor.js"></script>'
)
GATE = Contestant("Placet's gate by itself", '<script src="/gate.js"></script>')
PLACET = Contestant("Placet", '<script async src="/s/{site}.js"></script>', banner=_OURS, **_BUTTONS)
FIRST_IN_HEAD = Contestant(
    "Placet, first in the head, without async", '<script src="/s/{site}.js"></script>', banner=_OURS, **_BUTTONS
)
BUTTON_DRAWN = replace(
    PLACET, name="Placet, with the reopen button, which it draws at a sign of somebody or after 1.5 s"
)
WHILE_READ = replace(PLACET, name="Placet, with what it fetches while somebody reads")
# What is left to be won: the way to a script of this size, and the least that a banner can be.
BOX = Contestant(
    "a script of Placet's size that shows a box with a button, and no more",
    '<script async src="/box.js"></script>',
    banner="#box",
    reject="#box button",
)
ASKING = (PLACET, *RIVALS)

ALL = "functional~analytics~recording~marketing.-"
NOTHING = "-.-"

_PARAGRAPH = (
    "<p>" + "A page like any other has some text, so that there is something that a banner could push away. " * 4
)


class Pages:
    """A site and Placet's own addresses on one origin; receipts are not taken. ``sent``: what was, with its bytes."""

    def __init__(self, built: Path) -> None:
        self.config = json.loads((FIXTURES / "config.json").read_text())
        self.config["trackers"] = self.config["trackers"][:8]
        # None of these sells or shares: then the server leaves this out (`compact_config`).
        del self.config["gpc"], self.config["texts"]["gpc_status"]
        self.notice = json.loads((FIXTURES / "notice.json").read_text())
        self.origin = ""
        self.sent: list[tuple[str, int]] = []
        self._built = built
        # What the loader leaves out of its trackers, and puts back before it starts the gate.
        trackers = [{"since": 1, "match": [], "storage": [], "stop": []} | own for own in self.config["trackers"]]
        rules = {"site": self.config["site"], "ask_since": self.config["ask_since"], "trackers": trackers}
        self._own = {
            "/floor.js": b"document.cookie;localStorage.getItem('placet')",
            "/gate.js": fill_script(_gate_alone(), rules),
            "/box.js": _box(len(_brotli(self._loader()))),
        }
        self.pages = {
            who.path(): self._html(who).encode()
            for who in (EMPTY, FLOOR, GATE, BOX, FIRST_IN_HEAD, WHILE_READ, BUTTON_DRAWN, *ASKING)
        }

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        try:
            return self._answer(Request(environ))(environ, start_response)
        except HTTPException as error:
            return error(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = request.path
        page = self.pages.get(path)
        body = page or self._file(path)
        if not request.accept_encodings.quality("br"):
            raise NotAcceptable("what is not asked for as brotli has no size to compare")
        squeezed = _brotli(body)
        self.sent.append((path, len(squeezed)))
        kind = TYPES.get(Path(path).suffix, "text/html")
        keep = "no-store" if page else "max-age=3600"
        return Response(squeezed, mimetype=kind, headers={"Content-Encoding": "br", "Cache-Control": keep})

    def _file(self, path: str) -> bytes:
        key = self.config["site"]
        if path in self._own:
            return self._own[path]
        if path == f"/s/{key}.js":
            return self._loader()
        if path.startswith(f"/s/{key}/") and (match := re.search(r"\.([a-z]+)-[0-9a-f]{16}\.js$", path)):
            part = (DIST / "parts" / f"{match[1]}.js").read_bytes()
            return fill_script(part, key, *([self.notice] if takes_notice(part) else []))
        for prefix, folder in (("/npm/", PACKAGES), ("/built/", self._built)):
            file = safe_join(str(folder), path.removeprefix(prefix)) if path.startswith(prefix) else None
            if file and Path(file).is_file():
                return Path(file).read_bytes()
        raise NotFound

    def _loader(self) -> bytes:
        return fill_script((DIST / "placet.js").read_bytes(), {**self.config, "api": self.origin})

    def _html(self, who: Contestant) -> str:
        head, body = who.head.replace("{site}", self.config["site"]), who.body
        if "{setup}" in head + body:
            setup = (self._built / f"{who.name}.js").read_text().strip()
            head, body = head.replace("{setup}", setup), body.replace("{setup}", setup)
        return (
            "<!doctype html><html lang=en><head><meta charset=utf-8>"
            '<meta name=viewport content="width=device-width"><link rel=icon href="data:,">'
            f"{head}<title>Page</title></head><body><h1>Page</h1>{_PARAGRAPH * 5}{body}</body></html>"
        )

    def growth(self, who: Contestant) -> int:
        """Return the bytes that tags and setup add to the page itself."""
        return len(_brotli(self.pages[who.path()])) - len(_brotli(self.pages[EMPTY.path()]))

    def cookies(self, kept: str) -> dict[str, str]:
        """Return our cookie for a visitor who has chosen; ``kept``: what stands behind the version in it."""
        today = int(time.time() // 86_400)
        return {f"placet_{self.config['site']}": f"1.{self.config['version']}.{kept}.{today}.{today + 180}"}


@cache
def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=11))


def _gate_alone() -> bytes:
    """Bundle what the size budget of the gate is held against, with the function's call open for the rules."""
    code = (
        "import {bundle} from './widget/scripts/bundle.mjs';"
        "process.stdout.write(await bundle('gate/alone.ts', ['config']));"
    )
    return subprocess.run(["node", "--input-type=module", "-e", code], cwd=ROOT, check=True, capture_output=True).stdout


def _box(size: int) -> bytes:
    """Return a script that shows a box, gone when its button is pressed, and has about ``size`` bytes when it is
    compressed."""
    digits = "".join(hashlib.sha256(bytes([turn])).hexdigest() for turn in range(256))
    # A digit of sixteen takes half a byte.
    rest = 2 * (size - len(_brotli(BOX_SCRIPT.read_bytes())))
    return b"/*%s*/\n%s" % (digits[:rest].encode(), BOX_SCRIPT.read_bytes())


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
