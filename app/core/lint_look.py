"""Lint of a look: what is written in it can be read, its buttons are seen, and its logo comes from the site itself."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from app.core.contrast import PAIRS, pair_contrast, written_ratio
from app.core.documents import ConfigDocument, Palette
from app.core.problems import Problem, error
from app.core.regimes import Regime
from app.core.say import say


def lint_look(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    """Yield the problems of the look: contrast by WCAG 2.2 in each scheme, and where the logo is fetched from."""
    look = document["look"]
    for scheme, palette in (look.get("colors") or {}).items():
        yield from _contrasts(f"look.colors.{scheme}", palette)  # type: ignore[arg-type]
    logo = look.get("logo")
    if logo:
        yield from _logo(logo, document["origins"])


def _contrasts(path: str, palette: Palette) -> Iterator[Problem]:
    for pair in PAIRS:
        ratio = pair_contrast(palette, pair)
        if ratio is None or ratio >= pair.least:
            continue
        found, least = written_ratio(ratio), f"{pair.least:g}"
        if pair.name == "text":
            message = say(
                "Text stands out from the surface by {found} to 1. It needs {least} to 1.", found=found, least=least
            )
            yield error(f"{path}.ink", "faint_text", message)
        elif pair.name == "button":
            message = say(
                "A button's label stands out from it by {found} to 1. It needs {least} to 1.", found=found, least=least
            )
            yield error(f"{path}.on_fill", "faint_text", message)
        else:
            message = say(
                "A button stands out from the surface by {found} to 1. It needs {least} to 1.", found=found, least=least
            )
            yield error(f"{path}.fill", "faint_button", message)


def _logo(logo: str, origins: list[str]) -> Iterator[Problem]:
    try:
        parts = urlsplit(logo)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or any(letter.isspace() for letter in logo):
        yield error("look.logo", "bad_url", say("Write the whole address, such as https://www.example.com/logo.svg."))
    elif f"{parts.scheme}://{parts.netloc}" not in origins:
        message = say(
            "A logo comes from the site itself, so that nobody else learns of a visitor before a yes: "
            "its address begins with one of the site's origins."
        )
        yield error("look.logo", "foreign_logo", message)
