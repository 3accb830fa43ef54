from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Proposal(Base):
    """A version that waits for a second person: one at a time, named by ``mark``.

    It is about the draft at ``revision``, as the bytes of ``sha256``, after version ``follows`` (0: none). The columns from
    ``declined_at`` on are null until somebody declines it.
    """

    __tablename__ = "proposals"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    follows: Mapped[int]
    ask_again: Mapped[bool]
    urgency: Mapped[str] = mapped_column(String(16))
    holds_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    against: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proposed_by: Mapped[str] = mapped_column(String(255))
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_by: Mapped[str | None] = mapped_column(String(255))
    note: Mapped[str | None] = mapped_column(Text)
