from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, false, true
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Site(Base):
    """One website. ``key`` is public and unguessable, ``handle`` is the operator's own name for it.

    ``tiles_public``: whether everybody may read the log, or auditors only; its size shows traffic.
    ``four_eyes``: whether a version needs two persons; ``four_eyes_off_by``: who asked to end that, waiting for another.
    ``review_months``: how
    often its config is looked at as a whole; ``reviewed_at``, ``reviewed_by``: when that was last done, and by whom.
    """

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    handle: Mapped[str] = mapped_column(String(64), unique=True)
    log_origin: Mapped[str] = mapped_column(String(255), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tiles_public: Mapped[bool] = mapped_column(default=True, server_default=true())
    four_eyes: Mapped[bool] = mapped_column(default=False, server_default=false())
    four_eyes_off_by: Mapped[str | None] = mapped_column(String(255))
    review_months: Mapped[int] = mapped_column(default=12, server_default="12")
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[str] = mapped_column(String(255), default="", server_default="")


class Draft(Base):
    """The editable config of a site, as JSON; ``revision`` counts its edits."""

    __tablename__ = "drafts"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(255))


class FormerDraft(Base):
    """A draft that made room for another one, by the revision it had; ``version`` is the version that took its place."""

    __tablename__ = "former_drafts"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(255))
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_by: Mapped[str] = mapped_column(String(255))
    version: Mapped[int | None]


class ConfigVersion(Base):
    """A published config: insert only. ``since`` maps each tracker to the version its present meaning first stood in.

    ``approved_by``: the second person, where the site needed one; ``against``: why visitors are asked again or not, where
    the opposite had been proposed.
    """

    __tablename__ = "config_versions"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    document: Mapped[bytes]
    since: Mapped[str] = mapped_column(Text)
    ask_since: Mapped[int]
    ask_again: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(255))
    approved_by: Mapped[str | None] = mapped_column(String(255))
    against: Mapped[str | None] = mapped_column(Text)

    @property
    def by(self) -> str:
        """Who published it; where two did, both."""
        return f"{self.published_by}, approved by {self.approved_by}" if self.approved_by else self.published_by


class ConfigSlice(Base):
    """One version in one language under one regime, made at publish: the notice, and what the loader carries."""

    __tablename__ = "config_slices"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    regime: Mapped[str] = mapped_column(String(32), primary_key=True)
    lang: Mapped[str] = mapped_column(String(35), primary_key=True)
    notice_sha256: Mapped[str] = mapped_column(String(64), index=True)
    notice: Mapped[bytes]
    loader: Mapped[str] = mapped_column(Text)
    public: Mapped[str] = mapped_column(Text)


class StoppedTracker(Base):
    """A tracker that was stopped without publishing; it stays so until it is resumed."""

    __tablename__ = "stopped_trackers"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    tracker: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    stopped_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_by: Mapped[str] = mapped_column(String(255))


class Picture(Base):
    """The banner of a version as a browser drew it when it was published; ``width`` is in CSS pixels.

    ``png`` is null where another row of the version has the same picture, by its ``sha256``.
    """

    __tablename__ = "pictures"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    regime: Mapped[str] = mapped_column(String(32), primary_key=True)
    lang: Mapped[str] = mapped_column(String(35), primary_key=True)
    width: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(8), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    png: Mapped[bytes | None] = mapped_column(LargeBinary)
