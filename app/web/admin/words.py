"""What the templates need to say things: times, durations, what a receipt says."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.units import format_unit
from flask import Flask, url_for
from markupsafe import Markup, escape

from app.core.contrast import rgb
from app.core.decision import NECESSARY
from app.core.durations import parse_duration
from app.core.lint_sources import source_of
from app.core.remedies import remedy_of
from app.core.say import Said, read_day, say
from app.core.take_over import TOOLS
from app.services.accounts import ROLE_NAMES
from app.web.admin.languages import spoken, translated, written_day, written_month, written_number
from app.web.admin.look import measure
from app.web.admin.mends import mark_of, mending_of
from app.web.admin.named import (
    country_options,
    language_name,
    language_names,
    language_options,
    regime_name,
    regime_names,
)
from app.web.admin.names import EVENTS, KINDS, LIFETIMES, STORAGE
from app.web.admin.spots import mend, spot

DONE = {
    "saved": say("Saved in the draft. Visitors see it when it is published."),
    "nothing-taken-over": say(
        "Saved in the draft. Once it is published, nothing is taken over from another tool: visitors are asked."
    ),
    "deleted": say("Deleted from the draft. Visitors see it when it is published."),
    "stopped": say("It is stopped. The server answers so within 5 seconds; browsers follow within about two minutes."),
    "resumed": say("It is resumed. Browsers follow within about two minutes."),
    "revoked": say("The link is revoked. Whoever used it is out."),
    "duplicated": say("This is the copy. Say what is different about it."),
    "imported": say("Added to the draft. What the other tool did not say is empty, and told at each tracker."),
    "password": say("Your password is changed, and every other browser is logged out."),
    "role": say("The role is saved. It holds from their next click on."),
    "withdrawn": say("The invitation is taken back: its link is worth nothing any more."),
    "removed": say("Removed. What they could do here, they cannot do any more."),
    "shared": say("It is a shared block now. Choose the sites that use it, too."),
    "used": say("The draft of that site has the block now. Visitors see it when it is published."),
    "block": say(
        "Saved in the block, and in the draft of every site that uses it. Visitors see it when it is published."
    ),
    "left": say("Saved in the block. Not every draft could take it: see below."),
    "detached": say("Detached. The draft of this site is as it was."),
    "reviewed": say("It is recorded that you looked at this config today."),
    "interval": say("Saved. The next look is due as said below."),
    "proposed": say("It is proposed. Somebody else who may publish here approves or declines it."),
    "declined": say("It is declined. Whoever proposed it reads why on this page."),
    "proposal-withdrawn": say("The proposal is taken back."),
    "approval": say("This is how it is from now on."),
    "taken-back": say("The former draft is the draft again. What stood there is kept under Versions."),
    "undone": say("Put back: the draft is as it was before that."),
}
_FUNCTION_WORD = re.compile(
    r"(A|An|At|Every|Must|No|Nobody|Nothing|Only|Over|Say|The|There|These|This|What|Write|Yes)\b"
)


def register_words(app: Flask, static: Path) -> None:
    """Give the templates their words; a static file's address carries its hash, so that it can be kept for long."""
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in static.iterdir()}
    app.jinja_env.filters.update(
        moment=moment,
        day=written_day,
        month=written_month,
        as_day=read_day,
        read_time=datetime.fromisoformat,
        instant=instant,
        machine=machine,
        duration=duration,
        choice=choice,
        happened=happened,
        taken_from=taken_from,
        number=written_number,
        after_colon=after_colon,
        role=lambda name: ROLE_NAMES[name],
        kind=lambda name: KINDS.get(name, name),
        storage=lambda name: STORAGE.get(name, name),
        codes=codes,
        begin_big=begin_big,
        ended=ended,
        own=lambda texts: texts.get(spoken()) or texts["en"],
        known=lambda text: translated(Said(text, text.replace("{", "{{").replace("}", "}}"), None, {})),
        paint=paint,
    )
    app.jinja_env.globals.update(
        asset=lambda name: url_for("admin.static", filename=name, v=hashes[name]),
        is_signal=is_signal,
        mark_of=mark_of,
        country_options=country_options,
        language_name=language_name,
        language_names=language_names,
        language_options=language_options,
        measure=measure,
        mend=mend,
        mending_of=mending_of,
        regime_name=regime_name,
        regime_names=regime_names,
        remedy_of=remedy_of,
        source_of=source_of,
        spot=spot,
        done_words=lambda key: DONE.get(key, ""),
    )


