"""Preview: the real widget with the draft inside, for any visitor, in a frame that can reach nothing."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.core.canonical import b64url
from app.core.choice import Choice, format_choice, utc_day
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument
from app.core.lint import ConfigError
from app.core.redraw import Guest, policy, redraw
from app.core.regimes import Regime
from app.core.say import say
from app.schemas.config import parse_config
from app.services.previews import VERSION, draw_draft
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft, open_draft
from app.web.admin.names import HEIGHTS, LAYERS, SCHEMES, WIDTHS
from app.web.admin.policy import WITH_FRAME
from app.web.runtime import runtime

SHOWN = {**LAYERS, "placeholder": say("a placeholder")}
GUESTS = {
    "new": say("somebody new"),
    "gpc": say("somebody whose browser sends the opt-out signal (GPC)"),
    "yes": say("somebody who has accepted"),
    "no": say("somebody who has rejected"),
    "minor": say("a minor"),
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks to see; whatever it does not say, or says wrongly, is the first there is."""

    lang: str
    regime: Regime
    width: str
    scheme: str
    layer: str
    guest: str

    def query(self) -> dict[str, str]:
        """Return it as an address has it."""
        return {
            "lang": self.lang,
            "regime": self.regime.id,
            "width": self.width,
            "scheme": self.scheme,
            "layer": self.layer,
            "as": self.guest,
        }


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/preview", view_func=preview)
    bp.add_url_rule("/sites/<handle>/preview/frame", view_func=preview_frame)


@desk("edit")
def preview(visit: Visit) -> ResponseReturnValue:
    """Let one choose a visitor, and show what they would see."""
    draft = open_draft(visit.place)
    document, errors = _document(draft)
    wanted = _wanted(document or draft.filled)
    page = render_template(
        "admin/preview.html",
        visit=visit,
        place="preview",
        draft=draft,
        errors=errors,
        wanted=wanted,
        height=HEIGHTS[wanted.width],
        languages=draft.languages,
        regimes=[regime.id for regime in runtime().regimes.served((document or draft.filled)["regime"])],
        guest=GUESTS[wanted.guest],
        width=WIDTHS[wanted.width],
        choices={"width": WIDTHS, "scheme": SCHEMES, "layer": SHOWN, "as": GUESTS},
    )
    response = Response(page)
    response.headers["Content-Security-Policy"] = WITH_FRAME
    return response


@desk("edit")
def preview_frame(visit: Visit) -> ResponseReturnValue:
    """The page in the frame."""
    document, errors = _document(open_draft(visit.place))
    if document is None:
        return Response(f"{errors} in the draft keep it from being shown.", status=422, mimetype="text/plain")
    here, wanted = runtime(), _wanted(document)
    drawn = draw_draft(visit.place, document, wanted.regime, wanted.lang, here.desk)
    build = here.builds.of(drawn.loader)
    nonce = b64url(here.desk.random_bytes(16))
    page = redraw(
        build.script,
        build.parts,
        drawn.loader,
        drawn.notice,
        widget={"version": build.version, "sha256": build.sha256},
        scheme=wanted.scheme,
        layer=2 if wanted.layer == "preferences" else 1,
        nonce=nonce,
        guest=_guest(wanted.guest, document),
        held=_held(document) if wanted.layer == "placeholder" else None,
    )
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy(nonce)
    return response


def _held(document: ConfigDocument) -> str | None:
    """The first tracker that waits for a yes."""
    waiting = (item for item in document["trackers"] if item["category"] != NECESSARY and item["kind"] == "browser")
    return next((item["id"] for item in waiting), None)


def _document(draft: OpenDraft) -> tuple[ConfigDocument | None, int]:
    """The draft as it would be published, or how many errors keep it from that."""
    try:
        document, _ = parse_config(draft.document, runtime().regimes, runtime().desk.texts)
    except ConfigError as error:
        return None, sum(problem.level == "error" for problem in error.problems)
    return document, 0


def _wanted(document: ConfigDocument) -> Wanted:
    served = {regime.id: regime for regime in runtime().regimes.served(document["regime"])}
    languages = document["languages"] or ["en"]

    def one_of(name: str, values: Any) -> str:
        value = request.args.get(name, "")
        return value if value in values else next(iter(values))

    return Wanted(
        lang=one_of("lang", languages),
        regime=served[one_of("regime", served)],
        width=one_of("width", WIDTHS),
        scheme=one_of("scheme", SCHEMES),
        layer=one_of("layer", SHOWN),
        guest=one_of("as", GUESTS),
    )


def _guest(name: str, document: ConfigDocument) -> Guest:
    if name not in ("yes", "no"):
        return Guest(gpc=name == "gpc", minor=name == "minor")
    today = utc_day(runtime().clock())
    granted = {category["id"] for category in document["categories"]} - {NECESSARY} if name == "yes" else set()
    choice = Choice(VERSION, frozenset(granted), frozenset(), today, today + 30)
    return Guest(choice=format_choice(choice))
