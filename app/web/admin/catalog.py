"""The tracker catalog: look a well-known tracker up and add it to the draft."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.catalog import Catalog, CatalogEntry
from app.core.catalog_draft import doubts, ids_in, to_do
from app.core.catalog_found import Recognised, recognise
from app.core.documents import ConfigDocument
from app.core.errors import NotFoundError, UnknownSiteError
from app.core.regimes import STANDARD_CATEGORIES
from app.core.say import say, together
from app.data import load_catalog
from app.db import request_session
from app.services.accounts import roles_by_site
from app.services.catalog import add_entries, add_found
from app.services.sites import find_site
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import open_draft
from app.web.runtime import runtime


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    address = "/sites/<handle>/catalog"
    bp.add_url_rule("/found/<key>", view_func=found_on)
    bp.add_url_rule(address, view_func=catalog)
    bp.add_url_rule(address, endpoint="catalog_found", view_func=catalog_found, methods=["POST"])
    bp.add_url_rule(f"{address}/add", view_func=catalog_add, methods=["POST"])
    bp.add_url_rule(f"{address}/begin", view_func=catalog_begin, methods=["POST"])


@desk("login")
def found_on(visit: Visit, key: str) -> ResponseReturnValue:
    """Lead from a site's public key, which is all that discovery mode knows, to its catalog page.

    Browsers keep what stands behind the ``#``: a script of that page takes it from there (``static/found.js``).
    """
    session = request_session()
    site, roles = find_site(session, key), roles_by_site(session, visit.person)
    if None not in roles and site.id not in roles:
        raise UnknownSiteError
    return redirect(url_for("admin.catalog", handle=site.handle), 303)


@desk("edit")
def catalog(visit: Visit) -> ResponseReturnValue:
    """Show the entries in which all words of ``?q=`` stand, by category; ``?added=`` says what was added just now."""
    known = load_catalog()
    query = request.args.get("q", "")
    added = [entry for name in request.args.getlist("added") if (entry := known.get(name))]
    return _page(visit, known, known.search(query), query=query, added=added)


@desk("edit")
def catalog_found(visit: Visit) -> ResponseReturnValue:
    """Show the entries to which what was found on the site belongs. Nothing of it is kept."""
    text = request.form.get("found", "")
    return _found_page(visit, text)


@desk("edit")
def catalog_begin(visit: Visit) -> ResponseReturnValue:
    """Begin a tracker in the draft of one thing that was found and no entry knows, and show the others again."""
    text, ref = request.form.get("found", ""), request.form.get("thing", "")
    thing = next((own for own in recognise(load_catalog(), text).unknown if own.ref == ref), None)
    if thing is None:
        raise NotFoundError(say("That is not among what was found. Nothing was changed."))
    begun = add_found(request_session(), visit.place, thing, by=visit.email, now=runtime().clock())
    return _found_page(visit, text, begun=begun)


@desk("edit")
def catalog_add(visit: Visit) -> ResponseReturnValue:
    """Add entries to the draft, all or none, and their categories where those are missing."""
    known = load_catalog()
    entries = []
    for name in dict.fromkeys(request.form.getlist("entry")):
        entry = known.get(name)
        if entry is None:
            raise NotFoundError(say("The catalog has no such entry. Nothing was changed."))
        entries.append(entry)
    if entries:
        add_entries(request_session(), visit.place, known, entries, by=visit.email, now=runtime().clock())
    names, query = [entry.id for entry in entries], request.form.get("q") or None
    return redirect(url_for("admin.catalog", handle=visit.place.handle, q=query, added=names), 303)


def _found_page(visit: Visit, text: str, begun: str = "") -> str:
    known = load_catalog()
    found = recognise(known, text)
    return _page(visit, known, [entry for entry, *_what in found.entries], found=found, text=text, begun=begun)


def _page(
    visit: Visit,
    known: Catalog,
    entries: list[CatalogEntry],
    *,
    query: str = "",
    added: Sequence[CatalogEntry] = (),
    found: Recognised | None = None,
    text: str = "",
    begun: str = "",
) -> str:
    draft = open_draft(visit.place)
    present = ids_in(draft.document.get("trackers"))
    categories = ids_in(draft.document.get("categories"))
    groups = [
        (known.categories[name], [entry for entry in entries if entry.category == name]) for name in STANDARD_CATEGORIES
    ]
    return render_template(
        "admin/catalog.html",
        visit=visit,
        place="trackers",
        total=len(known),
        groups=[(category, own) for category, own in groups if own],
        present=present,
        names={entry.id: entry.name for entry in known},
        doubts=lambda entry: together(doubts(entry), "; "),
        query=query,
        added=[(entry, to_do(entry, draft.languages, categories)) for entry in added if entry.id in present],
        found=found,
        seen={entry.id: what for entry, what in found.entries} if found else {},
        text=text,
        begun=begun,
        listed=_listed_in(draft.filled),
    )


def _listed_in(document: ConfigDocument) -> dict[str, str]:
    """What the draft's trackers list, each with the id of one: nothing of it has to be begun again."""
    hosts = {f"host:{match['host']}": own["id"] for own in document["trackers"] for match in own["match"]}
    stored = {f"{item['kind']}:{item['name']}": own["id"] for own in document["trackers"] for item in own["storage"]}
    return hosts | stored
