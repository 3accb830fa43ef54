"""From a claim to a stored receipt, whoever has posted it: the widget, a client of the site's own, or our page."""

from dataclasses import dataclass

from flask import request

from app.core.limits import Standing
from app.core.receipt import Claim, Context, Offer, check_claim
from app.core.signing import Shown, read_shown
from app.db import request_session
from app.services.citations import check_citations
from app.services.receipts import Stored, Submission
from app.web.catalogue import View, offer_of_version, regime_named
from app.web.location import Location
from app.web.runtime import runtime


@dataclass(frozen=True)
class Acknowledged:
    """A receipt that is durable and in the log, and what its claim was held against."""

    stored: Stored
    offer: Offer


def offer_cited(view: View, claim: Claim) -> Offer:
    """Return what the claim's version offered under the rule of the notice that it cites."""
    return offer_of_version(view.site.id, claim.config_version, _cited_regime(view.site.id, claim))


def store_claim(view: View, claim: Claim) -> Acknowledged:
    """Store one claim; returns only when its receipt is durable and in the log.

    Raises what ``docs/api.md`` lists: ``RateLimitedError``, ``UnknownVersionError``, ``UnknownNoticeError``, the errors of
    ``check_claim`` and ``store_batch``, ``UnavailableError``.
    """
    here, now = runtime(), runtime().clock()
    shown = read_shown(here.keys, claim.shown, view.site.key, now)
    here.limits.take(request.remote_addr, view.site.key, _standing(claim, shown is not None), now)
    regime = _cited_regime(view.site.id, claim)
    offer = offer_of_version(view.site.id, claim.config_version, regime)
    check_claim(claim, offer)
    context = _context(view, claim, regime, shown)
    # Whoever waits for the writer holds no connection: a full house would leave the writer none.
    request_session().close()
    return Acknowledged(here.writer.submit(Submission(view.site.id, view.site.key, claim, offer, context)), offer)


def _cited_regime(site_id: int, claim: Claim) -> str:
    cited = (site_id, claim.config_version, claim.config_sha256, claim.notice, claim.widget)
    return runtime().caches.citations.get(cited, lambda: check_citations(request_session(), site_id, claim))


def _standing(claim: Claim, attested: bool) -> Standing:
    if not claim.grants:
        return Standing.REFUSAL
    return Standing.ATTESTED_GRANT if attested else Standing.UNATTESTED_GRANT


def _context(view: View, claim: Claim, regime_id: str, shown: Shown | None) -> Context:
    """What the server knows. The rule is that of the notice the visitor was shown, which may be hours ago.

    The shown token attests it when it states the same version and rule; then it says also where that was.
    """
    regimes, regime = runtime().regimes, regime_named(regime_id)
    attested = shown is not None and (shown.version, shown.regime) == (claim.config_version, regime_id)
    place = view.location
    if shown is not None and attested and view.depends_on_place:
        place = Location(shown.country, shown.region, "shown" if shown.country else "none")
    return Context(
        regime=regime_id,
        country=place.country,
        region=place.region if regimes.has_regions(place.country) else None,
        location_source=place.source,
        gpc_header=request.headers.get("Sec-GPC") == "1",
        gpc_effect=regime.gpc,
        attested=attested,
    )
