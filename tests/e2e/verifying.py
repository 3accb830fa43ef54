"""verify.html, opened as a file, as its user works with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

PAGE = Path(__file__).parent.parent.parent / "widget" / "dist" / "verify.html"


class Verifier:
    """The page as its user works with it."""

    def __init__(self, page):
        self.page = page
        self._named = []
        page.on("request", lambda request: self._named.append(request))
        page.goto(PAGE.absolute().as_uri())

    @property
    def requests(self):
        """The addresses that were asked for. Chromium also names what a policy stopped, if it is told of a frame in time."""
        self.page.title()  # what has happened by now is told before the answer
        return [request.url for request in self._named if request.failure != "csp"]

    def choose(self, data, name="bundle.zip"):
        file = {"name": name, "mimeType": "application/zip", "buffer": data}
        self.page.locator("#zip").set_input_files(file)

    def verify(self, data, against=(), vkey=None, witness=()):
        """Verify a bundle and return the verdict, and what fails."""
        self.choose(data)
        for name, text in (("against", "\n".join(against)), ("vkey", vkey or ""), ("witness", "\n".join(witness))):
            # Typed fields are filled without opening what they stand in: that is what the first test does.
            self.page.evaluate("([id, text]) => { document.getElementById(id).value = text }", [name, text])
        self.page.evaluate("() => document.getElementById('verdict')?.remove()")
        self.page.locator("#verify").click()
        self.page.locator("#verdict").wait_for()
        failures = self.page.locator("[data-check]").evaluate_all(
            "all => all.map(one => [one.dataset.check, one.innerText])"
        )
        return self.page.locator("#verdict").inner_text(), failures


@contextmanager
def verifier(browser: Browser, **options) -> Iterator[Verifier]:
    """Open the page for one test, with ``options`` of the browser's context."""
    context = browser.new_context(**options)
    try:
        yield Verifier(context.new_page())
    finally:
        context.close()
