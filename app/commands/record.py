"""A site's record as a file, without the desk: the bundle, and receipts in every format of ``docs/exports.md``."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from app.commands.place import runtime_of, session
from app.services.audit import Period
from app.services.exports import FORMATS, Selection

_DAY = click.DateTime(["%Y-%m-%d"])
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("handle")
@click.argument("file", type=_FILE)
@click.option("--from", "first", type=_DAY, help="The first UTC day.")
@click.option("--to", "last", type=_DAY, help="The last UTC day, included.")
def bundle(handle: str, file: Path, first: datetime | None, last: datetime | None) -> None:
    """Write the bundle of site HANDLE into FILE, of some days or of everything. An existing FILE is left as it is."""
    from app.services.bundles import bundle_chunks
    from app.services.sites import find_site_by_handle

    with session() as (app, own):
        here, period = runtime_of(app), _period(first, last)
        site = find_site_by_handle(own, handle)
        chunks = bundle_chunks(
            own, site, keys=here.keys, now=here.clock(), selection=period, page=here.builds.verify_page
        )
        click.echo(f"{handle}: {_write(file, chunks)} bytes in {file}")


@click.command()
@click.argument("handle")
@click.argument("name", metavar="FORMAT", type=click.Choice(sorted(FORMATS)))
@click.argument("file", type=_FILE)
@click.option("--from", "first", type=_DAY, help="The first UTC day.")
@click.option("--to", "last", type=_DAY, help="The last UTC day, included.")
@click.option("--after", type=click.IntRange(0, 2**31 - 1), help="Go on behind this log index.")
def export(
    handle: str, name: str, file: Path, first: datetime | None, last: datetime | None, after: int | None
) -> None:
    """Write the receipts of site HANDLE into FILE in a FORMAT (docs/exports.md). An existing FILE is left as it is."""
    from app.services.sites import find_site_by_handle

    with session() as (app, own):
        site, base = find_site_by_handle(own, handle), runtime_of(app).settings.public_url
        selection = Selection(_period(first, last) or Period(), -1 if after is None else after)
        click.echo(f"{handle}: {_write(file, FORMATS[name].lines(own, site, selection, base))} bytes in {file}")


def _period(first: datetime | None, last: datetime | None) -> Period | None:
    if first is None and last is None:
        return None
    start = first and first.replace(tzinfo=UTC)
    end = last and last.replace(tzinfo=UTC) + timedelta(days=1)
    if start and end and start >= end:
        raise click.UsageError("The first day is after the last one.")
    return Period(start, end)


def _write(file: Path, chunks: Iterable[bytes]) -> int:
    """Write a new file, readable by its owner alone, and return its size; one that could not be finished is removed."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.UsageError(f"{file} exists already and is left as it is. Choose another name.") from None
    try:
        with os.fdopen(descriptor, "wb") as out:
            return sum(out.write(chunk) for chunk in chunks)
    except BaseException:
        file.unlink()
        raise
