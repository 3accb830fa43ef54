"""A claim of what another tool had kept, held against what the cited config version lets be taken over."""

from datetime import datetime

from app.core.decision import NECESSARY
from app.core.errors import UntrustedGrantError
from app.core.receipt import Claim, Offer
from app.core.take_over import ends_at


def check_taken_over(claim: Claim, offer: Offer, now: datetime) -> None:
    """Hold a yes that another tool had kept against what the cited version lets be taken over; a no is always taken.

    Raises ``UntrustedGrantError`` when that is another tool, when anything else is granted than the trackers that it had
    asked about, or when the yes has run out or may have.
    """
    taken, terms = claim.taken_over, offer.before
    if taken is None or not claim.grants:
        return
    if terms is None or taken.tool != terms.tool:
        raise UntrustedGrantError("The cited config version takes no yes over from that tool.")
    granted = {name for name in offer.trackers if offer.granted_by(claim, name)}
    # A category with nothing of it granted would release what the page marks by category alone.
    bare = {name for name, yes in claim.choices.items() if yes} - {NECESSARY, *(offer.trackers[own] for own in granted)}
    if wider := granted - terms.trackers or bare:
        names = ", ".join(sorted(wider))
        raise UntrustedGrantError(f"The cited config version does not say that the other tool had asked about {names}.")
    if ends_at(taken, terms.kept_days, offer.granted_days, grants=True, now=now) is None:
        raise UntrustedGrantError("A yes that has run out, or may have, is not taken over: ask again.")
