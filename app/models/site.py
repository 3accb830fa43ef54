from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Site(Base):
    """One website. ``key`` is public and unguessable, ``handle`` is the operator's own name for it."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    handle: Mapped[str] = mapped_column(String(64), unique=True)
    log_origin: Mapped[str] = mapped_column(String(255), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Draft(Base):
    """The editable config of a site, as JSON; ``revision`` counts its edits."""

    __tablename__ = "drafts"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(255))


class ConfigVersion(Base):
    """A published config: insert only. ``since`` maps each tracker to the version its present meaning first stood in."""

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
