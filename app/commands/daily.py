"""``placet daily``: what has to be done for every site once a day."""

import sys

import click

from app.commands.place import runtime_of, session


@click.command()
def daily() -> None:
    """Do the day's work for every site.

    Receipts whose retention is over are removed, missing pictures of the newest version are taken, and the day's checkpoint
    is kept and handed to those outside (docs/witnesses.md).

    Safe to run often, and on several nodes at once. Exit code 1 when something was not handed over or failed.
    """
    from app.commands.jobs import do_jobs

    failed = False
    with session() as (app, own):
        for line in do_jobs(runtime_of(app), own):
            click.echo(line.text, err=not line.ok)
            failed = failed or not line.ok
    sys.exit(1 if failed else 0)
