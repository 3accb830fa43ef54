"""The switch at the foot of each page: in which language the desk speaks."""

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotAllowedError
from app.core.say import say
from app.db import request_session
from app.services.accounts import set_language
from app.web.admin.access import Visit, desk, own_path
from app.web.admin.languages import IN_SESSION, NAMES


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/language", view_func=switch_language, methods=["POST"])


@desk("login")
def switch_language(visit: Visit) -> ResponseReturnValue:
    """Speak another language from now on: to an account everywhere, to an auditor by link in this browser."""
    language = request.form.get("language", "")
    if language not in NAMES:
        raise NotAllowedError(say("The desk does not speak {language}.", language=language[:20]))
    if visit.account_id is None:
        session[IN_SESSION] = language
    else:
        set_language(request_session(), visit.account_id, language)
    return redirect(own_path(request.form.get("next", "")) or url_for("admin.sites"), 303)
