"""The look that a site gives the widget: from the config to the style sheet that its loader carries."""

import re
from collections.abc import Iterator
from typing import Final

from app.core.documents import Look, Palette

RADII: Final = {"none": "0px", "small": "6px", "medium": "12px", "large": "20px"}
"""The corners of the banner by their name in the config, in CSS pixels. Buttons have two thirds of it."""

# What the widget's own sheet takes where nothing is said: `widget/src/ui/style.ts`.
_PROPERTIES: Final = {
    "--placet-surface": ("surface", "Canvas"),
    "--placet-ink": ("ink", "CanvasText"),
    "--placet-fill": ("fill", "CanvasText"),
    "--placet-on-fill": ("on_fill", "Canvas"),
}
# What lint has measured is what is seen: nothing is faded, and outlines, the focus and what the pointer is on are drawn in
# ink, which stands out from the surface; grey and the browser's own might not. The outline of our roots says which scheme
# they are drawn in, whatever the ink is: `widget/src/after/looks.ts` reads it.
_LINES: Final = (
    "&&{outline-color:CanvasText}&& :is([data-always],summary,dt,[data-last],button:hover){opacity:1}"
    "&& :is(:focus-visible,button:hover){outline:2px solid var(--placet-ink);outline-offset:2px}"
    "@media not (forced-colors:active){&& :is([data-action=settings],[data-action=save],[data-record] button,select,"
    "input:not(:checked)){border-color:var(--placet-ink)}&& input:not(:checked)::before{background:var(--placet-ink)}}"
)
_AT_THE_END: Final = (
    "&$reopen{inset-inline:auto 12px}"
    "@media(min-width:600px){&$banner[data-layout=corner]{inset-inline:auto 12px}}"
)  # fmt: skip
_LOGO: Final = (
    '$banner h2::before{{content:"";display:block;height:32px;margin-bottom:8px;background:url("{}") 0/contain no-repeat}}'
    "$banner[dir=rtl] h2::before{{background-position:100%}}"
)
_CSS_PLAIN = re.compile(r"[A-Za-z0-9:/._~%-]")


def look_sheet(look: Look) -> str:
    """Return the style sheet of a look that lint has passed; empty: the widget looks as it does by itself.

    It is written as ``widget/src/ui/style.ts`` expands it: ``&`` is any root of the widget, ``$banner`` the root of that
    name. Yes and no have the same colours in it, because there is one pair of colours for both.
    """
    return "".join(_rules(look))


def _rules(look: Look) -> Iterator[str]:
    colors = look.get("colors")
    if colors:
        light, dark = colors.get("light"), colors.get("dark")
        values = "".join(
            f"{name}:light-dark({_color(light, key, default)},{_color(dark, key, default)});"
            for name, (key, default) in _PROPERTIES.items()
        )
        # Browsers that cannot tell light from dark here (before 2024) keep the widget's own colours, all of them.
        yield f"@supports(color:light-dark(#000,#000)){{&{{{values}}}{_LINES}}}"
    if look.get("radius", "medium") != "medium":
        yield f"&{{--placet-radius:{RADII[look['radius']]}}}"
    if look.get("side") == "end":
        yield _AT_THE_END
    if look.get("logo"):
        yield _LOGO.format(_css_string(look["logo"]))


def _color(palette: Palette | None, key: str, default: str) -> str:
    return default if palette is None else palette[key].lower()  # type: ignore[literal-required]


def _css_string(text: str) -> str:
    """Escape everything but plain letters, so that nothing ends the string and nothing is expanded by the widget."""
    return "".join(
        letter if _CSS_PLAIN.fullmatch(letter) else f"\\{ord(letter):x} " for letter in text
    )  # CSS Syntax, 4.3.7
