"""The command line, ``placet``: what an operator does without the desk. ``placet verify`` needs no server at all."""

import base64
import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app.commands.catalog import catalog
from app.commands.check import check
from app.commands.daily import daily
from app.commands.imports import import_command
from app.commands.keys import keys
from app.commands.log import log, report_logs
from app.commands.place import CLI_NAME
from app.commands.place import application as _application
from app.commands.place import runtime_of as _runtime
from app.commands.place import session as _session
from app.commands.publishing import approval, publish
from app.commands.record import bundle, export
from app.commands.show import show, statements
from app.commands.stops import resume_tracker, stop_tracker
from app.commands.verify import verify
from app.core.errors import PlacetError
from app.settings import MIGRATIONS, SETTINGS, SettingsError, read_settings

EXISTS = 3


def main() -> None:
    """Run ``placet``; an error of ours is one line and exit code 2, not a traceback."""
    try:
        cli(standalone_mode=True)
    except (PlacetError, SettingsError) as error:
        click.echo(f"placet: {error}", err=True)
        for problem in getattr(error, "problems", ()):
            click.echo(f"  {problem}", err=True)
        sys.exit(2)


@click.group()
def cli() -> None:
    """Placet, a self-hosted cookie consent manager."""


@cli.command()
def prepare() -> None:
    """Bring database, keys and widget build up to date; safe to run at every start.

    In development missing keys are made; in production that is refused, because receipts depend on them.
    """
    from app.commands.first_run import tell_of_first_run
    from app.db import db, request_session
    from app.services.key_store import create_keys
    from app.services.schema import upgrade_database
    from app.services.widgets import bring_up_to_date

    settings = read_settings()
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.development and settings.keys is None and not settings.keys_file.exists():
        create_keys(settings.keys_file, os.urandom)
        click.echo(f"made keys: {settings.keys_file} (keep a backup; receipts depend on them)")
    with _application() as app:
        upgrade_database(db.engine, MIGRATIONS)
        report_logs(app, everything=False)
        here = _runtime(app)
        made = bring_up_to_date(
            request_session(), here.builds, keys=here.keys, random_bytes=here.desk.random_bytes, now=here.clock()
        )
        tell_of_first_run(here, request_session())
    click.echo(f"ready, after {made} statements on keys and widget builds" if made else "ready")


@cli.command("pin")
@click.argument("handle")
def pin(handle: str) -> None:
    """Print the tag that pins this build of the widget for a site, by ``integrity``."""
    from app.services.sites import find_site_by_handle

    with _session() as (app, session):
        found = find_site_by_handle(session, handle)
        here = _runtime(app)
        build = here.builds.pinned
        digest = base64.b64encode(bytes.fromhex(build.sha256)).decode()
        click.echo(
            f'<script async src="{here.settings.public_url}/v1/widgets/{build.sha256}.js" integrity="sha256-{digest}" '
            f'crossorigin data-site="{found.key}"></script>'
        )


@cli.group()
def site() -> None:
    """Sites and their configs."""


@site.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def site_list(as_json: bool) -> None:
    """List all sites: handle, key, newest version."""
    from app.services.configs import latest_version
    from app.services.sites import list_sites

    with _session() as (_, session):
        rows: list[dict[str, Any]] = []
        for found in list_sites(session):
            version = latest_version(session, found.id)
            rows.append({"handle": found.handle, "key": found.key, "version": version.number if version else None})
    if as_json:
        click.echo(json.dumps(rows))
    for row in [] if as_json else rows:
        click.echo(f"{row['handle']:32} {row['key']}  {row['version'] or '-'}")


@site.command("import")
@click.argument("handle")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def site_import(handle: str, file: Path) -> None:
    """Read FILE (YAML or JSON) into the draft of site HANDLE, which is made if it is new. Nothing is published."""
    from app.core.errors import UnknownSiteError
    from app.schemas.config import parse_config, read_config_yaml
    from app.services.configs import save_draft
    from app.services.sites import create_site, find_site_by_handle

    with _session() as (app, session):
        here = _runtime(app)
        document, warnings = parse_config(
            read_config_yaml(file.read_bytes()), here.regimes, here.desk.texts, here.desk.catalog()
        )
        now = here.clock()
        try:
            found = find_site_by_handle(session, handle)
        except UnknownSiteError:
            found = create_site(
                session,
                handle,
                public_host=here.settings.public_host,
                keys=here.keys,
                now=now,
                random_bytes=here.desk.random_bytes,
            )
        save_draft(session, found, document, by=CLI_NAME, now=now)
        key = found.key
    _echo_warnings(warnings)
    click.echo(f"{handle}: draft saved, site key {key}")


@site.command("export")
@click.argument("handle")
@click.option("--version", "number", type=int, help="A published version; default: the draft.")
def site_export(handle: str, number: int | None) -> None:
    """Print the config of site HANDLE as YAML."""
    from app.schemas.config import write_config_yaml
    from app.services.configs import document_of, find_version, read_draft_document
    from app.services.sites import find_site_by_handle

    with _session() as (_, session):
        found = find_site_by_handle(session, handle)
        document = (
            read_draft_document(session, found) if number is None else document_of(find_version(session, found, number))
        )
    click.echo(write_config_yaml(document), nl=False)


@cli.group()
def account() -> None:
    """Accounts of people who work at the desk."""


@account.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice(["owner", "admin", "editor", "auditor"]), required=True)
@click.option("--site", "handle", help="Only at this site; default: at all.")
@click.option("--print-password", is_flag=True, help="Make a random password and print it alone; default: ask.")
def account_create(email: str, role: Any, handle: str | None, print_password: bool) -> None:
    """Make an account. Exit code 3 when the address has one already."""
    from app.services.accounts import AccountExistsError, create_account
    from app.services.sites import find_site_by_handle

    with _session() as (app, session):
        password = _password(print_password)
        site_id = find_site_by_handle(session, handle).id if handle else None
        try:
            create_account(session, email, password, role, now=_runtime(app).clock(), site_id=site_id)
        except AccountExistsError as error:
            click.echo(f"placet: {error}", err=True)
            sys.exit(EXISTS)
    click.echo(password if print_password else f"{email}: account made")


@account.command("reset-password")
@click.argument("email")
@click.option("--print-password", is_flag=True, help="Make a random password and print it alone; default: ask.")
def account_reset_password(email: str, print_password: bool) -> None:
    """Give an account a new password and end its sessions."""
    from app.services.accounts import reset_password

    with _session() as (_, session):
        password = _password(print_password)
        reset_password(session, email, password)
    click.echo(password if print_password else f"{email}: password changed")


@cli.command("settings")
def show_settings() -> None:
    """List every setting, its default and what it does."""
    for setting in SETTINGS:
        click.echo(f"{setting.name}  (default: {setting.default or 'none'})\n    {setting.help}")


site.add_command(import_command(_session, CLI_NAME))
for command in (bundle, catalog, daily, export, keys, log, show, statements, verify):
    cli.add_command(command)
for command in (check, publish, approval, stop_tracker, resume_tracker):
    site.add_command(command)


def _password(random: bool, ask: Callable[..., str] = click.prompt) -> str:
    if random:
        return secrets.token_urlsafe(15)
    return ask("Password", hide_input=True, confirmation_prompt=True)


def _echo_warnings(warnings: list[Any]) -> None:
    for warning in warnings:
        click.echo(f"warning: {warning.path}: {warning.message}", err=True)
