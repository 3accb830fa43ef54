"""Checks of a site's pages in a browser."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class SiteCheck(Base):
    """A walk over a site's pages. ``ended_at`` is null while it is under way; then there is a ``report`` or a ``problem``.

    ``report`` is canonical JSON (``docs/discovery.md``), ``sha256`` its hash, ``log_index`` where the log states it (null:
    it does not).
    """

    __tablename__ = "site_checks"
    __table_args__ = (Index("ix_site_checks_site", "site_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    url: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(255))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(Text)
    report: Mapped[bytes | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    log_index: Mapped[int | None]
