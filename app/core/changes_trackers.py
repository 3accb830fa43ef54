"""What changes about one tracker, in sentences."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from app.core.changes_words import Change, listed, named
from app.core.decision import NECESSARY
from app.core.differences import Difference
from app.core.documents import Category, ConfigDocument, DataItem, Match, Recipient, StorageItem, Tracker
from app.core.languages import name_of_language
from app.core.say import say
from app.core.worded import country_words

Told = tuple[Change, bool]
"""A change, and whether visitors see it."""

_UNSEEN: dict[str, Callable[[str], str]] = {
    "via": lambda name: say("{name} is brought by another loader.", name=name),
    "match": lambda name: say("{name} is known by other addresses.", name=name),
    "stop": lambda name: say("{name} is stopped in another way.", name=name),
    "signals": lambda name: say("{name} is told of the choice in another way.", name=name),
}


def tell_tracker(
    difference: Difference, tracker_id: str, field: str | None, old: ConfigDocument, new: ConfigDocument, lang: str
) -> Iterator[Told]:
    """Tell one difference of a tracker; ``field`` is its path below the tracker, ``None`` when it is new or gone.

    ``lang`` is the language in which data and categories are named.
    """
    if difference.kind == "added" and field is None:
        yield _tell_new(difference.after, new["categories"], lang), True
        return
    if difference.kind == "removed" and field is None:
        gone = difference.before
        yield Change(say("{name} ({vendor}) is gone.", name=gone["name"], vendor=gone["vendor"])), True
        return
    before, after = (next(item for item in document["trackers"] if item["id"] == tracker_id) for document in (old, new))
    part = (field or "").split(".")[0]
    if part in _LISTS:
        languages = [own for own in new["languages"] if own in old["languages"]] or [lang]
        told = list(_LISTS[part](before, after, languages))
        # Said in a language that comes or goes, it is told with the language.
        if not told and (part != "data" or _said(before, languages) != _said(after, languages)):
            told = [(Change(_in_another_order(part, after["name"])), True)]
        yield from told
    else:
        yield _tell_field(difference, field or "", before, after, (old, new), lang)


def _tell_field(
    difference: Difference,
    field: str,
    before: Tracker,
    after: Tracker,
    documents: tuple[ConfigDocument, ConfigDocument],
    lang: str,
) -> Told:
    name, (part, _, tag) = after["name"], field.partition(".")
    was, becomes = listed(difference.before), listed(difference.after)
    if part in _UNSEEN:
        was, becomes = (_reach(item) if part == "match" else listed(item.get(part)) for item in (before, after))
        return Change(_UNSEEN[part](name), was, becomes), False
    if part == "purpose":
        words = say("{name} has another purpose ({language}).", name=name, language=name_of_language(tag))
        return Change(words, was, becomes, lang=tag), True
    if part == "category":
        was, becomes = (
            _category_name(document["categories"], own, lang)
            for document, own in zip(documents, (before["category"], after["category"]), strict=True)
        )
        if after["category"] == NECESSARY:
            return Change(say("{name} was a choice and runs without asking.", name=name), was, becomes), True
        return Change(say("{name} moves to another category.", name=name), was, becomes), True
    if part == "sale_share":
        if difference.after:
            return Change(say("What {name} collects is sold or shared.", name=name)), True
        return Change(say("What {name} collects is no longer sold or shared.", name=name)), True
    if part in ("kind", "legal_basis"):
        was, becomes = was.replace("_", " "), becomes.replace("_", " ")
    makers = {
        "name": lambda: say("A tracker is called something else."),
        "vendor": lambda: say("{name} has another provider.", name=name),
        "legal_basis": lambda: say("{name} rests on another legal basis.", name=name),
        "kind": lambda: say("{name} runs elsewhere, or is held in another way.", name=name),
        "exempt_in": lambda: say("The places where {name} runs without asking change.", name=name),
    }
    words = makers[part]() if part in makers else say("{path} changes.", path=difference.path)
    return Change(words, was, becomes), True


def _tell_new(tracker: Tracker, categories: list[Category], lang: str) -> Change:
    name = tracker["name"]
    category = _category_name(categories, tracker["category"], lang)
    details = [
        Change(say("Purpose:"), "", named(tracker["purpose"], lang, ""), lang=lang),
        *(Change(say("It collects: {data}.", data=_data_name(item, lang)), "", item["retention"], form="duration")
          for item in tracker["data"]),
        *(Change(say("It sends data to {recipient} ({country}).", recipient=own["name"],
                     country=country_words(own["country"])))
          for own in tracker["recipients"]),
        *(Change(say("It stores {item} ({kind}).", item=own["name"], kind=own["kind"]), "", own["lifetime"], form="duration")
          for own in tracker["storage"]),
        *([Change(say("What it collects is sold or shared."))] if tracker["sale_share"] else []),
    ]  # fmt: skip
    if tracker["category"] == NECESSARY:
        words = say("{name} ({vendor}) is new, and runs without asking.", name=name, vendor=tracker["vendor"])
    elif tracker["kind"] == "declared":
        words = say("{name} ({vendor}) is new, in {category}, and is not held here.", name=name,
                    vendor=tracker["vendor"], category=category)  # fmt: skip
    else:
        words = say("{name} ({vendor}) is new, in {category}.", name=name, vendor=tracker["vendor"], category=category)
    return Change(words, details=tuple(details))


def _tell_data(old: Tracker, new: Tracker, languages: list[str]) -> Iterator[Told]:
    name, lang = new["name"], languages[0]
    left = list(old["data"])
    for item in new["data"]:
        same = next(
            (own for own in left if any(own["name"].get(tag) == item["name"].get(tag) for tag in languages)), None
        )
        label = _data_name(item, lang)
        if same is None:
            words = say("{name} collects something new: {data}.", name=name, data=label)
            yield Change(words, "", item["retention"], form="duration"), True
            continue
        left.remove(same)
        if same["retention"] != item["retention"]:
            words = say("{name} keeps for another time: {data}.", name=name, data=label)
            yield Change(words, same["retention"], item["retention"], form="duration"), True
        for tag in languages:
            before, after = (own["name"].get(tag, "") for own in (same, item))
            if before != after:
                words = say("What {name} collects is called something else ({language}).", name=name,
                            language=name_of_language(tag))  # fmt: skip
                yield Change(words, before, after, lang=tag), True
    for item in left:
        yield Change(say("{name} no longer collects: {data}.", name=name, data=_data_name(item, lang))), True


def _tell_recipients(old: Tracker, new: Tracker, languages: list[str]) -> Iterator[Told]:
    name, before = new["name"], {own["name"]: own for own in old["recipients"]}
    for own in new["recipients"]:
        if own["name"] not in before:
            words = say("{name} sends data to {recipient} ({country}).", name=name, recipient=own["name"],
                        country=country_words(own["country"]))  # fmt: skip
            yield Change(words, "", _terms(own)), True
        elif before[own["name"]] != own:
            words = say("{recipient} gets what {name} collects on other terms.", name=name, recipient=own["name"])
            yield Change(words, _terms(before[own["name"]]), _terms(own)), True
    after = {own["name"] for own in new["recipients"]}
    for recipient in [recipient for recipient in before if recipient not in after]:
        yield Change(say("{name} no longer sends data to {recipient}.", name=name, recipient=recipient)), True


def _tell_storage(old: Tracker, new: Tracker, languages: list[str]) -> Iterator[Told]:
    name, before = new["name"], _by_key(old["storage"])
    after = _by_key(new["storage"])
    for key, own in after.items():
        if key not in before:
            words = say("{name} stores {item} ({kind}).", name=name, item=own["name"], kind=own["kind"])
            yield Change(words, "", own["lifetime"], form="duration"), True
        elif before[key]["lifetime"] != own["lifetime"]:
            words = say(
                "{name} stores {item} ({kind}) for another time.", name=name, item=own["name"], kind=own["kind"]
            )
            yield Change(words, before[key]["lifetime"], own["lifetime"], form="duration"), True
    for key, own in before.items():
        if key not in after:
            yield (
                Change(say("{name} no longer stores {item} ({kind}).", name=name, item=own["name"], kind=own["kind"])),
                True,
            )


_LISTS: dict[str, Callable[[Tracker, Tracker, list[str]], Iterator[Told]]] = {
    "data": _tell_data,
    "recipients": _tell_recipients,
    "storage": _tell_storage,
}


def _in_another_order(part: str, name: str) -> str:
    if part == "data":
        return say("What {name} collects stands in another order.", name=name)
    if part == "recipients":
        return say("The recipients of {name} stand in another order.", name=name)
    return say("What {name} stores stands in another order.", name=name)


def _said(tracker: Tracker, languages: list[str]) -> list[tuple[list[str | None], str]]:
    return [([item["name"].get(lang) for lang in languages], item["retention"]) for item in tracker["data"]]


def _by_key(items: Iterable[StorageItem]) -> dict[tuple[Any, ...], StorageItem]:
    return {(own["kind"], own["name"], own["domain"]): own for own in items}


def _terms(own: Recipient) -> str:
    return listed([own["role"].replace("_", " "), own["country"], own["safeguard"]])


def _reach(tracker: Tracker) -> str:
    def address(own: Match) -> str:
        return own["host"] + ("" if own["path"] == "/" else own["path"])

    return listed([address(own) for own in tracker["match"]])


def _data_name(item: DataItem, lang: str) -> str:
    return named(item["name"], lang, "?")


def _category_name(categories: list[Category], name: str, lang: str) -> str:
    return next((named(own["name"], lang, name) for own in categories if own["id"] == name), name)
