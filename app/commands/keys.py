"""``placet keys``: making, adding, listing and retiring the installation's keys."""

import os
from typing import Any

import click

from app.commands.place import runtime_of, session
from app.settings import read_settings


@click.group()
def keys() -> None:
    """The installation's keys."""


@keys.command("create")
def create() -> None:
    """Make the key file; an existing one is never replaced."""
    from app.services.key_store import create_keys

    settings = read_settings()
    create_keys(settings.keys_file, os.urandom)
    click.echo(f"made keys: {settings.keys_file}. Keep a backup: without them nothing can be signed or found again.")


@keys.command("add")
@click.argument("use", type=click.Choice(["receipt", "log", "secret"]))
def add(use: Any) -> None:
    """Put a fresh key at the end of the key file, and name it in every log. It signs once the nodes are restarted."""
    from app.core.rotation import name_of
    from app.services.key_store import add_key
    from app.services.widgets import bring_up_to_date

    settings = read_settings()
    ring = add_key(settings, use, os.urandom)
    if use == "secret":
        click.echo(f"added a secret key to {settings.keys_file}")
    else:
        name = name_of(ring.receipt[-1] if use == "receipt" else ring.log[-1])
        click.echo(f"added the {use} key {name} to {settings.keys_file}")
        with session() as (app, own):
            here = runtime_of(app)
            bring_up_to_date(own, (), keys=here.keys, random_bytes=here.desk.random_bytes, now=here.clock())
        click.echo("named in every log")
    click.echo("Keep a backup. Give the file to every node and restart them all; only then retire an older key.")


@keys.command("list")
def list_() -> None:
    """List the keys that sign for others, and what the logs say of them. A log key is told by the end of its vkeys."""
    from app.services.key_statements import count_logs, list_keys

    with session() as (app, own):
        ring = runtime_of(app).keys
        logs = count_logs(own)
        for line in list_keys(own, ring):
            told = [
                "newest, signs" if line.newest else "",
                "" if line.in_file else "not in the key file",
                f"in {line.logs} of {logs} logs since {line.since:%Y-%m-%d %H:%M} UTC"
                if line.since
                else "in no log yet",
                f"retired {line.retired[0]:%Y-%m-%d %H:%M} UTC: {line.retired[1]}" if line.retired else "",
            ]
            click.echo(f"{line.use:8} {line.name:44}  {'; '.join(filter(None, told))}")
        click.echo(f"secret   {len(ring.secret)} in the key file, the last one signs")


# A kid may begin with a dash.
@keys.command("retire", context_settings={"ignore_unknown_options": True})
@click.argument("key")
@click.option("--reason", required=True, help="Why; it stands in every log.")
def retire(key: str, reason: str) -> None:
    """State in every log that KEY (a kid or vkey, as `placet keys list` shows it) signs nothing from now on.

    It stays in the key file, so that what it has signed verifies. Restart every node with a newer key first: one that still
    signs with this one stores no receipt any more.
    """
    from app.services.key_statements import retire_key

    with session() as (app, own):
        here = runtime_of(app)
        count = retire_key(own, key, reason, keys=here.keys, random_bytes=here.desk.random_bytes, now=here.clock())
    click.echo(f"retired in {count} logs")
