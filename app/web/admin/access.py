"""Who may do what at the desk. One decorator stands before every address, and nothing else decides."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Literal

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]

from app.core.errors import ForbiddenError, NotFoundError, UnknownSiteError
from app.db import request_session
from app.models import Account, Site
from app.services.accounts import RANK, Role, has_accounts, roles_by_site, stronger
from app.services.sites import find_site_by_handle
from app.web.admin.session import session_account

Need = Literal["login", "edit", "publish", "versions", "audit", "people", "install"]
View = Callable[..., ResponseReturnValue]

MAY: dict[Need, frozenset[Role]] = {
    "edit": frozenset({"owner", "admin", "editor"}),
    "publish": frozenset({"owner", "admin"}),
    "versions": frozenset({"owner", "admin", "editor", "auditor"}),
    "audit": frozenset({"owner", "admin", "auditor"}),
    "people": frozenset({"owner", "admin"}),
    "install": frozenset({"owner"}),
}
"""What the places need: a role at the site; for ``people`` at any, for ``install`` at all. ``login`` needs none."""

csrf = CSRFProtect()


@dataclass(frozen=True)
class Visit:
    """An account that is logged in, at a site with a role, or (``site`` and ``role`` null) at none.

    ``everywhere`` is its role at all sites, ``anywhere`` the strongest that it has at any.
    """

    account_id: int
    email: str
    everywhere: Role | None
    anywhere: Role | None
    site: Site | None = None
    role: Role | None = None

    def may(self, need: Need) -> bool:
        """Whether the role is enough."""
        if need == "login":
            return True
        own = {"people": self.anywhere, "install": self.everywhere}.get(need, self.role)
        return own is not None and own in MAY[need]

    @property
    def place(self) -> Site:
        """The site of an address that has one."""
        if self.site is None:
            raise NotFoundError
        return self.site


def desk(need: Need) -> Callable[[View], View]:
    """Let only those in who are logged in and whose role at the address's ``handle`` is enough.

    The view gets the ``Visit`` in place of the handle. A site where the account has no role is 404, like one that does not
    exist; a role that is not enough is 403, before anything else is looked at. Then a POST must carry its CSRF token.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**kwargs: Any) -> ResponseReturnValue:
            if request.method == "POST":
                refuse_foreign()
            account = session_account()
            if account is None:
                return _ask_to_log_in()
            visit = g.visit = _visit(account, kwargs.pop("handle", None))
            if not visit.may(need):
                raise ForbiddenError(_refusal(visit))
            if request.method == "POST":
                csrf.protect()
            return view(visit, **kwargs)

        checked.need = need  # type: ignore[attr-defined]  # read by the test that walks every address
        return checked

    return decorate


def refuse_foreign() -> None:
    """Refuse what the browser says another site made it send, before the session is touched. Raises ``ForbiddenError``."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForbiddenError("Another website sent this form. Nothing was changed.")


def own_path(path: str) -> str | None:
    """Return ``path`` when it is one of the desk's own, so that a link to the login leads nowhere else."""
    is_own = path.startswith(url_for("admin.sites")) and "\\" not in path and path.isprintable()
    return path if is_own else None


def _visit(account: Account, handle: str | None) -> Visit:
    session = request_session()
    roles = roles_by_site(session, account.id)
    everywhere, anywhere = roles.get(None), max(roles.values(), key=RANK.__getitem__, default=None)
    visit = Visit(account.id, account.email, everywhere, anywhere)
    if handle is None:
        return visit
    try:
        site = find_site_by_handle(session, handle)
    except UnknownSiteError:
        site = None
    role = stronger(everywhere, roles.get(site.id)) if site else None
    if site is None or role is None:
        raise NotFoundError("There is no such site, or you have no role there.")
    return replace(visit, site=site, role=role)


def _refusal(visit: Visit) -> str:
    if visit.role is None:
        return "Your roles do not reach that far. Nothing was changed."
    return f"This is not for the role {visit.role}, which you have at this site. Nothing was changed."


def _ask_to_log_in() -> ResponseReturnValue:
    if request.method == "POST":
        return render_template("admin/resend.html", logged_out=True), 401
    if not has_accounts(request_session()):
        return redirect(url_for("admin.first_run"), 303)
    path = request.script_root + request.full_path.removesuffix("?")
    after = None if path == url_for("admin.sites") else path
    return redirect(url_for("admin.login", next=after), 303)
