"""The draft as the desk's forms see it: one JSON document of which a form changes only its own part."""

import copy
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request

from app.core.canonical import sha256_hex
from app.core.documents import ConfigDocument
from app.core.errors import NotAllowedError
from app.core.lint import ConfigError, Problem
from app.core.say import say
from app.db import request_session
from app.models import Site
from app.schemas.config import fill_defaults, parse_config
from app.services.configs import read_draft, save_draft
from app.web.admin.access import Visit
from app.web.runtime import runtime


@dataclass(frozen=True)
class OpenDraft:
    """A draft at one revision: ``document`` as it was saved, ``filled`` the same in the right shape with defaults."""

    document: dict[str, Any]
    filled: ConfigDocument
    revision: int
    updated_at: datetime | None
    updated_by: str

    @property
    def languages(self) -> list[str]:
        """The languages offered; one is needed to show any form."""
        return self.filled["languages"] or ["en"]

    def copy(self) -> dict[str, Any]:
        """Return the document to change."""
        return copy.deepcopy(self.document)


def open_draft(site: Site) -> OpenDraft:
    """Return the site's draft; before anything was saved, an empty one at revision 0."""
    draft = read_draft(request_session(), site)
    document = json.loads(draft.document) if draft else {"format": 1}
    if not isinstance(document, dict):
        document = {}
    if draft is None:
        return OpenDraft(document, fill_defaults(document), 0, None, "")
    return OpenDraft(document, fill_defaults(document), draft.revision, draft.updated_at, draft.updated_by)


def save(visit: Visit, document: dict[str, Any], revision: int) -> int:
    """Save and commit. Raises ``ConflictError`` when somebody else has saved since ``revision``."""
    return save_draft(
        request_session(), visit.place, document, by=visit.email, now=runtime().clock(), revision=revision
    )


def digest(part: Any) -> str:
    """Return the SHA-256 by which a form knows the part of the draft that it was made from."""
    return sha256_hex(json.dumps(part, sort_keys=True).encode())


def base_revision(draft: OpenDraft, part: Any) -> int:
    """Return the revision that a submitted form is saved on.

    That is the newest, as long as ``part`` still is what the form was made from, whatever else was saved meanwhile; else
    the one at which the form was made, on which nothing can be saved any more.
    """
    made_at = request.form.get("revision", -1, type=int)
    return draft.revision if request.form.get("part") == digest(part) else made_at


def problems_of(document: Any) -> list[Problem]:
    """Return everything that lint says about a document."""
    try:
        _, warnings = parse_config(document, runtime().regimes, runtime().desk.texts, runtime().desk.catalog())
    except ConfigError as error:
        return list(error.problems)
    return warnings


def list_in(document: dict[str, Any], name: str) -> list[Any]:
    """Return the list under ``name``, made if it is not there. Raises ``NotAllowedError`` when it is something else."""
    found = document.setdefault(name, [])
    if not isinstance(found, list):
        raise NotAllowedError(say("In this draft `{name}` is not a list. Mend it on the page YAML first.", name=name))
    return found


def reference(items: list[Any], index: int) -> str:
    """Return how an address names an entry: by its id, or by ``@`` and its place when the id is not enough."""
    own = items[index]["id"]
    unique = [item["id"] for item in items].count(own) == 1
    return own if own and unique and own.isprintable() and "/" not in own and own != "new" else f"@{index}"


def index_of(text: str) -> int | None:
    """Read a place in a list from a form or an address; ``None``: it is none, or further on than any list goes."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


def find(items: list[Any], ref: str) -> int | None:
    """Return the index of the entry that ``ref`` names."""
    index = index_of(ref[1:]) if ref.startswith("@") else None
    if index is not None:
        return index if index < len(items) else None
    return next((index for index, item in enumerate(items) if item["id"] == ref), None)
