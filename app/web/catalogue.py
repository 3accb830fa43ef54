"""The read side of the public API: a visitor's view of a site, through this process's memory."""

from dataclasses import dataclass, replace

from flask import request

from app.core.choice import utc_day
from app.core.documents import Rules
from app.core.languages import best_language
from app.core.receipt import Offer
from app.core.regimes import LOCATION, UNKNOWN, Regime
from app.core.rules import rules_of_loader
from app.core.signing import Shown, mint_shown
from app.db import request_session
from app.services.citations import find_offer
from app.services.serving import LiveSite, Slice, read_live_site, read_slice
from app.web.location import Location
from app.web.runtime import runtime

MAX_WANTED = 10
MAX_TAG = 35


@dataclass(frozen=True)
class View:
    """What one visitor is under: the site's version in effect, where they are, and the rule that follows from it."""

    site: LiveSite
    location: Location
    regime: Regime

    @property
    def depends_on_place(self) -> bool:
        """Whether visitors elsewhere may get another answer."""
        return self.site.document["regime"] == LOCATION

    @property
    def scope(self) -> str:
        """Who may keep an answer that depends on the visitor's rule, as ``Cache-Control`` says it."""
        return "private" if self.depends_on_place else "public"

    @property
    def vary(self) -> tuple[str, ...]:
        """The request's headers that an answer in the visitor's language depends on."""
        return ("Accept-Language",) if len(self.site.languages) > 1 else ()

    @property
    def next_at(self) -> str | None:
        """When a published version that waits takes effect: RFC 3339, or none."""
        return self.site.next["effective_at"] if self.site.next else None

    @property
    def place(self) -> Location:
        """The place as far as the answer depends on it: what many share must not say where one of them is."""
        if not self.depends_on_place:
            return Location()
        region = self.location.region if runtime().regimes.has_regions(self.location.country) else None
        return replace(self.location, region=region)


def live_site(key: str) -> LiveSite:
    """Return the site and its version in effect, at most two seconds old.

    Raises ``UnknownSiteError``, ``UnpublishedError``.
    """
    here = runtime()
    return here.caches.live.get(key, lambda: read_live_site(request_session(), key, here.clock()))


def view_of(key: str) -> View:
    """Return the requesting visitor's view of a site. Raises ``UnknownSiteError``, ``UnpublishedError``."""
    here = runtime()
    site = live_site(key)
    location = here.locator.locate(request.args, request.headers, request.remote_addr)
    regime = here.regimes.for_visitor(site.document["regime"], location.country, location.region)
    return View(site, location, regime)


def language_of(site: LiveSite) -> str:
    """Return the language to answer in: ``?lang=``, else what the browser prefers, else the site's first."""
    languages = site.languages
    if len(languages) == 1:
        return languages[0]
    # Tags of a browser's own making: nobody needs many, and each is looked up.
    wanted = [tag for tag, quality in request.accept_languages if quality > 0][:MAX_WANTED]
    return (
        best_language([request.args.get("lang", "")[:MAX_TAG], *(tag[:MAX_TAG] for tag in wanted)], languages)
        or languages[0]
    )


def slice_of(view: View, lang: str) -> Slice:
    """Return the view's slice in one language."""
    site, regime = view.site, view.regime.id
    return runtime().caches.slices.get(
        (site.id, site.version, regime, lang, site.stopped),
        lambda: read_slice(request_session(), site.id, site.version, regime, lang, site.stopped),
    )


def rules_of(view: View) -> Rules:
    """Return what deciding needs under the view's regime: the same that the loader carries."""
    return rules_of_loader(slice_of(view, view.site.languages[0]).loader)


def regime_named(regime_id: str) -> Regime:
    """Return a regime that some version was made under; the strictest of all where the table has lost it since."""
    regimes = runtime().regimes
    return regimes.get(regime_id if regime_id in regimes.ids else UNKNOWN)


def offer_of_version(site_id: int, version: int, regime_id: str) -> Offer:
    """Return what a published version offered under a regime. Raises ``UnknownVersionError``."""
    return runtime().caches.offers.get(
        (site_id, version, regime_id),
        lambda: find_offer(request_session(), site_id, version, regime_named(regime_id)),
    )


def shown_token(view: View) -> str:
    """Return the day's shown token for this version, regime and place."""
    here, place = runtime(), view.place
    shown = Shown(
        view.site.key,
        view.site.version,
        slice_of(view, view.site.languages[0]).regime,
        place.country,
        place.region,
        utc_day(here.clock()),
    )
    return here.caches.shown.get(shown, lambda: mint_shown(here.keys, shown))
