"""What a config may say about choices that another tool has kept: never more than that tool had asked."""

from collections.abc import Iterator

from app.core.category_rules import lifetimes_under
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument, TakeOver
from app.core.durations import duration_days
from app.core.problems import Problem, error, warning
from app.core.regimes import Regime, laws_of
from app.core.say import say
from app.core.take_over import TOOLS


def lint_take_over(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    """Yield what is wrong, or worth a look, about ``take_over``. Takes any document of the right shape."""
    take = document.get("take_over")
    if not take:
        return
    yield from _check_trackers(document, take)
    yield from _check_age(document, take, served)


def _check_trackers(document: ConfigDocument, take: TakeOver) -> Iterator[Problem]:
    categories = {tracker["id"]: tracker["category"] for tracker in document["trackers"]}
    ids = [item["id"] for item in take["trackers"]]
    if not ids:
        message = say("Name at least one tracker that the other tool had asked about: by its answer a no is known.")
        yield error("take_over.trackers", "missing", message)
    for index, item in enumerate(take["trackers"]):
        path, name = f"take_over.trackers[{index}]", item["id"]
        if name not in categories:
            yield error(f"{path}.id", "no_such_tracker", say("There is no tracker {name}.", name=name))
        elif categories[name] == NECESSARY:
            yield error(f"{path}.id", "not_asked", say("{name} is necessary: nobody is asked about it.", name=name))
        if name in ids[:index]:
            yield error(f"{path}.id", "duplicate", say("{name} stands here twice.", name=name))
        if not item["asked_as"]:
            message = say("Name the categories or services under which the other tool kept the answer.")
            yield error(f"{path}.asked_as", "missing", message)
    if set(ids) & categories.keys():
        message = say(
            "A yes that {tool} has kept counts for these trackers without a question. List only those that {tool} named to "
            "visitors with the same purpose and the same recipients, and that waited for a click; leave the others out, and "
            "they are asked about.",
            tool=TOOLS[take["from"]].title,
        )
        yield warning("take_over.trackers", "yes_of_before", message)
    unasked = {own["category"] for own in document["trackers"]} - {categories.get(name) for name in ids} - {NECESSARY}
    if unasked and ids:
        message = say(
            "Nothing of {names} was asked before, so whoever allowed something is asked about everything again.",
            names=", ".join(sorted(unasked)),
        )
        yield warning("take_over.trackers", "nothing_asked", message)


def _check_age(document: ConfigDocument, take: TakeOver, served: list[Regime]) -> Iterator[Problem]:
    tool = TOOLS[take["from"]]
    if tool.has_time:
        return
    if not take["kept"]:
        message = say(
            "{title} does not keep when a choice was made. Say how long it kept one: until then no yes is taken.",
            title=tool.title,
        )
        yield warning("take_over.kept", "age_unknown", message)
        return
    for regime in served:
        try:
            longest = duration_days(lifetimes_under(document["lifetimes"], regime)["granted"])
            kept = duration_days(take["kept"])
        except ValueError:
            return  # what is wrong with a duration is told where it stands
        if kept >= longest:
            message = say(
                "A choice that {tool} has kept may be {kept} days old; under {law} a yes lasts {longest}: none is taken.",
                tool=tool.title,
                kept=kept,
                law=laws_of([regime]),
                longest=longest,
            )
            yield warning("take_over.kept", "too_old", message)
