"""``placet log``: are the logs as they were, who may read them, and how one goes on after its database was set back."""

import sys
from pathlib import Path

import click
from flask import Flask

from app.commands.place import application, runtime_of, session


@click.group()
def log() -> None:
    """The sites' logs."""


@log.command("check")
def log_check() -> None:
    """Hold every log against its signatures and what this machine remembers. Exit code 1 when anything is wrong."""
    with application() as app:
        are_well = report_logs(app, everything=True)
    if not are_well:
        sys.exit(1)


@log.command("tiles")
@click.argument("handle")
@click.argument("readers", type=click.Choice(["public", "auditors"]))
def log_tiles(handle: str, readers: str) -> None:
    """Say who may read the log of site HANDLE, checkpoint and tiles: everybody, or those who may audit the site."""
    from app.services.sites import find_site_by_handle
    from app.services.tiles import set_tiles_public

    with session() as (_, working):
        set_tiles_public(working, find_site_by_handle(working, handle), public=readers == "public")
    click.echo(f"{handle}: the log is for {'everybody' if readers == 'public' else 'auditors only'}")


@log.command("restart")
@click.argument("handle")
@click.option("--reason", required=True, help="Why; signed into the log.")
@click.option(
    "--last",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The newest checkpoint that somebody outside holds, where this machine remembers none or an older one.",
)
def log_restart(handle: str, reason: str, last: Path | None) -> None:
    """Let the log of site HANDLE go on under a new origin, after its database was restored from an old backup.

    What the backup lacks is lost for good, and the log says so. Only where that has happened; nothing else needs it.
    """
    from app.services.log_restart import restart_log
    from app.services.sites import find_site_by_handle

    note = last.read_text(errors="replace") if last else None
    with session() as (app, working):
        here = runtime_of(app)
        found = find_site_by_handle(working, handle)
        done = restart_log(
            working, found, reason, keys=here.keys, now=here.clock(), random_bytes=here.desk.random_bytes, last=note
        )
    click.echo(
        f"{handle}: the log goes on as {done.origin}, after {done.size} entries of the backup; "
        f"{done.size_before} had been there before"
    )


def report_logs(app: Flask, *, everything: bool) -> bool:
    """Print what is wrong with the logs and what to do (``everything``: and what is not); return whether all are well."""
    from app.db import request_session
    from app.services.log_check import check_logs

    states = check_logs(request_session(), runtime_of(app).keys.log)
    for state in states:
        if state.problem is not None:
            click.echo(f"{state.handle}: {state.problem}.\n  {state.remedy}", err=True)
        elif everything:
            known = "nothing" if state.remembered is None else f"{state.remembered} entries"
            click.echo(f"{state.handle}: ok, {state.size} entries of {state.origin} ({known} remembered here)")
    return all(state.problem is None for state in states)
