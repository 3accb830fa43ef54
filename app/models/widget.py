from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class WidgetRelease(Base):
    """A build of the widget without config, as it was served. ``sha256`` is that of ``script``.

    ``name`` is which of a release's builds it is (``placet``, ``signals`` …); null for one that was kept before that was.
    """

    __tablename__ = "widget_releases"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(32))
    name: Mapped[str | None] = mapped_column(String(16))
    script: Mapped[bytes]
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WidgetPart(Base):
    """What a build fetches when it is needed, e.g. ``preferences``. Kept for ever: loaders of old builds name it."""

    __tablename__ = "widget_parts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(32))
    script: Mapped[bytes]


class WidgetReleasePart(Base):
    """That a part belongs to a build; builds share the parts in which they do not differ."""

    __tablename__ = "widget_release_parts"

    release_sha256: Mapped[str] = mapped_column(ForeignKey("widget_releases.sha256"), primary_key=True)
    part_sha256: Mapped[str] = mapped_column(ForeignKey("widget_parts.sha256"), primary_key=True)
