"""Shared blocks: a part of a config that several sites hold in common, written into the draft of each as plain content.

A *target* says where in a site's config a block stands: ``trackers[clickstream]``, ``texts`` or ``look``, in the words of
``app.core.differences``. A *body* is what a block says there:

* of a tracker all of it, but for what each site answers for itself (``OWN_KEYS``);
* of texts a mapping of languages; a site takes those that it offers;
* of the look the keys of the config that make it (``LOOK_KEYS``), each as a whole.

Documents here are filled in (``app.schemas.config.fill_defaults``), but for the one that ``put`` writes into.
"""

import copy
import re
from typing import Any, Literal, get_args

from app.core.documents import ConfigDocument
from app.core.errors import NotAllowedError
from app.core.say import say

Kind = Literal["tracker", "texts", "look"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Body = dict[str, Any]

OWN_KEYS = ("via", "exempt_in")
"""Which loader of the site brings a tracker, and the exemptions whose conditions somebody confirmed for that site."""
LOOK_KEYS = ("look",)
_TRACKER = re.compile(r"trackers\[([a-z][a-z0-9-]{0,31})\]")


def target_of(kind: Kind, tracker: str = "") -> str:
    """Return the target of a block of a kind; ``tracker`` is the id of the one that it is.

    Raises ``NotAllowedError`` for an id that no published config could have.
    """
    if kind != "tracker":
        return kind
    target = f"trackers[{tracker}]"
    if not _TRACKER.fullmatch(target):
        raise NotAllowedError(say("Give the tracker an id first: a-z, 0-9 and -, at most 32 characters."))
    return target


def tracker_of(target: str) -> str:
    """Return the id of the tracker that a target names; empty where it names none."""
    match = _TRACKER.fullmatch(target)
    return match[1] if match else ""


def take(document: ConfigDocument, target: str) -> Body | None:
    """Return the body that a site's config has at ``target``; ``None`` where it has no such tracker, or two of that id."""
    if target == "texts":
        return copy.deepcopy({**document["texts"]})
    if target == "look":
        return {key: copy.deepcopy(document[key]) for key in LOOK_KEYS}  # type: ignore[literal-required]
    found = [tracker for tracker in document["trackers"] if tracker["id"] == tracker_of(target)]
    if len(found) != 1:
        return None
    return {key: copy.deepcopy(value) for key, value in found[0].items() if key not in OWN_KEYS}


def fit(body: Body, document: ConfigDocument, target: str) -> Body:
    """Return what of a block a site takes: of texts those in its own languages, else all of it."""
    return {lang: body[lang] for lang in body if lang in document["languages"]} if target == "texts" else body


def part(body: Body, document: ConfigDocument, target: str) -> Body | None:
    """Return what a site's config says at the place of a block, to be compared with ``fit``; ``None`` as for ``take``."""
    if target == "texts":
        return {lang: {**document["texts"].get(lang, {})} for lang in fit(body, document, target)}
    return take(document, target)


def put(document: dict[str, Any], body: Body, filled: ConfigDocument, target: str) -> dict[str, Any]:
    """Return a copy of a draft with the block in its place; a tracker that it lacks is added at the end.

    ``document`` is the draft as it was saved, ``filled`` the same filled in. Raises ``NotAllowedError`` where what stands
    there has not the shape to write into, or has two trackers of that id.
    """
    made, own = copy.deepcopy(document), copy.deepcopy(fit(body, filled, target))
    if target == "look":
        return {**made, **own}
    if target == "texts":
        texts = made.setdefault("texts", {})
        if not isinstance(texts, dict):
            raise _unwritable("texts")
        texts.update({lang: said for lang, said in own.items() if said})
        for lang in own.keys() & texts.keys():
            if not own[lang]:
                del texts[lang]
        return made
    entries = made.setdefault("trackers", [])
    if not isinstance(entries, list):
        raise _unwritable("trackers")
    places = [index for index, tracker in enumerate(filled["trackers"]) if tracker["id"] == tracker_of(target)]
    if len(places) > 1:
        raise NotAllowedError(
            say("This draft has two trackers with the id {id}. Give one another.", id=tracker_of(target))
        )
    if places:
        entries[places[0]].update(own)
    else:
        entries.append(own)
    return made


def _unwritable(part: str) -> NotAllowedError:
    return NotAllowedError(say("In this draft `{part}` cannot be written into. Mend it on the page YAML.", part=part))
