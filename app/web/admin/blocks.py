"""Shared blocks: the list of them, and what a site does with one: share a part, use a block, put it back, detach it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.blocks import KINDS, fit, part, target_of, tracker_of
from app.core.canonical import b64url
from app.core.errors import NotAllowedError, NotFoundError
from app.core.say import say
from app.db import request_session
from app.services.blocks import Block, block_at, detach, find_block, list_blocks, make_block, overwrite, use_block
from app.web.admin.access import Visit, desk
from app.web.admin.asks import Ask, AskPage, refuse, show_asks
from app.web.admin.diff import DiffLine, diff_parts
from app.web.admin.drafts import OpenDraft, open_draft
from app.web.admin.fields import plain
from app.web.admin.languages import translated
from app.web.admin.shared import KIND_WORDS
from app.web.runtime import runtime

KEY_BYTES = 12


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    both = ["GET", "POST"]
    bp.add_url_rule("/blocks/", view_func=blocks)
    bp.add_url_rule("/sites/<handle>/blocks/", view_func=site_blocks)
    bp.add_url_rule("/sites/<handle>/blocks/new", view_func=share, methods=both)
    bp.add_url_rule("/sites/<handle>/blocks/<key>", view_func=use, methods=both)
    bp.add_url_rule("/sites/<handle>/blocks/<key>/put-back", view_func=put_back, methods=["POST"])
    bp.add_url_rule("/sites/<handle>/blocks/<key>/detach", view_func=detach_block, methods=both)


@desk("blocks")
def blocks(visit: Visit) -> ResponseReturnValue:
    """List the blocks that are used where the account may edit."""
    found = list_blocks(request_session(), visit.who)
    return render_template("admin/blocks.html", visit=visit, blocks=found, kinds=KIND_WORDS)


@desk("edit")
def site_blocks(visit: Visit) -> ResponseReturnValue:
    """List the blocks that a site uses, those that it could use, and what of it could become one."""
    found = list_blocks(request_session(), visit.who)
    used = [block for block in found if _is_used(block, visit)]
    draft = open_draft(visit.place)
    taken = {block.target for block in used}
    trackers = [own for own in draft.filled["trackers"] if own["id"] and f"trackers[{own['id']}]" not in taken]
    return render_template(
        "admin/site_blocks.html",
        visit=visit,
        place="trackers",
        draft=draft,
        used=used,
        others=[block for block in found if block not in used],
        taken=taken,
        trackers=trackers,
        kinds=KIND_WORDS,
    )


@desk("edit")
def share(visit: Visit) -> ResponseReturnValue:
    """Make a block of a part of the site's draft: ``?kind=`` tracker (``&tracker=`` its id), texts or look."""
    handle, draft = visit.place.handle, open_draft(visit.place)
    kind, tracker = request.args.get("kind", ""), request.args.get("tracker", "")
    if kind not in KINDS:
        raise NotFoundError
    block = block_at(request_session(), visit.who, visit.place.id, target_of(kind, tracker))
    if block is not None:
        return redirect(url_for("admin.block", key=block.key), 303)
    names = {own["id"]: own["name"] for own in draft.filled["trackers"]}
    name = {
        "tracker": names.get(tracker) or tracker,
        "texts": say("Texts of {site}", site=handle),
        "look": say("Look of {site}", site=handle),
    }[kind]
    typed = plain(request.form.get("name", translated(name)))
    page = AskPage(
        title=say("Share with other sites"),
        lead=say(
            "It becomes a block: edited once, written into the draft of every site that uses it, and published by each site "
            "as before. This site is its first; then you choose others."
        ),
        asks=[Ask("name", say("Name of the block"), value=typed, hint=say("Only the desk shows it."))],
        button=say("Share it"),
        back=(url_for("admin.site_blocks", handle=handle), say("Shared blocks")),
        visit=visit,
    )
    if request.method == "GET":
        return show_asks(page)
    key = b64url(runtime().desk.random_bytes(KEY_BYTES))
    try:
        make_block(request_session(), visit.place, kind, tracker, typed, key=key, who=visit.who, now=runtime().clock())
    except NotAllowedError as error:
        return refuse(page, error, at="name")
    return redirect(url_for("admin.block", key=key, done="shared"), 303)


@desk("edit")
def use(visit: Visit, key: str) -> ResponseReturnValue:
    """Show what a block changes in the site's draft, then write it there."""
    session = request_session()
    block = find_block(session, visit.who, key)
    if _is_used(block, visit):
        return redirect(url_for("admin.block", key=key), 303)
    wrong = ""
    if request.method == "POST":
        try:
            use_block(session, key, visit.place, who=visit.who, now=runtime().clock())
        except NotAllowedError as error:
            wrong = error.message
        else:
            return redirect(url_for("admin.block", key=key, done="used"), 303)
    draft = open_draft(visit.place)
    page = render_template(
        "admin/use_block.html",
        visit=visit,
        place="trackers",
        block=find_block(session, visit.who, key),
        draft=draft,
        changes=_changes(block, draft),
        stands=bool(part(block.body, draft.filled, block.target)),
        missing=_missing_category(block, draft),
        wrong=wrong,
    )
    return page, 422 if wrong else 200


@desk("edit")
def put_back(visit: Visit, key: str) -> ResponseReturnValue:
    """Put the block in the place of what the site's draft says by hand."""
    overwrite(request_session(), key, visit.place, who=visit.who, now=runtime().clock())
    return redirect(url_for("admin.block", key=key, done="used"), 303)


@desk("edit")
def detach_block(visit: Visit, key: str) -> ResponseReturnValue:
    """Ask, then let the site go on without the block."""
    block = find_block(request_session(), visit.who, key)
    if not _is_used(block, visit):
        raise NotFoundError(say("This site does not use that block."))
    handle = visit.place.handle
    is_last = len(block.uses) + block.hidden == 1
    page = AskPage(
        title=say("Detach {name} from {site}?", name=block.name, site=handle),
        lead=say(
            "The draft of this site stays as it is; what is edited in the block later does not reach it any more."
        ),
        after=[say("No other site uses the block, so it is gone then.")] if is_last else (),
        asks=(),
        button=say("Detach"),
        back=(url_for("admin.block", key=key), block.name),
        destroys=True,
        visit=visit,
    )
    if request.method == "GET":
        return show_asks(page)
    detach(request_session(), key, visit.place, who=visit.who)
    return redirect(url_for("admin.site_blocks", handle=handle, done="detached"), 303)


def _is_used(block: Block, visit: Visit) -> bool:
    return any(own.site.id == visit.place.id for own in block.uses)


def _changes(block: Block, draft: OpenDraft) -> list[DiffLine]:
    """What the block changes in a draft: from what stands there to what it says."""
    stands = part(block.body, draft.filled, block.target) or {}
    return diff_parts(stands, fit(block.body, draft.filled, block.target))


def _missing_category(block: Block, draft: OpenDraft) -> str:
    """The category of a tracker that the draft has not."""
    if not tracker_of(block.target):
        return ""
    own = block.body["category"]
    return "" if any(category["id"] == own for category in draft.filled["categories"]) else own