def moment(at: datetime) -> str:
    """Say a UTC time: ``22 Nov 2026, 12:00 UTC``."""
    return f"{written_day(at)}, {at:%H:%M} UTC"


def instant(at: datetime) -> str:
    """Say a UTC time where the zone stands beside it and seconds matter: ``22 Nov 2026, 12:00:07``."""
    return f"{written_day(at)}, {at:%H:%M:%S}"


def machine(at: datetime) -> str:
    """Write a time for ``<time datetime>``."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def duration(text: str) -> str:
    """Say an ISO 8601 duration, or ``session`` and ``persistent``, in words; anything else stays as it is."""
    try:
        length = parse_duration(text)
    except ValueError:
        return str(translated(LIFETIMES.get(text, text)))
    return format_unit(length.amount, f"duration-{length.unit}", length="long", locale=spoken())


def codes(parts: Iterable[str]) -> Markup:
    """Put what is exact, such as addresses, into a sentence, one after the other."""
    return Markup(", ").join(Markup("<code>{}</code>").format(part) for part in parts)


def ended(words: str) -> str:
    """End what somebody typed as a sentence ends, so that another can follow."""
    words = words.rstrip()
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def begin_big(words: str) -> str:
    """Begin with a capital letter; the others stay as they are."""
    words = translated(words)
    return words[:1].upper() + words[1:]


def paint(color: Any, otherwise: str = "none") -> str:
    """Return a typed colour as what a drawing is filled with, and ``otherwise`` while it is not one."""
    text = str(color or "").strip()
    return text if rgb(text) else otherwise


def after_colon(message: str) -> str:
    """Begin a sentence small that follows a colon; names and abbreviations at its beginning stay as they are."""
    message = translated(message)
    if spoken() != "en":  # German nouns are written big wherever they stand, and what begins a sentence does no harm
        return message
    return message[:1].lower() + message[1:] if _FUNCTION_WORD.match(message) else message


def is_signal(payload: dict[str, Any]) -> bool:
    """Whether a receipt records Global Privacy Control as an opt-out by law: nobody chose anything then."""
    return payload["method"] == "gpc" and not _granted(payload) and not any(payload["trackers"].values())


def happened(payload: dict[str, Any]) -> str:
    """Say what happened: the receipt's event, the opt-out that a signal made, or from where it was taken over."""
    if is_signal(payload):
        return say("opt-out of sale and sharing (GPC)")
    event = EVENTS[payload["event"]]
    return (
        say("{event}, taken over from {tool}", event=event, tool=taken_from(payload))
        if "taken_over" in payload
        else event
    )


def taken_from(payload: dict[str, Any]) -> str:
    """Name the tool that a receipt says had kept the choice."""
    tool = str(payload["taken_over"]["from"])
    return TOOLS[tool].title if tool in TOOLS else tool


def choice(payload: dict[str, Any]) -> Markup:
    """Say what was allowed: the granted categories, and trackers decided otherwise. ``necessary`` is not a choice."""
    if is_signal(payload):
        return escape(translated(say("sold or shared: off; the rest unchanged")))
    granted = _granted(payload)
    if not granted:
        said = escape(translated(say("nothing")))
    elif len(granted) == len([name for name in payload["choices"] if name != NECESSARY]):
        said = escape(translated(say("everything")))
    else:
        said = Markup(", ").join(_id(name) for name in granted)
    differing = [
        escape(translated(say("{tracker} yes", tracker=_id(name)) if yes else say("{tracker} no", tracker=_id(name))))
        for name, yes in payload["trackers"].items()
    ]
    return said + (Markup("; ") + Markup(", ").join(differing) if differing else "")


def _granted(payload: dict[str, Any]) -> list[str]:
    return [name for name, yes in payload["choices"].items() if yes and name != NECESSARY]


def _id(name: str) -> Markup:
    """An id does not break at its hyphens."""
    return Markup('<span class="id">{}</span>').format(name)
