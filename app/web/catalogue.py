"""The read side of the public API: a visitor's view of a site, through this process's memory."""

from dataclasses import dataclass

from flask import request

from app.core.choice import utc_day
from app.core.documents import Rules
from app.core.receipt import Offer
from app.core.regimes import Regime
from app.core.rules import make_rules
from app.core.signing import Shown, mint_shown
from app.db import request_session
from app.services.receipts import find_offer
from app.services.serving import LiveSite, Slice, read_live_site, read_slice
from app.web.location import Location
from app.web.runtime import runtime


@dataclass(frozen=True)
class View:
    """What one visitor is under: the site's version in effect, where they are, and the rule that follows from it."""

    site: LiveSite
    location: Location
    regime: Regime

    @property
    def depends_on_place(self) -> bool:
        """Whether visitors elsewhere may get another answer."""
        return self.site.document["regime"] == "location"


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
    asked = request.args.get("lang", "")
    if asked in languages:
        return asked
    if len(languages) == 1:
        return languages[0]
    return request.accept_languages.best_match(languages, default=languages[0])


def slice_of(view: View, lang: str) -> Slice:
    """Return the view's slice in one language."""
    site, regime = view.site, view.regime.id
    return runtime().caches.slices.get(
        (site.id, site.version, regime, lang),
        lambda: read_slice(request_session(), site.id, site.version, regime, lang),
    )


def rules_of(view: View) -> Rules:
    """Return what deciding needs under the view's regime."""
    site = view.site
    return runtime().caches.rules.get(
        (site.id, site.version, view.regime.id),
        lambda: make_rules(
            site.document, view.regime, version=site.version, since=site.since, ask_since=site.ask_since
        ),
    )


def offer_of_version(site_id: int, version: int, sha256: str, regime: Regime) -> Offer:
    """Return what any published version offered under ``regime``. Raises ``UnknownVersionError``."""
    return runtime().caches.offers.get(
        (site_id, version, sha256, regime.id),
        lambda: find_offer(request_session(), site_id, version, sha256, regime),
    )


def shown_token(view: View) -> str:
    """Return the day's shown token for this version, regime and place."""
    here = runtime()
    shown = Shown(
        view.site.key,
        view.site.version,
        view.regime.id,
        view.location.country,
        view.location.region,
        utc_day(here.clock()),
    )
    return here.caches.shown.get(shown, lambda: mint_shown(here.keys, shown))
