"""The tracker catalog at the command line: what it has, and into a draft with it."""

import click

from app.commands.place import CLI_NAME, runtime_of, session
from app.core.catalog import Catalog, CatalogEntry
from app.core.catalog_draft import doubts
from app.core.documents import MOMENTS
from app.core.errors import NotFoundError


@click.group()
def catalog() -> None:
    """Well-known trackers: look them up, and add them to a site's draft."""


@catalog.command("list")
@click.argument("words", nargs=-1)
def catalog_list(words: tuple[str, ...]) -> None:
    """List the entries in which all WORDS stand: names, vendors, addresses, cookies. Without WORDS: all."""
    for entry in _load().search(" ".join(words)):
        click.echo(f"{entry.id:32} {entry.category:12} {entry.name}")


@catalog.command("show")
@click.argument("name", metavar="ID")
def catalog_show(name: str) -> None:
    """Show what is known of the entry ID, and how sure that is."""
    found = _load()
    for line in _describe(_get(found, name)):
        click.echo(line)


@catalog.command("add")
@click.argument("handle")
@click.argument("names", nargs=-1, required=True, metavar="ID...")
def catalog_add(handle: str, names: tuple[str, ...]) -> None:
    """Add the entries ID... to the draft of site HANDLE, all or none. Nothing is published."""
    from app.services.catalog import add_entries
    from app.services.sites import find_site_by_handle

    found = _load()
    entries = [_get(found, name) for name in names]
    with session() as (app, working):
        site, now = find_site_by_handle(working, handle), runtime_of(app).clock()
        additions = add_entries(working, site, found, entries, by=CLI_NAME, now=now)
    for entry, addition in zip(entries, additions, strict=True):
        click.echo(f"{handle}: {entry.id} is in the draft, category {entry.category}")
        for line in addition.to_do:
            click.echo(f"  - {line}")


def _load() -> Catalog:
    from app.data import load_catalog

    return load_catalog()


def _get(found: Catalog, name: str) -> CatalogEntry:
    entry = found.get(name)
    if entry is None:
        raise NotFoundError(f"The catalog has no entry {name}. `placet catalog list` has them all.")
    return entry


def _describe(entry: CatalogEntry) -> list[str]:
    checked = f"checked {entry.checked}" if entry.checked != "memory" else "from general knowledge"
    lines = [
        f"{entry.name} ({entry.id}), {entry.category}, {entry.kind}; {checked}",
        f"{entry.vendor.name}, {entry.vendor.country}, {entry.vendor.policy}",
        entry.purpose["en"],
    ]
    lines += [f"  data      {item['name']['en']}: {item['retention']}" for item in entry.data]
    for item in entry.recipients:
        words = (item["name"], item["country"], item["role"], item["safeguard"])
        lines.append(f"  recipient {', '.join(word for word in words if word)}")
    lines += [f"  host      {match['host']}{match['path']}" for match in entry.match]
    lines += [
        f"  {item['kind']:9} {item['name']}: {item['lifetime']}{' of ' * bool(item['domain'])}{item['domain'] or ''}"
        for item in entry.storage
    ]
    for moment in MOMENTS:
        lines += [f"  {moment:9} {step}" for step in entry.signals[moment]]
    lines += [f"  stop      {step}" for step in entry.stop]
    lines += [f"  by hand   {line}" for line in entry.left]
    lines += [f"  unsure    {line}" for line in doubts(entry)]
    lines += [f"  shares    with {other}: {why}" for other, why in entry.shares_with.items()]
    return lines + [f"  source    {source}" for source in entry.sources]
