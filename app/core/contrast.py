"""How well two colours stand out against each other, by WCAG 2.2; and which pairs of a look's colours must.

``app/web/static/look.js`` says the same while somebody types: both are held to ``tests/contract/contrast.json``.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from app.core.documents import Palette

Rgb = tuple[float, float, float]
"""Red, green and blue in sRGB, each from 0 to 1."""

ColorName = Literal["surface", "ink", "fill", "on_fill"]

TEXT: Final = 4.5
"""The least contrast of text with what is behind it: WCAG 2.2, success criterion 1.4.3, level AA."""
PART: Final = 3.0
"""The least contrast of a control's own parts with what is beside them: success criterion 1.4.11, level AA."""
_HEX = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """Two colours of a palette that meet: ``ink`` on ``ground``, which needs a contrast of at least ``least``."""

    name: str
    ink: ColorName
    ground: ColorName
    least: float


PAIRS: Final = (
    Pair("text", "ink", "surface", TEXT),
    Pair("button", "on_fill", "fill", TEXT),
    Pair("shape", "fill", "surface", PART),
)
"""What meets in the banner and the preferences: text; the label of a button; a button, or a switch that is on, and what is
around it. All else is drawn in these, outlines and the focus in ink (``app.core.look``)."""


def rgb(color: str) -> Rgb | None:
    """Return the channels of ``#rrggbb``, or ``None`` when ``color`` is not written so."""
    match = _HEX.fullmatch(color)
    return None if match is None else (int(match[1], 16) / 255, int(match[2], 16) / 255, int(match[3], 16) / 255)


def relative_luminance(color: Rgb) -> float:
    """Return how bright a colour is, from 0 (black) to 1 (white): WCAG 2.2, *relative luminance*."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # sRGB to linear light
        for part in color
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: Rgb, other: Rgb) -> float:
    """Return the contrast of two opaque colours, from 1 to 21, whichever is the brighter: WCAG 2.2, *contrast ratio*."""
    darker, brighter = sorted((relative_luminance(one), relative_luminance(other)))
    return (brighter + 0.05) / (darker + 0.05)


def pair_contrast(palette: Palette, pair: Pair) -> float | None:
    """Return the contrast of a pair in a palette; ``None`` when one of its colours is not written ``#rrggbb``."""
    ink, ground = rgb(palette[pair.ink]), rgb(palette[pair.ground])
    return None if ink is None or ground is None else contrast_ratio(ink, ground)


def written_ratio(ratio: float) -> str:
    """Return a ratio with two digits, cut off and not rounded: what is written never passes where the ratio does not."""
    return f"{int(ratio * 100) / 100:.2f}"
