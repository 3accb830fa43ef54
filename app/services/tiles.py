"""A site's log as its readers mirror it: by name, tile by tile (C2SP tlog-tiles), and who may read it."""

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.core.merkle import TILE_WIDTH
from app.core.tiles import Tile
from app.db import begin_write
from app.models import LogEntry, LogHead, LogTile, Site
from app.services.sites import find_site
from app.services.tree import hashes_at


def find_log(session: Session, name: str) -> Site:
    """Return the site whose present log has that name: its key, or the last part of the log's origin.

    Raises ``UnknownSiteError`` for an unknown key, ``NotFoundError`` for a log that the site has not.
    """
    key, _, number = name.partition(".")
    site = find_site(session, key)
    if number and not site.log_origin.endswith(f"/{name}"):
        raise NotFoundError("This site's present log has another name: its checkpoint begins with it.")
    return site


def read_tile(connection: Connection, site_id: int, tile: Tile) -> bytes:
    """Return a tile's hashes, 32 bytes each, or a bundle's entries, each after its length as 16 bits, big-endian.

    Raises ``NotFoundError`` when the log has not so many items there yet.
    """
    size = connection.execute(select(LogHead.size).where(LogHead.site_id == site_id)).scalar_one()
    if not tile.is_in(size):
        raise NotFoundError("The log has not grown that far: its checkpoint says how many entries it has.")
    if tile.level is None:
        return b"".join(len(entry).to_bytes(2, "big") + entry for entry in _entries(connection, site_id, tile))
    if tile.width == TILE_WIDTH:
        return _full_tile(connection, site_id, tile.level, tile.index)
    return b"".join(hashes_at(connection, site_id, tile.level, tile.first, tile.width))


def set_tiles_public(session: Session, site: Site, *, public: bool) -> None:
    """Let everybody read the site's log, or its auditors only, and commit."""
    begin_write(session).execute(update(Site).where(Site.id == site.id).values(tiles_public=public))
    session.commit()


def _entries(connection: Connection, site_id: int, tile: Tile) -> list[bytes]:
    within = LogEntry.log_index.between(tile.first, tile.first + tile.width - 1)
    query = select(LogEntry.entry).where(LogEntry.site_id == site_id, within).order_by(LogEntry.log_index)
    return [bytes(entry) for entry in connection.execute(query).scalars()]


def _full_tile(connection: Connection, site_id: int, level: int, index: int) -> bytes:
    query = select(LogTile.hashes).where(
        LogTile.site_id == site_id, LogTile.level == level, LogTile.tile_index == index
    )
    return bytes(connection.execute(query).scalar_one())
