from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class LogHead(Base):
    """The head of a site's log: size, right edge of the tree, newest checkpoint. Locked by every append.

    ``stated_keys``: which keys the log names, and which of them it calls retired (``app.core.rotation``).
    """

    __tablename__ = "log_heads"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    size: Mapped[int]
    frontier: Mapped[bytes]
    checkpoint: Mapped[str] = mapped_column(Text)
    stated_keys: Mapped[str] = mapped_column(Text, default="", server_default="")


class LogEntry(Base):
    """One 32-byte entry: SHA-256 of a compact JWS."""

    __tablename__ = "log_entries"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    log_index: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogTile(Base):
    """A full tile of 256 hashes (C2SP tlog-tiles) and the root of its subtree; partial tiles are read from entries."""

    __tablename__ = "log_tiles"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)
    tile_index: Mapped[int] = mapped_column(primary_key=True)
    hashes: Mapped[bytes]
    root: Mapped[bytes] = mapped_column(LargeBinary(32))


class Statement(Base):
    """A signed log entry that is not a receipt."""

    __tablename__ = "statements"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    log_index: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    jws: Mapped[bytes]
