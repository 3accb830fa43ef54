"""What only the desk asks for: the end of an account's sessions."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.db import begin_write
from app.models import Account


def end_sessions(session: Session, account_id: int) -> None:
    """End every session of an account and commit: a copy of its cookie is worth nothing any more."""
    connection = begin_write(session)
    connection.execute(update(Account).where(Account.id == account_id).values(epoch=Account.epoch + 1))
    session.commit()
