"""What ``<script src>`` names: a site's loader, its parts, discovery mode, and builds without config."""

import json
import re
from typing import Any

from flask import Blueprint, Response, request

from app.core.choice import utc_day
from app.core.errors import DiscoveryOverError, NotFoundError, UnknownSiteError, UnpublishedError
from app.core.gpp import wants_gpp
from app.core.loader import compact_config, console_line, fill_script, listed_things, put_before, takes_notice
from app.core.signing import is_discovery
from app.core.take_over import carried, is_open
from app.data import load_gpp
from app.db import request_session
from app.services.serving import read_notice
from app.services.widgets import read_part_script, read_widget_script, register_widget
from app.web.catalogue import View, language_of, live_site, shown_token, slice_of, view_of
from app.web.http import IMMUTABLE, NO_STORE, immutable, readable_anywhere, represent, serve
from app.web.mount import mount_of
from app.web.runtime import runtime

bp = Blueprint("scripts", __name__)
bp.after_request(readable_anywhere)

JAVASCRIPT = "text/javascript"
LOADER_SECONDS = 60
STALE_ON_ERROR_SECONDS = 86_400
_PART = re.compile(r"([a-z]{1,32})-([0-9a-f]{16})")


@bp.get("/s/<key>.js")
def loader(key: str) -> Response:
    """The widget with the config in effect inside. An unknown site gets a script that only says so."""
    try:
        view = view_of(key)
    except (UnknownSiteError, UnpublishedError) as error:
        # Not 404: browsers run a script only when the answer is a success, and somebody should read this line.
        response = Response(console_line(f"{error.message} (site {key[:40]})"), mimetype=JAVASCRIPT)
        response.headers["Cache-Control"] = NO_STORE
        return response
    lang = language_of(view.site)
    here = runtime()
    mount = mount_of(view.site.document["origins"])
    api = mount.url if mount else here.settings.public_url
    found = here.caches.scripts.get(_loader_key(view, lang, api), lambda: represent(_loader_bytes(view, lang, api)))
    cache = (
        f"{view.scope}, max-age={LOADER_SECONDS}, stale-while-revalidate={LOADER_SECONDS}, "
        f"stale-if-error={STALE_ON_ERROR_SECONDS}"
    )
    # A cache behind the site's proxy keeps what was made for one mount from the others.
    by_mount = (here.settings.mount_header,) if here.settings.mount_header else ()
    return serve(found, JAVASCRIPT, cache, (*view.vary, *by_mount))


@bp.get("/s/<key>/<sha256:sha256>.<part>.js")
def part(key: str, sha256: str, part: str) -> Response:
    """A part of one widget build, with the site's key inside and, where it shows it, the notice ``sha256``.

    ``part`` is its name and the beginning of its own hash. The notice must be the site's whether it is shown or not.
    """
    match = _PART.fullmatch(part)
    if match is None:
        raise NotFoundError("There is no such part. The loader names the parts that belong to it.")
    site, (name, prefix) = live_site(key), match.groups()

    def make() -> bytes:
        notice = read_notice(request_session(), site.id, sha256)
        script = read_part_script(request_session(), name, prefix)
        return fill_script(script, site.key, *([json.loads(notice)] if takes_notice(script) else []))

    found = runtime().caches.scripts.get(("part", site.id, sha256, name, prefix), lambda: represent(make()))
    return serve(found, JAVASCRIPT, IMMUTABLE)


@bp.get("/s/<key>/discovery.js")
def discovery(key: str) -> Response:
    """Discovery mode (``docs/discovery.md``), for whoever has a link of the desk's that is younger than an hour.

    With the site's key inside and what its config in effect lists, all of it public. Raises ``DiscoveryOverError``.
    """
    here = runtime()
    if not is_discovery(here.keys, request.args.get("token"), key, here.clock()):
        raise DiscoveryOverError
    site = live_site(key)
    desk = f"{here.settings.public_url}/admin/found/{site.key}"
    found = here.caches.scripts.get(
        ("discovery", site.id, site.version),
        lambda: represent(fill_script(here.builds.discovery, site.key, listed_things(site.document, desk))),
    )
    return serve(found, JAVASCRIPT, NO_STORE)


@bp.get("/v1/widgets/<sha256:sha256>.js")
def widget(sha256: str) -> Response:
    """A build without config: what receipts cite, and the pinned embedding."""
    return immutable(read_widget_script(request_session(), sha256), JAVASCRIPT)


def _loader_key(view: View, lang: str, api: str) -> tuple[object, ...]:
    here, place = runtime(), view.place
    day = utc_day(here.clock())
    about = (view.site.id, view.site.version, view.site.stopped, view.next_at, view.regime.id)
    return ("loader", *about, place.country, place.region, lang, day, api)


def _gpp_section(view: View, lang: str) -> dict[str, Any] | None:
    """Return the section that tells this visitor's choice to vendors that read it, ``None`` where no law or vendor asks."""
    section = load_gpp().section(view.regime.id, view.place.region)
    wanted = section is not None and wants_gpp(slice_of(view, lang).loader["trackers"])
    return section.carried() if section is not None and wanted else None


def _loader_bytes(view: View, lang: str, api: str) -> bytes:
    here, carried = runtime(), {**slice_of(view, lang).loader, "gpp": _gpp_section(view, lang)}
    build = here.builds.of(carried)
    # Before a build is ever served it is kept: receipts will cite it, whoever forgot `placet prepare`.
    register_widget(request_session(), build, keys=here.keys, random_bytes=here.desk.random_bytes, now=here.clock())
    config: Any = {
        **carried,
        "api": api,
        "widget": {"version": build.version, "sha256": build.sha256},
        "shown": shown_token(view),
        "next": view.next_at,
    }
    return _with_take_over(view, config, fill_script(build.script, compact_config(config)))


def _with_take_over(view: View, config: Any, script: bytes) -> bytes:
    """Put what takes a choice over from another tool before a site's widget, as long as the site does that."""
    here, take = runtime(), view.site.document.get("take_over")
    if not take or not is_open(take, here.clock()):
        return script
    build = here.builds.take_over
    register_widget(request_session(), build, keys=here.keys, random_bytes=here.desk.random_bytes, now=here.clock())
    return put_before(script, fill_script(build.script, carried(take, config)))
