"""Who sits at the desk: a signed cookie that names an account, its epoch and the time of logging in, and nothing else."""

import hashlib
from datetime import datetime, timedelta

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface

from app.db import request_session
from app.models import Account
from app.services.accounts import read_session_account
from app.settings import Settings
from app.web.runtime import runtime

LIFETIME = timedelta(hours=12)
_ACCOUNT, _EPOCH, _SINCE = "account", "epoch", "since"


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


def close_session() -> None:
    """Forget the cookie in this browser."""
    session.clear()


def session_account() -> Account | None:
    """Return the account whose session this is: begun less than 12 h ago and not ended since."""
    account_id, epoch, since = (session.get(name) for name in (_ACCOUNT, _EPOCH, _SINCE))
    if not (isinstance(account_id, int) and isinstance(epoch, int) and isinstance(since, int)):
        return None
    age = runtime().clock().timestamp() - since
    if not -60 <= age < LIFETIME.total_seconds():
        return None
    return read_session_account(request_session(), account_id, epoch)
