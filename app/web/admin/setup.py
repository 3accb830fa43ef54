"""Puts the desk together: session cookie, CSRF, pages, errors as pages."""

from pathlib import Path

from flask import Blueprint, Flask, Response, request
from jinja2 import StrictUndefined

from app.settings import Settings
from app.web.admin import (
    audit_log,
    auditors,
    block_form,
    block_page,
    blocks,
    catalog,
    categories,
    checks,
    compare,
    discovery,
    downloads,
    errors,
    first_run,
    guide,
    importing,
    language_page,
    login,
    look,
    mends,
    moving,
    new_site,
    order,
    passwords,
    people,
    pictures,
    preview,
    proof,
    proposals,
    publishing,
    receipts,
    reviews,
    rules,
    sites,
    stops,
    text_page,
    trackers,
    version_banner,
    versions,
    witnesses,
    yaml_page,
)
from app.web.admin.access import csrf
from app.web.admin.downloads import register_downloads
from app.web.admin.languages import register_languages
from app.web.admin.live import answer_live, register_live
from app.web.admin.policy import POLICY
from app.web.admin.session import register_sessions
from app.web.admin.throttle import register_throttle
from app.web.admin.words import register_words

STATIC = Path(__file__).parent.parent / "static"
PLACES = (
    first_run,
    login,
    language_page,
    passwords,
    people,
    new_site,
    guide,
    sites,
    reviews,
    blocks,
    block_page,
    block_form,
    stops,
    categories,
    trackers,
    catalog,
    order,
    importing,
    moving,
    text_page,
    look,
    rules,
    yaml_page,
    preview,
    publishing,
    proposals,
    mends,
    discovery,
    checks,
    versions,
    version_banner,
    compare,
    pictures,
    receipts,
    downloads,
    proof,
    auditors,
    audit_log,
    witnesses,
)


def register_admin(app: Flask, settings: Settings) -> None:
    """Register the desk under ``/admin/``: session cookie, CSRF, pages, errors as pages."""
    bp = Blueprint("admin", __name__, url_prefix="/admin", static_folder=str(STATIC), static_url_path="/static")
    for place in PLACES:
        place.register(bp)
    errors.register(bp)
    bp.after_request(_harden)
    register_sessions(app, settings)
    register_throttle(app)
    register_downloads(app)
    # The decorator of access.py checks the token, after the role; nothing outside the desk reads the cookie.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    # A whole config may be typed into one field; MAX_CONTENT_LENGTH still holds.
    app.config["MAX_FORM_MEMORY_SIZE"] = None
    csrf.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    register_languages(app)
    register_words(app, STATIC)
    register_live(app)
    app.register_blueprint(bp)


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)  # a page in a frame has a stricter one
    answer_live(response)
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    is_static = request.endpoint == "admin.static" and "v" in request.args
    headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_static else "no-store"
    return response
