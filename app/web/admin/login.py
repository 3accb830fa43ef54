"""Logging in and out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import PlacetError, RateLimitedError, UnauthorizedError
from app.core.say import say_number
from app.db import request_session
from app.services.accounts import has_accounts, log_in
from app.services.desk import end_sessions
from app.web.admin.access import Visit, csrf, desk, own_path, refuse_foreign
from app.web.admin.session import close_session, open_session, session_account
from app.web.admin.throttle import login_guard
from app.web.runtime import runtime

LONGEST_INPUT = 1024


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/login", view_func=login, methods=["GET", "POST"])
    bp.add_url_rule("/logout", view_func=logout, methods=["POST"])


def login() -> ResponseReturnValue:
    """Ask for e-mail address and password; ``next`` says where to go afterwards."""
    after = own_path(request.values.get("next", "")) or url_for("admin.sites")
    if request.method == "GET":
        if not has_accounts(request_session()):
            return redirect(url_for("admin.first_run"), 303)
        return redirect(after, 303) if session_account() else _form(after)
    refuse_foreign()
    csrf.protect()
    email = request.form.get("email", "").strip()[:LONGEST_INPUT]
    password = request.form.get("password", "")[:LONGEST_INPUT]
    guard, now = login_guard(), runtime().clock()
    try:
        guard.admit(request.remote_addr, email, now)
        account = log_in(request_session(), email, password, now=now)
    except RateLimitedError as error:
        message = too_many(error)
        body, status, headers = _form(after, email, message, error), 429, {"Retry-After": str(error.retry_after)}
        return body, status, headers
    except UnauthorizedError as error:
        guard.count_failure(email, now)
        return _form(after, email, error.message, error), 401
    guard.forget(email)
    open_session(account, now)
    return redirect(after, 303)


@desk("login")
def logout(visit: Visit) -> ResponseReturnValue:
    """End every session of the account: a signed cookie cannot be called back one by one. A link's ends in this browser."""
    if visit.account_id is not None:
        end_sessions(request_session(), visit.account_id)
    close_session()
    return redirect(url_for("admin.login"), 303)


def too_many(error: RateLimitedError) -> str:
    """Say how long somebody has to wait who tried too often."""
    return say_number(
        "Too many attempts to log in. Try again in {number} second.",
        "Too many attempts to log in. Try again in {number} seconds.",
        error.retry_after,
    )


def _form(after: str, email: str = "", message: str = "", error: PlacetError | None = None) -> str:
    return render_template("admin/login.html", after=after, email=email, message=message, error=error)
