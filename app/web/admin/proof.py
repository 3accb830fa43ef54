"""Proof: the site's log, its signed head, and the bundle that proves the record offline."""

from collections.abc import Iterator

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core.checkpoint import open_checkpoint
from app.core.note import base64_text
from app.core.origins import log_vkeys
from app.db import db, request_session
from app.models import Site
from app.services.bundles import bundle_chunks
from app.services.translog import read_checkpoint
from app.web.admin.access import Visit, desk
from app.web.admin.auditors import links_for
from app.web.admin.days import asked_days
from app.web.admin.downloads import streamed
from app.web.admin.witnesses import held_words
from app.web.runtime import runtime


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/proof", view_func=proof)
    bp.add_url_rule("/sites/<handle>/bundle.zip", view_func=bundle)


@desk("audit")
def proof(visit: Visit) -> ResponseReturnValue:
    """Show the log's head, and say how it is verified."""
    site = visit.place
    note = read_checkpoint(request_session().connection(), site.id)
    keys = log_vkeys(site.log_origin, runtime().keys.log)
    head = open_checkpoint(note, keys)
    return render_template(
        "admin/proof.html",
        visit=visit,
        place="proof",
        note=note,
        vkey=keys.strip(),
        size=head.size,
        root=base64_text(head.root),
        origin=site.log_origin,
        file=_file_name(site),
        kept=f"{site.handle}-checkpoint.txt",
        **links_for(visit),
        **held_words(visit),
    )


@desk("audit")
def bundle(visit: Visit) -> ResponseReturnValue:
    """The bundle, of the days that ``from`` and ``to`` name or of everything, sent while it is made."""
    here, site_id, engine, days = runtime(), visit.place.id, db.engine, asked_days()
    if days.problem:
        return render_template("admin/receipts.html", visit=visit, place="receipts", days=days), 422
    now = here.clock()

    def chunks() -> Iterator[bytes]:
        # The request is over when this runs: it needs a session of its own.
        with Session(engine) as session:
            site = session.get_one(Site, site_id)
            yield from bundle_chunks(
                session, site, keys=here.keys, now=now, selection=days.period, page=here.builds.verify_page
            )

    return streamed(chunks(), mimetype="application/zip", name=_file_name(visit.place, days.span))


def _file_name(site: Site, span: str = "") -> str:
    of_days = f"-of{span}" if span else ""
    return f"{site.handle}-{runtime().clock():%Y-%m-%d}{of_days}.zip"
