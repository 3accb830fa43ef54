"""``placet site publish`` and ``placet site approval``: what the desk's page Publish does, for an operator."""

from datetime import datetime
from typing import Any

import click

from app.commands.place import CLI_NAME, runtime_of, session

ALONE = "(Published at the command line without a second person.)"


@click.command("publish")
@click.argument("handle")
@click.option("--reason", required=True, help="Why; kept with the version.")
@click.option("--ask-again", is_flag=True, help="Ask visitors again who have chosen already.")
@click.option("--urgency", type=click.Choice(["none", "law", "emergency"]), default="none", help="Do not wait.")
@click.option(
    "--holds-on", type=click.DateTime(["%Y-%m-%d"]), help="The UTC day from which it holds; else the earliest."
)
@click.option("--without-approval", is_flag=True, help="Publish where a second person is needed; the reason says so.")
def publish(
    handle: str, reason: str, ask_again: bool, urgency: Any, holds_on: datetime | None, without_approval: bool
) -> None:
    """Publish the draft of site HANDLE as its next version, or propose it where the site needs a second person."""
    from app.commands.pictures import take_and_tell
    from app.services import configs
    from app.services.proposals import propose
    from app.services.sites import find_site_by_handle
    from app.services.who import Who

    with session() as (app, own):
        here, found = runtime_of(app), find_site_by_handle(own, handle)
        how: dict[str, Any] = {"desk": here.desk, "now": here.clock()}
        alone = found.four_eyes and without_approval
        why = f"{reason.strip()} {ALONE}" if alone and reason.strip() else reason
        day = holds_on.date() if holds_on else None
        publication = configs.Publication(why, CLI_NAME, ask_again, urgency, day)
        if found.four_eyes and not alone:
            propose(own, found, publication, Who(None, CLI_NAME), **how)
            click.echo(f"{handle}: proposed; it is published when somebody approves it at the desk")
            return
        version = configs.publish(own, found, publication, alone=alone, **how)
        click.echo(
            f"{handle}: version {version.number} ({version.sha256[:12]}…), in effect {version.effective_at:%Y-%m-%d}"
        )
        take_and_tell(here, own, handle, version.number)


@click.command("approval")
@click.argument("handle")
@click.argument("state", type=click.Choice(["on", "off"]))
def approval(handle: str, state: str) -> None:
    """Have versions of site HANDLE need a second person, or not; the site's audit log says so."""
    from app.services.four_eyes import switch_off, switch_on
    from app.services.sites import find_site_by_handle
    from app.services.who import Who

    with session() as (app, own):
        change = switch_on if state == "on" else switch_off
        change(own, find_site_by_handle(own, handle), Who(None, CLI_NAME), now=runtime_of(app).clock())
    click.echo(f"{handle}: versions need {'a second person' if state == 'on' else 'one person'}")
