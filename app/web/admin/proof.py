"""Proof: the site's log, its signed head, and the bundle that proves the record offline."""

import tempfile

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core.checkpoint import open_checkpoint
from app.core.note import base64_text
from app.core.origins import log_vkeys
from app.db import db, request_session
from app.models import Site
from app.services.bundles import write_bundle
from app.services.translog import read_checkpoint
from app.web.admin.access import Visit, desk
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
    )


@desk("audit")
def bundle(visit: Visit) -> ResponseReturnValue:
    """Make the bundle in a temporary file that has no name, and send it; closing it removes it."""
    here, site_id = runtime(), visit.place.id
    name = _file_name(visit.place)
    request_session().rollback()
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the response
    try:
        with Session(db.engine) as session:
            write_bundle(session, session.get_one(Site, site_id), file, keys=here.keys, now=here.clock())
        size = file.tell()
        file.seek(0)
        response = send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)
        response.content_length = size
        return response
    except BaseException:
        file.close()
        raise


def _file_name(site: Site) -> str:
    return f"{site.handle}-{runtime().clock():%Y-%m-%d}.zip"
