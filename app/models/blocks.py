"""Shared blocks: parts of a config that several sites hold in common. Their drafts hold the content itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class SharedBlock(Base):
    """A block: ``kind`` is tracker, texts or look, ``body`` what it says as JSON; ``revision`` counts its edits.

    ``key`` is what its address names it by: unguessable, so that it tells nothing of other blocks.
    """

    __tablename__ = "shared_blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_by: Mapped[str] = mapped_column(String(255))


class BlockUse(Base):
    """That a site uses a block: ``target`` says where in its config (``app.core.blocks``). No place has two blocks."""

    __tablename__ = "block_uses"
    __table_args__ = (UniqueConstraint("site_id", "target"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("shared_blocks.id"), primary_key=True, index=True)
    target: Mapped[str] = mapped_column(String(64))
