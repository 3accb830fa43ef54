"""What an answer bears that depends on a visitor's consent, and what is known of it while a request lasts."""

import asyncio

from placet_site.client import Consent, Header, Placet

KEY = "placet_site.asking"
"""Where a request keeps its ``Asking``: in a WSGI environ, an ASGI scope."""

# Whatever else tells a cache to keep an answer that is one visitor's alone.
_FOR_CACHES = {"cache-control", "expires", "pragma", "cdn-cache-control", "surrogate-control"}

Headers = list[tuple[str, str]]


class Asking:
    """One request's question, asked when somebody wants to know and at most once."""

    def __init__(self, placet: Placet, header: Header) -> None:
        self._placet, self._header = placet, header
        self._minor = False
        self._consent: Consent | None = None

    def consent(self, *, minor: bool = False) -> Consent:
        """Return what may run. ``minor``: the site says that the visitor is one, for the rest of the request."""
        known = self._known(minor)
        if known is None:
            known = self._placet.consent(self._header, minor=self._minor)
            self._consent = known
        return known

    async def consent_later(self, *, minor: bool = False) -> Consent:
        """The same without holding up an event loop of asyncio."""
        known = self._known(minor)
        if known is None:
            question = self._placet.question(self._header, minor=self._minor)
            known = self._placet.remembered(question)
            if known is None:
                known = await asyncio.to_thread(self._placet.ask, question)
            self._consent = known
        return known

    def _known(self, minor: bool) -> Consent | None:
        if minor and not self._minor:
            self._minor, self._consent = True, None
        return self._consent

    def marked(self, headers: Headers, *, policy: bool) -> Headers:
        """Return an answer's headers as they must be when it depends on what was asked; else as they are.

        Then no shared cache keeps it and no browser uses it again (``private, no-store``), ``Vary`` names what it
        depends on (RFC 9110, 12.5.5), and with ``policy`` the Content-Security-Policy is added. One that is there holds
        as well (CSP Level 3, several policies).
        """
        if self._consent is None:
            return headers
        kept = [(name, value) for name, value in headers if name.lower() not in {*_FOR_CACHES, "vary"}]
        kept.append(("Cache-Control", "private, no-store"))
        kept.append(("Vary", self._vary([value for name, value in headers if name.lower() == "vary"])))
        if policy:
            kept.append(("Content-Security-Policy", self._consent.csp))
        return kept

    def _vary(self, values: list[str]) -> str:
        names = [name.strip() for value in values for name in value.split(",") if name.strip()]
        if "*" in names:
            return "*"
        there = {name.lower() for name in names}
        ours = ("Cookie", "Sec-GPC", *self._placet.place_headers)
        return ", ".join([*names, *(name for name in ours if name.lower() not in there)])


def is_page(headers: Headers) -> bool:
    """Whether an answer is a document that a policy has a say in."""
    types = [value.lower() for name, value in headers if name.lower() == "content-type"]
    return any(kind.startswith(("text/html", "application/xhtml+xml")) for kind in types)
