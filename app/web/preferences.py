"""The preferences page of first-party mode: the whole choice without JavaScript, at ``/s/<site>/preferences`` of a mount."""

import base64
import hashlib
import json
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from app.core.choice import Choice, parse_choice, utc_day
from app.core.declaration import date_in_words, day_in_words, declare
from app.core.documents import NoticeDocument
from app.core.errors import (
    ForeignOriginError,
    InvalidRequestError,
    NotMountedError,
    RetryLaterError,
    TooLargeError,
    UnsupportedMediaTypeError,
    UntrustedGrantError,
)
from app.core.form import METHODS, claim_of_form, is_fresh, switches
from app.core.kept import Kept, choice_to_set
from app.core.languages import name_of_language, number_in_words, plural_form
from app.core.notices import fill
from app.core.receipt import Claim
from app.core.signing import Form, read_done, read_form, sign_done, sign_form
from app.core.statement import uuid7
from app.core.subject import SECRET_BYTES
from app.db import request_session
from app.schemas.receipt import MAX_BODY_BYTES
from app.services.serving import read_notice
from app.web.catalogue import View, language_of, rules_of, shown_token, slice_of, view_of
from app.web.errors import status_of
from app.web.mount import Mount, came_from, choice_cookies, mount_of, set_choice
from app.web.runtime import runtime
from app.web.storing import offer_cited, store_claim

bp = Blueprint("preferences", __name__)

_TEMPLATES = Path(__file__).parent / "templates"
_CSS = "".join((_TEMPLATES / name).read_text() for name in ("declaration.css", "preferences.css"))
_CSS_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_CSS_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_KEPT_IN_ADDRESS = ("lang", "country", "region")


@bp.get("/s/<key>/preferences")
def show(key: str) -> Response:
    """The choice in the language of ``?lang=`` or the browser, under the visitor's rule, as the cookie has it."""
    view, mount = _arrive(key)
    done, receipt_id = read_done(runtime().keys, request.args.get("done"), key)
    choice = _choice_in_force(view)
    said = None
    if done:
        # Only what came back is kept: a browser may refuse the cookie.
        said = "saved" if choice is not None else "failed"
    return _page(view, mount, choice, said, receipt_id=receipt_id if choice is not None else None)


@bp.post("/s/<key>/preferences")
def choose(key: str) -> Response:
    """Store the receipt of a sent form, set the cookie, and show the page anew."""
    view, mount = _arrive(key)
    # With the policy `same-origin` every browser names the origin of a form that is sent.
    if not came_from(mount):
        raise ForeignOriginError
    _check_body()
    answer = request.form.get("answer", "")
    if answer not in METHODS:
        raise InvalidRequestError("The form does not say what was pressed. Open the page and press one of its buttons.")
    here, now = runtime(), runtime().clock()
    # A no is taken whatever it comes with, as one to what is in effect; what was shown is then nobody's word.
    form = read_form(here.keys, request.form.get("form"), key)
    shown = form or _form(view, shown=False)
    claim = claim_of_form(
        shown,
        _notice(view, shown.notice),
        answer,
        categories=frozenset(request.form.getlist("category")),
        trackers=frozenset(request.form.getlist("tracker")),
        trusted=request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate",
        now=now,
        id=uuid7(now, here.desk.random_bytes(10)),
        secret=here.desk.random_bytes(SECRET_BYTES),
    )
    choice = _choice_in_force(view)
    if claim.grants and not (form is not None and is_fresh(form, now)):
        return _page(view, mount, choice, "failed", status=422)
    return _store(view, mount, claim, choice)


def _store(view: View, mount: Mount, claim: Claim, choice: Choice | None) -> Response:
    here = runtime()
    try:
        acknowledged = store_claim(view, claim)
    except UntrustedGrantError:
        return _page(view, mount, choice, "confirm", status=422)
    except RetryLaterError as error:
        if claim.grants:
            response = _page(view, mount, choice, "failed", status=status_of(error))
            response.headers["Retry-After"] = str(error.retry_after)
            return response
        # A failure never forgets: the no holds in this browser, though nothing records it.
        offer, receipt_id = offer_cited(view, claim), None
    else:
        offer, receipt_id = acknowledged.offer, acknowledged.stored.id
    kept = choice_to_set(claim, offer, (), utc_day(here.clock()))
    return _leave(view, mount, kept, receipt_id)


