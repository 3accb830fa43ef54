"""Lint of the exemptions from asking first that a tracker claims."""

from collections.abc import Iterator

from app.core.category_rules import rule_category
from app.core.documents import ConfigDocument, StorageItem, Tracker
from app.core.durations import duration_days
from app.core.problems import Problem, error
from app.core.regimes import LOCATION, Exemption, Regime, RegimeTable, laws_of
from app.core.say import say, together
from app.core.worded import duration_words


def check_exemptions(
    path: str, tracker: Tracker, document: ConfigDocument, table: RegimeTable, served: list[Regime]
) -> Iterator[Problem]:
    """Report exemptions that do not hold: the place of each, and why."""
    in_a_category = any(category["id"] == tracker["category"] for category in document["categories"])
    rule = rule_category(tracker["category"], document["categories"])
    for index, regime_id in enumerate(tracker["exempt_in"]):
        place = f"{path}.exempt_in[{index}]"
        if regime_id not in table.ids:
            yield error(place, "unknown_regime", say("There is no regime {regime_id!r}.", regime_id=regime_id))
            continue
        regime = table.get(regime_id)
        exemption = regime.exemptions.get(rule or "")
        if exemption is None and in_a_category:
            message = say(
                "There is no exemption for {category} under {law}.", law=laws_of([regime]), category=tracker["category"]
            )
            yield error(place, "no_exemption", message)
        elif exemption is not None:
            yield from _exemption_limits(place, regime, tracker, exemption)
        if document["regime"] != LOCATION:
            message = say(
                "An exemption holds in its own country only, but this site treats all visitors alike. Use location."
            )
            yield error(place, "exempt_everywhere", message)


def _exemption_limits(place: str, regime: Regime, tracker: Tracker, exemption: Exemption) -> Iterator[Problem]:
    """Those conditions of an exemption that the config itself can contradict; the others are an admin's word."""
    broken = []
    if tracker["sale_share"]:
        broken.append(say("it is sold or shared"))
    if exemption.processors_only and any(recipient["role"] != "processor" for recipient in tracker["recipients"]):
        broken.append(say("a recipient is not a processor"))
    if exemption.max_storage and any(_outlives(item, exemption.max_storage) for item in tracker["storage"]):
        broken.append(say("it stores for longer than {max_storage}", max_storage=duration_words(exemption.max_storage)))
    if exemption.max_retention and any(_longer(item["retention"], exemption.max_retention) for item in tracker["data"]):
        broken.append(
            say("data are kept longer than {max_retention}", max_retention=duration_words(exemption.max_retention))
        )
    if broken:
        yield error(
            place,
            "exemption_limits",
            say(
                "The exemption under {law} does not hold: {broken}.",
                law=laws_of([regime]),
                broken=together(broken, "; "),
            ),
        )


def _outlives(item: StorageItem, limit: str) -> bool:
    return item["lifetime"] == "persistent" or _longer(item["lifetime"], limit)


def _longer(duration: str, limit: str) -> bool:
    try:
        return duration_days(duration) > duration_days(limit)
    except ValueError:
        return False  # `session`, or a wrong shape, which is reported as such
