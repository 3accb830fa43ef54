"""A site in several languages on the running installation, whose pages a test writes itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from playwright.sync_api import Page, Route
from werkzeug.wrappers import Request, Response

from app.data import load_texts
from tests.support.server import free_port, serving

FILE = Path(__file__).parent / "words.yaml"
TEXT = "<p>Some text, to be read while the banner stands.</p>" * 12


class Words:
    """The site as a visitor meets it; ``server`` is Placet's address, ``key`` the site's, ``receipts`` what is stored."""

    def __init__(self, receipts: Callable[[], list[dict]]) -> None:
        self.receipts = receipts
        self.port = free_port()
        self.server = self.key = ""
        self._html = ""

    @property
    def origin(self) -> str:
        return f"http://words.localhost:{self.port}"

    def config(self) -> dict:
        """Its config; what a machine has translated is marked as read, as the desk does when somebody has read it."""
        config = yaml.safe_load(FILE.read_text().replace("PORT", str(self.port)))
        shipped = load_texts()
        config["texts_read"] = {
            lang: shipped[lang].digest for lang in config["languages"] if not shipped[lang].reviewed
        }
        return config

    def open(self, page: Page, *, lang: str = "en", layout: str = "corner", head: str = "", body: str = "") -> Page:
        """Open a page of the site, with ``layout`` in the place of the published one; wait until we stand there."""
        tag = f'<script src="{self.server}/s/{self.key}.js?lang={lang}"></script>'
        place = "<div data-placet-place></div>" if layout == "inline" else ""
        self._html = (
            f"<!doctype html><html lang={lang}><head>{tag}<meta name=viewport content='width=device-width'>"
            f"<meta name=color-scheme content='light dark'><title>Words</title>{head}</head>"
            f"<body style='font-family:system-ui'><main><h1>Words</h1>{place}{body}{TEXT}</main></body></html>"
        )

        def other_layout(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text().replace('"layout":"corner"', f'"layout":"{layout}"', 1))

        page.unroute_all()
        page.route(f"{self.server}/s/{self.key}.js*", other_layout)
        page.goto(self.origin)
        page.wait_for_selector("[data-placet=banner], [data-placet=reopen]")
        return page

    @Request.application
    def __call__(self, request: Request) -> Response:
        return Response(self._html, mimetype="text/html")


@contextmanager
def serving_words(receipts: Callable[[], list[dict]]) -> Iterator[Words]:
    """Serve its pages on a free port of loopback."""
    words = Words(receipts)
    with serving(words, words.port):
        yield words
