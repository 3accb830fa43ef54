"""``placet daily``: what has to be done for every site once a day."""

import sys

import click

from app.commands.place import runtime_of, session


@click.command()
@click.option("--check", "checked", multiple=True, metavar="HANDLE", help="Check this site's pages, too; once a day.")
def daily(checked: tuple[str, ...]) -> None:
    """Do the day's work for every site.

    Receipts whose retention is over are removed, missing pictures of the newest version are taken, and the day's checkpoint
    is kept and handed to those outside (docs/witnesses.md). After all that, the pages of the sites that are named are
    checked as by `placet site check --record` (docs/discovery.md).

    Safe to run often, and on several nodes at once. Exit code 1 when something was not handed over or failed, or when a
    check found something to mend.
    """
    from app.commands.jobs import do_jobs

    failed = False
    with session() as (app, own):
        for line in do_jobs(runtime_of(app), own, checked):
            click.echo(line.text, err=not line.ok)
            failed = failed or not line.ok
    sys.exit(1 if failed else 0)
