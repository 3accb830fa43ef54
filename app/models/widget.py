from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class WidgetRelease(Base):
    """A build of the widget without config, as it was served. ``sha256`` is that of ``script``."""

    __tablename__ = "widget_releases"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(32))
    script: Mapped[bytes]
    preferences: Mapped[bytes]
    preferences_sha256: Mapped[str] = mapped_column(String(64), index=True)
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
