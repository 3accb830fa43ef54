from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Receipt(Base):
    """A stored receipt. ``jws`` is opaque (``enc_key_id`` null: plain); the other columns are what look-ups need."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("site_id", "log_index"),
        Index("ix_receipts_subject", "site_id", "subject_lookup", "ordered_at"),
        Index("ix_receipts_received", "site_id", "received_at"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    log_index: Mapped[int]
    log_size: Mapped[int]
    subject_lookup: Mapped[bytes] = mapped_column(LargeBinary(16))
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(String(16))
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    jws: Mapped[bytes]
    enc_key_id: Mapped[str | None] = mapped_column(String(64))


class ErasedReceipt(Base):
    """What is kept of an erased receipt: SHA-256 of site and id, so that a late repeat is not stored again."""

    __tablename__ = "erased_receipts"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
