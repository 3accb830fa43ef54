"""Who may do what at the desk. One decorator stands before every address, and nothing else decides."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]

from app.core.errors import ForbiddenError, LinkOverError, NotFoundError, UnknownSiteError
from app.core.say import Said, say, together
from app.db import request_session
from app.models import AuditorLink, Site
from app.services.accounts import RANK, ROLE_NAMES, Role, has_accounts, roles_by_site
from app.services.auditor_links import is_live, name_of_link
from app.services.sites import find_site_by_handle
from app.services.who import EDITORS, PUBLISHERS, Who, role_at
from app.web.admin.deeds import written_down
from app.web.admin.languages import choose_anew
from app.web.admin.session import close_session, session_account, session_link
from app.web.runtime import runtime

Need = Literal["login", "edit", "publish", "versions", "audit", "blocks", "people", "install"]
View = Callable[..., ResponseReturnValue]

MAY: dict[Need, frozenset[Role]] = {
    "edit": EDITORS,
    "publish": PUBLISHERS,
    "versions": frozenset({"owner", "admin", "editor", "auditor"}),
    "audit": frozenset({"owner", "admin", "auditor"}),
    "blocks": EDITORS,
    "people": frozenset({"owner", "admin"}),
    "install": frozenset({"owner"}),
}
"""What places need: a role at the site; for ``people`` and ``blocks`` at any, for ``install`` at all; for ``login`` none."""
WHOM: dict[Need, Said] = {
    "edit": say("Ask an editor, an admin or an owner of this site."),
    "publish": say("Ask an admin or an owner of this site."),
    "audit": say("Ask an auditor, an admin or an owner of this site."),
    "blocks": say("Ask an editor, an admin or an owner of a site that uses shared blocks."),
    "people": say("Ask an admin or an owner."),
    "install": say("Ask an owner of all sites."),
}
"""Whom somebody asks whose role is not enough. Every role may see the versions, and everybody is in who is in."""

csrf = CSRFProtect()


@dataclass(frozen=True)
class Visit:
    """An account that is logged in, at a site with a role, or (``site`` and ``role`` null) at none.

    ``everywhere`` is its role at all sites, ``anywhere`` the strongest that it has at any.

    Whoever came by an auditor's link has no account (``account_id`` null); ``link`` is that link, ``email`` its name.
    """

    account_id: int | None
    email: str
    everywhere: Role | None
    anywhere: Role | None
    site: Site | None = None
    role: Role | None = None
    link: AuditorLink | None = None
    language: str | None = None

    def may(self, need: Need) -> bool:
        """Whether the role is enough."""
        if need == "login":
            return True
        own = {"people": self.anywhere, "blocks": self.anywhere, "install": self.everywhere}.get(need, self.role)
        return own is not None and own in MAY[need]

    @property
    def person(self) -> int:
        """The id of the account. Raises ``ForbiddenError`` for whoever came by a link: what is here belongs to accounts."""
        if self.account_id is None:
            words = say("You came by an auditor's link; this is for people who have an account.")
            raise ForbiddenError(together([words, say("Ask whoever sent you the link.")], " "))
        return self.account_id

    @property
    def who(self) -> Who:
        """The account, for services that look at its roles themselves. Raises as ``person`` does."""
        return Who(self.person, self.email)

    @property
    def place(self) -> Site:
        """The site of an address that has one."""
        if self.site is None:
            raise NotFoundError
        return self.site

    @property
    def written_at(self) -> int | None:
        """The id of the site in whose audit log this visit stands: a link's own, whatever address it asks for."""
        return self.link.site_id if self.link else self.site.id if self.site else None


def desk(need: Need) -> Callable[[View], View]:
    """Let only those in who are logged in and whose role at the address's ``handle`` is enough.

    The view gets the ``Visit`` in place of the handle. A site where the account has no role is 404, like one that does not
    exist; a role that is not enough is 403, before anything else is looked at. Then a POST must carry its CSRF token.
    What an auditor does is written down before it is answered, refused or not (``app.web.admin.deeds``).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**kwargs: Any) -> ResponseReturnValue:
            if request.method == "POST":
                refuse_foreign()
            handle = kwargs.pop("handle", None)
            visit = _visit(handle)
            if visit is None:
                return _ask_to_log_in()
            choose_anew(visit.language)

            def answer() -> ResponseReturnValue:
                check_link(visit.link)
                if handle is not None and visit.site is None:
                    raise NotFoundError(say("There is no such site, or you have no role there."))
                g.visit = visit
                if not visit.may(need):
                    raise ForbiddenError(_refusal(visit, need))
                if request.method == "POST":
                    csrf.protect()
                return view(visit, **kwargs)

            return written_down(answer, site_id=visit.written_at, who=visit.email, role=visit.role, link=visit.link)

        checked.need = need  # type: ignore[attr-defined]  # read by the test that walks every address
        return checked

    return decorate


def may_audit(site: Site) -> bool:
    """Whether whoever asks sits at the desk with a role that may audit this site, an auditor's link included."""
    link = session_link()
    if link is not None:
        return link.site_id == site.id and is_live(link, runtime().clock())
    account = session_account()
    roles = roles_by_site(request_session(), account.id) if account else {}
    return role_at(roles, site.id) in MAY["audit"]


def refuse_foreign() -> None:
    """Refuse what the browser says another site made it send, before the session is touched. Raises ``ForbiddenError``."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForbiddenError(say("Another website sent this form. Nothing was changed."))


def own_path(path: str) -> str | None:
    """Return ``path`` when it is one of the desk's own, so that a link to the login leads nowhere else."""
    is_own = path.startswith(url_for("admin.sites")) and "\\" not in path and path.isprintable()
    return path if is_own else None


def check_link(link: AuditorLink | None) -> None:
    """Raise ``LinkOverError``, and end the session, when an auditor's link does not hold any more."""
    if link is not None and not is_live(link, runtime().clock()):
        close_session()
        raise LinkOverError


def _visit(handle: str | None) -> Visit | None:
    """Return who sits at the desk, with site and role where they have one at the site ``handle``."""
    session, link = request_session(), session_link()
    account = None if link else session_account()
    try:
        site = find_site_by_handle(session, handle) if handle is not None else None
    except UnknownSiteError:
        site = None
    if link is not None:
        own = site if site is not None and site.id == link.site_id else None
        return Visit(None, name_of_link(link), None, None, own, "auditor", link)
    if account is None:
        return None
    roles = roles_by_site(session, account.id)
    everywhere, anywhere = roles.get(None), max(roles.values(), key=RANK.__getitem__, default=None)
    role = role_at(roles, site.id) if site else None
    own = site if role else None
    return Visit(account.id, account.email, everywhere, anywhere, own, role, language=account.language)


def _refusal(visit: Visit, need: Need) -> Said:
    if visit.role is None:
        words = say("Your roles do not reach that far. Nothing was changed.")
    else:
        words = say(
            "This is not for the role {role}, which you have at this site. Nothing was changed.",
            role=ROLE_NAMES[visit.role],
        )
    return together([words, WHOM[need]], " ")


def _ask_to_log_in() -> ResponseReturnValue:
    if request.method == "POST":
        return render_template("admin/resend.html", logged_out=True), 401
    if not has_accounts(request_session()):
        return redirect(url_for("admin.first_run"), 303)
    path = request.script_root + request.full_path.removesuffix("?")
    after = None if path == url_for("admin.sites") else path
    return redirect(url_for("admin.login", next=after), 303)
