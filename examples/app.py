"""One small Flask application for all hosts of the examples: the sites, the trackers' stand-ins, the inbox, the index.

``create_app`` makes it; ``from_environment`` is what gunicorn calls, with the file that ``examples.run`` wrote.
"""

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from examples import standins
from examples.ask import Ask, make_ask
from examples.inbox import Inbox
from examples.published import Read, make_read
from examples.sites import (
    SITES,
    SITES_FILE,
    load_config,
    load_pages,
    origin_of,
    tracker_hosts,
    trackers_of,
)
from examples.words import asked_again, country, days, in_words, said, words_of

PLACES = (
    ("", "where the server thinks you are"),
    ("DE", "Germany"),
    ("GB", "United Kingdom"),
    ("CH", "Switzerland"),
    ("IN", "India"),
    ("CA", "Canada"),
    ("US-CA", "California, USA"),
    ("US-TX", "Texas, USA"),
    ("BR", "Brazil"),
)


def create_app(
    sites: dict[str, str],
    api: str,
    port: int,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ask: Ask | None = None,
    read: Read | None = None,
) -> Flask:
    """The examples as a WSGI application, for all of their hosts.

    ``sites`` maps the name of each example to its site key; ``api`` is the origin of the Placet server; ``port`` is
    where this application is served. ``ask`` and ``read`` stand in for the questions to the server in tests.
    """
    app = Flask(__name__, host_matching=True, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = standins.MOST_BYTES
    scripts = {f"{name}.localhost" for name in standins.SCRIPTS}
    app.jinja_env.globals.update(
        port=port, api=api, origin_of=origin_of, script_hosts=scripts, places=PLACES, asked_again=asked_again
    )
    app.jinja_env.filters.update(days=days, duration=in_words, country=country, said=said)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    inbox = Inbox(clock)
    _serve_index(app, port)
    _serve_sites(app, sites, port, inbox, ask or make_ask(api), read or make_read(api))
    _serve_inbox(app, port, inbox)
    _serve_trackers(app, port, inbox)
    return app


def from_environment() -> Flask:
    """The application that the file named by ``EXAMPLES_FILE`` describes."""
    found = json.loads(Path(os.environ[SITES_FILE]).read_text(encoding="utf-8"))
    return create_app(found["sites"], found["api"], found["port"])


def _serve_index(app: Flask, port: int) -> None:
    def index() -> str:
        cards = [{"name": name, "config": load_config(name, port), "pages": load_pages(name)} for name in SITES]
        return render_template("index.html", cards=cards)

    def to_site(name: str) -> BaseResponse:
        return redirect(origin_of(name, port) + "/")

    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        app.add_url_rule("/", f"index {host}", index, host=host)
        app.add_url_rule("/static/<path:file>", f"static {host}", _static, host=host)
        app.add_url_rule(f"/{_any(SITES)}/", f"redirect {host}", to_site, host=host)


def _serve_sites(app: Flask, sites: dict[str, str], port: int, inbox: Inbox, ask: Ask, read: Read) -> None:
    host = f"{_any(SITES)}.localhost:{port}"

    def draw(template: str, name: str, path: str = "", **more: object) -> str:
        """A template with what the frame of every page needs: brand, navigation, tag and marked trackers."""
        return render_template(
            template,
            name=name,
            key=sites[name],
            config=load_config(name, port),
            brand=load_pages(name),
            path=path,
            told=_told(),
            trackers=trackers_of(name),
            tools=_tools(name, port),
            signed_in=_session_cookie(name) in request.cookies,
            **more,
        )

    def page(name: str, path: str = "") -> Response:
        known = load_pages(name)["pages"]
        if path not in known:
            abort(404)
        response = Response(draw("page.html", name, path, page=known[path]))
        _log_after(response, name, f"/{path}")
        return response

    def privacy(name: str) -> Response:
        """What the site's config says, as it is published: an admin's edit shows here and in the banner alike."""
        published = read(sites[name])
        policy = published.config if published else load_config(name, port)
        version = published.version if published else None
        response = Response(
            draw("privacy.html", name, "privacy", policy=policy, version=version, texts=words_of(policy))
        )
        _log_after(response, name, "/privacy")
        return response

    def missing(error: NotFound) -> BaseResponse | tuple[str, int]:
        """The site's own page for an address that leads nowhere; at the hosts that are no sites, Werkzeug's."""
        name = standins.host_of(request).removesuffix(".localhost")
        return (draw("missing.html", name, nowhere=True), 404) if name in sites else error.get_response()

    def mail(name: str) -> str:
        """An e-mail as the mailer would write it now: with the invisible image only where the visitor allows that."""
        if "email-opens" not in trackers_of(name):
            abort(404)
        may_count = "email-opens" in ask(sites[name], *_question(sites[name]))
        return render_template("mail.html", name=name, config=load_config(name, port), counted=may_count)

    def sign_in(name: str) -> BaseResponse:
        back = request.form.get("back", "/")
        response = redirect(back if re.fullmatch(r"/[a-z-]*(\?[A-Za-z=&]*)?", back) else "/")
        if request.form.get("leave"):
            response.delete_cookie(_session_cookie(name))
        else:
            response.set_cookie(_session_cookie(name), "example", httponly=True, samesite="Lax")
        return response

    def _log_after(response: Response, name: str, path: str) -> None:
        """Write the log line once the page is sent, so that the question never holds the page up."""
        logs = [t for t in trackers_of(name).values() if t["kind"] == "server" and not t["match"]]
        query, gpc = _question(sites[name])
        browser = request.user_agent.string

        def write() -> None:
            may = ask(sites[name], query, gpc)
            for tracker in logs:
                if tracker["id"] in may:
                    line = f"log line for {path} with address and browser ({len(browser)} characters)"
                    inbox.add(
                        site=name,
                        tracker=tracker["id"],
                        category=tracker["category"],
                        host=f"{name}.localhost",
                        path=path,
                        kind="server",
                        what=line,
                        size=0,
                    )

        if logs:
            response.call_on_close(write)

    app.add_url_rule("/", "home", page, host=host)
    app.add_url_rule("/<path>", "page", page, host=host)
    app.add_url_rule("/privacy", "privacy", privacy, host=host)
    app.add_url_rule("/mail", "mail", mail, host=host)
    app.add_url_rule("/sign-in", "sign in", sign_in, host=host, methods=["POST"])
    app.add_url_rule("/static/<path:file>", "static", _static, host=host)
    app.register_error_handler(NotFound, missing)


def _serve_inbox(app: Flask, port: int, inbox: Inbox) -> None:
    host = f"inbox.localhost:{port}"

    def show() -> str:
        names = {name: load_config(name, port)["name"] for name in SITES}
        return render_template("inbox.html", names=names, chosen=_chosen())

    def hits() -> Response:
        response = jsonify(hits=inbox.hits(_chosen()))
        response.set_etag(f"{inbox.state}-{_chosen() or 'all'}")
        response.headers["Cache-Control"] = "no-cache"
        response.make_conditional(request)
        return response

    def clear() -> Response:
        inbox.clear()
        return Response(status=204)

    app.add_url_rule("/", "inbox", show, host=host)
    app.add_url_rule("/hits.json", "hits", hits, host=host)
    app.add_url_rule("/clear", "clear", clear, host=host, methods=["POST"])
    app.add_url_rule("/static/<path:file>", "static inbox", _static, host=host)


def _serve_trackers(app: Flask, port: int, inbox: Inbox) -> None:
    def tracker(path: str = "") -> Response:
        return standins.answer(inbox, port, f"/{path}")

    for host in sorted(tracker_hosts()):
        for rule in ("/", "/<path:path>"):
            app.add_url_rule(
                rule,
                f"{host} {rule}",
                tracker,
                host=f"{host}:{port}",
                methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
                provide_automatic_options=False,
            )


def _static(file: str, name: str = "") -> Response:
    # The trackers' scripts come from the trackers' hosts alone; here are only the sites' own.
    if "/" in file:
        abort(404)
    response = send_from_directory(standins.STATIC, file)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _any(names: tuple[str, ...]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"<any({quoted}):name>"


def _tools(name: str, port: int) -> dict[str, object]:
    """What ``static/tools.js`` needs: which hosts belong to which tracker."""
    hosts = [
        {"host": match["host"], "name": tracker["name"]}
        for tracker in trackers_of(name).values()
        for match in tracker["match"]
    ]
    return {"site": name, "port": port, "hosts": hosts}


def _session_cookie(name: str) -> str:
    stored: list[dict[str, Any]] = trackers_of(name)["sign-in"]["storage"]
    return str(stored[0]["name"])


def _question(key: str) -> tuple[dict[str, str], bool]:
    """What the visitor's request says: the query for ``/trackers`` and whether Global Privacy Control is on."""
    choice = request.cookies.get(f"placet_{key}")
    query = {"choice": choice, **_told()} if choice else _told()
    return query, request.headers.get("Sec-GPC") == "1"


def _told() -> dict[str, str]:
    """What the page's address tells of the visitor, for the demonstration: ``?country=``, ``?region=``, ``?minor=1``."""
    wanted = {"country": r"[A-Z]{2}", "region": r"[A-Z0-9]{1,3}", "minor": r"1"}
    given = {name: request.args.get(name, "") for name in wanted}
    return {name: value for name, value in given.items() if re.fullmatch(wanted[name], value)}


def _chosen() -> str | None:
    site = request.args.get("site")
    return site if site in SITES else None
