"""The first run: nobody has an account yet, and who has the operator's code makes the owner's."""

from collections.abc import Callable, Iterator

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotAllowedError
from app.core.invitations import is_first_run_code
from app.core.say import say
from app.db import request_session
from app.services.accounts import AccountExistsError, check_length, create_first_owner, has_accounts, plain_email
from app.web.admin.access import csrf, refuse_foreign
from app.web.admin.asks import LONGEST_INPUT, REFUSALS, Ask, AskPage, refuse, refuse_all, show_asks
from app.web.admin.passwords import NEW_PASSWORD, chosen_password, field_of
from app.web.admin.session import open_session
from app.web.admin.throttle import login_guard
from app.web.runtime import runtime


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/first-run", view_func=first_run, methods=["GET", "POST"])


def first_run() -> ResponseReturnValue:
    """Make the owner's account, as long as there is none; the code is asked for each time, and guessed slowly."""
    session = request_session()
    if has_accounts(session):
        return redirect(url_for("admin.login"), 303)
    code, email = (request.form.get(name, "").strip()[:LONGEST_INPUT] for name in ("code", "email"))
    page = _page(code, email)
    if request.method == "GET":
        return show_asks(page)
    refuse_foreign()
    csrf.protect()
    here = runtime()
    now = here.clock()
    try:
        login_guard().admit_network(request.remote_addr, now)
        wrong = dict(_wrong(code, email))
        if wrong:
            return refuse_all(page, wrong, status=401 if "code" in wrong else 422)
        account = create_first_owner(session, email, chosen_password(request.form), now=now)
    except AccountExistsError:
        return redirect(url_for("admin.login"), 303)
    except REFUSALS as error:
        return refuse(page, error, field_of(error))
    open_session(account, now)
    return redirect(url_for("admin.sites"), 303)


def _wrong(code: str, email: str) -> Iterator[tuple[str, str]]:
    """Everything that is wrong, by field: who has mistyped two things types them anew at once."""
    if not is_first_run_code(runtime().keys, code):
        yield "code", say("This is not the code. `placet prepare` prints it, at every start.")
    checks: tuple[Callable[[], object], ...] = (
        lambda: plain_email(email),
        lambda: check_length(request.form.get("password", "")),
        lambda: chosen_password(request.form),
    )
    for check in checks:
        try:
            check()
        except NotAllowedError as error:
            yield field_of(error), error.message


def _page(code: str, email: str) -> AskPage:
    return AskPage(
        title=say("Set Placet up"),
        lead=say(
            "Nobody has an account here yet. You make the first one: it owns this installation and invites "
            "everybody else."
        ),
        asks=(
            Ask(
                "code",
                say("Set-up code"),
                hint=say(
                    "So that no stranger takes this server. It stands in the server's log: `placet prepare` prints it at "
                    "every start, until somebody has an account."
                ),
                value=code,
                spellcheck=False,
            ),
            Ask("email", say("Your e-mail address"), "email", value=email, autocomplete="username"),
            *NEW_PASSWORD,
        ),
        button=say("Make my account"),
        after=(say("Or at the command line: placet account create you@example.com --role owner"),),
    )
