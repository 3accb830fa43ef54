"""What others hold of a site's log: checkpoints that were kept, and who got one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class KeptCheckpoint(Base):
    """A checkpoint that was made to be handed out. ``note`` gains the cosignatures of witnesses, nothing else changes."""

    __tablename__ = "kept_checkpoints"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Handover(Base):
    """That somebody outside got a checkpoint: ``kind`` is post, witness, email, timestamp or download.

    ``answer`` is what they gave back, where it proves something: a time stamp (RFC 3161). ``problem``: why they did not
    get it (null: they did).
    """

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_site", "site_id", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    size: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    to: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    problem: Mapped[str | None] = mapped_column(Text)


class AuditorLink(Base):
    """A time-boxed, revocable way into the desk as auditor of one site, without an account."""

    __tablename__ = "auditor_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    label: Mapped[str] = mapped_column(String(255))
    made_by: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeskEvent(Base):
    """What somebody did at the desk of a site: ``action`` is the name of an address, ``detail`` what it was about."""

    __tablename__ = "desk_events"
    __table_args__ = (Index("ix_desk_events_site", "site_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)
