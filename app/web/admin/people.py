"""People: who may do what where, invitations, links to set a password. The services decide who may change whom."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import ForbiddenError, NotAllowedError, NotFoundError
from app.core.invitations import LINK_LIFETIME, mint_invitation, mint_password_link
from app.core.say import say
from app.db import request_session
from app.services.accounts import ROLE_NAMES, ROLES, Role, plain_email
from app.services.invitations import invite, list_invited, withdraw
from app.services.people import (
    Person,
    change_role,
    find_person,
    grantable,
    list_people,
    may_set_password,
    password_link,
    remove,
)
from app.web.admin.access import Visit, desk
from app.web.admin.asks import LONGEST_INPUT, Ask, AskPage, refuse, show_asks
from app.web.runtime import runtime

ROLE_WORDS: dict[Role, str] = {
    "owner": say("owner: everything, and gives every role"),
    "admin": say("admin: edits, publishes, manages people but owners"),
    "editor": say("editor: edits, and publishes nothing"),
    "auditor": say("auditor: reads versions, receipts and proof, and changes nothing"),
}
EVERYWHERE = "all"


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/people/", view_func=people)
    bp.add_url_rule("/people/invite", view_func=invite_person, methods=["GET", "POST"])
    bp.add_url_rule("/people/invitations/<int:number>/withdraw", view_func=withdraw_invitation, methods=["POST"])
    bp.add_url_rule("/people/<int:number>", view_func=person_page, methods=["GET", "POST"])
    bp.add_url_rule("/people/<int:number>/password", view_func=link_to_set_password, methods=["POST"])
    bp.add_url_rule("/people/<int:number>/remove", view_func=remove_person, methods=["GET", "POST"])


@desk("people")
def people(visit: Visit) -> ResponseReturnValue:
    """List everybody with a role where the account manages people, and who is invited."""
    session = request_session()
    return render_template(
        "admin/people.html",
        visit=visit,
        people=list_people(session, visit.who),
        invited=list_invited(session, visit.who, runtime().clock()),
    )


@desk("people")
def invite_person(visit: Visit) -> ResponseReturnValue:
    """Offer somebody a role, and show the link once: it is not stored as it is."""
    here, session = runtime(), request_session()
    sites, roles = grantable(session, visit.who)
    given = sorted({role for own in roles.values() for role in own}, key=ROLES.index)
    places = [(handle, handle) for handle, _ in sites]
    if roles[None]:
        places.insert(0, (EVERYWHERE, say("all sites, also later ones")))
    email = request.form.get("email", "").strip()[:LONGEST_INPUT]
    handle, role = request.form.get("place", ""), request.form.get("role", "editor")
    page = AskPage(
        title=say("Invite somebody"),
        visit=visit,
        back=(url_for("admin.people"), say("People")),
        lead=say("You get a link to send to them. It holds for seven days, and once."),
        asks=(
            Ask("email", say("Their e-mail address"), "email", value=email),
            Ask("role", say("Role"), options=[(name, ROLE_WORDS[name]) for name in given], value=role),
            Ask("place", say("Where"), options=places, value=handle),
        ),
        button=say("Make a link"),
    )
    if request.method == "GET":
        return show_asks(page)
    site_id = next((own for name, own in sites if name == handle), None)
    if (site_id is None and handle != EVERYWHERE) or role not in ROLES:
        return refuse(page, NotAllowedError(say("Choose one of the places.")), "place")
    now = here.clock()
    try:
        mark = invite(
            session,
            visit.who,
            email,
            next(known for known in ROLES if known == role),
            site_id,
            now=now,
            random_bytes=here.desk.random_bytes,
        )
    except NotAllowedError as error:
        return refuse(page, error, "email")
    except ForbiddenError as error:
        return refuse(page, error, "role")
    address = url_for("admin.invitation", token=mint_invitation(here.keys, mark, now))
    return _link_page(
        visit,
        say("Invited"),
        say("Send this link to {email}. It is shown only now; a new one ends this one.", email=plain_email(email)),
        address,
    )


@desk("people")
def withdraw_invitation(visit: Visit, number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    withdraw(request_session(), visit.who, number)
    return redirect(url_for("admin.people", done="withdrawn"), 303)


@desk("people")
def person_page(visit: Visit, number: int) -> ResponseReturnValue:
    """Change somebody's role at one place."""
    session = request_session()
    person = find_person(session, visit.who, number)
    _, roles = grantable(session, visit.who)
    if request.method == "GET":
        return _person_page(visit, person, roles)
    role = next((known for known in ROLES if known == request.form.get("role")), None)
    try:
        if role is None:
            raise NotAllowedError(say("Choose one of the roles."))
        change_role(session, visit.who, number, role)
    except (NotAllowedError, ForbiddenError) as error:
        return _person_page(visit, person, roles, wrong=error.message), 403 if isinstance(
            error, ForbiddenError
        ) else 422
    return redirect(url_for("admin.people", done="role"), 303)


@desk("people")
def link_to_set_password(visit: Visit, number: int) -> ResponseReturnValue:
    """Make a link by which somebody sets a new password, and show it once."""
    here, session = runtime(), request_session()
    person = find_person(session, visit.who, number)
    link = password_link(session, visit.who, number)
    address = url_for("admin.new_password", token=mint_password_link(here.keys, link, here.clock()))
    said = say(
        "Send this link to {email}. Their password holds until they set a new one by it. It is shown only now.",
        email=person.email,
    )
    return _link_page(visit, say("A new password"), said, address)


@desk("people")
def remove_person(visit: Visit, number: int) -> ResponseReturnValue:
    """Ask, then take somebody's role at one place."""
    session = request_session()
    person = find_person(session, visit.who, number)
    own = ROLE_NAMES[person.role]
    if person.handle:
        lead = say(
            "They are {role} at the site {handle}, and are not any more when you press this. What they have published "
            "stays, with their address on it.",
            role=own,
            handle=person.handle,
        )
    else:
        lead = say(
            "They are {role} at all sites, and are not any more when you press this. What they have published stays, "
            "with their address on it.",
            role=own,
        )
    page = AskPage(
        title=say("Remove {email}?", email=person.email),
        visit=visit,
        back=(url_for("admin.people"), say("People")),
        lead=lead,
        asks=(),
        button=say("Remove {email}", email=person.email),
        destroys=True,
    )
    if request.method == "GET":
        if not person.may_change:
            raise NotFoundError(say("There is nothing here that your role could change."))
        return show_asks(page)
    try:
        remove(session, visit.who, number)
    except (NotAllowedError, ForbiddenError) as error:
        return refuse(page, error)
    return redirect(url_for("admin.people", done="removed"), 303)


def _person_page(visit: Visit, person: Person, roles: dict[int | None, list[Role]], wrong: str = "") -> str:
    return render_template(
        "admin/person.html",
        visit=visit,
        person=person,
        roles=[(role, ROLE_WORDS[role]) for role in roles.get(person.site_id, [])],
        may_set_password=may_set_password(request_session(), visit.who, person.account_id),
        wrong=wrong,
    )


def _link_page(visit: Visit, title: str, lead: str, address: str) -> str:
    here = runtime()
    return render_template(
        "admin/link.html",
        visit=visit,
        title=title,
        lead=lead,
        link=f"{here.settings.public_url}{address}",
        until=here.clock() + LINK_LIFETIME,
    )
