"""Pictures of the banner, for whoever publishes at the command line."""

from typing import Any

import click
from sqlalchemy.orm import Session

from app.services.camera import CameraError
from app.services.pictures import take_pictures
from app.services.sites import find_site_by_handle


def take_and_tell(here: Any, session: Session, handle: str, number: int) -> None:
    """Take the pictures of a version, if there is a Chromium, and say how it went; it is published all the same."""
    if here.studio is None:
        return
    try:
        count = take_pictures(session, find_site_by_handle(session, handle), number, here.studio, clock=here.clock)
        click.echo(f"{handle}: {count} pictures of the banner taken")
    except CameraError as error:
        click.echo(f"{handle}: no pictures of the banner yet. {error.message}", err=True)
