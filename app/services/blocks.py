"""Shared blocks: what several sites hold in common is edited once, and written into the draft of each.

Whoever asks is named by account, and what they may do is read in the same transaction. A block is seen by those who may edit
at a site that uses it, and edited by those who may edit at all of them; what else there is, they learn nothing of. The block
is locked first, then drafts in ascending order of their sites, then they are written and committed together.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from app.core.blocks import Body, Kind, fit, part, put, take, target_of
from app.core.documents import ConfigDocument
from app.core.errors import ConflictError, ForbiddenError, NotAllowedError, NotFoundError
from app.core.say import say
from app.db import begin_write
from app.models import BlockUse, Draft, SharedBlock, Site
from app.schemas.config import fill_defaults
from app.services.accounts import Role
from app.services.configs import write_draft
from app.services.who import EDITORS, Roles, Who, demand_editor, role_at, roles_of

LONGEST_NAME = 100


@dataclass(frozen=True)
class Use:
    """A site that uses a block, where whoever asks has ``role``."""

    site: Site
    role: Role


@dataclass(frozen=True)
class Block:
    """A block as somebody sees it: ``uses`` at sites where they may edit, by handle, and how many more are ``hidden``."""

    id: int
    key: str
    name: str
    kind: Kind
    target: str
    body: Body
    revision: int
    edited_at: datetime
    edited_by: str
    uses: list[Use]
    hidden: int


def list_blocks(session: Session, who: Who) -> list[Block]:
    """Return the blocks that an account sees, by name."""
    roles = roles_of(session, who)
    uses: dict[int, list[tuple[BlockUse, Site]]] = {}
    for use, site in session.execute(
        select(BlockUse, Site).join(Site, Site.id == BlockUse.site_id).order_by(Site.handle)
    ):
        uses.setdefault(use.block_id, []).append((use, site))
    rows = session.scalars(select(SharedBlock).order_by(SharedBlock.name, SharedBlock.id))
    seen = (_seen(row, uses.get(row.id, []), roles) for row in rows)
    return [block for block in seen if block is not None]


def find_block(session: Session, who: Who, key: str) -> Block:
    """Return a block. Raises ``NotFoundError``, also for one that the account does not see."""
    return _find(session, roles_of(session, who), key)


def list_sites_without(session: Session, who: Who, block: Block) -> list[Site]:
    """Return the sites where the account may edit that do not use the block, by handle."""
    roles, used = roles_of(session, who), {use.site.id for use in block.uses}
    sites = session.scalars(select(Site).order_by(Site.handle))
    return [site for site in sites if site.id not in used and role_at(roles, site.id) in EDITORS]


def block_at(session: Session, who: Who, site_id: int, target: str) -> Block | None:
    """Return the block that a site where the account may edit uses at ``target``; ``None``: none."""
    query = select(SharedBlock.key).join(BlockUse, BlockUse.block_id == SharedBlock.id)
    key = session.scalar(query.where(BlockUse.site_id == site_id, BlockUse.target == target))
    return None if key is None else find_block(session, who, key)


def targets_at(session: Session, site_id: int) -> set[str]:
    """Return where in its config a site uses blocks."""
    return set(session.scalars(select(BlockUse.target).where(BlockUse.site_id == site_id)))


def make_block(
    session: Session, site: Site, kind: Kind, tracker: str, name: str, *, key: str, who: Who, now: datetime
) -> None:
    """Make a block of what a site's draft has, so that it can be used at other sites, and commit.

    ``tracker`` is the id of the one that it is, for that kind; ``key`` must be unguessable. Raises ``NotAllowedError``
    without a name, and where there is nothing to share or it is shared already; ``ForbiddenError``, ``NotFoundError``.
    """
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise NotAllowedError(say("Give the block a name of 1 to {number} characters.", number=LONGEST_NAME))
    site_id, target = site.id, target_of(kind, tracker)
    connection = begin_write(session)
    demand_editor(session, who, site_id)
    _, filled, _ = _lock_draft(connection, site_id)
    body = take(filled, target)
    if not body:
        raise NotAllowedError(say("The draft has nothing there that could be shared."))
    _demand_free(connection, site_id, target)
    values = {"body": _dump(body), "revision": 1, "edited_at": now, "edited_by": who.name}
    block_id = connection.execute(
        insert(SharedBlock).values(key=key, name=name, kind=kind, **values).returning(SharedBlock.id)
    ).scalar_one()
    connection.execute(insert(BlockUse).values(site_id=site_id, block_id=block_id, target=target))
    session.commit()


def use_block(session: Session, key: str, site: Site, *, who: Who, now: datetime) -> None:
    """Write a block into the draft of one more site, in the place of what stands there, and commit.

    Raises ``NotAllowedError`` where the site uses a block there already, ``ForbiddenError``, ``NotFoundError``.
    """
    site_id = site.id
    connection, block = _begin(session, key, who, site_id)
    if any(use.site.id == site_id for use in block.uses):
        raise NotAllowedError(say("This site uses that block already."))
    _lock_draft(connection, site_id)
    _demand_free(connection, site_id, block.target)
    connection.execute(insert(BlockUse).values(site_id=site_id, block_id=block.id, target=block.target))
    _write(connection, site, block.target, block.body, who, now)
    session.commit()


def overwrite(session: Session, key: str, site: Site, *, who: Who, now: datetime) -> None:
    """Put a block in the place of what a site that uses it has made of it by hand, and commit. Raises as ``use_block``."""
    site_id = site.id
    connection, block = _begin(session, key, who, site_id)
    _demand_use(block, site_id)
    _write(connection, site, block.target, block.body, who, now)
    session.commit()


def detach(session: Session, key: str, site: Site, *, who: Who) -> bool:
    """Let a site go on without the block, its draft as it is, and commit. Returns whether nobody uses the block any more.

    Then the block is gone. Raises ``ForbiddenError`` and ``NotFoundError``.
    """
    site_id = site.id
    connection, block = _begin(session, key, who, site_id)
    _demand_use(block, site_id)
    connection.execute(delete(BlockUse).where(BlockUse.block_id == block.id, BlockUse.site_id == site_id))
    is_last = len(block.uses) + block.hidden == 1
    if is_last:
        connection.execute(delete(SharedBlock).where(SharedBlock.id == block.id))
    session.commit()
    return is_last


def edit_block(session: Session, key: str, body: Body, *, revision: int, who: Who, now: datetime) -> list[str]:
    """Change a block and the draft of every site that uses it, together, and commit once. Returns who was left out.

    Left out, by handle, are sites whose draft says something else there than the block did, or cannot be written into:
    what somebody changed by hand is not overwritten. Raises ``ConflictError`` when the block is not at ``revision`` any
    more, ``ForbiddenError`` for whoever may not edit at all sites that use it, ``NotFoundError``.
    """
    connection, block = _begin(session, key, who)
    if block.hidden:
        raise ForbiddenError(
            say(
                "Sites use this block at which you may not edit. Nothing was changed. Ask somebody who edits at all of them."
            )
        )
    if block.revision != revision:
        raise ConflictError(say("Somebody else changed this block meanwhile. Nothing was saved: look at it again."))
    left_out = []
    for use in sorted(block.uses, key=lambda use: use.site.id):
        _, filled, _ = _lock_draft(connection, use.site.id)
        stands = part(block.body, filled, block.target)
        if stands not in (fit(block.body, filled, block.target), fit(body, filled, block.target)):
            left_out.append(use.site.handle)
            continue
        try:
            _write(connection, use.site, block.target, body, who, now)
        except NotAllowedError:
            left_out.append(use.site.handle)
    values = {"body": _dump(body), "revision": revision + 1, "edited_at": now, "edited_by": who.name}
    connection.execute(update(SharedBlock).where(SharedBlock.id == block.id).values(**values))
    session.commit()
    return sorted(left_out)


def _begin(session: Session, key: str, who: Who, site_id: int | None = None) -> tuple[Connection, Block]:
    """Begin to write, with the block locked, as whoever sees it and may edit at the site."""
    connection = begin_write(session)
    connection.execute(select(SharedBlock.id).where(SharedBlock.key == key).with_for_update())
    if site_id is not None:
        demand_editor(session, who, site_id)
    return connection, _find(session, roles_of(session, who), key)


def _find(session: Session, roles: Roles, key: str) -> Block:
    row = (
        session.scalar(select(SharedBlock).where(SharedBlock.key == key))
        if key.isascii() and key.isprintable()
        else None
    )
    if row is None:
        raise _gone()
    query = select(BlockUse, Site).join(Site, Site.id == BlockUse.site_id).where(BlockUse.block_id == row.id)
    block = _seen(row, [(use, site) for use, site in session.execute(query.order_by(Site.handle))], roles)
    if block is None:
        raise _gone()
    return block


def _seen(row: SharedBlock, uses: Sequence[tuple[BlockUse, Site]], roles: Roles) -> Block | None:
    """What somebody with ``roles`` sees of a block; ``None``: nothing."""
    own = []
    for _, site in uses:
        role = role_at(roles, site.id)
        if role is not None and role in EDITORS:
            own.append(Use(site, role))
    if not own:
        return None
    kind, target = cast(Kind, row.kind), uses[0][0].target
    body = _filled(json.loads(row.body), target)
    hidden = len(uses) - len(own)
    return Block(row.id, row.key, row.name, kind, target, body, row.revision, row.edited_at, row.edited_by, own, hidden)


def _filled(body: Body, target: str) -> Body:
    """Return a body with what an older release did not know of, as it would stand in a config of today."""
    document: dict[str, Any] = {"languages": list(body)} if target == "texts" else {}
    blank = fill_defaults(document)
    return part(body, fill_defaults(put(document, body, blank, target)), target) or body


def _write(connection: Connection, site: Site, target: str, body: Body, who: Who, now: datetime) -> None:
    """Write a block into a draft, as its next revision. One that says the same already stays as it is."""
    document, filled, revision = _lock_draft(connection, site.id)
    if not revision or part(body, filled, target) != fit(body, filled, target):
        write_draft(connection, site, put(document, body, filled, target), by=who.name, now=now)


def _lock_draft(connection: Connection, site_id: int) -> tuple[dict[str, Any], ConfigDocument, int]:
    """Return a draft as it was saved, filled in, and its revision; 0: there is none yet."""
    query = select(Draft.document, Draft.revision).where(Draft.site_id == site_id).with_for_update()
    found = connection.execute(query).one_or_none()
    document = json.loads(found.document) if found else {"format": 1}
    if not isinstance(document, dict):
        document = {}
    return document, fill_defaults(document), found.revision if found else 0


def _gone() -> NotFoundError:
    return NotFoundError(say("There is no such block, or you may edit at no site that uses it."))


def _demand_use(block: Block, site_id: int) -> None:
    if all(use.site.id != site_id for use in block.uses):
        raise NotFoundError(say("This site does not use that block."))


def _demand_free(connection: Connection, site_id: int, target: str) -> None:
    found = connection.execute(select(BlockUse.block_id).where(BlockUse.site_id == site_id, BlockUse.target == target))
    if found.first() is not None:
        raise NotAllowedError(say("This site uses a shared block there already. Detach it first."))


def _dump(body: Body) -> str:
    return json.dumps(body, ensure_ascii=False)
