"""What an answer in first-party mode may set as the choice cookie: nothing but the browser's own last word.

A script writes the cookie at the click, and the receipt follows when it can: late, twice, or after others. So a receipt
never brings back what has been chosen anew since.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.choice import FUTURE_DAYS, Choice, format_choice, parse_choice, utc_day
from app.core.decision import NECESSARY
from app.core.receipt import Claim, Offer
from app.core.take_over import BEFORE, decided_day

GPC = "gpc"
"""The method of a receipt that is no choice: the browser's signal, said once."""


@dataclass(frozen=True)
class Kept:
    """The cookie's value as the widget writes it, and the first day (UTC, since 1970-01-01) on which it is void."""

    value: str
    expires_day: int


def choice_of_claim(claim: Claim, offer: Offer) -> Choice:
    """Return the choice that a checked claim states, by the rules of ``widget/src/session.ts``.

    One that was taken over (``widget/src/take-over``) is as old as it was, and what it grants is an answer to the
    question of before: what that did not ask about is asked, and not refused.
    """
    taken, terms = claim.taken_over, offer.before
    is_answer_of_before = taken is not None and claim.grants
    decided = utc_day(claim.decided_at)
    if taken is not None:
        decided = decided_day(taken, terms.kept_days if terms else None, grants=claim.grants, now=claim.decided_at)
    return Choice(
        version=BEFORE if is_answer_of_before else claim.config_version,
        granted=frozenset(name for name, yes in claim.choices.items() if yes and name != NECESSARY),
        differs=frozenset(
            name
            for name, yes in claim.trackers.items()
            if yes != claim.choices[offer.trackers[name]]
            and (not is_answer_of_before or (terms is not None and name in terms.trackers))
        ),
        decided_day=decided,
        expires_day=decided + (offer.granted_days if claim.grants else offer.refused_days),
    )


def choice_to_set(claim: Claim, offer: Offer, cookies: Iterable[str], today: int) -> Kept | None:
    """Return what may be set after ``claim`` has been accepted, or ``None``.

    ``cookies`` are the values that the request bore, ``today`` is the UTC day. Days cannot tell which of two choices of one
    day came last, so the widget says in ``claim.choice`` what the browser keeps as it sends: only a receipt of just that is
    the last word, and its very value is set. Who says nothing (a banner of the site's own) sets it by the day, and on the
    same day only if that is what stands there, or a refusal. A later day in a cookie always stands.
    """
    own = choice_of_claim(claim, offer)
    if claim.method == GPC or not own.is_in_force(today):
        return None
    value = format_choice(own, {name: place for place, name in enumerate((*offer.categories, *offer.trackers))})
    if claim.choice is not None:
        said = parse_choice(claim.choice)
        if said is None or not said.is_in_force(today) or not _is_said_by(said, own):
            return None
        own, value = said, claim.choice
    for other in map(parse_choice, cookies):
        # One from a day to come was made under a wrong clock: it is no choice.
        if other is None or other.decided_day > today + FUTURE_DAYS:
            continue
        if other.decided_day > own.decided_day:
            return None
        is_tie = other.decided_day == own.decided_day and claim.choice is None and not _is_said_by(other, own)
        if is_tie and claim.grants:
            return None
    return Kept(value, own.expires_day)


def _is_said_by(kept: Choice, own: Choice) -> bool:
    """Whether a kept choice is the one that a claim states. Midnight may have passed between the two.

    It may end sooner: what stays granted beside a no without a click lasts no longer for it.
    """
    return (
        (kept.version, kept.granted, kept.differs) == (own.version, own.granted, own.differs)
        and abs(kept.decided_day - own.decided_day) <= 1
        and kept.expires_day - kept.decided_day <= own.expires_day - own.decided_day
    )
