"""Mending of a look: what cannot be read gets the colour that stands out, and a logo of others goes."""

from app.core.contrast import contrast_ratio, rgb
from app.core.mending_work import Mending, Work
from app.core.paths import ABSENT, value_at
from app.core.say import say

_BLACK, _WHITE = "#000000", "#ffffff"


def black_or_white(work: Work) -> Mending | None:
    """Write in black or in white, whichever stands out more."""
    scheme, name = work.steps[:-1], work.steps[-1]
    ground = value_at(work.document, [*scheme, "surface" if name == "ink" else "fill"])
    behind = rgb(ground) if isinstance(ground, str) else None
    if behind is None:
        return None
    is_black = contrast_ratio((0, 0, 0), behind) >= contrast_ratio((1, 1, 1), behind)
    return work.put(say("Write in black") if is_black else say("Write in white"), _BLACK if is_black else _WHITE)


def buttons_in_ink(work: Work) -> Mending | None:
    """Draw the buttons in the colours of the text, the other way round."""
    scheme = work.steps[:-1]
    palette = value_at(work.document, scheme)
    if not isinstance(palette, dict):
        return None
    inked = {**palette, "fill": palette.get("ink"), "on_fill": palette.get("surface")}
    return work.put(say("Draw buttons in the colour of the text"), inked, scheme)


def without_logo(work: Work) -> Mending:
    """Leave out a logo that others would serve."""
    return work.put(say("Leave out the logo"), ABSENT)
