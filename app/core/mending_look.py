"""Mending of a look: what cannot be read gets the colour that stands out, and a logo of others goes."""

from typing import Any

from app.core.contrast import PAIRS, contrast_ratio, pair_contrast, rgb
from app.core.mending_work import Mending, Work
from app.core.paths import ABSENT, value_at
from app.core.say import say

_BLACK, _WHITE = "#000000", "#ffffff"


def readable(work: Work) -> Mending | None:
    """Text in black or in white, buttons in the colours of the text: each pair of the scheme that is too faint, at once."""
    scheme = work.steps[:-1]
    before = value_at(work.document, scheme)
    if not isinstance(before, dict):
        return None
    palette: dict[str, Any] = dict(before)
    said: list[str] = []
    if _is_faint(palette, "text"):
        said.append(_black_or_white(palette, "ink", "surface"))
    if _is_faint(palette, "shape"):
        palette["fill"], palette["on_fill"] = palette["ink"], palette["surface"]
        said.append(say("Draw buttons in the colour of the text"))
    if _is_faint(palette, "button"):
        said.append(_black_or_white(palette, "on_fill", "fill"))
    label = said[0] if len(said) == 1 else say("Make all these colours stand out")
    return work.put(label, palette, scheme) if said else None


def _is_faint(palette: dict[str, Any], name: str) -> bool:
    pair = next(pair for pair in PAIRS if pair.name == name)
    ratio = pair_contrast(palette, pair)  # type: ignore[arg-type]  # a draft's, which may lack some: KeyError, and no button
    return ratio is not None and ratio < pair.least


def _black_or_white(palette: dict[str, Any], name: str, ground: str) -> str:
    """Turn a colour to black or white, whichever stands out more: one of both always has more than 4.5 to 1."""
    behind = rgb(palette[ground])
    is_black = behind is not None and contrast_ratio((0, 0, 0), behind) >= contrast_ratio((1, 1, 1), behind)
    palette[name] = _BLACK if is_black else _WHITE
    return say("Write in black") if is_black else say("Write in white")


def without_logo(work: Work) -> Mending:
    """Leave out a logo that others would serve."""
    return work.put(say("Leave out the logo"), ABSENT)
