"""The banner of any version as it was shown: drawn anew, in a frame that can reach nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.core.canonical import b64url
from app.core.decision import NECESSARY
from app.core.errors import NotFoundError
from app.core.redraw import policy, redraw
from app.db import request_session
from app.models import ConfigVersion
from app.services.configs import document_of, find_version
from app.services.pictures import STRICT_REGIME
from app.services.version_shown import VersionShown, list_slices, read_version_shown
from app.web.admin.access import Visit, desk
from app.web.admin.names import HEIGHTS, LAYERS, SCHEMES, WIDTHS
from app.web.runtime import runtime


@dataclass(frozen=True)
class Banner:
    """What is asked to be seen of a version, what else there is, and what it is drawn from.

    What the address does not say, or says wrongly, is the first there is. ``is_asked``: there is something to choose.
    ``has_logo``: there is one, which the frame leaves out.
    """

    regime: str
    lang: str
    width: str
    scheme: str
    layer: str
    regimes: list[str]
    languages: list[str]
    drawn: VersionShown
    is_asked: bool
    has_logo: bool

    @property
    def query(self) -> dict[str, str]:
        """What the frame's address says."""
        return {"regime": self.regime, "lang": self.lang, "scheme": self.scheme, "layer": self.layer}

    @property
    def height(self) -> int:
        """How high the frame is, in CSS pixels."""
        return HEIGHTS[self.width]


def register(bp: Blueprint) -> None:
    """Add the address of this place; the page itself is the version's."""
    bp.add_url_rule("/sites/<handle>/versions/<int(max=999999999):number>/banner", view_func=version_banner)


def banner_of(version: ConfigVersion) -> Banner:
    """Return what the address asks to see of a version. Raises ``NotFoundError``."""
    session, slices = request_session(), list_slices(request_session(), version)
    if not slices:
        raise NotFoundError
    # The strictest known law first: what most people mean by the banner.
    regimes = sorted({regime for regime, _ in slices}, key=lambda regime: (regime != STRICT_REGIME, regime))
    offered = {lang for _, lang in slices}
    document = document_of(version)
    languages = [lang for lang in document["languages"] if lang in offered]
    regime, lang = _one_of("regime", regimes), _one_of("lang", languages)
    drawn = read_version_shown(session, version, regime, lang, runtime().builds)
    return Banner(
        regime,
        lang,
        _one_of("width", WIDTHS),
        _one_of("scheme", SCHEMES),
        _one_of("layer", LAYERS),
        regimes,
        languages,
        drawn,
        is_asked=any(category["id"] != NECESSARY for category in drawn.shown.loader["categories"]),
        has_logo=bool(document.get("look", {}).get("logo")),
    )


@desk("versions")
def version_banner(visit: Visit, number: int) -> ResponseReturnValue:
    """The page in the frame."""
    banner = banner_of(find_version(request_session(), visit.place, number))
    shown, nonce = banner.drawn.shown, b64url(runtime().desk.random_bytes(16))
    page = redraw(
        shown.script,
        shown.parts,
        shown.loader,
        shown.notice,
        widget=banner.drawn.widget,
        scheme=banner.scheme,
        layer=2 if banner.layer == "preferences" else 1,
        nonce=nonce,
    )
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy(nonce)
    return response


def _one_of(name: str, values: Iterable[str]) -> str:
    known = list(values)
    value = request.args.get(name, "")
    return value if value in known else known[0]
