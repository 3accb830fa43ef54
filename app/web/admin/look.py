"""Look: how the banner sits on the page and what it is coloured with; each pair of colours is measured as one types."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.core.addresses import tidy_url
from app.core.contrast import PAIRS, Pair, pair_contrast, written_ratio
from app.core.documents import Palette
from app.core.look import RADII
from app.core.say import say
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft
from app.web.admin.fields import Field, Shown
from app.web.admin.forms import PartForm, answer
from app.web.admin.rules import LAYOUTS
from app.web.admin.shared import shared_part

DEFAULTS: dict[str, Any] = {"side": "start", "radius": "medium"}
"""What a look need not say, and so does not: it is not written into a draft that lacks it."""


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/look", view_func=look, methods=["GET", "POST"])


@desk("edit")
def look(visit: Visit) -> ResponseReturnValue:
    """Edit how the widget looks."""
    handle = visit.place.handle

    def make(draft: OpenDraft) -> PartForm:
        return PartForm(
            place="look",
            title=say("Look"),
            lead=say("Yes and no always look the same: one pair of colours is for both. The font is the page's own."),
            fields=look_fields(),
            path="look",
            stored={**DEFAULTS, **draft.filled["look"]},
            put=put_look,
            after=lambda typed: url_for("admin.look", handle=handle, done="saved"),
            shared=shared_part(visit, "look"),
            as_yaml=True,
            template="admin/look.html",
        )

    return answer(visit, make)


def put_look(document: dict[str, Any], typed: dict[str, Any]) -> None:
    """Put what was typed into a draft: what says nothing stays away, and what a look has besides stays."""
    found = document.get("look")
    before: dict[str, Any] = found if isinstance(found, dict) else {}
    given = typed.get("colors")
    colors = {scheme: palette for scheme, palette in given.items() if palette} if isinstance(given, dict) else given
    new = {**before, **typed, "colors": colors or None}
    document["look"] = {
        name: value
        for name, value in new.items()
        if value is not None and (name in before or value != DEFAULTS.get(name))
    }


def look_fields() -> tuple[Field, ...]:
    """Return the fields of a look."""
    return (
        Field("layout", say("Layout of the banner"), "select", options=LAYOUTS),
        Field(
            "side",
            say("Which edge"),
            "select",
            options=(
                ("start", say("where lines begin: left in English, right in Arabic")),
                ("end", say("where lines end: right in English, left in Arabic")),
            ),
            hint=say("Of the card (layout corner), and of the button by which a choice is changed."),
        ),
        Field("radius", say("Corners"), "select", options=_radii()),
        Field(
            "colors",
            say("Colours"),
            "mapping",
            fields=(
                Field("light", say("On a light page"), "mapping", nullable=True, fields=_palette_fields()),
                Field("dark", say("On a dark page"), "mapping", nullable=True, fields=_palette_fields()),
            ),
        ),
        Field(
            "logo",
            say("Logo"),
            nullable=True,
            tidy=tidy_url,
            hint=say(
                "The address of a picture on the site itself, such as https://www.example.com/logo.svg. It stands above the "
                "title, 32 px high, on light and on dark alike."
            ),
        ),
    )


def _palette_fields() -> tuple[Field, ...]:
    return (
        Field("surface", say("Surface"), size=1),
        Field("ink", say("Text and lines"), size=1),
        Field("fill", say("Buttons"), size=1),
        Field("on_fill", say("Text on buttons"), size=1),
    )


def _radii() -> tuple[tuple[str, str], ...]:
    words = {"none": say("square"), "small": say("a little round"), "medium": say("round"), "large": say("very round")}
    return tuple(
        (name, say("{words}, {size} px", words=words[name], size=size.removesuffix("px")))
        for name, size in RADII.items()
    )


@dataclass(frozen=True)
class Measured:
    """One pair of colours on the page: what it is, what it has and needs, and whether that is enough (``None``: unknown)."""

    pair: Pair
    words: str
    ratio: str
    least: str
    is_enough: bool | None


def measure(palette: Shown) -> list[Measured]:
    """Return every pair of the palette as it stands in the form. A template calls this."""
    typed: Any = {child.field.name: str(child.value or "").strip() for child in palette.children}
    return [_measured(pair, typed) for pair in PAIRS]


def _measured(pair: Pair, palette: Palette) -> Measured:
    ratio = pair_contrast(palette, pair)
    words = {
        "text": say("Text and lines on the surface"),
        "button": say("Text on a button"),
        "shape": say("A button on the surface"),
    }
    return Measured(
        pair,
        words[pair.name],
        written_ratio(ratio) if ratio is not None else "",
        f"{pair.least:g}",
        None if ratio is None else ratio >= pair.least,
    )
