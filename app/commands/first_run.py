"""What an operator is told who has just begun: where to go, and the code that lets them in."""

from typing import Any

import click
from sqlalchemy.orm import Session

from app.core.invitations import first_run_code
from app.services.accounts import has_accounts


def tell_of_first_run(here: Any, session: Session) -> None:
    """Print the address of the desk and the set-up code, as long as nobody has an account."""
    if has_accounts(session):
        return
    click.echo(f"nobody has an account yet: open {here.settings.public_url}/admin/ to make the owner's")
    click.echo(f"set-up code: {first_run_code(here.keys)}")
