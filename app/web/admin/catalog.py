"""The tracker catalog: look a well-known tracker up and add it to the draft."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.catalog import Catalog, CatalogEntry
from app.core.catalog_draft import doubts, ids_in, to_do
from app.core.catalog_found import Recognised, recognise
from app.core.errors import NotFoundError
from app.core.regimes import STANDARD_CATEGORIES
from app.core.say import say, together
from app.data import load_catalog
from app.db import request_session
from app.services.catalog import add_entries
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import open_draft
from app.web.runtime import runtime


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    address = "/sites/<handle>/catalog"
    bp.add_url_rule(address, view_func=catalog)
    bp.add_url_rule(address, endpoint="catalog_found", view_func=catalog_found, methods=["POST"])
    bp.add_url_rule(f"{address}/add", view_func=catalog_add, methods=["POST"])


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
    known = load_catalog()
    text = request.form.get("found", "")
    found = recognise(known, text)
    return _page(visit, known, [entry for entry, _ in found.entries], found=found, text=text)


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


def _page(
    visit: Visit,
    known: Catalog,
    entries: list[CatalogEntry],
    *,
    query: str = "",
    added: Sequence[CatalogEntry] = (),
    found: Recognised | None = None,
    text: str = "",
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
    )