def _leave(view: View, mount: Mount, kept: Kept | None, receipt_id: str | None) -> Response:
    here, key = runtime(), view.site.key
    query = {name: value for name, value in request.args.items() if name in _KEPT_IN_ADDRESS}
    query["done"] = sign_done(here.keys, key, receipt_id)
    response = Response(status=303)
    # To this very page, wherever it is mounted: no host in it, so it leads nowhere else.
    response.headers["Location"] = f"?{urlencode(query)}"
    if kept is not None:
        set_choice(response, mount, key, view.site.document["cookie_domain"], kept, here.clock())
    return _harden(response)


def _arrive(key: str) -> tuple[View, Mount]:
    view = view_of(key)
    mount = mount_of(view.site.document["origins"])
    if mount is None:
        raise NotMountedError
    return view, mount


def _check_body() -> None:
    if request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaTypeError("Send the page's own form.")
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise TooLargeError


def _choice_in_force(view: View) -> Choice | None:
    """The cookie's choice, if it holds today: of several copies the later day counts, then what grants fewer categories."""
    found = [choice for choice in map(parse_choice, choice_cookies(view.site.key)) if choice is not None]
    best = max(found, key=lambda one: (one.decided_day, -len(one.granted)), default=None)
    if best is None or not best.is_in_force(utc_day(runtime().clock())) or best.version < view.site.ask_since:
        return None
    return best


def _form(view: View, *, shown: bool = True) -> Form:
    lang = language_of(view.site)
    return Form(
        site=view.site.key,
        version=view.site.version,
        sha256=view.site.sha256,
        lang=lang,
        notice=slice_of(view, lang).notice_sha256,
        shown_ms=int(runtime().clock().timestamp() * 1000),
        shown=shown_token(view) if shown else "",
    )


def _notice(view: View, sha256: str) -> NoticeDocument:
    return cast(NoticeDocument, json.loads(read_notice(request_session(), view.site.id, sha256)))


def _page(
    view: View,
    mount: Mount,
    choice: Choice | None,
    said: str | None,
    *,
    receipt_id: str | None = None,
    status: int = 200,
) -> Response:
    here, rules, form = runtime(), rules_of(view), _form(view)
    notice, lang = _notice(view, form.notice), form.lang
    texts = notice["texts"]
    gpc = request.headers.get("Sec-GPC") == "1"
    upcoming = texts.get("upcoming") if view.next_at else None
    html = render_template(
        "preferences.html",
        css=_CSS,
        notice=notice,
        texts=texts,
        form=sign_form(here.keys, form),
        stopped=view.site.stopped,
        categories=list(zip(notice["categories"], switches(notice, rules, choice), declare(notice), strict=True)),
        count=lambda number: fill(
            texts.get(f"trackers_{plural_form(number, lang)}") or "{count}", {"count": number_in_words(number, lang)}
        ),
        honours_gpc=gpc and any(own["sale_share"] and own["model"] != "none" for own in rules["trackers"]),
        others=[(own, name_of_language(own)) for own in view.site.languages if own != lang],
        upcoming=upcoming and fill(upcoming, {"date": date_in_words(view.next_at or "", lang)}),
        said=said and texts.get(said),
        receipt=receipt_id and fill(texts.get("receipt_id", ""), {"id": receipt_id}),
        last=choice and fill(texts.get("last_choice", ""), {"date": day_in_words(choice.decided_day, lang)}),
        home=f"{mount.origin}/",
    )
    return _harden(Response(html, status, mimetype="text/html"))


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    # The form's origin is only named under a policy that lets the origin itself know where it came from.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
