"""What the forms of a site say of the part that they edit: that it is a shared block, or how to make one of it."""

from dataclasses import dataclass

from flask import url_for

from app.core.blocks import Kind, target_of
from app.core.errors import NotAllowedError
from app.core.say import say
from app.db import request_session
from app.services.blocks import Block, block_at
from app.web.admin.access import Visit

KIND_WORDS: dict[Kind, str] = {"tracker": say("tracker"), "texts": say("texts"), "look": say("look")}
SHARED: dict[Kind, str] = {
    "tracker": say("This tracker is shared"),
    "texts": say("These texts are shared"),
    "look": say("This look is shared"),
}


@dataclass(frozen=True)
class SharedPart:
    """A part of a site's draft: the ``block`` that it is, or (``None``) the address where one is made of it."""

    kind: Kind
    block: Block | None
    share: str

    @property
    def words(self) -> str:
        """That it is shared."""
        return SHARED[self.kind]


def shared_part(visit: Visit, kind: Kind, tracker: str = "") -> SharedPart | None:
    """Return what is to be said of a part of the site's draft; ``None`` where nothing could be shared."""
    try:
        target = target_of(kind, tracker)
    except NotAllowedError:
        return None
    block = block_at(request_session(), visit.who, visit.place.id, target)
    share = url_for("admin.share", handle=visit.place.handle, kind=kind, tracker=tracker or None)
    return SharedPart(kind, block, share)
