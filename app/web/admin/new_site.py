"""A new site: its name, its handle and its addresses; the guided set-up asks the rest."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.addresses import tidy_origin
from app.core.errors import NotAllowedError
from app.core.handles import handle_from
from app.core.say import say
from app.db import request_session
from app.services.sites import begin_site, check_handle
from app.web.admin.access import Visit, desk
from app.web.admin.asks import Ask, AskPage, refuse_all, show_asks
from app.web.admin.drafts import problems_of
from app.web.admin.fields import plain
from app.web.admin.guide import STEPS, TITLES
from app.web.admin.rewritten import tell_rewritten
from app.web.runtime import runtime

LONGEST_INPUT = 10_000


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/new-site", view_func=new_site, methods=["GET", "POST"])


@desk("install")
def new_site(visit: Visit) -> ResponseReturnValue:
    """Make a site and its draft, and go on to who is responsible."""
    name, typed, lines = (plain(request.form.get(field, ""))[:LONGEST_INPUT] for field in ("name", "handle", "origins"))
    addresses = [line.strip() for line in lines.splitlines() if line.strip()]
    origins = list(dict.fromkeys(map(tidy_origin, addresses)))
    handle = typed or handle_from(name)
    page = _page(visit, name, typed, "\n".join(origins))
    if request.method == "GET":
        return show_asks(page)
    document: dict[str, Any] = {"format": 1, "name": name, "origins": origins}
    wrong: dict[str, str] = {}
    for problem in problems_of(document):
        field = problem.path.split("[")[0]
        if problem.level == "error" and field in ("name", "origins"):
            wrong.setdefault(field, problem.message)
    try:
        check_handle(request_session(), handle)
    except NotAllowedError as error:
        if typed or name:  # without either there is a word about the name already
            wrong["handle"] = error.message
    tell_rewritten((one, tidy_origin(one)) for one in addresses if tidy_origin(one) != one)
    here = runtime()
    if not wrong:
        try:
            begin_site(
                request_session(),
                handle,
                document,
                by=visit.email,
                public_host=here.settings.public_host,
                keys=here.keys,
                now=here.clock(),
                random_bytes=here.desk.random_bytes,
            )
            return redirect(url_for("admin.setup_step", handle=handle, step=STEPS[0].id), 303)
        except NotAllowedError as error:  # somebody took it just now
            wrong["handle"] = error.message
    return refuse_all(page, wrong)


def _page(visit: Visit, name: str, handle: str, origins: str) -> AskPage:
    return AskPage(
        title=say("A new site"),
        visit=visit,
        back=(url_for("admin.sites"), say("Sites")),
        step=say("Step 1 of {titles}. Name and addresses can be changed later, the handle cannot.", titles=len(TITLES)),
        asks=(
            Ask("name", say("Name of the site"), hint=say("As visitors know it."), value=name),
            Ask(
                "handle",
                say("Handle"),
                hint=say(
                    "Your own short name for it, in the desk's addresses: a-z, 0-9 and -, such as shop. "
                    "Empty: made from the name."
                ),
                value=handle,
                spellcheck=False,
                is_optional=True,
            ),
            Ask(
                "origins",
                say("Addresses"),
                "area",
                hint=say(
                    "Where it runs, such as https://www.example.com, one a line. All pages there are meant, so what stands "
                    "behind the host is left out."
                ),
                value=origins,
                spellcheck=False,
            ),
        ),
        button=say("Save and go on"),
    )
