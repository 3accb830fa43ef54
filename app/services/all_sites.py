"""All sites of an account in one table: what is live, what waits, what is wrong, and what is overdue."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import canonical_bytes, sha256_hex
from app.core.lint import ConfigError
from app.core.review import review_due
from app.models import ConfigVersion, Draft, Site
from app.schemas.config import fill_defaults, parse_config
from app.services.accounts import Role, roles_by_site
from app.services.configs import Desk
from app.services.held import Held, read_all_held
from app.services.who import role_at


@dataclass(frozen=True)
class DraftNote:
    """What a table says of a draft, worked out once a revision: its ``name`` and ``origins``, and what lint counts.

    ``unread``: languages in which nobody has read yet what a machine translated. ``sha256``: what a version made of it
    would have.
    """

    name: str
    origins: list[str]
    errors: int
    warnings: int
    unread: list[str]
    sha256: str


@dataclass(frozen=True)
class SiteLine:
    """A site as the table shows it. ``live`` is the version in effect, ``waiting`` one that is not yet.

    ``draft`` is ``None`` where there is none, and for whoever may not see it. ``is_changed``: the draft differs from the
    newest version. ``review_due``: when somebody has to look at the config again (``None``: nothing is published).
    """

    handle: str
    role: Role
    live: int | None
    live_since: datetime | None
    waiting: int | None
    waiting_until: datetime | None
    edited_at: datetime | None
    draft: DraftNote | None
    is_changed: bool
    name: str
    origins: list[str]
    reviewed_at: datetime | None
    review_due: datetime | None
    held: Held

    def is_overdue(self, now: datetime) -> bool:
        """Whether the config should have been looked at again by now."""
        return self.review_due is not None and self.review_due <= now

    @property
    def unread(self) -> list[str]:
        """Languages with texts that nobody has read yet."""
        return self.draft.unread if self.draft else []


@dataclass
class _Versions:
    """What a site's versions say together; documents are not read."""

    first_at: datetime
    live: tuple[int, datetime] | None = None
    waiting: tuple[int, datetime] | None = None
    newest_sha256: str = ""


NoteOf = Callable[[int, int], DraftNote]
"""Returns what is to be said of a draft, by the site's id and the draft's revision; it may remember (``note_draft``)."""


def list_own_sites(session: Session, account_id: int, now: datetime, note_of: NoteOf) -> list[SiteLine]:
    """Return the sites where the account has a role, by handle, with what stands there at ``now``."""
    roles = roles_by_site(session, account_id)
    versions, held, drafts = _versions(session, now), read_all_held(session), _drafts(session)
    lines = []
    for site in session.scalars(select(Site).order_by(Site.handle)):
        role = role_at(roles, site.id)
        if role is None:
            continue
        known, draft = versions.get(site.id), drafts.get(site.id)
        note = note_of(site.id, draft[0]) if draft else None
        live, waiting = (known.live, known.waiting) if known else (None, None)
        lines.append(
            SiteLine(
                handle=site.handle,
                role=role,
                live=live[0] if live else None,
                live_since=live[1] if live else None,
                waiting=waiting[0] if waiting else None,
                waiting_until=waiting[1] if waiting else None,
                edited_at=draft[1] if draft and role != "auditor" else None,
                draft=note if role != "auditor" else None,
                is_changed=note is not None and known is not None and note.sha256 != known.newest_sha256,
                name=note.name if note else "",
                origins=note.origins if note else [],
                reviewed_at=site.reviewed_at,
                review_due=review_due(site.reviewed_at or (known.first_at if known else None), site.review_months),
                held=held[site.id],
            )
        )
    return lines


def note_draft(session: Session, site_id: int, desk: Desk) -> DraftNote:
    """Lint a site's draft, which takes some milliseconds, and return what the table says of it.

    Raises ``NoResultFound`` when the site has none.
    """
    document = json.loads(session.execute(select(Draft.document).where(Draft.site_id == site_id)).scalar_one())
    filled = fill_defaults(document)
    try:
        _, problems = parse_config(document, desk.regimes, desk.texts, desk.catalog())
    except ConfigError as error:
        problems = list(error.problems)
    errors = sum(problem.level == "error" for problem in problems)
    return DraftNote(
        name=filled["name"].strip(),
        origins=filled["origins"],
        errors=errors,
        warnings=len(problems) - errors,
        unread=[problem.path.partition(".")[2] for problem in problems if problem.code == "unread_texts"],
        sha256=sha256_hex(canonical_bytes(filled)),
    )


def published_first(session: Session, site_id: int) -> datetime | None:
    """Return when a site's first version was published; ``None`` while there is none."""
    query = select(ConfigVersion.published_at).where(ConfigVersion.site_id == site_id)
    return session.scalar(query.order_by(ConfigVersion.number).limit(1))


def _drafts(session: Session) -> dict[int, tuple[int, datetime]]:
    """Revision and time of every draft, by site; documents are not read."""
    rows = session.execute(select(Draft.site_id, Draft.revision, Draft.updated_at))
    return {site_id: (revision, at) for site_id, revision, at in rows}


def _versions(session: Session, now: datetime) -> dict[int, _Versions]:
    made: dict[int, _Versions] = {}
    query = select(
        ConfigVersion.site_id,
        ConfigVersion.number,
        ConfigVersion.sha256,
        ConfigVersion.effective_at,
        ConfigVersion.published_at,
    )
    for site_id, number, sha256, effective_at, published_at in session.execute(query.order_by(ConfigVersion.number)):
        own = made.setdefault(site_id, _Versions(published_at))
        own.newest_sha256 = sha256
        if effective_at > now:
            own.waiting = (number, effective_at)
        else:
            own.live = (number, effective_at)
    return made
