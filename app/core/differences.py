"""What changed between two config documents, and whether that is a reason to ask visitors again."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument, Tracker
from app.core.meaning import tracker_fingerprint
from app.core.say import say

Kind = Literal["added", "removed", "changed", "moved"]
_BY_ID = ("categories", "trackers")


@dataclass(frozen=True)
class Difference:
    """One difference. Categories and trackers go by id: ``trackers[clickstream].purpose.en``; other lists as a whole.

    ``before`` is ``None`` for what was added, ``after`` for what was removed; for ``moved`` both are the order of ids.
    """

    path: str
    kind: Kind
    before: Any
    after: Any


def differences(old: ConfigDocument | None, new: ConfigDocument) -> list[Difference]:
    """Return every difference, in the order of the new document. ``old`` is ``None`` before the first version."""
    return list(_mappings(old or {}, new, ""))


def suggests_asking_again(old: ConfigDocument | None, new: ConfigDocument) -> list[str]:
    """Return the reasons to ask again those who have chosen, as sentences; empty when there is none.

    Only what is optional counts, and only what was not there or meant something else (EDPB 05/2020 no. 110: new consent
    when the processing changes considerably). A tracker that left is no reason, nor is a text that only reads better.
    """
    if old is None:
        return []
    before = {tracker["id"]: tracker for tracker in old["trackers"]}
    reasons: list[str] = []
    if _name(old["controller"]["name"]) != _name(new["controller"]["name"]):
        reasons.append(
            say(
                "Who is responsible changes from {old} to {new}.",
                old=old["controller"]["name"],
                new=new["controller"]["name"],
            )
        )
    categories = {category["id"] for category in old["categories"]}
    for category in new["categories"]:
        if category["id"] not in categories and category["id"] != NECESSARY:
            reasons.append(say("The category {id} is new.", id=category["id"]))
    for tracker in new["trackers"]:
        if tracker["category"] != NECESSARY:
            reasons += _tracker_reasons(before.get(tracker["id"]), tracker, {*old["languages"]} & {*new["languages"]})
        elif tracker["id"] in before and before[tracker["id"]]["category"] != NECESSARY:
            reasons.append(say("{name} was a choice and becomes necessary.", name=tracker["name"]))
    return reasons


def goes_against(ask_again: bool, reasons: Collection[str], *, is_first: bool) -> bool:
    """Return whether an answer is not what Placet proposes for these ``reasons`` (as above); then it takes a word why.

    A site's first version asks everybody, whatever is said.
    """
    return not is_first and ask_again != bool(reasons)


def _tracker_reasons(old: Tracker | None, new: Tracker, languages: set[str]) -> list[str]:
    """Say what changed in a tracker's meaning; whatever lowers a fingerprint but has no words here is named as such."""
    if old is None:
        return [say("{name} is new.", name=new["name"])]
    if tracker_fingerprint(old, languages) == tracker_fingerprint(new, languages):
        return []
    name = new["name"]
    known_recipients = [{**recipient} for recipient in old["recipients"]]
    found = [
        *(
            [say("{name} moves from {old} to {new}.", name=name, old=old["category"], new=new["category"])]
            if old["category"] != new["category"]
            else []
        ),
        *(
            [say("{name} has another provider: {vendor}.", name=name, vendor=new["vendor"])]
            if old["vendor"] != new["vendor"]
            else []
        ),
        *(
            [say("The purpose of {name} changes.", name=name)]
            if _changed(old["purpose"], new["purpose"], languages)
            else []
        ),
        *(
            say(
                "{name} sends data to {recipient} ({country}) on new terms or for the first time.",
                name=name,
                recipient=recipient["name"],
                country=recipient["country"],
            )
            for recipient in new["recipients"]
            if recipient not in known_recipients
        ),
        *_data_reasons(old, new, languages),
        *([say("{name} becomes sold or shared.", name=name)] if new["sale_share"] and not old["sale_share"] else []),
        *(
            [say("{name} stores something else, or for another time.", name=name)]
            if old["storage"] != new["storage"]
            else []
        ),
        *([say("The legal basis of {name} changes.", name=name)] if old["legal_basis"] != new["legal_basis"] else []),
        *(
            [say("{name} runs elsewhere: {new}, not {old}.", name=name, new=new["kind"], old=old["kind"])]
            if old["kind"] != new["kind"]
            else []
        ),
    ]
    return found or [say("{name} does less than before, or is told in another language.", name=name)]


def _data_reasons(old: Tracker, new: Tracker, languages: set[str]) -> Iterator[str]:
    for item in new["data"]:
        same = [known for known in old["data"] if not _changed(known["name"], item["name"], languages)]
        label = next(iter(item["name"].values()), say("something"))
        if not same:
            yield say("{name} collects something new: {label}.", name=new["name"], label=label)
        elif item["retention"] not in [known["retention"] for known in same]:
            yield say("{name} keeps for another time than before: {label}.", name=new["name"], label=label)


def _changed(old: dict[str, str], new: dict[str, str], languages: set[str]) -> bool:
    return any(_name(old.get(lang, "")) != _name(new.get(lang, "")) for lang in languages) or not languages


def _name(text: str) -> str:
    return " ".join(text.split())


def _mappings(old: Any, new: Any, path: str) -> Iterator[Difference]:
    for key in [*new, *(key for key in old if key not in new)]:
        inner = f"{path}.{key}" if path else key
        if key not in old:
            # A version of an older release lacks what has come since: empty, it says nothing that was not so before.
            if not path or not _is_empty(new[key]):
                yield Difference(inner, "added", None, new[key])
        elif key not in new:
            yield Difference(inner, "removed", old[key], None)
        elif key in _BY_ID and not path:
            yield from _by_id(old[key], new[key], inner)
        elif isinstance(old[key], dict) and isinstance(new[key], dict):
            yield from _mappings(old[key], new[key], inner)
        elif old[key] != new[key]:
            yield Difference(inner, "changed", old[key], new[key])


def _is_empty(value: Any) -> bool:
    return all(map(_is_empty, value.values())) if isinstance(value, dict) else value in (None, "", False, [])


def _by_id(old: list[Any], new: list[Any], path: str) -> Iterator[Difference]:
    before, after = {entry["id"]: entry for entry in old}, {entry["id"]: entry for entry in new}
    for name in [*after, *(name for name in before if name not in after)]:
        inner = f"{path}[{name}]"
        if name not in before:
            yield Difference(inner, "added", None, after[name])
        elif name not in after:
            yield Difference(inner, "removed", before[name], None)
        else:
            yield from _mappings(before[name], after[name], inner)
    kept_before = [name for name in before if name in after]
    kept_after = [name for name in after if name in before]
    if kept_before != kept_after:
        yield Difference(path, "moved", kept_before, kept_after)
