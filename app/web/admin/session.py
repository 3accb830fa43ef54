"""Who sits at the desk: a signed cookie that names an account and its epoch, or an auditor's link, and since when."""

import hashlib
from datetime import datetime, timedelta

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface

from app.db import request_session
from app.models import Account, AuditorLink
from app.services.accounts import read_session_account
from app.services.auditor_links import find_link
from app.settings import Settings
from app.web.runtime import runtime

LIFETIME = timedelta(hours=12)
_ACCOUNT, _EPOCH, _LINK, _SINCE = "account", "epoch", "link", "since"


class DeskSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, with SHA-256, HMAC key derivation and a salt of its own."""

    salt = "placet.desk.session"
    digest_method = staticmethod(hashlib.sha256)
    key_derivation = "hmac"


def register_sessions(app: Flask, settings: Settings) -> None:
    """Set the cookie up: on https ``__Host-placet``, which no other host and no plain http can set."""
    app.session_interface = DeskSessions()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-placet" if settings.is_https else "placet_desk",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_DOMAIN=None,
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )


def open_session(account: Account, now: datetime) -> None:
    """Begin a session. Whatever the cookie held before is let go, so that a planted one is worth nothing."""
    session.clear()
    session[_ACCOUNT] = account.id
    session[_EPOCH] = account.epoch
    session[_SINCE] = int(now.timestamp())


def open_link_session(link: AuditorLink, now: datetime) -> None:
    """Begin the session of an auditor who came by a link, in place of any other."""
    session.clear()
    session[_LINK] = link.id
    session[_SINCE] = int(now.timestamp())


def close_session() -> None:
    """Forget the cookie in this browser."""
    session.clear()


def session_account() -> Account | None:
    """Return the account whose session this is: begun less than 12 h ago and not ended since."""
    account_id, epoch = session.get(_ACCOUNT), session.get(_EPOCH)
    if not (isinstance(account_id, int) and isinstance(epoch, int) and _is_young()):
        return None
    return read_session_account(request_session(), account_id, epoch)


def session_link() -> AuditorLink | None:
    """Return the link by which this session was begun, less than 12 h ago. Whether it still holds is another question."""
    link_id = session.get(_LINK)
    return find_link(request_session(), link_id) if isinstance(link_id, int) and _is_young() else None


def _is_young() -> bool:
    since = session.get(_SINCE)
    return isinstance(since, int) and -60 <= runtime().clock().timestamp() - since < LIFETIME.total_seconds()
