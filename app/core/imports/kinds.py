"""Which tools can be read, and by what."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.imports.cookie_csv import read_cookie_csv
from app.core.imports.gathering import Imported, ImportFormatError
from app.core.imports.klaro import read_klaro
from app.core.imports.orejime import read_orejime
from app.core.imports.tarteaucitron import read_tarteaucitron
from app.core.imports.vanilla import read_vanilla
from app.core.say import say


@dataclass(frozen=True)
class Kind:
    """A tool: its name, what to bring, and its reader (text, language of texts that do not say theirs)."""

    name: str
    bring: str
    read: Callable[[str, str], Imported]


KINDS: dict[str, Kind] = {
    "vanilla-cookieconsent": Kind(
        "vanilla-cookieconsent 3", say("the script with CookieConsent.run({{…}}), or its config as JSON"), read_vanilla
    ),
    "klaro": Kind("Klaro", say("config.js with klaroConfig = {{…}}, or the config as JSON"), read_klaro),
    "orejime": Kind("Orejime", say("the script with orejimeConfig = {{…}}, or the config as JSON"), read_orejime),
    "tarteaucitron": Kind(
        "tarteaucitron",
        say("the script with tarteaucitron.init({{…}}) and job.push(…), or the services' keys"),
        read_tarteaucitron,
    ),
    "cookiebot": Kind("Cookiebot", say("the list of cookies as CSV"), read_cookie_csv),
    "onetrust": Kind("OneTrust", say("the list of cookies as CSV"), read_cookie_csv),
    "cookieyes": Kind("CookieYes", say("the list of cookies as CSV"), read_cookie_csv),
}


def read_import(kind: str, text: str, lang: str) -> Imported:
    """Read what a tool keeps. Raises ``ImportFormatError`` when it is not what the tool writes, or the tool is unknown."""
    known = KINDS.get(kind)
    if known is None:
        raise ImportFormatError(
            say("Nothing here reads `{kind}`. There are: {kinds}.", kind=kind, kinds=", ".join(KINDS))
        )
    if not text.strip():
        raise ImportFormatError(say("There is nothing in it."))
    return known.read(text, lang)
