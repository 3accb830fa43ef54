"""The page that lists a site's published trackers: for links from a privacy policy, whole without JavaScript."""

import base64
import hashlib
import json
from pathlib import Path

from flask import Blueprint, Response, render_template

from app.core.declaration import date_in_words, declare
from app.core.documents import NoticeDocument
from app.core.languages import name_of_language
from app.core.notices import fill
from app.db import request_session
from app.services.serving import read_notice
from app.web.catalogue import View, language_of, slice_of, view_of
from app.web.http import represent, serve
from app.web.runtime import runtime

bp = Blueprint("declaration", __name__)

SECONDS = 60
_CSS = (Path(__file__).parent / "templates" / "declaration.css").read_text()
_CSS_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
# Any page may frame it: it has nothing that could be pressed by mistake.
POLICY = f"default-src 'none'; style-src 'sha256-{_CSS_HASH}'; base-uri 'none'; form-action 'none'"


@bp.get("/s/<key>/declaration")
def declaration(key: str) -> Response:
    """The version in effect in words, in the language of ``?lang=`` or the browser, under the visitor's rule."""
    view = view_of(key)
    lang = language_of(view.site)
    name = ("declaration", view.site.id, view.site.version, view.site.stopped, view.next_at, view.regime.id, lang)
    found = runtime().caches.scripts.get(name, lambda: represent(_page(view, lang)))
    response = serve(found, "text/html", f"{view.scope}, max-age={SECONDS}", view.vary)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _page(view: View, lang: str) -> bytes:
    stored = read_notice(request_session(), view.site.id, slice_of(view, lang).notice_sha256)
    notice: NoticeDocument = json.loads(stored)
    texts = notice["texts"]
    others = [(own, name_of_language(own)) for own in view.site.languages if own != lang]
    # A notice from before these words existed has none.
    upcoming = texts.get("upcoming") if view.next_at else None
    html = render_template(
        "declaration.html",
        notice=notice,
        texts=texts,
        categories=declare(notice),
        stopped=view.site.stopped,
        css=_CSS,
        others=others,
        upcoming=upcoming and fill(upcoming, {"date": date_in_words(view.next_at or "", lang)}),
    )
    return html.encode()
