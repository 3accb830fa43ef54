"""Passwords: my own, changed; and by a link, set. Each way ends all other sessions and begins a new one."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotAllowedError, PlacetError, RateLimitedError, UnauthorizedError
from app.core.invitations import read_invitation, read_password_link
from app.core.say import say
from app.db import request_session
from app.services.accounts import PASSWORD_LENGTH, ROLE_NAMES, BadEmailError, change_password
from app.services.invitations import read_invited, take_up
from app.services.people import read_password_account, take_password
from app.web.admin.access import Visit, csrf, desk, refuse_foreign
from app.web.admin.asks import LONGEST_INPUT, REFUSALS, Ask, AskPage, refuse, show_asks
from app.web.admin.login import too_many
from app.web.admin.session import open_session
from app.web.admin.throttle import login_guard
from app.web.runtime import runtime

NEW_PASSWORD = (
    Ask(
        "password",
        say("Password"),
        "password",
        hint=say(
            "At least {password_length} characters. A few words in a row are good.", password_length=PASSWORD_LENGTH
        ),
        autocomplete="new-password",
    ),
    Ask("again", say("The same once more"), "password", autocomplete="new-password"),
)
EITHER_PASSWORD = (
    Ask(
        "password",
        say("Password"),
        "password",
        hint=say(
            "A new one, at least {password_length} characters. If you have an account here already: its password.",
            password_length=PASSWORD_LENGTH,
        ),
        autocomplete="new-password",
    ),
    NEW_PASSWORD[1],
)


class UnlikePasswordsError(NotAllowedError):
    """What was typed twice is not the same."""

    code = "unlike_passwords"


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    both = ["GET", "POST"]
    bp.add_url_rule("/account", view_func=my_account, methods=both)
    bp.add_url_rule("/invitation/<token>", view_func=invitation, methods=both)
    bp.add_url_rule("/password/<token>", view_func=new_password, methods=both)


def chosen_password(form: Mapping[str, str]) -> str:
    """Return the password that was typed twice. Raises ``UnlikePasswordsError``."""
    first, second = (form.get(name, "")[:LONGEST_INPUT] for name in ("password", "again"))
    if first != second:
        raise UnlikePasswordsError(say("These two are not the same. Type them anew."))
    return first


def field_of(error: PlacetError) -> str:
    """Return the field at which an error of a password is told."""
    if isinstance(error, UnlikePasswordsError):
        return "again"
    if isinstance(error, RateLimitedError):
        return ""
    return "email" if isinstance(error, BadEmailError) else "password"


@desk("login")
def my_account(visit: Visit) -> ResponseReturnValue:
    """Change one's own password; whoever else is logged in with it is logged out. Who came by a link has none."""
    person = visit.person
    page = AskPage(
        title=say("My account"),
        visit=visit,
        lead=say("You are logged in as {email}.", email=visit.email),
        asks=(
            Ask("old", say("Your password until now"), "password", autocomplete="current-password"),
            Ask("password", say("The new one"), "password", hint=NEW_PASSWORD[0].hint, autocomplete="new-password"),
            NEW_PASSWORD[1],
        ),
        button=say("Change my password"),
        username=visit.email,
        after=(say("Every other browser in which you are logged in is logged out by it."),),
    )
    if request.method == "GET":
        return show_asks(page)
    here = runtime()
    now, guard = here.clock(), login_guard()
    try:
        guard.admit(request.remote_addr, visit.email, now)
        chosen, old = chosen_password(request.form), request.form.get("old", "")[:LONGEST_INPUT]
        account = change_password(request_session(), person, old, chosen, now=now)
    except UnauthorizedError:
        guard.count_failure(visit.email, now)
        return refuse(page, UnauthorizedError(say("This is not your password.")), "old")
    except REFUSALS as error:
        return refuse(page, _in_words(error), field_of(error))
    guard.forget(visit.email)
    open_session(account, now)
    return redirect(url_for("admin.my_account", done="password"), 303)


def invitation(token: str) -> ResponseReturnValue:
    """Take an invitation up: with a new account, or with the one that the address has."""
    here, session = runtime(), request_session()
    now, guard = here.clock(), login_guard()
    mark = read_invitation(here.keys, token, now)
    invited = read_invited(session, mark, now)
    own = ROLE_NAMES[invited.role]
    if invited.handle:
        lead = say("You can work at this consent desk as {role} at the site {handle}.", role=own, handle=invited.handle)
    else:
        lead = say("You can work at this consent desk as {role} at all sites.", role=own)
    page = AskPage(
        title=say("You are invited"),
        lead=lead,
        facts=((say("Your e-mail address"), invited.email),),
        asks=EITHER_PASSWORD,
        button=say("Begin"),
        username=invited.email,
    )
    if request.method == "GET":
        return show_asks(page)
    refuse_foreign()
    csrf.protect()
    try:
        guard.admit(request.remote_addr, invited.email, now)
        account = take_up(session, mark, chosen_password(request.form), now=now)
    except UnauthorizedError:
        guard.count_failure(invited.email, now)
        return refuse(
            page, UnauthorizedError(say("This address has an account, and this is not its password.")), "password"
        )
    except REFUSALS as error:
        return refuse(page, _in_words(error), field_of(error))
    guard.forget(invited.email)
    open_session(account, now)
    return redirect(url_for("admin.sites"), 303)


def new_password(token: str) -> ResponseReturnValue:
    """Set a new password by a link."""
    here, session = runtime(), request_session()
    now = here.clock()
    link = read_password_link(here.keys, token, now)
    account = read_password_account(session, link)
    page = AskPage(
        title=say("Set a new password"),
        facts=((say("Your e-mail address"), account.email),),
        asks=NEW_PASSWORD,
        button=say("Set the password"),
        username=account.email,
        after=(say("Every browser in which you are logged in is logged out by it."),),
    )
    if request.method == "GET":
        return show_asks(page)
    refuse_foreign()
    csrf.protect()
    try:
        login_guard().admit_network(request.remote_addr, now)
        account = take_password(session, link, chosen_password(request.form))
    except REFUSALS as error:
        return refuse(page, _in_words(error), field_of(error))
    login_guard().forget(account.email)
    open_session(account, now)
    return redirect(url_for("admin.sites"), 303)


def _in_words(error: PlacetError) -> PlacetError:
    return RateLimitedError(error.retry_after, too_many(error)) if isinstance(error, RateLimitedError) else error
