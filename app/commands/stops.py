"""``placet site stop-tracker`` and ``resume-tracker``: an emergency needs no desk."""

from collections.abc import Callable
from typing import Any

import click

from app.commands.place import CLI_NAME, runtime_of, session


@click.command("stop-tracker")
@click.argument("handle")
@click.argument("tracker")
@click.option("--reason", required=True, help="Why; it stands in the site's log.")
def stop_tracker(handle: str, tracker: str, reason: str) -> None:
    """Stop TRACKER (its id) of site HANDLE now, without publishing, until it is resumed."""
    from app.services import stops

    _change(stops.stop_tracker, handle, tracker, reason)
    click.echo(f"{handle}: {tracker} is stopped, in what the server answers within 5 seconds")


@click.command("resume-tracker")
@click.argument("handle")
@click.argument("tracker")
@click.option("--reason", required=True, help="Why; it stands in the site's log.")
def resume_tracker(handle: str, tracker: str, reason: str) -> None:
    """Let TRACKER of site HANDLE load again where visitors' choices and the law allow it."""
    from app.services import stops

    _change(stops.resume_tracker, handle, tracker, reason)
    click.echo(f"{handle}: {tracker} is resumed")


def _change(change: Callable[..., None], handle: str, tracker: str, reason: str) -> None:
    from app.services.sites import find_site_by_handle

    with session() as (app, own):
        here = runtime_of(app)
        found = find_site_by_handle(own, handle)
        how: dict[str, Any] = {"keys": here.keys, "random_bytes": here.desk.random_bytes, "now": here.clock()}
        change(own, found, tracker, reason, by=CLI_NAME, **how)
