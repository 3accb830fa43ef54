"""``placet show``: one receipt of a bundle, in words. Needs no server."""

import sys
from pathlib import Path

import click

from app.core.bundle import BundleError, ZipBundle
from app.core.errors import NotFoundError
from app.core.exhibit import tell_receipt, tell_statements


@click.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("receipt")
def show(bundle: Path, receipt: str) -> None:
    """Tell one RECEIPT (its id or log index) of a BUNDLE: who says what, and what was on offer."""
    try:
        with ZipBundle(bundle) as files:
            click.echo(tell_receipt(files, receipt), nl=False)
    except (BundleError, NotFoundError) as error:
        click.echo(f"placet: {error}", err=True)
        sys.exit(1)


@click.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", help="Only these, such as config-published, receipts-removed, banner-pictured.")
def statements(bundle: Path, kind: str | None) -> None:
    """List the statements of a BUNDLE: what was published, released, stopped, removed, and when."""
    try:
        with ZipBundle(bundle) as files:
            for line in tell_statements(files, kind):
                click.echo(line)
    except BundleError as error:
        click.echo(f"placet: {error}", err=True)
        sys.exit(1)
